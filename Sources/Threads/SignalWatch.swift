import CLinux
import Glibc
import Synchronization

/// Signals that would end the process, given to an action instead: from the line after this is made until ``end()``.
///
/// A signal source of Dispatch takes hold some time later, on a busy machine a second, and until then the signal is lost. Here
/// none is: it either ends the process, or the action runs. Of two that watch a signal, the later one has it, until it
/// ends.
public final class SignalWatch: Sendable {
    private let signals: [Int32]

    /// - Parameters:
    ///   - signals: `SIGINT`, `SIGTERM`, `SIGHUP`; a hang-up that the process ignores stays ignored.
    ///   - action: runs on a thread of its own, one signal after the other; it may end the process.
    /// - Throws: ``ThreadError`` where the system has no room for the thread; signals then do what they did.
    public init(_ signals: [Int32], _ action: @escaping @Sendable (_ signal: Int32) -> Void) throws(ThreadError) {
        self.signals = signals
        try SignalDesk.shared.begin()
        for signal in signals { SignalDesk.shared.add(self, action, to: signal) }
    }

    deinit { end() }

    /// From here on the signals do what they did before.
    public func end() { for signal in signals { SignalDesk.shared.remove(ObjectIdentifier(self), from: signal) } }
}

/// Who watches which signal, and the one thread that tells them.
private final class SignalDesk: Sendable {
    static let shared = SignalDesk()

    private struct Watcher {
        let identity: ObjectIdentifier
        let action: @Sendable (Int32) -> Void
    }

    private struct Place {
        var watchers: [Watcher] = []
        var before = sigaction()
    }

    private struct State {
        var isBegun = false
        var places: [Int32: Place] = [:]
    }

    private let state = Mutex(State())

    func begin() throws(ThreadError) {
        let failure = state.withLock { state -> ThreadError? in
            guard !state.isBegun else { return nil }
            let signals = healthcard_open_signals()
            guard signals >= 0 else { return ThreadError(number: errno) }
            do throws(ThreadError) {
                try startThread("signals") { SignalDesk.shared.listen(signals) }
            } catch {
                healthcard_close_signals(signals)
                return error
            }
            state.isBegun = true
            return nil
        }
        if let failure { throw failure }
    }

    func add(_ watch: SignalWatch, _ action: @escaping @Sendable (Int32) -> Void, to signal: Int32) {
        state.withLock { state in
            var place = state.places[signal] ?? Place()
            if place.watchers.isEmpty { _ = healthcard_watch_signal(signal, &place.before) }
            place.watchers.append(Watcher(identity: ObjectIdentifier(watch), action: action))
            state.places[signal] = place
        }
    }

    func remove(_ identity: ObjectIdentifier, from signal: Int32) {
        state.withLock { state in
            guard var place = state.places[signal] else { return }
            place.watchers.removeAll { $0.identity == identity }
            if place.watchers.isEmpty { _ = sigaction(signal, &place.before, nil) }
            state.places[signal] = place.watchers.isEmpty ? nil : place
        }
    }

    private func listen(_ pipe: Int32) {
        var byte: UInt8 = 0
        while true {
            let count = read(pipe, &byte, 1)
            guard count == 1 else {
                if count < 0, errno == EINTR { continue }
                return
            }
            let signal = Int32(byte)
            let action = state.withLock { $0.places[signal]?.watchers.last?.action }
            // It came while somebody watched who does no more: it does what it does now.
            if let action { action(signal) } else { kill(getpid(), signal) }
        }
    }
}
