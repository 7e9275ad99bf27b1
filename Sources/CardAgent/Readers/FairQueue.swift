import Synchronization

/// One at a time, and the callers in turn: who asks for many acts waits behind who asks for one.
final class FairQueue: Sendable {
    private struct State {
        var isBusy = false
        /// Callers in the order of their turns, each with those who wait.
        var lines: [(caller: String, waiters: [CheckedContinuation<Bool, Never>])] = []

        var count: Int { lines.reduce(0) { $0 + $1.waiters.count } }
    }

    private let limit: Int
    private let limitOfOne: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many may wait; a quarter of them of one caller.
    init(limit: Int) {
        self.limit = limit
        limitOfOne = max(1, limit / 4)
    }

    var waitingCount: Int { state.withLock { $0.count } }
    var isIdle: Bool { state.withLock { !$0.isBusy && $0.lines.isEmpty } }

    /// Runs `body` when it is its turn.
    ///
    /// - Throws: ``AgentError/tooMany(_:)`` where too many wait already; what `body` throws.
    func run<Result>(for caller: String, _ body: () async throws -> Result) async throws -> Result {
        guard await enter(caller) else { throw AgentError.tooMany(.acts) }
        defer { leave() }
        return try await body()
    }

    /// Waits for the caller's turn.
    ///
    /// - Returns: false where too many wait already.
    private func enter(_ caller: String) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let answer = state.withLock { state -> Bool? in
                guard state.isBusy else {
                    state.isBusy = true
                    return true
                }
                let index = state.lines.firstIndex { $0.caller == caller }
                let own = index.map { state.lines[$0].waiters.count } ?? 0
                guard state.count < limit, own < limitOfOne else { return false }
                if let index {
                    state.lines[index].waiters.append(continuation)
                } else {
                    state.lines.append((caller, [continuation]))
                }
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.lines.isEmpty else {
                state.isBusy = false
                return nil
            }
            var line = state.lines.removeFirst()
            let next = line.waiters.removeFirst()
            if !line.waiters.isEmpty { state.lines.append(line) }
            return next
        }
        next?.resume(returning: true)
    }
}
