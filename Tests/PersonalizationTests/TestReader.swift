import ISO7816
import VirtualCard

@testable import Personalization

/// A reader in this process that counts commands and can be made to fail at any of them.
final class TestReader: CardChannel {
    /// What goes wrong, and when it does.
    struct Fault {
        enum Moment {
            /// The card never sees the command.
            case before
            /// The card has done it, its answer is lost.
            case after
            /// The card sees a command with its last byte changed.
            case altered
            /// The card answers this instead, and does nothing.
            case answers(StatusWord)
            /// What the card was to write cannot be written; it answers 6581 itself.
            case worn
        }
        /// Counted from 0.
        let command: Int
        var moment = Moment.before
        var error = ChannelError(.cardRemoved, "the card was removed; put it back")
    }

    let card: VirtualHealthCard
    var fault: Fault?
    let transmissionProtocol: TransmissionProtocol
    private(set) var commands: [[UInt8]] = []
    /// Those the card has carried out, whether anybody heard of it or not.
    private(set) var done: [[UInt8]] = []
    private(set) var resets = 0
    /// Sees the card before each command.
    var beforeCommand: ((TestReader) throws -> Void)?

    init(_ card: VirtualHealthCard, fault: Fault? = nil, _ transmissionProtocol: TransmissionProtocol = .t1) {
        self.card = card
        self.fault = fault
        self.transmissionProtocol = transmissionProtocol
        card.powerOff()
        card.powerOn()
    }

    var answerToReset: [UInt8] { card.answerToReset }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        defer { commands.append(command) }
        do { try beforeCommand?(self) } catch { throw ChannelError(.other, "\(error)") }
        guard let fault, fault.command == commands.count else { return try answer(command) }
        switch fault.moment {
        case .before: throw fault.error
        case .after:
            _ = try answer(command)
            throw fault.error
        case .altered: return try answer(command.dropLast() + [(command.last ?? 0) ^ 1])
        case .answers(let status): return ResponseAPDU(status: status).encoded
        case .worn:
            card.failWrites(1)
            defer { card.failWrites(0) }
            return try answer(command)
        }
    }

    private func answer(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let answer = card.process(command) else { throw ChannelError(.cardUnresponsive, "the card is mute") }
        if answer.suffix(2) == [0x90, 0x00] { done.append(command) }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        resets += 1
        card.powerOff()
        card.powerOn()
        return card.answerToReset
    }

    /// Commands with this instruction byte.
    func count(of instruction: UInt8) -> Int { commands.count { $0.count > 1 && $0[1] == instruction } }
}
