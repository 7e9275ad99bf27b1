import CardProfiles
import Foundation
import ISO7816
import Messages
import ShangMi

/// A chip with the card's operating system on it, from blank to blocked, in this process.
///
/// It is a ``Chip`` for a virtual reader and a `CardChannel` for code in the same process. All members may be used from
/// any thread; one command is served at a time. It is a *virtual* card: its keys can be read out of its state.
public final class VirtualHealthCard: Chip, @unchecked Sendable {
    // Everything below is touched under the lock alone.
    private let lock = NSRecursiveLock()
    private let system: CardSystem
    private var isPowered = true
    /// The last reset left the power on.
    private var wasWarm = false
    private var file: StateFile?
    private var lastSaveError: VirtualCardError?

    private let rightAnswerToReset: [UInt8]
    public var answerToReset: [UInt8] {
        lock.withLock {
            guard system.options.interface == .contact else { return contactlessAnswer }
            let layout = system.rules.answerToReset
            let places = AnswerToResetPlaces(
                serial: layout.start.count..<layout.start.count + layout.serialLength,
                checkByte: layout.hasCheckByte ? rightAnswerToReset.indices.last : nil)
            let answer = system.behaviour.answerToReset(rightAnswerToReset, places)
            return wasWarm ? system.behaviour.answerToWarmReset(answer, places) : answer
        }
    }

    /// `3B 8n 80 01 ‖ historical bytes ‖ TCK`, as a reader makes it (PC/SC part 3 §3.1.3.2.3.1): of type A with those of the
    /// answer to select; of type B with four bytes of application data, three of protocol information, and MBLI.
    private var contactlessAnswer: [UInt8] {
        let historical: [UInt8] =
            system.options.interface == .contactlessB
            ? [0x00, 0x00, 0x00, 0x00, 0x77, 0x81, 0x80, 0x00]
            : system.behaviour.serialOnContactless(system.store.serial) + system.rules.answerToReset.tail
        let body = [0x80 | UInt8(truncatingIfNeeded: historical.count & 0x0F), 0x80, 0x01] + historical
        return [0x3B] + body + [body.reduce(0, ^)]
    }

    init(system: CardSystem) throws(VirtualCardError) {
        let serial = system.store.serial
        guard let answer = system.rules.answerToReset.bytes(serial: serial) else {
            throw .serialLength(expected: system.rules.answerToReset.serialLength, actual: serial.count)
        }
        self.system = system
        rightAnswerToReset = answer
    }

    /// A fresh chip: nothing on it but its serial, its transport key and what its maker puts there.
    /// - Parameters:
    ///   - serial: the chip's serial number, 8 bytes; the card factor of its keys.
    ///   - transportKey: this card's transport key, 16 bytes; nil takes D(TK, serial) of the published test key TK.
    ///   - options: nil takes the profile's capabilities.
    ///   - dialect: how a card is made of it; nil takes the profile's own choice. Chips of some makers come with files.
    /// - Throws: ``VirtualCardError``; `cipherUnavailable` for sm1, `profile` when the profile publishes no test keys
    ///   and none is given.
    public static func blank(
        serial: [UInt8], profile: CardProfile, transportKey: SecretBytes? = nil, options: VirtualCardOptions? = nil,
        dialect: String? = nil
    ) throws(VirtualCardError) -> VirtualHealthCard {
        let rules = try CardRules(profile: profile, dialect: dialect)
        guard serial.count == rules.answerToReset.serialLength, serial.count == 8 else {
            throw .serialLength(expected: rules.answerToReset.serialLength, actual: serial.count)
        }
        let options = options ?? VirtualCardOptions(profile: profile)
        let key: SecretBytes
        if let transportKey {
            key = transportKey
        } else {
            key = try testTransportKey(serial: serial, profile: profile, rules: rules)
        }
        let store = CardStore(
            size: min(options.memorySize, 1 << 20), serial: serial, transportKey: key.withUnsafeBytes { Array($0) },
            version: rules.keyVersion, tries: rules.transportKey.tries)
        try store.deliver(rules.delivered)
        do {
            return try VirtualHealthCard(system: CardSystem(rules: rules, options: options, store: store))
        } catch let error as VirtualCardError { throw error } catch {
            throw .cipherUnavailable("sm4", AnyMessage(of: error))
        }
    }

