import CStandardDescriptors
import Foundation
import HealthCard
import Messages
import Production
import Synchronization

/// Standard output and error, in the language of the run. Nothing outside this target prints, and nothing in
/// it but by these doors: whatever is printed may hold text of others (a batch, a card, a reader's name, a file's), and no
/// text steers the terminal. What steers it is asked for by name: ``overwrite(_:)``, ``draw(_:)``.
enum Terminal {
    /// What people are spoken to in: `--lang`, else as the environment says.
    static let language = Language.preferred(
        LanguageArgument.given, in: ProcessInfo.processInfo.environment)

    /// From now on a pipe that nobody reads any more ends a line, not the process: a card that is being made must not be
    /// left half written because its progress went through `head`.
    static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }

    /// Standard error as it was given: libraries find another one under its number while they are silenced.
    private static let errors = healthcard_error_descriptor()

    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    static let errorIsTerminal = isatty(errors) == 1
    static let inputIsTerminal = isatty(STDIN_FILENO) == 1

    /// What a message says in the language of the run.
    static func words(_ message: some Message) -> String { message.text(in: language) }

    /// A line that begins with what it is about.
    static func labelled(_ label: some Message, _ value: String) -> String {
        switch language {
        case .english: words(label).padding(toLength: 18, withPad: " ", startingAt: 0) + value
        case .chinese: words(label) + "：" + value
        }
    }

    static func print(_ message: some Message) { print(words(message)) }
    static func note(_ message: some Message) { note(words(message)) }
    static func ask(_ message: some Message) { ask(words(message)) }

    static func print(_ line: String) {
        if !send(line.visible + "\n", to: STDOUT_FILENO) { isOutputLost.withLock { $0 = true } }
    }

    /// What other programs read.
    enum MachineFormat { case json, csv }

    /// Data on standard output, as it is: of JSON another spelling may be given, CSV has none and is changed for a terminal
    /// alone.
    /// - Returns: false when not all of it could be written.
    static func emit(_ text: String, as format: MachineFormat) -> Bool {
        switch format {
        case .json: send(text.visibleJSON, to: STDOUT_FILENO)
        case .csv:
            send(outputIsTerminal ? text.replacing("\r\n", with: "\n").visible : text, to: STDOUT_FILENO)
        }
    }

    private static let isOutputLost = Mutex(false)

    /// - Throws: ``Failure`` when something that was printed did not arrive, on a full disk: a script must not take half
    ///   a card for a whole one.
    static func checkOutput() throws {
        guard isOutputLost.withLock({ $0 }) else { return }
        throw Failure(.badInput, LedgerOutputText.outputLost)
    }

    static func note(_ line: String) {
        if let door = notes.withLock({ $0 }) { return door(line) }
        _ = send(line.visible + "\n", to: errors)
    }

    private static let notes = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// From now on notes go through whoever keeps rows on the terminal, who knows where they belong; nil: to standard error.
    static func sendNotes(_ door: (@Sendable (String) -> Void)?) { notes.withLock { $0 = door } }

    /// What a person is asked, on the line of the answer.
    static func ask(_ prompt: String) { _ = send(prompt.visible, to: errors) }

    /// A line that the next one overwrites; the caller sees to it that standard error is a terminal.
    /// What the terminal has no room for is left out: a line that is broken in two is overwritten in part only.
    static func overwrite(_ line: String) {
        let shown = DisplayWidth.fit(line.visibleOnOneLine, into: errorSize.columns - 1)
        _ = send("\r\u{1B}[K" + shown, to: errors)
    }

    /// What steers the terminal on standard error: rows that are kept up to date (``LineView``). Whatever text is in it was
    /// made visible before.
    static func draw(_ output: String) { if !output.isEmpty { _ = send(output, to: errors) } }

    /// Columns and rows of the terminal on standard error; 80 and 24 where it does not say.
    static var errorSize: LineScreen.Size {
        var size = winsize()
        let isKnown = ioctl(errors, UInt(TIOCGWINSZ), &size) == 0
        return LineScreen.Size(
            columns: isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80,
            rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// Columns of a page of text on standard output: the terminal's, 100 at most; 80 in a pipe.
    static var pageColumns: Int {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? min(max(Int(size.ws_col), 40), 100) : 80
    }

    static func print(json value: some Encodable) throws {
        let encoder = encoder()
        encoder.outputFormatting.insert(.prettyPrinted)
        print(String(decoding: try encoder.encode(value), as: UTF8.self).visibleJSON)
    }

    /// One object on one line, for programs that read as it comes.
    static func printLine(json value: some Encodable) throws {
        print(String(decoding: try encoder().encode(value), as: UTF8.self).visibleJSON)
    }

    /// Sorted keys, times as ISO 8601 with milliseconds in UTC.
    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return encoder
    }

    /// Of ASCII: what else there is for it has two columns on some terminals.
    static func bar(_ done: Int, of total: Int, width: Int = 30) -> String {
        let filled = total > 0 ? max(0, min(width, done * width / total)) : 0
        return String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    }

    /// The time of day, to the millisecond.
    static func clock() -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "HH:mm:ss.SSS"
        return formatter.string(from: Date())
    }

    /// Bytes on a descriptor: for files, and for the doors above.
    ///
    /// - Returns: false when not all of it could be written. A reader that has gone away (`| head`) ends the process by
    ///   SIGPIPE; where that must not be, it has what it wants.
    static func send(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno == EPIPE }
            rest = rest.dropFirst(count)
        }
        return true
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
