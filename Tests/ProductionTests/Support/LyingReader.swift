import CardProfiles
import ISO7816
import Personalization
import VirtualCard

/// What a reader that lies says in place of an answer.
struct Lie: Sendable, CustomStringConvertible {
    enum Word: Sendable, Hashable {
        case status(UInt16)
        /// Bytes that are no answer.
        case bytes([UInt8])
        case failure(ChannelError.Code)
    }

    /// What it says when the chip is looked at again.
    enum Look: String, Sendable, CaseIterable {
        case honest
        /// The life cycle of a blank chip, of a half-made one, of a card.
        case blank, halfMade, finished
        /// An answer to reset with another chip's serial number.
        case otherChip
        case foreign
        /// 6581 to everything.
        case refusing
        /// 9000 to everything, and nothing goes on to the chip.
        case yesman
    }

    /// The command it lies about, counted from 0 from when the chip is fed; -1: it looks as it says from the beginning.
    let command: Int
    let word: Word
    /// The chip carries the command out all the same.
    var passesOn = true
    var look = Look.honest

    var description: String { "command \(command): \(word), passed on \(passesOn), then \(look)" }
}

/// A reader between the line and one chip. It counts what it is told, and lies once, or from then on.
final class LyingChannel: CardChannel, @unchecked Sendable {
    let card: VirtualHealthCard
    let lie: Lie?
    let transmissionProtocol = TransmissionProtocol.t1
    private let recognizes: [LifeCycleState: UInt8]
    private let ends: [UInt8]
    // Touched by the lane's thread, and by the test when no line runs.
    private var count = 0
    private var hasLied: Bool
    /// The host has sent a command that writes, or the one that ends personalization.
    private(set) var sawWrite = false
    private(set) var sawEnd = false

    /// - Parameters:
    ///   - ends: the header of the command from which on the chip may be a card in use.
    init(_ card: VirtualHealthCard, _ lie: Lie?, profile: CardProfile, ends: [UInt8]) {
        self.card = card
        self.lie = lie
        hasLied = lie?.command == -1
        self.ends = ends
        recognizes = profile.lifeCycle.stateBytes
        card.powerOn()
    }

    var answerToReset: [UInt8] {
        var answer = card.answerToReset
        if hasLied, lie?.look == .otherChip, answer.count > 6 { answer[5] ^= 0x55 }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        card.powerOff()
        card.powerOn()
        return answerToReset
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        defer { count += 1 }
        if [0xE0, 0xD4, 0xDC, 0xD6, 0x44, 0x05, 0xF0, 0xD2, 0xE2].contains(command[1]) { sawWrite = true }
        if Array(command.prefix(4)) == ends { sawEnd = true }
        guard let lie, count == lie.command else { return try hasLied ? later(command) : honest(command) }
        hasLied = true
        if lie.passesOn { _ = try honest(command) }
        switch lie.word {
        case .status(let word): return [UInt8(word >> 8), UInt8(word & 0xFF)]
        case .bytes(let bytes): return bytes
        case .failure(let code): throw ChannelError(code, "the reader says that it failed")
        }
    }

    /// After the lie, as far as it goes on.
    private func later(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        switch lie?.look {
        case .foreign where command[1] == 0xA4: return [0x6A, 0x82]
        case .refusing: return [0x65, 0x81]
        case .yesman: return [0x90, 0x00]
        case .blank: return try honest(command, as: .blank)
        case .halfMade: return try honest(command, as: .beingMade)
        case .finished: return try honest(command, as: .activated)
        default: return try honest(command)
        }
    }

    private func honest(_ command: [UInt8], as state: LifeCycleState? = nil) throws(ChannelError) -> [UInt8] {
        guard var answer = card.process(command) else { throw ChannelError(.cardUnresponsive, "the card is mute") }
        guard let state, let byte = recognizes[state], command[1] == 0xA4,
            let place = answer.indices.first(where: { answer[$0...].starts(with: [0x8A, 0x01]) })
        else { return answer }
        answer[place + 2] = byte
        return answer
    }
}
