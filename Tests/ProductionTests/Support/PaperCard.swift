import Foundation
import ISO7816
import Ledger
import Personalization
import Production

/// A chip that is as simple as one can be and still be blank, half made or finished: what lines are tried with.
final class PaperCard: @unchecked Sendable {
    enum Fault {
        /// Taken out before the card sees the command; put back after being looked for so often, nil: never.
        case removed(back: Int?)
        /// The card does it, its answer is lost and the card taken out.
        case answerLost(back: Int?)
        /// The reader says nothing, the card stays.
        case timeout
        /// Memory fails: 6581.
        case writeFails
        /// It answers nothing any more, though it lies there.
        case dies
        /// The reader holds whoever asks, until it is let go.
        case hangs(DispatchSemaphore)
    }

    /// Commands: look, key, `writes` writes, read back, activate.
    static let writes = 6
    static let lookIndex = 0
    static let commandsOfCard = 1 + 1 + 1 + writes + 1 + 1

    private let lock = NSLock()
    let serial: [UInt8]
    // Guarded by `lock`.
    private(set) var owner: [UInt8]?
    private(set) var written = 0
    private(set) var isActive = false
    private(set) var commands = 0
    var hasOtherKey = false
    var failsEveryWrite = false
    private var faults: [Int: Fault]
    /// What lies between the card and the line makes another answer of each.
    private var reader: ([UInt8], [UInt8]) -> [UInt8] = { _, answer in answer }
    private var isPresent = true
    private var isDead = false
    private var looksUntilBack: Int?
    private var seat = 0

    /// - Parameter faults: by the number of the command, counted over the card's life.
    init(_ number: Int, faults: [Int: Fault] = [:]) {
        serial = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
        self.faults = faults
    }

    var chip: String { Hex.encode(serial) }
    var isThere: Bool { lock.withLock { isPresent } }

    /// As if somebody had made it before.
    func make(owner: [UInt8], written: Int = PaperCard.writes, active: Bool) {
        lock.withLock { (self.owner, self.written, isActive) = (owner, written, active) }
    }

    /// - Parameter reader: given a command and the card's answer, what the line is told.
    func liesThrough(_ reader: @escaping ([UInt8], [UInt8]) -> [UInt8]) { lock.withLock { self.reader = reader } }

    func putBack() { lock.withLock { isPresent = true } }

    /// Lays it into a reader, and takes it out of the one it lay in.
    func sit() -> Int {
        lock.withLock {
            seat += 1
            return seat
        }
    }

    func sits(in seat: Int) -> Bool { lock.withLock { self.seat == seat } }

    /// Somebody looks for it; it may have come back.
    func look() {
        lock.withLock {
            guard !isPresent, let left = looksUntilBack else { return }
            if left <= 0 { isPresent = true } else { looksUntilBack = left - 1 }
        }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        lock.lock()
        defer { lock.unlock() }
        guard isPresent else { throw ChannelError(.cardRemoved, "the card is away") }
        guard !isDead else { throw ChannelError(.cardUnresponsive, "the card is mute") }
        return serial
    }

    func answer(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let hold = lock.withLock { () -> DispatchSemaphore? in
            guard case .hangs(let hold)? = faults[commands] else { return nil }
            faults[commands] = nil
            return hold
        }
        hold?.wait()
        lock.lock()
        defer { lock.unlock() }
        let fault = faults.removeValue(forKey: commands)
        commands += 1
        guard isPresent else { throw ChannelError(.cardRemoved, "the card is away") }
        guard !isDead else { throw ChannelError(.cardUnresponsive, "the card is mute") }
        switch fault {
        case .removed(let back)?:
            (isPresent, looksUntilBack) = (false, back)
            throw ChannelError(.cardRemoved, "the card was taken out")
        case .answerLost(let back)?:
            _ = execute(command)
            (isPresent, looksUntilBack) = (false, back)
            throw ChannelError(.cardRemoved, "the card was taken out")
        case .timeout?: throw ChannelError(.timeout, "the reader is silent")
        case .writeFails? where command[0] == 2: return [0x65, 0x81]
        case .dies?:
            isDead = true
            throw ChannelError(.cardUnresponsive, "the card is mute")
        case .writeFails?, .hangs?, nil: break
        }
        return reader(command, execute(command))
    }

    private func execute(_ command: [UInt8]) -> [UInt8] {
        switch command[0] {
        case 0: return [isActive ? 2 : owner == nil ? 0 : 1, UInt8(written)] + (owner ?? []) + [0x90, 0]
        case 1: return hasOtherKey ? [0x63, 0xC2] : [0x90, 0]
        case 2:
            if failsEveryWrite { return [0x65, 0x81] }
            owner = Array(command.dropFirst(2))
            written = max(written, Int(command[1]) + 1)
            return [0x90, 0]
        case 3: return (owner ?? []) + [0x90, 0]
        default:
            isActive = true
            return [0x90, 0]
        }
    }
}

