import CHealthCardHeader
import Foundation
import HealthCard

/// The handles and the one terminal behind them. Calls of all threads are carried out one after the other; none waits
/// longer for its turn than a command to a card may take.
final class CardInterface: @unchecked Sendable {
    static let shared = CardInterface()

    /// The handle of `iDOpenPort`; those of `OpenDevice` are 1, 2, 3 … and never given twice.
    private static let port = 0

    /// Who works on the terminal.
    private let turn = Turn()
    // All guarded by `lock`, which nobody holds while a card works.
    private let lock = NSLock()
    private var handles: Set<Int> = []
    private var last = 0
    private var terminal: CardTerminal?

    // MARK: Handles

    func openPort() -> Int32 {
        lock.withLock { ReturnCode.result { () throws(ReturnCode) in try self.add(Self.port) } }
    }

    /// A handle that fits a positive `int`; nil on failure.
    func openDevice() -> HANDLE? {
        lock.withLock {
            guard last < Int(Int32.max) else { return nil }
            guard ReturnCode.result({ () throws(ReturnCode) in try self.add(self.last + 1) }) == IRV_OK else {
                return nil
            }
            last += 1
            return HANDLE(bitPattern: last)
        }
    }

    /// Closes the default device.
    func closePort() -> Int32 { lock.withLock { remove(Self.port) } }

    /// Closes the device of a handle. Programs that pass a handle they never set close the only one that is open; one that
    /// was closed before, and NULL, which is what a failed `OpenDevice` gives, close nothing.
    func closeDevice(_ handle: HANDLE?) -> Int32 {
        lock.withLock {
            let number = Int(bitPattern: handle)
            guard number != Self.port else { return IRV_PARA_ERR }
            if handles.contains(number) { return remove(number) }
            let wasGiven = number > 0 && number <= last
            guard !wasGiven, handles.count == 1, let only = handles.first else { return IRV_PARA_ERR }
            return remove(only)
        }
    }

    private func remove(_ handle: Int) -> Int32 {
        guard handles.remove(handle) != nil else { return IRV_PARA_ERR }
        if handles.isEmpty { terminal = nil }
        return IRV_OK
    }

    private func add(_ handle: Int) throws(ReturnCode) {
        if terminal == nil { terminal = try CardTerminal(.load()) }
        handles.insert(handle)
    }

    // MARK: Calls

    /// Carries out a call: 0, or the code of what `body` throws.
    ///
    /// - Parameter handle: while exactly one device is open, any: programs pass handles they never set. With several open,
    ///   one of theirs; nothing happens with another.
    func call(_ handle: HANDLE?, _ body: (CardTerminal) throws(ReturnCode) -> Void) -> Int32 {
        let terminal = lock.withLock {
            handles.count == 1 || handles.contains(Int(bitPattern: handle)) ? self.terminal : nil
        }
        guard let terminal else { return IRV_PARA_ERR }
        guard turn.take(within: terminal.commandLimit) else { return IRV_CARD_ERR }
        defer { turn.give() }
        return ReturnCode.result { () throws(ReturnCode) in try body(terminal) }
    }
}

/// A lock that is waited for no longer than a given time.
private final class Turn: @unchecked Sendable {
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var isTaken = false

    func take(within limit: Duration) -> Bool {
        let end = Date(timeIntervalSinceNow: limit / .seconds(1))
        return condition.withLock {
            while isTaken {
                guard condition.wait(until: end) else { return false }
            }
            isTaken = true
            return true
        }
    }

    func give() {
        condition.withLock {
            isTaken = false
            condition.signal()
        }
    }
}
