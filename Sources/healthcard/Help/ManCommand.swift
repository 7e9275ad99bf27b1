import ArgumentParser
import CommandHelp
import Foundation
import Messages

struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Print the manual page of this program or of one of its commands.",
        discussion: """
            The page is in the format of man(1), in the language of the run. With --out, the page of every command is \
            written to a folder, under the name that man looks for (healthcard-ledger-history.1).
            """)

    @Argument(help: "The command, as you type it: `ledger history`. Default: the program.")
    var command: [String] = []

    @Option(name: .long, help: ArgumentHelp("Write every page to this folder, which must exist.", valueName: "folder"))
    var out: String?

    func validate() throws {
        guard out == nil || command.isEmpty else { throw ValidationError(Terminal.words(ManText.outIsAll)) }
    }

    mutating func run() throws {
        guard let root = HealthCardCommand.description else { throw Failure(.bug, ManText.notDescribed) }
        guard let out else {
            guard let found = root.command(at: command) else {
                throw Failure(.usage, ManText.noCommand(command.joined(separator: " ")))
            }
            Terminal.print(page(found, of: root).text)
            return try Terminal.checkOutput()
        }
        let pages = root.all
        for page in pages {
            let name = page.path.replacing(" ", with: "-") + ".1"
            let file = try OutputFile.open(out + "/" + name) { $0.hasPrefix(ManualPage.beginning) }
            try file.write(contentsOf: Data((self.page(page, of: root).text + "\n").utf8))
        }
        Terminal.note(ManText.written(pages.count, folder: out))
    }

    private func page(_ command: CommandDescription, of root: CommandDescription) -> ManualPage {
        ManualPage(command, of: root, version: "healthcard \(Software.version)", in: Terminal.language)
    }
}

enum ManText: Message, Hashable {
    case outIsAll
    case notDescribed
    case noCommand(String)
    case written(Int, folder: String)

    var english: English {
        switch self {
        case .outIsAll: "--out writes the pages of all commands: leave out the command"
        case .notDescribed: "the commands could not be described"
        case .noCommand(let words): English("no command \(words)", hint: "see `healthcard --help`")
        case .written(let count, let folder): "\(folder): \(count, "page") written"
        }
    }

    var chinese: Chinese {
        switch self {
        case .outIsAll: "--out 会写出所有命令的手册页，请不要再给命令名"
        case .notDescribed: "无法取得命令说明"
        case .noCommand(let words): Chinese("没有命令 \(words)", hint: "请查看 `healthcard --help`")
        case .written(let count, let folder): "\(folder)：已写入 \(count) 页"
        }
    }
}
