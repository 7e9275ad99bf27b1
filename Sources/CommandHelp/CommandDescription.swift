import Foundation

/// What the parser of arguments knows of a command: the source of its help, its manual page and its completions.
package struct CommandDescription: Decodable, Sendable {
    package let commandName: String
    package let superCommands: [String]?
    /// Older names that are still understood.
    package let aliases: [String]?
    package let abstract: String?
    package let discussion: String?
    package let shouldDisplay: Bool?
    package let subcommands: [CommandDescription]?
    package let arguments: [Argument]?

    package struct Argument: Decodable, Sendable, Hashable {
        package enum Kind: String, Decodable, Sendable { case positional, option, flag }

        package struct Name: Decodable, Sendable, Hashable {
            package let kind: String
            package let name: String

            /// As it is typed: `-r`, `--reader`.
            package var spelling: String { (kind == "long" ? "--" : "-") + name }
        }

        package let kind: Kind
        package let shouldDisplay: Bool
        package let isOptional: Bool
        package let isRepeating: Bool
        package let parsingStrategy: String?
        package let names: [Name]?
        package let valueName: String?
        package let defaultValue: String?
        package let allValues: [String]?
        package let abstract: String?
        package let discussion: String?
    }

    /// The whole tree of a program's commands.
    ///
    /// - Parameter dump: what the parser of arguments says of itself (`--experimental-dump-help`).
    /// - Returns: nil for another form.
    package static func root(_ dump: String) -> CommandDescription? {
        struct Tool: Decodable { let command: CommandDescription }
        return try? JSONDecoder().decode(Tool.self, from: Data(dump.utf8)).command
    }

    /// As it is typed: `healthcard ledger history`.
    package var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// As it is typed behind the program's name: `ledger history`; empty for the program.
    package var place: String {
        guard let superCommands else { return "" }
        return (superCommands.dropFirst() + [commandName]).joined(separator: " ")
    }

    /// Those that help shows; the parser's own `help` is not one of ours.
    package var shownCommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    package var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// This one and everything below it that help shows.
    package var all: [CommandDescription] { [self] + shownCommands.flatMap(\.all) }

    /// The command that these words lead to.
    package func command(at words: some Sequence<String>) -> CommandDescription? {
        var found = self
        for word in words {
            guard
                let next = found.subcommands?.first(where: {
                    $0.commandName == word || $0.aliases?.contains(word) == true
                })
            else { return nil }
            found = next
        }
        return found
    }
}

extension CommandDescription.Argument {
    /// `-r, --reader <reader>`; `<id-number>`; `<file> ...`.
    package var label: String {
        let value = "<\(valueName ?? "value")>"
        switch kind {
        case .positional: return value + (isRepeating ? " ..." : "")
        case .flag: return spellings
        case .option: return "\(spellings) \(value)"
        }
    }

    private var spellings: String {
        let names = names ?? []
        return (names.filter { $0.kind != "long" } + names.filter { $0.kind == "long" }).map(\.spelling)
            .joined(separator: ", ")
    }

    /// Its place in the line that shows how the command is typed; nil for what may be left out and is an option.
    var usage: String? {
        switch kind {
        case .positional: isOptional ? "[\(label)]" : label
        case .option where !isOptional:
            "\(names?.first { $0.kind == "long" }?.spelling ?? spellings) <\(valueName ?? "value")>"
        case .option, .flag: nil
        }
    }

    /// What two commands share when they share an option: it is spelled and described alike.
    struct Likeness: Hashable {
        package let kind: CommandDescription.Argument.Kind
        package let names: [Name]?
        package let abstract: String?
    }

    /// Whether it takes every word up to the next option.
    package var takesSeveral: Bool { parsingStrategy == "upToNextOption" }

    var likeness: Likeness { Likeness(kind: kind, names: names, abstract: abstract) }
}
