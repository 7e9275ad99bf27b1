import Foundation
import Synchronization

/// What happened, in order. Each listener has a place in it and fetches from there, so that a slow one costs nothing and
/// nobody gets an event twice or misses one without being told.
final class EventLog: Sendable {
    /// Tells the events of this start of the agent from those of another.
    let epoch: String

    /// A place between two events.
    struct Cursor: Sendable, Hashable {
        /// The last event that was seen; 0 before the first.
        var sequence: Int
    }

    struct Slice: Sendable {
        let events: [AgentEvent]
        /// Where to go on.
        let cursor: Cursor
        /// There were events before these that are no longer kept.
        let hasMissed: Bool
    }

    private struct State {
        var events: [AgentEvent] = []
        var next = 1
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var isClosed = false
    }

    private let capacity: Int
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    init(epoch: String, capacity: Int, now: @escaping @Sendable () -> Date = { Date() }) {
        self.epoch = epoch
        self.capacity = max(1, capacity)
        self.now = now
    }

    @discardableResult
    func add(_ kind: AgentEvent.Kind, _ fill: (inout AgentEvent) -> Void = { _ in }) -> AgentEvent {
        let time = now()
        let (event, waiters) = state.withLock { state in
            var event = AgentEvent(sequence: state.next, time: time, kind: kind)
            fill(&event)
            state.next += 1
            // Half of them go at once, so that each event costs the same.
            if state.events.count >= 2 * capacity { state.events.removeFirst(capacity) }
            state.events.append(event)
            let waiters = Array(state.waiters.values)
            state.waiters = [:]
            return (event, waiters)
        }
        for waiter in waiters { waiter.resume() }
        return event
    }

    var end: Cursor { state.withLock { Cursor(sequence: $0.next - 1) } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var listenerCount: Int { state.withLock { $0.waiters.count } }

    /// The events after a place, at most `most`.
    func after(_ cursor: Cursor, most: Int = 256) -> Slice {
        state.withLock { state in
            let kept = state.events.suffix(capacity)
            guard let first = kept.first?.sequence, cursor.sequence + 1 < state.next else {
                return Slice(events: [], cursor: cursor, hasMissed: false)
            }
            let start = max(first, cursor.sequence + 1)
            let events = Array(kept.dropFirst(start - first).prefix(most))
            return Slice(
                events: events, cursor: Cursor(sequence: events.last?.sequence ?? cursor.sequence),
                hasMissed: start > cursor.sequence + 1)
        }
    }

    /// The place that an id names (`Last-Event-ID`). Nil for one of another start, or of no event.
    func cursor(of id: String) -> Cursor? {
        guard let dash = id.lastIndex(of: "-"), id[..<dash] == epoch, let number = Int(id[id.index(after: dash)...]),
            number >= 0, number <= end.sequence
        else { return nil }
        return Cursor(sequence: number)
    }

    func id(of cursor: Cursor) -> String { "\(epoch)-\(cursor.sequence)" }

    /// Waits until there is an event after the place, the log is closed, the task is cancelled or the time is over.
    func wait(after cursor: Cursor, atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.change(after: cursor) }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func change(after cursor: Cursor) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.isClosed, !Task.isCancelled, state.next - 1 <= cursor.sequence else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// Wakes everybody for good: the agent stops.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            let waiters = Array(state.waiters.values)
            state.waiters = [:]
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
