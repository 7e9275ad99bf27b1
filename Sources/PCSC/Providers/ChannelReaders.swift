import ISO7816
import Messages
import Threads

/// Readers of this process: what lies in them are channels, put in and taken out by the program. Rehearsals and tests run
/// on them as on readers of metal, sharing, removal and reset included.
public final class ChannelReaders: ReaderProvider, @unchecked Sendable {
    fileprivate struct Slot {
        let name: ReaderName
        var card: (any CardChannel)?
        var isMute = false
        var eventCount: UInt16 = 0
        /// Connections to the card, and whether one of them has it for itself.
        var users: [ObjectIdentifier] = []
        var isExclusive = false
        /// Who is in a transaction.
        var owner: ObjectIdentifier?
        /// Resets so far: a connection that did not do the last one is told.
        var resets = 0

        var state: ReaderState {
            ReaderState(
                name, hasCard: card != nil, isMute: isMute, isInUse: !users.isEmpty, eventCount: eventCount,
                answerToReset: isMute ? [] : card?.answerToReset ?? [])
        }
    }

    private let condition = Condition()
    // Guarded by `condition`.
    fileprivate var slots: [Slot]
    /// Readers that came and went so far.
    private var listCount = 0

    public init(_ names: [ReaderName]) { slots = names.map { Slot(name: $0) } }

    public func service(commandLimit: Duration?) -> any ReaderService { line() }

    /// A line to them, which is always to be had.
    public func line() -> any ReaderService { ChannelReaderService(self) }

    // MARK: What happens to the readers

    /// Puts a card in, where none lies.
    ///
    /// - Parameter isMute: it does not answer a reset.
    public func insert(_ card: sending any CardChannel, into reader: ReaderName, isMute: Bool = false) {
        let card = card
        change(reader) { slot in
            guard slot.card == nil else { return }
            (slot.card, slot.isMute) = (card, isMute)
            slot.eventCount &+= 1
        }
    }

    /// Takes the card out; whoever is connected is told at the next command.
    public func remove(from reader: ReaderName) {
        change(reader) { slot in
            guard slot.card != nil else { return }
            slot.card = nil
            slot.eventCount &+= 1
            (slot.users, slot.isExclusive, slot.owner) = ([], false, nil)
        }
    }

    public func plug(_ reader: ReaderName) {
        condition.withLock {
            guard !slots.contains(where: { $0.name == reader }) else { return }
            slots.append(Slot(name: reader))
            listCount += 1
            condition.broadcast()
        }
    }

    public func unplug(_ reader: ReaderName) {
        condition.withLock {
            guard slots.contains(where: { $0.name == reader }) else { return }
            slots.removeAll { $0.name == reader }
            listCount += 1
            condition.broadcast()
        }
    }

    /// What is in a reader now.
    public func content(of reader: ReaderName) -> ReaderState { condition.withLock { state(of: reader) } }

    private func change(_ reader: ReaderName, _ step: (inout Slot) -> Void) {
        condition.withLock {
            if let index = slots.firstIndex(where: { $0.name == reader }) { step(&slots[index]) }
            condition.broadcast()
        }
    }

    // MARK: What those connected do

    fileprivate var names: [ReaderName] { condition.withLock { slots.map(\.name) } }

    /// Within the lock.
    fileprivate func state(of reader: ReaderName) -> ReaderState {
        // The name by which PC/SC tells of readers that come and go.
        guard reader != ReaderMonitor.anyReader else {
            return ReaderState(reader: reader, known: UInt(listCount) << 16)
        }
        return slots.first { $0.name == reader }?.state ?? ReaderState(reader, isReachable: false)
    }

