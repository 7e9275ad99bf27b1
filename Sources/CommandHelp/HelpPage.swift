import Messages

/// The help of one command, in one language: what it does, how it is typed, its own options before those that others have
/// too, and examples that can be pasted.
package struct HelpPage {
    private let command: CommandDescription
    private let root: CommandDescription
    private let language: Language

    /// - Parameter root: the program, whose other commands say which options are shared.
    package init(_ command: CommandDescription, of root: CommandDescription, in language: Language) {
        self.command = command
        self.root = root
        self.language = language
    }

    /// A heading and what stands below it.
    private struct Section {
        var heading: String
        var rows: [(label: String, text: String)] = []
    }

    /// - Parameter columns: at most so many in each line, but for examples and words that are longer.
    package func text(columns: Int) -> String {
        var parts: [String] = []
        if let abstract = command.abstract { parts.append(WrappedText(translated(abstract)).lines(columns)) }
        let typed = WrappedText(say(.usage) + (language == .english ? " " : "") + usage).lines(columns - 4)
        parts.append(typed.replacing("\n", with: "\n    "))
        if let discussion = command.discussion {
            parts.append(WrappedText(translated(discussion)).lines(columns))
        }
        for section in sections where !section.rows.isEmpty { parts.append(text(of: section, columns: columns)) }
        parts += examples
        if !command.shownCommands.isEmpty {
            parts.append(WrappedText(say(.moreOn(command.path))).lines(columns))
        }
        if isProgram { parts.append(WrappedText(say(.completion)).lines(columns)) }
        return parts.joined(separator: "\n\n")
    }

    /// How the command is typed.
    package var usage: String {
        let own = command.shownArguments
        let words =
            own.compactMap { $0.kind == .positional ? nil : $0.usage }
            + own.compactMap { $0.kind == .positional ? $0.usage : nil }
        let hasOptions = own.contains { $0.kind != .positional && $0.isOptional }
        let below = command.shownCommands.isEmpty ? [] : [language == .english ? "<command>" : "<命令>"]
        return ([command.path] + words + (hasOptions ? [say(.optionsWord)] : []) + below).joined(separator: " ")
    }

    private var sections: [Section] {
        let shared = shared
        let arguments = command.shownArguments
        let options = arguments.filter { $0.kind != .positional && !Self.isEveryCommands($0) }
        var commands = Section(heading: say(.commands))
        commands.rows = command.shownCommands.map { ($0.commandName, translated($0.abstract ?? "")) }
        return [
            Section(heading: say(.arguments), rows: arguments.filter { $0.kind == .positional }.map(row)),
            commands,
            Section(heading: say(.options), rows: options.filter { !shared.contains($0.likeness) }.map(row)),
            Section(heading: say(.sharedOptions), rows: options.filter { shared.contains($0.likeness) }.map(row)),
            Section(
                heading: say(.everyCommand),
                rows: [("--lang <language>", say(.language))]
                    + arguments.filter { Self.isEveryCommands($0) && (isProgram || !$0.isVersion) }.map(row)),
        ]
    }

    private static func isEveryCommands(_ argument: CommandDescription.Argument) -> Bool {
        argument.isVersion || argument.names?.contains { $0.spelling == "--help" } ?? false
    }

    /// Options that three commands or more have alike.
    private var shared: Set<CommandDescription.Argument.Likeness> {
        var count: [CommandDescription.Argument.Likeness: Int] = [:]
        for command in root.all {
            for argument in command.shownArguments where argument.kind != .positional {
                count[argument.likeness, default: 0] += 1
            }
        }
        return Set(count.filter { $0.value >= 3 }.keys)
    }

    private func row(_ argument: CommandDescription.Argument) -> (label: String, text: String) {
        (argument.label, argument.description(in: language))
    }

    private func text(of section: Section, columns: Int) -> String {
        let indent = 2
        let widest = section.rows.map { DisplayWidth.columns(of: $0.label) }.max() ?? 0
        let margin = min(widest, 26) + indent + 2
        let rows = section.rows.map { row -> String in
            let lines = WrappedText(row.text).lines(max(20, columns - margin)).split(separator: "\n")
            let space = String(repeating: " ", count: margin)
            let label = String(repeating: " ", count: indent) + row.label
            let width = DisplayWidth.columns(of: label)
            guard let first = lines.first else { return label }
            let rest = lines.dropFirst().map { "\n" + space + $0 }.joined()
            return width + 2 <= margin
                ? label + String(repeating: " ", count: margin - width) + first + rest
                : label + "\n" + space + first + rest
        }
        return ([section.heading] + rows).joined(separator: "\n")
    }

    /// Each as it is typed, on one line however long it is.
    private var examples: [String] {
        let examples = CommandExample.all[command.place] ?? []
        guard !examples.isEmpty else { return [] }
        let lines = examples.flatMap { ["  # " + translated($0.purpose), "  " + $0.line] }
        return [([say(.examples)] + lines).joined(separator: "\n")]
    }

    private var isProgram: Bool { command.superCommands == nil }
    private func translated(_ english: String) -> String { HelpCatalogue.text(english, in: language) }
    private func say(_ text: HelpText) -> String { text.text(in: language) }
}
