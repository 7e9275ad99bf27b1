import CPCSC
import Threads

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
/// it sleeps in SCardGetStatusChange, and cancelling the task or dropping the iterator wakes and ends it.
///
/// A stopped service is an event, not an end: the sequence waits for it to come back. So is a service that does not
/// run at the start.
public struct ReaderEvents: AsyncSequence, Sendable {
    public typealias Element = ReaderEvent
    public typealias Failure = Never

    /// How soon a service that does not run is looked for again; up to four times that when it stays away.
    public let retryInterval: Duration

    public init(retryInterval: Duration = .milliseconds(250)) { self.retryInterval = retryInterval }

    public func makeAsyncIterator() -> AsyncStream<ReaderEvent>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: ReaderEvent.self)
        let monitor = ReaderMonitor(retryInterval: retryInterval) { continuation.yield($0) }
        continuation.onTermination = { _ in monitor.stop() }
        do {
            try startThread("reader events") {
                RunningMonitors.all.during(monitor) { monitor.run() }
                continuation.finish()
            }
        } catch { continuation.finish() }
        return stream.makeAsyncIterator()
    }
}

/// What a monitor needs of a `PCSCContext`: Debian's pcscd has no readers that a test could plug and unplug.
protocol ReaderService: Sendable {
    func readers() throws(PCSCError) -> [ReaderName]
    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws(PCSCError) -> [ReaderState]
    func cancel()
}

extension PCSCContext: ReaderService {}

/// The thread behind a `ReaderEvents`.
final class ReaderMonitor: @unchecked Sendable {
    /// The service answers this name's state change when a reader comes or goes (pcsc-lite's manual).
    static let anyReader = ReaderName("\\\\?PnP?\\Notification")

    /// A reader that comes or goes between the list and the wait wakes nobody, so the list is looked at now and then.
    private static let longestWait: UInt32 = 5_000

    private let retryInterval: Duration
    private let connect: () throws(PCSCError) -> any ReaderService
    private let emit: (ReaderEvent) -> Void
    private let lock = Condition()
    // Guarded by `lock`.
    private var isStopped = false
    private var waiting: (any ReaderService)?

    init(
        retryInterval: Duration,
        connect: @escaping () throws(PCSCError) -> any ReaderService = { () throws(PCSCError) in try PCSCContext() },
        emit: @escaping (ReaderEvent) -> Void
    ) {
        self.retryInterval = retryInterval
        self.connect = connect
        self.emit = emit
    }

    /// Returns at once; the wait ends a moment later.
    func stop() {
        lock.withLock {
            isStopped = true
            lock.broadcast()
        }
        // Without a thread more the wait ends by itself (`longestWait`).
        try? startThread("reader stop") { [self] in
            RunningMonitors.all.during(self) {
                while wake() { sleepFor(.milliseconds(10)) }
            }
        }
    }

    /// Makes the wait end that is on. SCardCancel is lost when it comes just before the wait begins, so it has to be
    /// said until it is heard.
    /// - Returns: false when nothing waits.
    func wake() -> Bool {
        let service = lock.withLock {
            isStopped = true
            lock.broadcast()
            return waiting
        }
        service?.cancel()
        return service != nil
    }

    func run() {
        // Nil until it is known whether the service runs.
        var isRunning: Bool?
        var attempts = 0
        while !lock.withLock({ isStopped }) {
            do throws(PCSCError) {
                let service = try connect()
                if isRunning != true { emit(.serviceStarted) }
                isRunning = true
                attempts = 0
                try watch(service)
            } catch {
                if lock.withLock({ isStopped }) { return }
                // A service that stays away is said once, not at each look.
                if isRunning != false { emit(.serviceStopped(error)) }
                isRunning = false
                attempts = min(attempts + 1, 3)
                pause(times: Double(1 << (attempts - 1)))
            }
        }
    }

    private func pause(times factor: Double) {
        let end = ContinuousClock.now + retryInterval * factor
        lock.withLock {
            if !isStopped { _ = lock.wait(until: end) }
        }
    }

    /// Watches until the service fails or the sequence is stopped.
    private func watch(_ service: any ReaderService) throws(PCSCError) {
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
            let listed = try service.readers()
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
            var current = order.map { states[$0] ?? ReaderState(reader: $0) }
            // The service takes no more states than it has room for readers; when it has them all, no other can come.
            if current.count < Int(PCSCLITE_MAX_READERS_CONTEXTS) { current.append(notification) }
            guard let changed = try wait(service, current) else { return }
            for state in changed {
                if state.reader == Self.anyReader {
                    notification = state
                } else if !state.isUnknown {
                    report(state, after: states[state.reader])
                    states[state.reader] = state
                }
            }
        }
    }

    /// Nil when stopped.
    private func wait(_ service: any ReaderService, _ states: [ReaderState]) throws(PCSCError) -> [ReaderState]? {
        let goesOn = lock.withLock {
            waiting = isStopped ? nil : service
            return !isStopped
        }
        guard goesOn else { return nil }
        defer { lock.withLock { waiting = nil } }
        do throws(PCSCError) {
            return try service.statusChange(states, milliseconds: Self.longestWait)
        } catch {
            if lock.withLock({ isStopped }) { return nil }
            switch error.number {
            case PCSCError.timeout, PCSCError.unknownReader: return states
            default: throw error
            }
        }
    }

    private func report(_ state: ReaderState, after old: ReaderState?) {
        let wasPresent = old?.isCardPresent ?? false
        // A card swapped between two looks shows as two events more.
        let isSwapped = wasPresent && state.isCardPresent && state.eventCount &- (old?.eventCount ?? 0) > 1
        if wasPresent, !state.isCardPresent || isSwapped { emit(.cardRemoved(state.reader)) }
        guard state.isCardPresent, !wasPresent || isSwapped || (old?.isMute ?? false) != state.isMute else { return }
        emit(
            state.isMute ? .cardMute(state.reader) : .cardInserted(state.reader, answerToReset: state.answerToReset))
    }
}

extension PCSCContext {
    /// Waits until a card that answers is in the reader, at most `milliseconds` (nil: for ever; 0: only looks).
    /// - Returns: its answer to reset.
    /// - Throws: `SCARD_E_NO_SMARTCARD` when none came in time, `SCARD_W_UNRESPONSIVE_CARD` for one that is mute.
    public func waitForCard(in reader: ReaderName, milliseconds: UInt32?) throws(PCSCError) -> [UInt8] {
        let clock = ContinuousClock()
        let end = milliseconds.map { clock.now + .milliseconds(Int($0)) }
        var state = ReaderState(reader: reader)
        var hasLooked = false
        while true {
            let left = end.map { clock.now.duration(to: $0) / .milliseconds(1) }
            if hasLooked, let left, left < 0 {
                throw PCSCError(number: PCSCError.noSmartcard, function: "SCardGetStatusChange")
            }
            hasLooked = true
            do throws(PCSCError) {
                state = try statusChange([state], milliseconds: left.map { UInt32(max(0, min($0, 3.6e6))) })[0]
            } catch {
                guard error.number == PCSCError.timeout else { throw error }
                // A wait longer than an hour goes on, one that is over ends above.
                continue
            }
            if state.isUnknown { throw PCSCError(number: PCSCError.unknownReader, function: "SCardGetStatusChange") }
            if state.isMute { throw PCSCError(number: PCSCError.unresponsiveCard, function: "SCardGetStatusChange") }
            if state.isCardPresent { return state.answerToReset }
        }
    }
}