    /// The card of a state.
    /// - Throws: `state` with the place of the first thing that is wrong.
    public convenience init(
        state: CardState, profile: CardProfile, options: VirtualCardOptions? = nil
    ) throws(VirtualCardError) {
        let rules = try CardRules(profile: profile, dialect: state.dialect)
        let store = try StateLoader(state: state, rules: rules).store()
        let options = options ?? VirtualCardOptions(profile: profile)
        let system: CardSystem
        do { system = try CardSystem(rules: rules, options: options, store: store) } catch {
            throw .cipherUnavailable("sm4", AnyMessage(of: error))
        }
        try self.init(system: system)
    }

    /// The card of a state file, or a blank one that will be kept there; see ``CardState`` for what the file holds.
    ///
    /// No acknowledged command is lost when the process dies. One process at a time has the card.
    /// - Parameters:
    ///   - path: the JSON; `path.journal` beside it holds what happened since it was written.
    ///   - serial: the chip's serial number; a file of another chip is an error. nil takes the file's chip, and a random
    ///     number for a new one.
    ///   - dialect: of a new chip; a file says its own.
    /// - Throws: `file` when the files cannot be used, `state` when they say something impossible.
    public static func open(
        path: String, serial: [UInt8]?, profile: CardProfile, transportKey: SecretBytes? = nil,
        options: VirtualCardOptions? = nil, dialect: String? = nil
    ) throws(VirtualCardError) -> VirtualHealthCard {
        let file = try StateFile(path: path)
        let card: VirtualHealthCard
        if let loaded = try file.load(sequence: { json throws(VirtualCardError) in try CardState(json: json).sequence })
        {
            do {
                card = try VirtualHealthCard(state: CardState(json: loaded.json), profile: profile, options: options)
            } catch { throw .file(path: path, problem: .error(AnyMessage(error))) }
            guard serial == nil || card.serial == serial else {
                throw .file(path: path, problem: .holdsChip(Hex.encode(card.serial)))
            }
            try card.replay(loaded.transactions, path)
        } else {
            let number: [UInt8]
            do { number = try serial ?? SystemRandom.bytes(profile.answerToReset.serialLength) } catch {
                throw .file(path: path, problem: .noRandomSerial(AnyMessage(of: error)))
            }
            card = try blank(
                serial: number, profile: profile, transportKey: transportKey, options: options, dialect: dialect)
        }
        try card.keep(in: file)
        return card
    }

    private func replay(_ transactions: [[NonVolatileMemory.Write]], _ path: String) throws(VirtualCardError) {
        for (number, writes) in transactions.enumerated() {
            for write in writes { system.store.memory.stage(write.bytes, at: write.address) }
            do { try system.store.memory.commit() } catch {
                throw .file(path: path + ".journal", problem: .lineOutsideMemory(number + 2))
            }
        }
        // Only now: replaced keys and new blocks are read anew.
        do { try system.store.powerOn() } catch { throw .file(path: path, problem: .memoryUnreadable) }
        system.settleBehaviour()
    }

    private func keep(in file: StateFile) throws(VirtualCardError) {
        self.file = file
        try save()
    }

    private func persist(_ writes: [NonVolatileMemory.Write]) throws(VirtualCardError) { try file?.append(writes) }

    /// Writes the state file anew. Nothing is lost without it: the journal has all the rest. The card does it itself
    /// when it is powered off.
    public func save() throws(VirtualCardError) {
        lock.lock()
        defer { lock.unlock() }
        guard let file else { return }
        settle()
        try replace(with: system.state(sequence: file.sequence))
    }

