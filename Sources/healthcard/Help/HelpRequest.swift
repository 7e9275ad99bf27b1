import ArgumentParser
import CommandHelp
import HealthCard
import Messages

/// Which command the words of a command line lead to, as far as they are names of commands.
struct CommandWords {
    /// The command they lead to.
    let type: any ParsableCommand.Type
    /// The words that led to it.
    let words: [String]
    /// The first word that is no option and names no command below the one found, where that one has commands only.
    let unknown: String?

    init(_ arguments: [String]) {
        var rest = arguments[...]
        if rest.first == "help" { rest.removeFirst() }
        var type: any ParsableCommand.Type = HealthCardCommand.self
        var words: [String] = []
        while let word = rest.first, let next = Self.commands(of: type)[word] {
            type = next
            words.append(word)
            rest.removeFirst()
        }
        self.type = type
        self.words = words
        let isGroup = !type.configuration.subcommands.isEmpty && type.configuration.defaultSubcommand == nil
        unknown = isGroup ? rest.first.flatMap { $0.hasPrefix("-") || $0 == "help" ? nil : $0 } : nil
    }

    /// - Throws: ``Failure`` of code 2 that names the commands that may have been meant.
    func check() throws {
        guard let unknown else { return }
        let known = Self.commands(of: type).keys.sorted()
        throw Failure(
            .usage,
            UnknownCommandText(
                word: String(unknown.prefix(80)), group: (["healthcard"] + words).joined(separator: " "),
                like: NearNames.of(unknown, among: known)))
    }

    private static func commands(of type: any ParsableCommand.Type) -> [String: any ParsableCommand.Type] {
        Dictionary(
            type.configuration.subcommands.flatMap { command in
                ([command.configuration.commandName].compactMap(\.self) + command.configuration.aliases).map {
                    ($0, command)
                }
            },
            uniquingKeysWith: { first, _ in first })
    }

    /// What to show in place of the parser's own words, where those are the help of the command found.
    func help(for message: String) -> String? {
        guard message == HealthCardCommand.helpMessage(for: type),
            let root = HealthCardCommand.description, let command = root.command(at: words)
        else { return nil }
        return HelpPage(command, of: root, in: Terminal.language).text(columns: Terminal.pageColumns)
    }
}

extension HealthCardCommand {
    /// The program as its parser describes itself.
    static var description: CommandDescription? { CommandDescription.root(_dumpHelp()) }
}
