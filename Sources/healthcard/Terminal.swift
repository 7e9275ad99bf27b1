import Foundation

/// Standard output and error, in the language of the caller's locale. Nothing outside this target prints.
enum Terminal {
    /// True when messages go out in Chinese: `LC_ALL`, else `LC_MESSAGES`, else `LANG` starts with `zh`.
    static let speaksChinese: Bool = {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale?.hasPrefix("zh") ?? false
    }()

    /// From now on a pipe that nobody reads any more ends a line, not the process: a card that is being made must not be
    /// left half written because its progress went through `head`.
    static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }

    static let errorIsTerminal = isatty(STDERR_FILENO) == 1
    static let inputIsTerminal = isatty(STDIN_FILENO) == 1

    static func text(_ english: String, _ chinese: String) -> String { speaksChinese ? chinese : english }

    static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

    static func note(_ line: String) { write(line + "\n", to: .standardError) }

    /// What a person is asked, on the line of the answer.
    static func ask(_ prompt: String) { write(prompt, to: .standardError) }

    /// A line that the next one overwrites; the caller sees to it that standard error is a terminal.
    static func overwrite(_ line: String) { write("\r\u{1B}[K" + line, to: .standardError) }

    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// One object on one line, for programs that read as it comes.
    static func printLine(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func bar(_ done: Int, of total: Int, width: Int = 30) -> String {
        let filled = total > 0 ? max(0, min(width, done * width / total)) : 0
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    /// The time of day, to the millisecond.
    static func clock() -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "HH:mm:ss.SSS"
        return formatter.string(from: Date())
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that has gone away (`| head`) ends the process by SIGPIPE, and where that must not be, nothing.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// The progress of one card: a bar on a terminal, a line for each phase elsewhere.
struct ProgressLine {
    private let label: String
    private let isShown: Bool
    private var phases: Set<String> = []

    init(label: String, isShown: Bool) {
        self.label = label
        self.isShown = isShown
    }

    mutating func show(done: Int, of total: Int, phase: String) {
        guard isShown else { return }
        if Terminal.errorIsTerminal {
            Terminal.overwrite("\(label) \(Terminal.bar(done, of: total)) \(done)/\(total) \(phase)")
        } else if phases.insert(phase).inserted {
            // Phases come again for each directory; a log wants each once.
            Terminal.note("\(label) \(done)/\(total) \(phase)")
        }
    }

    func finish(_ line: String) {
        guard isShown else { return }
        if Terminal.errorIsTerminal { Terminal.overwrite("") }
        Terminal.note(line)
    }
}
