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

    private let provider: any ReaderProvider

    /// - Parameter provider: whose readers; each of its parts has a thread of its own.
    public init(of provider: any ReaderProvider = PCSCReaders(), retryInterval: Duration = .milliseconds(250)) {
        self.provider = provider
        self.retryInterval = retryInterval
    }

    public func makeAsyncIterator() -> AsyncStream<ReaderEvent>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: ReaderEvent.self)
        let monitors = provider.parts.map { part in
            ReaderMonitor(retryInterval: retryInterval, of: part) { continuation.yield($0) }
        }
        continuation.onTermination = { _ in for monitor in monitors { monitor.stop() } }
        for monitor in monitors {
            do {
                try startThread("reader events") {
                    RunningMonitors.all.during(monitor) { monitor.run() }
                    continuation.finish()
                }
            } catch { continuation.finish() }
        }
        return stream.makeAsyncIterator()
    }
}

/// The thread behind a `ReaderEvents`.
final class ReaderMonitor: @unchecked Sendable {
    /// The service answers this name's state change when a reader comes or goes (pcsc-lite's manual).
    static let anyReader = ReaderName("\\\\?PnP?\\Notification")

    /// A reader that comes or goes between the list and the wait wakes nobody, so the list is looked at now and then.
    private static let longestWait: UInt32 = 5_000

    private let retryInterval: Duration
    private let connect: () throws -> any ReaderService
    private let hasService: Bool
    private let emit: (ReaderEvent) -> Void
    private let lock = Condition()
    // Guarded by `lock`.
    private var isStopped = false
    private var waiting: (any ReaderService)?

    convenience init(
        retryInterval: Duration, of provider: any ReaderProvider = PCSCReaders(),
        emit: @escaping (ReaderEvent) -> Void
    ) {
        self.init(
            retryInterval: retryInterval, hasService: provider.hasService, connect: { try provider.service() },
            emit: emit)
    }

    init(
        retryInterval: Duration, hasService: Bool = true, connect: @escaping () throws -> any ReaderService,
        emit: @escaping (ReaderEvent) -> Void
    ) {
        self.retryInterval = retryInterval
        self.hasService = hasService
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
            do {
                let service = try connect()
                if isRunning != true, hasService { emit(.serviceStarted) }
                isRunning = true
                attempts = 0
                try watch(service)
            } catch {
                if lock.withLock({ isStopped }) { return }
                // A service that stays away is said once, not at each look.
                if isRunning != false, hasService { emit(.serviceStopped(Self.serviceError(error))) }
                isRunning = false
                attempts = min(attempts + 1, 3)
                pause(times: Double(1 << (attempts - 1)))
            }
        }
    }

    private static func serviceError(_ error: any Error) -> PCSCError {
        if let error = error as? PCSCError { return error }
        let number = (error as? any ReaderFault)?.number
        return PCSCError(number: number ?? PCSCError.internalError, function: "SCardEstablishContext")
    }

    private func pause(times factor: Double) {
        let end = ContinuousClock.now + retryInterval * factor
        lock.withLock {
            if !isStopped { _ = lock.wait(until: end) }
        }
    }

    /// Watches until the service fails or the sequence is stopped.
    private func watch(_ service: any ReaderService) throws {
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
            // One that cannot be reached is not there.
            let listed = try service.readers().filter { service.fault(of: $0) == nil }
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
    private func wait(_ service: any ReaderService, _ states: [ReaderState]) throws -> [ReaderState]? {
        let goesOn = lock.withLock {
            waiting = isStopped ? nil : service
            return !isStopped
        }
        guard goesOn else { return nil }
        defer { lock.withLock { waiting = nil } }
        do {
            return try service.statusChange(states, milliseconds: Self.longestWait)
        } catch {
            if lock.withLock({ isStopped }) { return nil }
            switch (error as? any ReaderFault)?.number {
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