    /// Lays a state out anew, in the state file too.
    private func replace(with state: CardState) throws(VirtualCardError) {
        let store = try StateLoader(state: state, rules: system.rules).store()
        // The journal that starts now counts on the memory that this JSON gives.
        try file?.replace(with: state.encoded())
        let old = system.store.memory
        store.memory.bytesUntilPowerCut = old.bytesUntilPowerCut
        store.memory.failingTransactions = old.failingTransactions
        store.memory.programmedBefore = old.programmed
        if file != nil { store.memory.persist = { [unowned self] writes in try persist(writes) } }
        system.store = store
    }

    /// Puts on the card what its making is to leave there, the moment it is activated.
    private func takeContentOfActivation() {
        let made = system.state(sequence: file?.sequence ?? 0)
        let content = system.behaviour.contentAtActivation(made, system.rules.profile)
        guard content != made else { return }
        do {
            try replace(with: content)
            // A file that is gone moves those behind it.
            system.session.file = nil
        } catch { lastSaveError = error }
    }

    /// The same card as it would be had its chip decided so when it was made; powered on and without a state file.
    /// - Throws: `state` when that leaves no card.
    public func copy(behaviour: CardBehaviour) throws(VirtualCardError) -> VirtualHealthCard {
        lock.lock()
        defer { lock.unlock() }
        settle()
        var options = system.options
        options.behaviour = behaviour
        var state = system.state(sequence: 0)
        if state.isActivated { state = behaviour.contentAtActivation(state, system.rules.profile) }
        if state.isActivated, behaviour.keepsTransportKey, state.transportKey == nil {
            let key = try Self.testTransportKey(serial: serial, profile: system.rules.profile, rules: system.rules)
            state.transportKey = CardState.TransportKey(
                version: Hex.encode([system.rules.keyVersion]), tries: system.rules.transportKey.tries,
                triesLeft: system.rules.transportKey.tries, value: key.withUnsafeBytes { Hex.encode(Array($0)) })
        }
        let store = try StateLoader(state: state, rules: system.rules).store()
        let other: CardSystem
        do { other = try CardSystem(rules: system.rules, options: options, store: store) } catch {
            throw .cipherUnavailable("sm4", AnyMessage(of: error))
        }
        return try VirtualHealthCard(system: other)
    }

    /// Takes the power away and lets go of the state file: whoever opens it next has the card; this one is forgotten.
    public func close() {
        lock.withLock {
            powerOff()
            file = nil
        }
    }

    private func saveIfNeeded() {
        guard let file, !file.isJournalEmpty else { return }
        do { try save() } catch { lastSaveError = error }
    }

    /// Why the state file could not be written the last time; the journal still holds everything.
    public var saveError: VirtualCardError? { lock.withLock { lastSaveError } }

    /// What the card remembers without power, now.
    public var state: CardState {
        lock.withLock {
            settle()
            return system.state(sequence: file?.sequence ?? 0)
        }
    }

    /// Another chip in the same state, powered on and without a state file; its random numbers are the system's.
    ///
    /// - Parameter interface: through which it is seen; nil: as this one.
    public func copy(interface: CardInterface? = nil) throws(VirtualCardError) -> VirtualHealthCard {
        lock.lock()
        defer { lock.unlock() }
        settle()
        let store = CardStore(memory: NonVolatileMemory(bytes: system.store.memory.bytes))
        var options = system.options
        options.interface = interface ?? options.interface
        let other: CardSystem
        do { other = try CardSystem(rules: system.rules, options: options, store: store) } catch {
            throw .cipherUnavailable("sm4", AnyMessage(of: error))
        }
        return try VirtualHealthCard(system: other)
    }

    /// A memory that the power left in the middle of a transaction is mended first, as at power on.
    private func settle() {
        guard !isPowered else { return }
        let cut = system.store.memory.bytesUntilPowerCut
        system.store.memory.bytesUntilPowerCut = nil
        try? system.store.powerOn()
        system.store.memory.bytesUntilPowerCut = cut
    }

