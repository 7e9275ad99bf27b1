import CardProfiles
import Foundation
import ISO7816
import Messages
import ShangMi

/// A security access module in this process: the published test keys of one type, its public files, a PIN
/// (Docs/card.md §2.3-§2.4, §3.3, Docs/protocol.md §6-§7).
///
/// It is a ``Chip`` for a virtual reader; ``VirtualSAMChannel`` is one for code in the same process. All members may be
/// used from any thread; one command is served at a time. It is a *virtual* SAM: it holds no keys but published ones.
public final class VirtualSAM: Chip, @unchecked Sendable {
    // Everything below is touched under the lock alone.
    private let lock = NSLock()
    private let system: SAMSystem
    private let profileName: String
    private var isPowered = true
    private var file: StateFile?
    private var lastSaveError: VirtualCardError?

    public let answerToReset: [UInt8]
    /// 1-5, the kinds of Docs/card.md §2.4.
    public let type: Int
    /// 8 bytes.
    public let serial: [UInt8]

    /// A SAM as it comes from its issuer.
    /// - Throws: `profile` for a type the profile does not name or without published keys, `cipherUnavailable` for sm1,
    ///   `serialLength`, `notAPIN`.
    public convenience init(
        type: Int, profile: CardProfile, options: VirtualSAMOptions = VirtualSAMOptions()
    ) throws(VirtualCardError) {
        let content = try SAMContent(type: type, profile: profile, options: options)
        let pin = content.pin.withUnsafeBytes { PackedPIN.pack(Array($0)) }
        let memory = SAMMemory(pin: pin, triesLeft: UInt8(clamping: profile.sam.pinTries))
        try self.init(content: content, memory: memory, profile: profile, options: options)
    }

    private init(
        content: SAMContent, memory: SAMMemory, profile: CardProfile, options: VirtualSAMOptions
    ) throws(VirtualCardError) {
        do {
            system = try SAMSystem(profile: profile, options: options, content: content, memory: memory)
        } catch { throw .cipherUnavailable("sm4", AnyMessage(of: error)) }
        answerToReset = content.answerToReset
        type = content.type
        serial = content.serial
        profileName = profile.name
    }

    /// The SAM of a state file, or a new one that will be kept there; see ``SAMState`` for what the file holds.
    ///
    /// No answered command is lost when the process dies. One process at a time has the SAM.
    /// - Parameters:
    ///   - path: the JSON; `path.journal` beside it holds what happened since it was written.
    ///   - options: the PIN counts for a new SAM; a file of another type or serial is an error.
    /// - Throws: `file` when the files cannot be used or say something impossible; otherwise as the initializer.
    public static func open(
        path: String, type: Int, profile: CardProfile, options: VirtualSAMOptions = VirtualSAMOptions()
    ) throws(VirtualCardError) -> VirtualSAM {
        let file = try StateFile(path: path)
        let loaded = try file.load { json throws(VirtualCardError) in try SAMState(json: json).sequence }
        guard let loaded else {
            let sam = try VirtualSAM(type: type, profile: profile, options: options)
            try sam.keep(in: file)
            return sam
        }
        var options = options
        let memory: SAMMemory
        do {
            let state = try SAMState(json: loaded.json)
            memory = try Self.memory(state, type: type, profile: profile, options: &options)
        } catch { throw .file(path: path, problem: .error(AnyMessage(error))) }
        let content = try SAMContent(type: type, profile: profile, options: options)
        let sam = try VirtualSAM(content: content, memory: memory, profile: profile, options: options)
        for (number, writes) in loaded.transactions.enumerated() {
            for write in writes { memory.bytes.stage(write.bytes, at: write.address) }
            do { try memory.bytes.commit() } catch {
                throw .file(path: path + ".journal", problem: .lineOutsideMemory(number + 2))
            }
        }
        guard memory.triesLeft <= profile.sam.pinTries, memory.digits != nil else {
            throw .file(path: path + ".journal", problem: .impossiblePIN)
        }
        try sam.keep(in: file)
        return sam
    }