    /// Waits until `body` gives something.
    fileprivate func wait<Result>(until end: ContinuousClock.Instant?, for body: () throws -> Result?) throws -> Result?
    {
        try condition.withLock {
            while true {
                if let result = try body() { return result }
                guard let end else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: end) { return try body() }
            }
        }
    }

    /// Runs `body` with the slot, nobody else meanwhile; nil without such a reader.
    fileprivate func with<Result>(_ reader: ReaderName, _ body: (inout Slot) throws -> Result) rethrows -> Result? {
        try condition.withLock {
            guard let index = slots.firstIndex(where: { $0.name == reader }) else { return nil }
            defer { condition.broadcast() }
            return try body(&slots[index])
        }
    }

    fileprivate func slot(_ reader: ReaderName) -> Slot? { slots.first { $0.name == reader } }
}

private final class ChannelReaderService: ReaderService, @unchecked Sendable {
    private let readersOfAll: ChannelReaders
    // Guarded by the condition of the readers.
    private var isCancelled = false

    init(_ readers: ChannelReaders) { readersOfAll = readers }

    var isGivenUp: Bool { false }

    func readers() -> [ReaderName] { readersOfAll.names }

    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws -> [ReaderState] {
        let end = milliseconds.map { ContinuousClock.now + .milliseconds(Int($0)) }
        let seen = try readersOfAll.wait(until: end) { () throws -> [ReaderState]? in
            if isCancelled {
                isCancelled = false
                throw PCSCError(number: PCSCError.cancelled, function: "SCardGetStatusChange")
            }
            let now = states.map { readersOfAll.state(of: $0.reader) }
            return zip(states, now).contains { $0.0.differs(from: $0.1) } ? now : nil
        }
        guard let seen else { throw PCSCError(number: PCSCError.timeout, function: "SCardGetStatusChange") }
        return seen
    }

    func cancel() {
        readersOfAll.cancelling { isCancelled = true }
    }

    func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection {
        try ChannelConnection(reader, readersOfAll, terms)
    }
}

extension ChannelReaders {
    fileprivate func cancelling(_ step: () -> Void) {
        condition.withLock {
            step()
            condition.broadcast()
        }
    }
}

private final class ChannelConnection: ReaderConnection {
    let reader: ReaderName
    var finalDisposition = Disposition.reset
    private let readers: ChannelReaders
    private let card: any CardChannel
    private let eventCount: UInt16
    private var resets: Int
    private var isConnected = true

    private(set) var isGivenUp = false
    var answerToReset: [UInt8] { card.answerToReset }
    var transmissionProtocol: TransmissionProtocol { card.transmissionProtocol }

    init(_ reader: ReaderName, _ readers: ChannelReaders, _ terms: ConnectionTerms) throws {
        self.reader = reader
        self.readers = readers
        let token = Token()
        let end = ContinuousClock.now + terms.patience
        let found = try readers.wait(until: end) { () throws -> (any CardChannel, UInt16, Int)? in
            guard let slot = readers.slot(reader) else {
                throw PCSCError(number: PCSCError.unknownReader, function: "SCardConnect")
            }
            guard let card = slot.card else { throw PCSCError(number: PCSCError.noSmartcard, function: "SCardConnect") }
            guard !slot.isMute else {
                throw PCSCError(number: PCSCError.unresponsiveCard, function: "SCardConnect")
            }
            guard !slot.isExclusive, terms.mode != .exclusive || slot.users.isEmpty else { return nil }
            readers.enter(reader, token.identity, isExclusive: terms.mode == .exclusive)
            return (card, slot.eventCount, slot.resets)
        }
        guard let found else { throw PCSCError(number: PCSCError.sharingViolation, function: "SCardConnect") }
        (card, eventCount, resets) = found
        self.token = token
    }

    /// What the reader knows the connection by.
    private final class Token {
        var identity: ObjectIdentifier { ObjectIdentifier(self) }
    }

    private let token: Token

    deinit { if isConnected { try? leave(finalDisposition) } }