/// A reader's way to a ``PaperCard``, until another reader has it.
final class PaperChannel: CardChannel {
    let card: PaperCard
    let transmissionProtocol = TransmissionProtocol.t1
    private let seat: Int

    init(_ card: PaperCard) {
        self.card = card
        seat = card.sit()
    }

    var answerToReset: [UInt8] { card.serial }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try checkSeat()
        return try card.answer(command)
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try checkSeat()
        return try card.reset()
    }

    /// Somebody looks for the card at this reader.
    func look() {
        if card.sits(in: seat) { card.look() }
    }

    private func checkSeat() throws(ChannelError) {
        guard card.sits(in: seat) else { throw ChannelError(.cardRemoved, "the card lies in another reader") }
    }
}

/// Makes ``PaperCard``s: as the engine does, in a dozen commands.
final class PaperMaker: CardMaker {
    /// Orders nobody can make, by sequence.
    var badOrders: Set<Int> = []
    /// Orders every chip fails with.
    var poison: Set<Int> = []
    var gate: PersonalizationError?
    var isBroken = false
    /// Called before a chip is looked at.
    var onLook: () -> Void = {}

    func checkGate() throws(PersonalizationError) {
        if let gate { throw gate }
    }

    func chipSerial(of channel: any CardChannel) throws(MakingFailure) -> String {
        guard channel.answerToReset.count == 8 else {
            throw MakingFailure(code: "noSerial", text: "no serial", blame: .chip, chipState: .untouched)
        }
        return Hex.encode(channel.answerToReset)
    }

    func recognize(_ channel: any CardChannel) throws(MakingFailure) -> ChipFinding {
        onLook()
        return switch try send([0], channel, .untouched).first {
        case 0: .blank
        case 1: .halfMade
        default: .finished
        }
    }

    func make(
        _ order: Order, on channel: any CardChannel, continuing: Bool, progress: (MakingProgress) -> Void
    ) throws(MakingFailure) -> String {
        if badOrders.contains(order.sequence) {
            throw MakingFailure(
                code: "batch", text: "row \(order.row) cannot be made", blame: .applicant, chipState: .untouched)
        }
        let tag = Array(order.idNumber.utf8)
        let look = try send([0], channel, .untouched)
        var state: ChipState = look[0] == 0 ? .untouched : look[0] == 1 ? .halfMade : .doubtful
        guard look[0] == 0 || continuing else {
            throw MakingFailure(code: "notBlank", text: "not blank", blame: .chip, chipState: state)
        }
        guard look[0] == 0 || Array(look.dropFirst(2).dropLast(2)) == tag else {
            throw MakingFailure(code: "readBackDiffers", text: "another's", blame: .chip, chipState: state)
        }
        if isBroken {
            throw MakingFailure(code: "securityModule", text: "no keys", blame: .station, chipState: state)
        }
        if look[0] < 2 {
            try send([1], channel, state)
            for step in Int(look[1])..<PaperCard.writes {
                progress(MakingProgress(step: step, total: PaperCard.writes, phase: "content"))
                if poison.contains(order.sequence), step == 3 {
                    throw MakingFailure(code: "refused", text: "refused at 3", blame: .chip, chipState: .halfMade)
                }
                state = .halfMade
                try send([2, UInt8(step)] + tag, channel, state)
            }
        }
        guard Array(try send([3], channel, state).dropLast(2)) == tag else {
            throw MakingFailure(code: "readBackDiffers", text: "differs", blame: .chip, chipState: state)
        }
        if look[0] < 2 { try send([4], channel, .doubtful) }
        return String(repeating: "ab", count: 32)
    }

    @discardableResult
    private func send(
        _ command: [UInt8], _ channel: any CardChannel, _ state: ChipState
    ) throws(MakingFailure) -> [UInt8] {
        let answer: [UInt8]
        do throws(ChannelError) {
            answer = try channel.transmit(command)
        } catch {
            throw MakingFailure(code: error.code.rawValue, text: error.message, blame: .reader, chipState: state)
        }
        switch (answer[answer.count - 2], answer[answer.count - 1]) {
        case (0x90, 0): return answer
        case (0x63, _):
            throw MakingFailure(
                code: MakingFailure.transportKeyRefused, text: "key refused", blame: .chip, chipState: state)
        default: throw MakingFailure(code: "writeFailed", text: "6581", blame: .chip, chipState: state)
        }
    }
}

extension MakingFailure {
    init(code: String, text: String, blame: Blame, chipState: ChipState) {
        self.init(LedgerReason(code: code, text: text), blame: blame, chipState: chipState)
    }
}
