import CPCSC
import Foundation

/// What happened at the readers.
public enum ReaderEvent: Sendable, Hashable {
    /// The service runs (again); the readers it has follow as `readerAdded`.
    case serviceStarted
    /// The service has gone; every reader and card known is gone with it.
    case serviceStopped(PCSCError)
    case readerAdded(ReaderName)
    case readerRemoved(ReaderName)
    case cardInserted(ReaderName, answerToReset: [UInt8])
    case cardRemoved(ReaderName)
    /// A card that does not answer a reset.
    case cardMute(ReaderName)
}

/// Readers and cards coming and going, from the state at the start on. One thread serves all readers of a sequence;
/// it sleeps in SCardGetStatusChange, and cancelling the task or dropping the iterator wakes it.
///
/// A stopped service is an event, not an end: the sequence waits for it to come back.
public struct ReaderEvents: AsyncSequence, Sendable {
    public typealias Element = ReaderEvent
    public typealias Failure = Never

    /// How often a service that does not run is looked for.
    public let retryInterval: Duration

    public init(retryInterval: Duration = .milliseconds(250)) { self.retryInterval = retryInterval }

    public func makeAsyncIterator() -> AsyncStream<ReaderEvent>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: ReaderEvent.self)
        let monitor = ReaderMonitor(retryInterval: retryInterval) { continuation.yield($0) }
        continuation.onTermination = { _ in monitor.stop() }
        let thread = Thread {
            monitor.run()
            continuation.finish()
        }
        thread.name = "reader events"
        thread.start()
        return stream.makeAsyncIterator()
    }
}

/// The thread behind a `ReaderEvents`.
final class ReaderMonitor: @unchecked Sendable {
    /// The service answers this name's state change when a reader comes or goes (pcsc-lite's manual).
    private static let anyReader = ReaderName("\\\\?PnP?\\Notification")

    private let retryInterval: Duration
    private let emit: (ReaderEvent) -> Void
    private let lock = NSCondition()
    // Guarded by `lock`.
    private var isStopped = false
    private var waiting: PCSCContext?

    init(retryInterval: Duration, emit: @escaping (ReaderEvent) -> Void) {
        self.retryInterval = retryInterval
        self.emit = emit
    }

    func stop() {
        lock.withLock {
            isStopped = true
            waiting?.cancel()
            lock.broadcast()
        }
    }

    func run() {
        var wasStopped = true
        var lastError: PCSCError?
        while !lock.withLock({ isStopped }) {
            do throws(PCSCError) {
                let context = try PCSCContext()
                if wasStopped { emit(.serviceStarted) }
                wasStopped = false
                lastError = nil
                try watch(context)
            } catch {
                if lock.withLock({ isStopped }) { return }
                // A service that stays away is said once, not at each look.
                if lastError != error, !wasStopped || lastError == nil { emit(.serviceStopped(error)) }
                wasStopped = true
                lastError = error
                pause()
            }
        }
    }

    private func pause() {
        let (seconds, attoseconds) = retryInterval.components
        let interval = Double(seconds) + Double(attoseconds) * 1e-18
        lock.withLock {
            if !isStopped { _ = lock.wait(until: Date(timeIntervalSinceNow: interval)) }
        }
    }

    /// Watches until the service fails or the sequence is stopped.
    private func watch(_ context: PCSCContext) throws(PCSCError) {
        var states: [ReaderName: ReaderState] = [:]
        var order: [ReaderName] = []
        var notification = ReaderState(reader: Self.anyReader)
        defer {
            // What is known ends with the service; those who watch must not think a card is still there.
            for reader in order {
                if states[reader]?.isCardPresent == true { emit(.cardRemoved(reader)) }
                emit(.readerRemoved(reader))
            }
        }
        while true {
            let listed = try context.readers()
            for reader in order where !listed.contains(reader) {
                if states[reader]?.isCardPresent == true { emit(.cardRemoved(reader)) }
                emit(.readerRemoved(reader))
                states[reader] = nil
            }
            for reader in listed where !order.contains(reader) {
                emit(.readerAdded(reader))
                states[reader] = ReaderState(reader: reader)
            }
            order = listed
            let current = [notification] + order.map { states[$0] ?? ReaderState(reader: $0) }
            guard let changed = try wait(context, current) else { return }
            notification = changed[0]
            for state in changed.dropFirst() where !state.isUnknown {
                report(state, after: states[state.reader])
                states[state.reader] = state
            }
        }
    }

    /// Nil when stopped.
    private func wait(_ context: PCSCContext, _ states: [ReaderState]) throws(PCSCError) -> [ReaderState]? {
        let goesOn = lock.withLock {
            waiting = isStopped ? nil : context
            return !isStopped
        }
        guard goesOn else { return nil }
        defer { lock.withLock { waiting = nil } }
        while true {
            do throws(PCSCError) {
                // SCardCancel is lost when it comes just before the wait begins, so no wait is for ever.
                return try context.statusChange(states, milliseconds: 1_000)
            } catch {
                if lock.withLock({ isStopped }) { return nil }
                switch error.code {
                case PCSCError.timeout: continue
                // A reader went between the list and the wait: list again.
                case PCSCError.unknownReader: return states
                default: throw error
                }
            }
        }
    }

    private func report(_ state: ReaderState, after old: ReaderState?) {
        let wasPresent = old?.isCardPresent ?? false
        // The upper half counts events: a card swapped between two looks shows as two more.
        let isSwapped = wasPresent && state.isCardPresent && (state.known >> 16) > (old?.known ?? 0) >> 16 + 1
        if wasPresent, !state.isCardPresent || isSwapped { emit(.cardRemoved(state.reader)) }
        guard state.isCardPresent, !wasPresent || isSwapped || (old?.isMute ?? false) != state.isMute else { return }
        emit(
            state.isMute ? .cardMute(state.reader) : .cardInserted(state.reader, answerToReset: state.answerToReset))
    }
}

extension PCSCContext {
    /// Waits until a card that answers is in the reader, at most `milliseconds` (nil: for ever).
    /// - Returns: its answer to reset.
    /// - Throws: `SCARD_E_NO_SMARTCARD` when none came in time, `SCARD_W_UNRESPONSIVE_CARD` for one that is mute.
    public func waitForCard(in reader: ReaderName, milliseconds: UInt32?) throws(PCSCError) -> [UInt8] {
        let clock = ContinuousClock()
        let end = milliseconds.map { clock.now + .milliseconds(Int($0)) }
        var state = ReaderState(reader: reader)
        while true {
            let left = end.map { clock.now.duration(to: $0) / .milliseconds(1) }
            if let left, left < 0 { throw PCSCError(code: PCSCError.noSmartcard, function: "SCardGetStatusChange") }
            do throws(PCSCError) {
                state = try statusChange([state], milliseconds: left.map { UInt32(max(0, min($0, 3.6e6))) })[0]
            } catch {
                guard error.code == PCSCError.timeout else { throw error }
                throw PCSCError(code: PCSCError.noSmartcard, function: error.function)
            }
            if state.isUnknown { throw PCSCError(code: PCSCError.unknownReader, function: "SCardGetStatusChange") }
            if state.isMute { throw PCSCError(code: PCSCError.unresponsiveCard, function: "SCardGetStatusChange") }
            if state.isCardPresent { return state.answerToReset }
        }
    }
}
