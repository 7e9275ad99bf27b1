import CLinux
import Foundation
import ShangMi

extension Terminal {
    /// Bytes of the longest line that is taken.
    private static let longestSecret = 1000

    private final class Question {
        let text: String

        init(_ text: String) { self.text = text }
    }

    /// A line typed without being shown; nil where standard input is no terminal, and at its end.
    ///
    /// It goes from the terminal into locked memory, and is nowhere else. Ctrl-C, Ctrl-\ and SIGTERM end the process as
    /// ever, Ctrl-Z stops it, each with the terminal as it was before.
    static func secret(_ prompt: String) -> SecretBytes? {
        while true {
            guard inputIsTerminal else { return nil }
            let question = Question(prompt)
            var count = 0
            let line = SecretBytes(count: longestSecret + 1) { buffer in
                guard let start = buffer.baseAddress else { return }
                // Asked when the terminal is silent, so that nothing is shown of who types at once.
                count = healthcard_read_hidden(
                    STDIN_FILENO, start, buffer.count,
                    { context in
                        guard let context else { return }
                        Terminal.ask(Unmanaged<Question>.fromOpaque(context).takeUnretainedValue().text)
                    }, Unmanaged.passUnretained(question).toOpaque())
            }
            withExtendedLifetime(question) { note("") }
            switch count {
            case Int(HEALTHCARD_RESUMED): continue
            case Int(HEALTHCARD_TOO_LONG):
                note(TerminalText.lineTooLong(bytes: longestSecret))
            case 0...:
                return line.withUnsafeBytes { line in
                    let typed = UnsafeRawBufferPointer(rebasing: line[..<count])
                    guard !typed.contains(where: { $0 < 0x20 }) else { return nil }
                    return SecretBytes(count: count) { $0.copyMemory(from: typed) }
                }
            default: return nil
            }
        }
    }
}
