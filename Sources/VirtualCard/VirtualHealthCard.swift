import CardProfiles
import Foundation
import ISO7816
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

    public let answerToReset: [UInt8]

    init(system: CardSystem) throws(VirtualCardError) {
        let serial = system.store.serial
        guard let answer = system.rules.answerToReset.bytes(serial: serial) else {
            throw .serialLength(expected: system.rules.answerToReset.serialLength, actual: serial.count)
        }
        self.system = system
        answerToReset = answer
    }

    /// A fresh chip: nothing on it but its serial and its transport key.
    /// - Parameters:
    ///   - serial: the chip's serial number, 8 bytes; the card factor of its keys.
    ///   - transportKey: this card's transport key, 16 bytes; nil takes D(TK, serial) of the published test key TK.
    ///   - options: nil takes the profile's capabilities.
    /// - Throws: ``VirtualCardError``; `cipherUnavailable` for sm1, `profile` when the profile publishes no test keys
    ///   and none is given.
    public static func blank(
        serial: [UInt8], profile: CardProfile, transportKey: SecretBytes? = nil, options: VirtualCardOptions? = nil
    ) throws(VirtualCardError) -> VirtualHealthCard {
        let rules = try CardRules(profile: profile)
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
        do {
            return try VirtualHealthCard(system: CardSystem(rules: rules, options: options, store: store))
        } catch let error as VirtualCardError { throw error } catch { throw .cipherUnavailable("sm4 (\(error))") }
    }

    private static func testTransportKey(
        serial: [UInt8], profile: CardProfile, rules: CardRules
    ) throws(VirtualCardError) -> SecretBytes {
        guard let published = profile.testKeys else {
            throw .profile("it publishes no test keys: give the card's transport key, or take its test-key edition")
        }
        let national = SM3.hash(Array(published.text(of: rules.transportKey.name).utf8)).prefix(SM4.blockSize)
        do {
            let messaging = try SecureMessaging(rules.cryptography)
            return try messaging.derive(
                SecretBytes(copying: national), factor: serial, expansion: rules.cryptography.diversification)
        } catch { throw .cipherUnavailable("sm4 (\(error))") }
    }

    /// The chip's random numbers; unless set, the operating system's. For replays and benchmarks.
    public func setRandomSource(_ source: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        lock.withLock { system.random = { source($0) } }
    }

    public var options: VirtualCardOptions { system.options }
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
            system.session = CardSession()
            isPowered = (try? system.store.powerOn()) != nil
        }
    }

    public func powerOff() {
        lock.withLock {
            system.session = CardSession()
            isPowered = false
        }
    }

    public func process(_ command: [UInt8]) -> [UInt8]? {
        lock.withLock {
            guard isPowered else { return nil }
            do { return try system.answer(command) } catch {
                isPowered = false
                return nil
            }
        }
    }
}
