import Messages

/// A command's page in the format of man(1), from the same source as its help.
package struct ManualPage {
    /// What every page begins with.
    package static let beginning = ".TH "

    private let command: CommandDescription
    private let root: CommandDescription
    private let version: String
    private let language: Language

    /// - Parameter version: the program's name and version, below each page.
    package init(_ command: CommandDescription, of root: CommandDescription, version: String, in language: Language) {
        self.command = command
        self.root = root
        self.version = version
        self.language = language
    }

    package var text: String {
        let name = command.path.replacing(" ", with: "-")
        var lines = [
            "\(Self.beginning)\(name.uppercased()) 1 \"\" \"\(version)\"",
            // Chinese has no blanks that could be widened.
            ".ad l",
            ".SH \(heading(.name))",
            "\(name) \\- \(Self.escaped(translated(command.abstract ?? "")))",
            ".SH \(heading(.synopsis))",
            ".B \(Self.escaped(HelpPage(command, of: root, in: language).usage))",
        ]
        if let discussion = command.discussion {
            lines.append(".SH \(heading(.description))")
            lines += paragraphs(translated(discussion))
        }
        let arguments = command.shownArguments
        if !arguments.isEmpty {
            lines.append(".SH \(heading(.options))")
            for argument in arguments {
                lines += [".TP", ".B \(Self.escaped(argument.label))"]
                lines.append(Self.escaped(argument.description(in: language)))
            }
        }
        if !command.shownCommands.isEmpty {
            lines.append(".SH \(heading(.commands))")
            for below in command.shownCommands {
                lines += [
                    ".TP", ".BR \(below.path.replacing(" ", with: "\\-")) (1)",
                    Self.escaped(translated(below.abstract ?? "")),
                ]
            }
        }
        let examples = CommandExample.all[command.place] ?? []
        if !examples.isEmpty {
            lines.append(".SH \(heading(.examples))")
            for example in examples {
                lines += [
                    ".PP", Self.escaped(translated(example.purpose)), ".PP", ".nf", Self.escaped(example.line), ".fi",
                ]
            }
        }
        return lines.joined(separator: "\n")
    }

    private func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.isEmpty ? ".PP" : Self.escaped(String($0))
        }
    }

    private func translated(_ english: String) -> String { HelpCatalogue.text(english, in: language) }
    private func heading(_ heading: ManualHeading) -> String { heading.text(in: language) }

    /// What troff would take for a command of its own is text.
    private static func escaped(_ text: String) -> String {
        let quoted = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return quoted.hasPrefix(".") || quoted.hasPrefix("'") ? "\\&" + quoted : quoted
    }
}