    /// The transport key a chip of a batch is delivered with: the batch's, diversified by the chip's serial number
    /// (`Docs/protocol.md §2`).
    public static func transportKey(
        ofBatch key: SecretBytes, serial: [UInt8], profile: CardProfile
    ) throws(VirtualCardError) -> SecretBytes {
        do {
            return try SecureMessaging(profile.cryptography).derive(
                key, factor: serial, expansion: profile.cryptography.diversification)
        } catch { throw .cipherUnavailable("sm4", AnyMessage(of: error)) }
    }

    private static func testTransportKey(
        serial: [UInt8], profile: CardProfile, rules: CardRules
    ) throws(VirtualCardError) -> SecretBytes {
        guard let published = profile.testKeys else {
            throw .profile(.noTestKeys)
        }
        let national = SM3.hash(Array(published.text(of: rules.transportKey.name).utf8)).prefix(SM4.blockSize)
        do {
            let messaging = try SecureMessaging(rules.cryptography)
            return try messaging.derive(
                SecretBytes(copying: national), factor: serial, expansion: rules.cryptography.diversification)
        } catch { throw .cipherUnavailable("sm4", AnyMessage(of: error)) }
    }

    /// The chip's random numbers; unless set, the operating system's. For replays and benchmarks.
    public func setRandomSource(_ source: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        lock.withLock { system.random = { source($0) } }
    }

    public var options: VirtualCardOptions { system.options }
    /// CLA INS P1 P2 of what was sent to an application beside the health application, SELECT left out: nothing of ours
    /// sends anything else there.
    public var foreignCommands: [[UInt8]] { lock.withLock { system.foreignCommands } }
    public var serial: [UInt8] { lock.withLock { system.store.serial } }
    public var lifeCycle: LifeCycleState { lock.withLock { system.lifeCycleState } }
    /// CARD BLOCK was done: nothing works any more.
    public var isBlocked: Bool { lock.withLock { system.store.isBlocked } }

    /// Bytes written to the non-volatile memory so far, its journal's included.
    public var writtenByteCount: Int { lock.withLock { system.store.memory.programmed } }

    /// The power goes away instead of writing one byte more than this from now on; nil: it stays. Once it has gone,
    /// ``process(_:)`` answers nil until ``powerOn()``.
    public func cutPower(afterBytes count: Int?) {
        lock.withLock { system.store.memory.bytesUntilPowerCut = count.map { max(0, $0) } }
    }

    /// As many of the next commands that write answer 6581 and change nothing.
    public func failWrites(_ count: Int) {
        lock.withLock { system.store.memory.failingTransactions = max(0, count) }
    }

    public func powerOn() {
        lock.withLock {
            reset()
            isPowered = (try? system.store.powerOn()) != nil
            system.settleBehaviour()
            if isPowered {
                system.loseWrites(isWarm: false)
                system.loseVolatileMemory(system.behaviour.volatile)
            }
        }
    }

    public func warmReset() {
        lock.withLock {
            // A chip whose power failed has none to leave on.
            guard isPowered else { return powerOn() }
            wasWarm = true
            system.challengeCounts.sinceReset = 0
            let behaviour = system.behaviour
            system.session = (behaviour.sessionAfterWarmReset ?? behaviour.sessionAfterReset)(system.session)
            system.loseWrites(isWarm: true)
            system.loseVolatileMemory(behaviour.volatileWhenWarm)
        }
    }

    public func powerOff() {
        lock.withLock {
            reset()
            isPowered = false
            saveIfNeeded()
        }
    }

    private func reset() {
        wasWarm = false
        (system.challengeCounts.sincePower, system.challengeCounts.sinceReset) = (0, 0)
        system.session = system.behaviour.sessionAfterReset(system.session)
    }

    public func process(_ command: [UInt8]) -> [UInt8]? {
        lock.withLock {
            guard isPowered else { return nil }
            do {
                let wasActivated = system.store.isActivated
                let answer = try system.answer(command)
                if !wasActivated, system.store.isActivated { takeContentOfActivation() }
                if file?.isJournalLong ?? false { saveIfNeeded() }
                return answer
            } catch {
                isPowered = false
                return nil
            }
        }
    }
}
