/// A command line to begin from, as it is typed: on one line, and never broken.
package struct CommandExample: Sendable {
    /// In English; the other languages have it in ``HelpCatalogue``.
    package let purpose: String
    package let line: String

    init(_ purpose: String, _ line: String) {
        self.purpose = purpose
        self.line = line
    }

    /// By the place of the command, as it is typed behind the program's name. Every command that does something has one.
    package static let all = card.merging(factory) { first, _ in first }
}
