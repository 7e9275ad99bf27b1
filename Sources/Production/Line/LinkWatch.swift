import Synchronization

/// Since when each lane waits for an answer of its card, and which lanes nobody waits for any more: a reader whose driver
/// never comes back holds its thread, and must not hold the line.
final class LinkWatch: Sendable {
    private struct State {
        var waiting: [ContinuousClock.Instant?]
        var abandoned: Set<Int> = []
    }

    private let state: Mutex<State>

    init(lanes: Int) { state = Mutex(State(waiting: Array(repeating: nil, count: lanes))) }

    func begin(_ lane: Int) { state.withLock { $0.waiting[lane] = .now } }
    func end(_ lane: Int) { state.withLock { $0.waiting[lane] = nil } }

    func isAbandoned(_ lane: Int) -> Bool { state.withLock { $0.abandoned.contains(lane) } }

    /// Gives up the lanes whose card has been silent for longer; each is named once.
    func abandon(silentFor limit: Duration) -> [Int] {
        let now = ContinuousClock.now
        return state.withLock { state in
            let silent = state.waiting.indices.filter { lane in
                guard let since = state.waiting[lane], !state.abandoned.contains(lane) else { return false }
                return now - since > limit
            }
            state.abandoned.formUnion(silent)
            return silent
        }
    }
}
