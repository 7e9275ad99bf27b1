import Messages

/// The protocol on the link between reader and card (ISO/IEC 7816-3).
public enum TransmissionProtocol: Sendable, Hashable {
    case t0, t1, raw
}

/// A way to one card: a reader, a card in this process, a replayed trace. It blocks; it belongs to one thread.
public protocol CardChannel: AnyObject {
    /// The answer to the last reset, as sent (ISO/IEC 7816-3:2006 §8).
    var answerToReset: [UInt8] { get }

    var transmissionProtocol: TransmissionProtocol { get }

    /// The reader that carries the bytes, by name: what it refuses for its length it refuses of every card. Nil without a
    /// reader, and where nothing is to be remembered of one.
    var readerName: String? { get }

    /// Sends exactly these bytes and returns the card's whole answer, SW1-SW2 included.
    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8]

    /// Resets the card and returns its new answer to reset. Rights, challenges and the current file are gone.
    func reset() throws(ChannelError) -> [UInt8]

    /// Resets the card without taking its power away, and returns its new answer to reset (ISO/IEC 7816-3:2006 §6.2.3). A
    /// card may answer otherwise than to the first, cold reset. Where there is no power to leave on, it is ``reset()``.
    func warmReset() throws(ChannelError) -> [UInt8]
}

extension CardChannel {
    public var readerName: String? { nil }
    public func warmReset() throws(ChannelError) -> [UInt8] { try reset() }
}

/// Why a channel could not carry bytes. Equal by code: the reason is for people.
public struct ChannelError: AdvisedError {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case cardRemoved, cardReset, cardUnresponsive, readerUnavailable, serviceUnavailable, sharingViolation
        case timeout, malformedResponse, commandRejected, cancelled, other
    }

    public var code: Code
    /// What happened and what to do about it, as whoever made the channel says it; never data of a card.
    public var reason: any Message

    public init(_ code: Code, _ reason: some Message) {
        self.code = code
        self.reason = reason
    }

    /// - Parameter text: what happened, where it comes without a translation: from a recording, from a driver.
    public init(_ code: Code, _ text: String) { self.init(code, VerbatimText(text)) }

    /// The reason in English, for logs and recordings.
    public var message: String { description }

    public static let domain = "channel"

    public var kind: ErrorKind {
        switch code {
        case .readerUnavailable, .serviceUnavailable: .noReader
        case .cardRemoved, .cardUnresponsive, .sharingViolation, .timeout: .noCard
        case .cardReset, .malformedResponse, .commandRejected, .cancelled, .other: .cardRefused
        }
    }

    public var english: English { reason.english }
    public var chinese: Chinese { reason.chinese }
}

extension ChannelError: Hashable {
    public static func == (left: ChannelError, right: ChannelError) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
