import ISO7816

/// A recorded conversation with a card, and with a SAM beside it: JSON, a line for each event (`Docs/trace.md`).
public struct TraceFile: Sendable, Hashable {
    public static let version = 1

    /// The first line.
    public struct Header: Sendable, Hashable {
        /// Name and SM3 digest of the profile it was recorded with, in hexadecimal.
        public var profile: String
        public var digest: String
        /// When, as the recorder wrote it.
        public var date: String?
        /// Data is only counted: the trace can be shown, not played.
        public var isRedacted: Bool
        /// The command line; of a redacted one only the name.
        public var arguments: [String]

        public init(profile: String, digest: String, date: String?, isRedacted: Bool, arguments: [String]) {
            self.profile = profile
            self.digest = digest
            self.date = date
            self.isRedacted = isRedacted
            self.arguments = arguments
        }
    }

    /// Whom a command went to.
    public enum Channel: String, Sendable, Hashable, CaseIterable { case card, sam }

    public enum Event: Sendable, Hashable {
        case connect(Channel, answerToReset: TraceBytes, TransmissionProtocol)
        case command(Channel, TraceBytes)
        /// To the command before it.
        case answer(Channel, TraceBytes)
        case reset(Channel, answerToReset: TraceBytes)
        /// Of the command before it, else of a reset.
        case failure(Channel, ChannelError.Code, message: String)
        /// Bytes the host drew.
        case random(TraceBytes)
        /// The exit status of the recorded program.
        case end(Int)
    }

    public struct Entry: Sendable, Hashable {
        /// Microseconds since the recording began.
        public let time: Int
        public let event: Event

        public init(time: Int, _ event: Event) {
            self.time = time
            self.event = event
        }
    }

    public var header: Header
    public var entries: [Entry]

    public init(header: Header, entries: [Entry]) {
        self.header = header
        self.entries = entries
    }

    /// The status the recorded program ended with; nil when it did not end.
    public var status: Int? {
        guard case .end(let status)? = entries.last?.event else { return nil }
        return status
    }

    // MARK: Text

    /// The lines, each with its end.
    public var text: String { header.line + entries.map(\.line).joined() }

    /// A line more is no trace: hours of a card at work.
    private static let limit = 1_000_000

    /// - Parameter text: UTF-8.
    /// - Throws: ``TraceError``: `malformed` with the line, `version`.
    public init(text: some Collection<UInt8>) throws(TraceError) {
        var header: Header?
        var entries: [Entry] = []
        var order = TraceOrder()
        for (index, bytes) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            guard number <= Self.limit else { throw .malformed(line: number, .tooManyLines(limit: Self.limit)) }
            guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) else { continue }
            let line = try TraceLine(Array(bytes), number)
            guard header != nil else {
                header = try line.header()
                continue
            }
            let entry = Entry(time: try line.time(), try line.event())
            try order.check(entry, number)
            entries.append(entry)
        }
        guard let header else { throw .malformed(line: 1, .empty) }
        if !header.isRedacted, let hiding = entries.firstIndex(where: { $0.event.hides }) {
            throw .malformed(line: hiding + 2, .hidesBytes)
        }
        self.init(header: header, entries: entries)
    }
}

extension TraceFile.Event {
    /// Whether it hides what is no PIN.
    fileprivate var hides: Bool {
        switch self {
        case .answer(_, let bytes), .random(let bytes), .connect(_, let bytes, _), .reset(_, let bytes):
            bytes.bytes == nil
        case .command(_, let bytes):
            // Without its header it would stand for any command.
            bytes.bytes == nil && (bytes.start.count < 4 || !TraceRedaction.isAboutPIN(bytes.start[1]))
        case .failure, .end: false
        }
    }

    public var channel: TraceFile.Channel? {
        switch self {
        case .connect(let channel, _, _), .command(let channel, _), .answer(let channel, _), .reset(let channel, _),
            .failure(let channel, _, _):
            channel
        case .random, .end: nil
        }
    }
}

/// Answers follow their commands, nothing follows the end.
private struct TraceOrder {
    private var open: TraceFile.Channel?
    private var hasEnded = false
    private var time = 0

    mutating func check(_ entry: TraceFile.Entry, _ line: Int) throws(TraceError) {
        guard !hasEnded else { throw .malformed(line: line, .afterTheEnd) }
        guard entry.time >= time else { throw .malformed(line: line, .timeRunsBackwards) }
        time = entry.time
        switch entry.event {
        case .answer(let channel, _):
            guard open == channel else { throw .malformed(line: line, .answerWithoutCommand) }
            open = nil
        case .failure(let channel, _, _):
            guard open == nil || open == channel else { throw .malformed(line: line, .otherChannelFails) }
            open = nil
        case .command(let channel, let bytes):
            guard open == nil else { throw .malformed(line: line, .commandBeforeAnswer) }
            guard bytes.count > 0 else { throw .malformed(line: line, .emptyCommand) }
            open = channel
        case .connect, .reset, .random:
            guard open == nil else { throw .malformed(line: line, .eventBeforeAnswer) }
        case .end:
            hasEnded = true
        }
    }
}