    /// The memory of a state, which must be that of the SAM wanted.
    private static func memory(
        _ state: SAMState, type: Int, profile: CardProfile, options: inout VirtualSAMOptions
    ) throws(VirtualCardError) -> SAMMemory {
        guard state.type == type else {
            throw .state(place: "type", problem: .otherSAMType(state.type, wanted: type))
        }
        guard let serial = Hex.decode(state.serial), options.serial == nil || options.serial == serial else {
            throw .state(place: "serial", problem: .otherSAM(state.serial))
        }
        options.serial = serial
        guard (0...profile.sam.pinTries).contains(state.triesLeft) else {
            throw .state(place: "triesLeft", problem: .found(state.triesLeft, 0, profile.sam.pinTries))
        }
        let packed = PackedPIN.pack(Array(state.pin.utf8))
        guard PackedPIN.digits(packed) == Array(state.pin.utf8) else {
            throw .state(place: "pin", problem: .pin)
        }
        return SAMMemory(pin: packed, triesLeft: UInt8(clamping: state.triesLeft))
    }

    // MARK: State

    private func keep(in file: StateFile) throws(VirtualCardError) {
        self.file = file
        try save()
        system.memory.bytes.persist = { writes in try file.append(writes) }
    }

    /// Writes the state file anew. Nothing is lost without it: the journal has all the rest. The SAM does it itself when
    /// it is powered off.
    public func save() throws(VirtualCardError) {
        lock.lock()
        defer { lock.unlock() }
        try saveLocked()
    }

    private func saveLocked() throws(VirtualCardError) {
        guard let file else { return }
        settle()
        try file.replace(with: stateLocked().encoded())
    }

    private func saveIfNeeded() {
        guard let file, !file.isJournalEmpty else { return }
        do { try saveLocked() } catch { lastSaveError = error }
    }

    /// What the SAM remembers without power, now.
    public var state: SAMState {
        lock.withLock {
            settle()
            return stateLocked()
        }
    }

    private func stateLocked() -> SAMState {
        SAMState(
            profile: profileName, type: type, serial: serial, pin: system.memory.digits ?? [],
            triesLeft: system.memory.triesLeft, sequence: file?.sequence ?? 0)
    }

    /// Why the state file could not be written the last time; the journal still holds everything.
    public var saveError: VirtualCardError? { lock.withLock { lastSaveError } }

    /// A memory that the power left in the middle of a transaction is mended first, as at power on.
    private func settle() {
        guard !isPowered else { return }
        let cut = system.memory.bytes.bytesUntilPowerCut
        system.memory.bytes.bytesUntilPowerCut = nil
        try? system.memory.bytes.recover()
        system.memory.bytes.bytesUntilPowerCut = cut
    }

    // MARK: Tests' tools

    /// PINs that may still be wrong; 0: blocked.
    public var triesLeft: Int { lock.withLock { system.memory.triesLeft } }

    /// The SAM's random numbers; unless set, the operating system's. Signatures have their own.
    public func setRandomSource(_ source: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        lock.withLock { system.random = { source($0) } }
    }

    /// Bytes written to the non-volatile memory so far, its journal's included.
    public var writtenByteCount: Int { lock.withLock { system.memory.bytes.programmed } }

    /// The power goes away instead of writing one byte more than this from now on; nil: it stays. Once it has gone,
    /// ``process(_:)`` answers nil until ``powerOn()``.
    public func cutPower(afterBytes count: Int?) {
        lock.withLock { system.memory.bytes.bytesUntilPowerCut = count.map { max(0, $0) } }
    }

    /// As many of the next commands that write answer 6581 and change nothing.
    public func failWrites(_ count: Int) {
        lock.withLock { system.memory.bytes.failingTransactions = max(0, count) }
    }

    // MARK: Contacts

    public func powerOn() {
        lock.withLock {
            system.session = SAMSession()
            isPowered = (try? system.memory.bytes.recover()) != nil
        }
    }

    public func powerOff() {
        lock.withLock {
            system.session = SAMSession()
            isPowered = false
            saveIfNeeded()
        }
    }

    public func process(_ command: [UInt8]) -> [UInt8]? {
        lock.withLock {
            guard isPowered else { return nil }
            do {
                return try system.answer(command)
            } catch {
                isPowered = false
                return nil
            }
        }
    }
}
