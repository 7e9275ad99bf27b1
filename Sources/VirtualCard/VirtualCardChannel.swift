import ISO7816

/// A virtual chip in this process, as a reader would give it to a program.
///
/// The channel brings its own trouble when asked: the card pulled out at a command, an answer that is not the card's.
/// Like every channel it belongs to one thread.
public class VirtualChipChannel: CardChannel {
    private let chip: any Chip
    public var transmissionProtocol: TransmissionProtocol

    /// Commands that reached this channel, refused ones included.
    public private(set) var commandCount = 0
    /// The card is pulled out instead of taking one command more than this; nil: it stays. See ``insert()``.
    public var commandsUntilRemoval: Int?
    /// Sees each command and may answer in the card's place, or fail: seeded faults, traces, timing.
    public var intercept: ((_ command: [UInt8], _ index: Int) throws(ChannelError) -> [UInt8]?)?
    public private(set) var isInserted = true

    /// Puts the chip in and powers it on.
    public init(chip: any Chip, transmissionProtocol: TransmissionProtocol = .t1) {
        self.chip = chip
        self.transmissionProtocol = transmissionProtocol
        chip.powerOn()
    }

    public var answerToReset: [UInt8] { chip.answerToReset }

    /// - Throws: `cardRemoved` once the card is pulled out, `cardUnresponsive` when its power failed.
    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let index = commandCount
        commandCount += 1
        if let left = commandsUntilRemoval {
            if left <= 0 { remove() } else { commandsUntilRemoval = left - 1 }
        }
        guard isInserted else { throw ChannelError(.cardRemoved, "the card was taken out: put it in again") }
        if let intercept, let answer = try intercept(command, index) { return answer }
        guard let answer = chip.process(command) else {
            throw ChannelError(.cardUnresponsive, "the card does not answer: reset it, or take it out and put it in")
        }
        return answer
    }

    public func reset() throws(ChannelError) -> [UInt8] {
        guard isInserted else { throw ChannelError(.cardRemoved, "the card was taken out: put it in again") }
        chip.powerOn()
        return chip.answerToReset
    }

    public func warmReset() throws(ChannelError) -> [UInt8] {
        guard isInserted else { throw ChannelError(.cardRemoved, "the card was taken out: put it in again") }
        chip.warmReset()
        return chip.answerToReset
    }

    /// Pulls the card out: its power goes.
    public func remove() {
        isInserted = false
        commandsUntilRemoval = nil
        chip.powerOff()
    }

    /// Puts it in again.
    public func insert() {
        isInserted = true
        chip.powerOn()
    }
}

/// A ``VirtualHealthCard`` in this process.
public final class VirtualCardChannel: VirtualChipChannel {
    public let card: VirtualHealthCard

    /// Puts the card in and powers it on.
    public init(card: VirtualHealthCard, transmissionProtocol: TransmissionProtocol? = nil) {
        self.card = card
        super.init(
            chip: card, transmissionProtocol: transmissionProtocol ?? (card.options.behavesAsT0 ? .t0 : .t1))
    }
}

/// A ``VirtualSAM`` in this process.
public final class VirtualSAMChannel: VirtualChipChannel {
    public let sam: VirtualSAM

    /// Puts the SAM in and powers it on.
    public init(sam: VirtualSAM, transmissionProtocol: TransmissionProtocol = .t1) {
        self.sam = sam
        super.init(chip: sam, transmissionProtocol: transmissionProtocol)
    }
}