    /// Runs `body` on the card if it is still the one that was connected, as this connection left it.
    private func onCard<Result>(
        _ function: String, resetting: Bool = false, _ body: () throws -> Result
    ) throws -> Result {
        let isAllowed = try readers.with(reader) { slot throws -> Bool in
            guard slot.card != nil, slot.eventCount == eventCount else {
                throw PCSCError(number: PCSCError.removedCard, function: function)
            }
            guard slot.owner == nil || slot.owner == token.identity else {
                throw PCSCError(number: PCSCError.sharingViolation, function: function)
            }
            if resetting {
                slot.resets += 1
                resets = slot.resets
            }
            guard slot.resets == resets else { throw PCSCError(number: PCSCError.resetCard, function: function) }
            return true
        }
        guard isAllowed != nil else { throw PCSCError(number: PCSCError.readerUnavailable, function: function) }
        do { return try body() } catch let error as ChannelError {
            if (error.reason as? any ReaderFault)?.number == PCSCError.givenUp { isGivenUp = true }
            throw error
        }
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        do { return try onCard("SCardTransmit") { try card.transmit(command) } } catch { throw ChannelError(of: error) }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        do { return try onCard("SCardReconnect", resetting: true) { try card.reset() } } catch {
            throw ChannelError(of: error)
        }
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        do { return try onCard("SCardReconnect", resetting: true) { try card.warmReset() } } catch {
            throw ChannelError(of: error)
        }
    }

    func reconnect(_ disposition: Disposition) throws {
        _ = readers.with(reader) { resets = $0.resets }
        try dispose(disposition, "SCardReconnect")
    }

    func disconnect(_ disposition: Disposition) throws {
        guard isConnected else { return }
        isConnected = false
        try leave(disposition)
    }

    private func leave(_ disposition: Disposition) throws {
        defer { readers.leave(reader, token.identity) }
        try dispose(disposition, "SCardDisconnect")
    }

    private func dispose(_ disposition: Disposition, _ function: String) throws {
        switch disposition {
        case .leave: break
        case .reset: _ = try onCard(function, resetting: true) { try card.warmReset() }
        case .unpower, .eject: _ = try onCard(function, resetting: true) { try card.reset() }
        }
    }

    func beginTransaction() throws -> Transaction {
        let end = ContinuousClock.now + CommandLimit.inForce
        let isIn = try readers.wait(until: end) { () throws -> Bool? in
            guard let slot = readers.slot(reader), slot.card != nil, slot.eventCount == eventCount else {
                throw PCSCError(number: PCSCError.removedCard, function: "SCardBeginTransaction")
            }
            guard slot.owner == nil || slot.owner == token.identity else { return nil }
            readers.own(reader, token.identity)
            return true
        }
        guard isIn != nil else {
            throw PCSCError(number: PCSCError.sharingViolation, function: "SCardBeginTransaction")
        }
        return Transaction(of: self)
    }

    func endTransaction(_ disposition: Disposition) throws {
        defer { readers.disown(reader, token.identity) }
        try dispose(disposition, "SCardEndTransaction")
    }
}

// Within the lock, but for the last two.
extension ChannelReaders {
    fileprivate func enter(_ reader: ReaderName, _ user: ObjectIdentifier, isExclusive: Bool) {
        guard let index = slots.firstIndex(where: { $0.name == reader }) else { return }
        slots[index].users.append(user)
        slots[index].isExclusive = isExclusive
    }

    fileprivate func own(_ reader: ReaderName, _ user: ObjectIdentifier) {
        if let index = slots.firstIndex(where: { $0.name == reader }) { slots[index].owner = user }
    }

    fileprivate func disown(_ reader: ReaderName, _ user: ObjectIdentifier) {
        _ = with(reader) { slot in if slot.owner == user { slot.owner = nil } }
    }

    fileprivate func leave(_ reader: ReaderName, _ user: ObjectIdentifier) {
        _ = with(reader) { slot in
            guard slot.users.contains(user) else { return }
            slot.users.removeAll { $0 == user }
            if slot.users.isEmpty { slot.isExclusive = false }
            if slot.owner == user { slot.owner = nil }
        }
    }
}
