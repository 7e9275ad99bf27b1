import CHealthCardHeader
import Files
import HealthCard
import Threads

/// The handles and the one terminal behind them. Calls of all threads are carried out one after the other; none waits
/// longer for its turn than a command to a card may take.
final class CardInterface: @unchecked Sendable {
    static let shared = CardInterface()

    /// The handle of `iDOpenPort`; those of `OpenDevice` are 1, 2, 3 … and never given twice.
    private static let port = 0

    /// Who works on the terminal.
    private let turn = Turn()
    // All guarded by `lock`, which nobody holds while a card works.
    private let lock = Condition()
    private var handles: Set<Int> = []
    private var last = 0
    private var terminal: CardTerminal?
    /// Of the configuration that was loaded last.
    private var conventions = Conventions()
    /// What the environment asks for, else the configuration.
    private var log = CallLog.named(DistantCall.current?.environment ?? ProcessEnvironment.all)

    // MARK: Handles

    func openPort() -> Int32 {
        logged("iDOpenPort", nil, []) { () throws(ReturnCode) in
            try locked { () throws(ReturnCode) in try add(Self.port, configured()) }
        }
    }

    /// A handle that fits a positive `int`, nil on failure; where the program takes a status for it, nil when the default
    /// device is open, else the code.
    func openDevice(_ port: Int32) -> HANDLE? {
        var handle: HANDLE?
        var takesStatus = false
        let code = logged("OpenDevice", nil, ["port \(port)"]) { () throws(ReturnCode) in
            try locked { () throws(ReturnCode) in
                // Also where the configuration has a flaw: a program that wants a status takes NULL for success.
                defer { takesStatus = conventions.openDevice == .status }
                let configuration = try configured()
                guard configuration.conventions.openDevice != .status else {
                    return try add(Self.port, configuration)
                }
                guard last < Int(Int32.max) else { throw .argument.because("no handles are left") }
                try add(last + 1, configuration)
                last += 1
                handle = HANDLE(bitPattern: last)
            }
        }
        guard code != IRV_OK, takesStatus else { return handle }
        return HANDLE(bitPattern: Int(code))
    }

    /// The configuration of the terminal that is open, else the one that is there now. Conventions and log are those of
    /// one with a flaw as well.
    private func configured() throws(ReturnCode) -> Configuration {
        if let terminal { return terminal.configuration }
        let (configuration, flaw) = Configuration.found()
        conventions = configuration.conventions
        if log == nil { log = configuration.log }
        if let flaw { throw flaw }
        return configuration
    }

    /// Closes the default device.
    func closePort() -> Int32 {
        logged("iDClosePort", nil, []) { () throws(ReturnCode) in
            try locked { () throws(ReturnCode) in try remove(Self.port) }
        }
    }

    /// Closes the device of a handle. Programs that pass a handle they never set close the only one that is open; one that
    /// was closed before, and NULL, which is what a failed `OpenDevice` gives, close nothing.
    func closeDevice(_ handle: HANDLE?) -> Int32 {
        logged("CloseDevice", handle, []) { () throws(ReturnCode) in
            try locked { () throws(ReturnCode) in
                let number = Int(bitPattern: handle)
                // Where OpenDevice returns a status, 0 is the handle that programs have.
                guard number != Self.port || conventions.openDevice == .status else {
                    throw .argument.because("NULL is the handle of no open device")
                }
                if handles.contains(number) { return try remove(number) }
                let wasGiven = number > 0 && number <= last
                guard !wasGiven, handles.count == 1, let only = handles.first else {
                    throw .argument.because("the handle is that of no open device")
                }
                try remove(only)
            }
        }
    }

    private func remove(_ handle: Int) throws(ReturnCode) {
        guard handles.remove(handle) != nil else { throw .argument.because("the device is not open") }
        if handles.isEmpty { terminal = nil }
    }

    private func add(_ handle: Int, _ configuration: Configuration) throws(ReturnCode) {
        if terminal == nil { _ = try opened(configuration) }
        handles.insert(handle)
    }

    private func opened(_ configuration: Configuration) throws(ReturnCode) -> CardTerminal {
        let log = log
        let made = try CardTerminal(configuration) { text in log?.detail(text) }
        terminal = made
        return made
    }

    // MARK: Calls

    /// Carries out a call: 0, or the code of what `body` throws.
    ///
    /// - Parameters:
    ///   - handle: while exactly one device is open, any: programs pass handles they never set. With several open, one of
    ///     theirs; nothing happens with another.
    ///   - arguments: their shapes, for the log.
    ///   - function: the function of the interface.
    func call(
        _ handle: HANDLE?, _ arguments: @autoclosure () -> [String] = [], function: String = #function,
        _ body: (CardTerminal) throws(ReturnCode) -> Void
    ) -> Int32 {
        logged(function, handle, arguments()) { () throws(ReturnCode) in
            let terminal = try locked { () throws(ReturnCode) in try meant(handle) }
            guard turn.take(within: terminal.commandLimit) else {
                throw .card.because("another call is still at work")
            }
            defer { turn.give() }
            try body(terminal)
        }
    }

    /// Takes over the handles of a program whose calls were carried out by a process that has ended. The readers are
    /// connected by the first call that needs them.
    ///
    /// - Parameter last: the last one that was given.
    func restore(_ handles: Set<Int>, last: Int) {
        let (configuration, _) = Configuration.found()
        lock.withLock {
            self.handles = handles
            self.last = last
            conventions = configuration.conventions
            if log == nil { log = configuration.log }
        }
    }

    /// What holds of the configuration that was loaded last, and is there now where none was.
    var knownConventions: Conventions { lock.withLock { conventions } }

    private func meant(_ handle: HANDLE?) throws(ReturnCode) -> CardTerminal {
        guard !handles.isEmpty else { throw .argument.because("no device is open") }
        // Without one only after `restore`.
        let terminal: CardTerminal
        if let known = self.terminal { terminal = known } else { terminal = try opened(configured()) }
        guard handles.count == 1 || handles.contains(Int(bitPattern: handle)) else {
            throw .argument.because("several devices are open, and the handle is that of none")
        }
        return terminal
    }

    private func locked<Result>(_ work: () throws(ReturnCode) -> Result) throws(ReturnCode) -> Result {
        try lock.withLock(work)
    }

    /// Notes a call in the log once it has ended.
    private func logged(
        _ function: String, _ handle: HANDLE?, _ arguments: @autoclosure () -> [String],
        _ work: () throws(ReturnCode) -> Void
    ) -> Int32 {
        let clock = ContinuousClock()
        let start = clock.now
        var failure: ReturnCode?
        do { try work() } catch { failure = error }
        let (log, conventions) = lock.withLock { (self.log, self.conventions) }
        let code = failure.map(conventions.returned) ?? IRV_OK
        log?.call(function, handle: handle, arguments(), took: clock.now - start, failure, returned: code)
        return code
    }
}

/// A lock that is waited for no longer than a given time.
private final class Turn: @unchecked Sendable {
    private let condition = Condition()
    // Guarded by `condition`.
    private var isTaken = false

    func take(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
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
