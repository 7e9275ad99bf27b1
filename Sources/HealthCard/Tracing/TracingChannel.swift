import ISO7816

/// One line of a trace: a command, an answer, or a reset.
public struct TraceEvent: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable { case command, answer, reset, failure }

    public let kind: Kind
    /// The command it belongs to, from 1.
    public let number: Int
    /// Redacted text: hexadecimal bytes, `[n bytes]` for what is hidden, the status word with its meaning.
    public let text: String
    /// The name of a command, `READ RECORD`, where it has one.
    public let name: String?
    /// How long the card took; nil for commands.
    public let elapsed: Duration?

    init(_ kind: Kind, _ number: Int, _ text: String, name: String? = nil, elapsed: Duration? = nil) {
        self.kind = kind
        self.number = number
        self.text = text
        self.name = name
        self.elapsed = elapsed
    }

    /// `> 00 84 00 00 08  GET CHALLENGE`, `< 9000  (1.25 ms)`.
    public var description: String {
        let mark =
            switch kind {
            case .command: ">"
            case .answer: "<"
            case .reset: "="
            case .failure: "!"
            }
        guard let elapsed else { return "\(mark) \(text)\(name.map { "  \($0)" } ?? "")" }
        let microseconds = elapsed.components.seconds * 1_000_000 + elapsed.components.attoseconds / 1_000_000_000_000
        let fraction = String(microseconds % 1000 / 10)
        return "\(mark) \(text)  (\(microseconds / 1000).\(fraction.count < 2 ? "0" : "")\(fraction) ms)"
    }
}

/// Shows everything that passes between a program and a card, both ways and timed.
///
/// Redacted unless told otherwise: what a person, a PIN or a key has to do with is shown as a length. Headers, lengths
/// and status words are always shown.
public final class TracingChannel: CardChannel {
    public enum Redaction: Sendable, Hashable {
        /// Only data that is no one's secret: identifiers, templates, challenges.
        case personalDataAndSecrets
        /// Everything but PINs: for test cards, when the user asks.
        case pinsOnly
    }

    /// May change while it runs: a card is known to be a test card only after it has proved it.
    public var redaction: Redaction {
        get { visible.level }
        set { visible.level = newValue }
    }
    private let channel: any CardChannel
    private let clock = ContinuousClock()
    private let write: (TraceEvent) -> Void
    private var number = 0
    private var visible: TraceRedaction

    public init(
        _ channel: any CardChannel, redaction: Redaction = .personalDataAndSecrets,
        write: @escaping (TraceEvent) -> Void
    ) {
        self.channel = channel
        self.write = write
        visible = TraceRedaction(redaction)
    }

    public var answerToReset: [UInt8] { channel.answerToReset }
    public var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
    public var readerName: String? { channel.readerName }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        number += 1
        let ins = command.count > 1 ? command[1] : 0
        let shown =
            visible.command(command)?.spaced
            ?? "\(Hex.encode(command.prefix(4), separator: " ")) … [\(command.count) bytes, no APDU]"
        write(TraceEvent(.command, number, shown, name: InstructionByte.name(of: ins)))
        let start = clock.now
        do {
            let answer = try channel.transmit(command)
            let elapsed = clock.now - start
            write(TraceEvent(.answer, number, text(ofAnswer: answer), elapsed: elapsed))
            return answer
        } catch {
            write(TraceEvent(.failure, number, error.message, elapsed: clock.now - start))
            throw error
        }
    }

    public func reset() throws(ChannelError) -> [UInt8] {
        try traced("reset") { () throws(ChannelError) in try channel.reset() }
    }

    public func warmReset() throws(ChannelError) -> [UInt8] {
        try traced("warm reset") { () throws(ChannelError) in try channel.warmReset() }
    }

    private func traced(
        _ name: String, _ reset: () throws(ChannelError) -> [UInt8]
    ) throws(ChannelError) -> [UInt8] {
        let start = clock.now
        do throws(ChannelError) {
            let answer = try reset()
            let text = "\(name): \(Hex.encode(answer, separator: " "))"
            write(TraceEvent(.reset, number, text, elapsed: clock.now - start))
            return answer
        } catch {
            write(TraceEvent(.failure, number, error.message, elapsed: clock.now - start))
            throw error
        }
    }

    private func text(ofAnswer bytes: [UInt8]) -> String {
        guard let answer = try? ResponseAPDU(bytes), let shown = visible.answer(bytes) else {
            return "[\(bytes.count) bytes, no answer]"
        }
        let data = shown.pieces.count > 1 ? ["[\(answer.data.count) bytes]"] : []
        let hex = data.isEmpty && !answer.data.isEmpty ? [Hex.encode(answer.data, separator: " ")] : []
        var parts = data + hex + [answer.status.description]
        if !answer.status.isSuccess { parts.append(answer.status.meaning(for: visible.answered).description) }
        return parts.joined(separator: " ")
    }
}
