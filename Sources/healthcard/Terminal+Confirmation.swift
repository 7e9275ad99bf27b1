import Foundation

extension Terminal {
    /// Asks before something that cannot be taken back: anything but `yes` is no.
    ///
    /// - Throws: ``Failure`` of code 2 where nobody sits at a terminal.
    static func confirm(_ question: String) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(
                .usage,
                question
                    + text(
                        " Nobody is there to ask: say --yes to do it all the same.",
                        "无人可确认：如确需执行，请加 --yes。"))
        }
        ask(question + text(" Type yes to go on: ", "输入 yes 继续："))
        guard readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes" else {
            throw Failure(.usage, text("nothing was done", "未执行任何操作"))
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
