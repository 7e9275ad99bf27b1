import ISO7816

/// A virtual card in this process, as a reader would give it to a program.
///
/// The channel brings its own trouble when asked: the card pulled out at a command, the power cut at a written byte, a
/// write that fails. Like every channel it belongs to one thread.
public final class VirtualCardChannel: CardChannel {
    public let card: VirtualHealthCard
    public var transmissionProtocol: TransmissionProtocol

    /// Commands that reached this channel, refused ones included.
    public private(set) var commandCount = 0
    /// The card is pulled out instead of taking one command more than this; nil: it stays. See ``insert()``.
    public var commandsUntilRemoval: Int?
    /// Sees each command and may answer in the card's place, or fail: seeded faults, traces, timing.
    public var intercept: ((_ command: [UInt8], _ index: Int) throws(ChannelError) -> [UInt8]?)?
    public private(set) var isInserted = true

    /// Puts the card in and powers it on.
    public init(card: VirtualHealthCard, transmissionProtocol: TransmissionProtocol? = nil) {
        self.card = card
        self.transmissionProtocol = transmissionProtocol ?? (card.options.behavesAsT0 ? .t0 : .t1)
        card.powerOn()
    }

    public var answerToReset: [UInt8] { card.answerToReset }

    /// - Throws: `cardRemoved` once the card is pulled out, `cardUnresponsive` when its power failed.
    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let index = commandCount
        commandCount += 1
        if let left = commandsUntilRemoval {
            if left <= 0 { remove() } else { commandsUntilRemoval = left - 1 }
        }
        guard isInserted else { throw ChannelError(.cardRemoved, "the card was taken out: put it in again") }
        if let intercept, let answer = try intercept(command, index) { return answer }
        guard let answer = card.process(command) else {
            throw ChannelError(.cardUnresponsive, "the card does not answer: reset it, or take it out and put it in")
        }
        return answer
    }

    public func reset() throws(ChannelError) -> [UInt8] {
        guard isInserted else { throw ChannelError(.cardRemoved, "the card was taken out: put it in again") }
        card.powerOn()
        return card.answerToReset
    }

    /// Pulls the card out: its power goes.
    public func remove() {
        isInserted = false
        commandsUntilRemoval = nil
        card.powerOff()
    }

    /// Puts it in again.
    public func insert() {
        isInserted = true
        card.powerOn()
    }
}
