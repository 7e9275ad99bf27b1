import CardAgent
import Foundation
import HealthCard
import Messages

/// Standard output and error of the daemon's commands, and the one way out of the process.
enum Console {
    static let language = Language.preferred(in: ProcessInfo.processInfo.environment)

    /// The exit codes of `healthcard`: one for each kind of error.
    private static func status(_ kind: ErrorKind) -> Int32 {
        switch kind {
        case .usage: 2
        case .noReader: 3
        case .noCard: 4
        case .cardRefused: 5
        case .badInput: 6
        case .partFailed: 7
        case .notAllowed: 8
        case .bug: 70
        }
    }

    static func print(_ line: String) { write(line, to: FileHandle.standardOutput) }
    static func print(_ message: some Message) { print(message.text(in: language)) }
    static func note(_ line: String) { write(line, to: FileHandle.standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data((line.visible + "\n").utf8))
    }

    /// The headings that the parser of arguments writes, in the language of the rest.
    static func translated(_ help: String) -> String {
        guard language == .chinese else { return help }
        return [
            ("OVERVIEW: ", ""), ("USAGE:", "用法："), ("Usage:", "用法："), ("OPTIONS:", "选项："), ("SUBCOMMANDS:", "命令："),
            ("Error:", "错误："), ("Show help information.", "显示帮助。"), ("Show the version.", "显示版本。"),
            ("<subcommand>", "<命令>"), ("(default)", "（默认）"),
        ].reduce(help) { $0.replacing($1.0, with: $1.1) }
    }

    static func fail(_ error: any Error) -> Never {
        guard let error = error as? any AdvisedError else {
            note(ConsoleText.error("\(error)").text(in: language))
            leave(70)
        }
        note(ConsoleText.error(error.what(in: language)).text(in: language))
        if let hint = error.hint(in: language) { note(ConsoleText.hint(hint).text(in: language)) }
        leave(status(error.kind))
    }

    /// Threads may be at work in libraries that take themselves down when a process exits; so it ends without their clean-up.
    /// Files are whole at every instant.
    static func leave(_ status: Int32) -> Never { _exit(status) }
}
