import Foundation

extension Terminal {
    /// Asks before something that cannot be taken back: anything but `yes` is no.
    ///
    /// - Throws: ``Failure`` of code 2 where nobody sits at a terminal.
    static func confirm(_ question: String) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(.usage, TerminalText.nobodyToAsk(question))
        }
        ask(TerminalText.typeYes(question))
        guard readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes" else {
            throw Failure(.usage, TerminalText.nothingDone)
        }
    }

    /// A line typed by a person.
    ///
    /// - Parameter problem: what to do where nobody sits at a terminal.
    static func answer(to question: String, orElse problem: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { throw Failure(.usage, problem) }
        ask(question)
        return readLine() ?? ""
    }
}
