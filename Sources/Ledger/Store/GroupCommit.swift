import Foundation
import Messages
import Synchronization

/// Lets calls that come at the same time share a transaction, and with it the one wait for the disk.
///
/// Whoever comes first takes the database; what others ask meanwhile is done together by the next one, each in a
/// savepoint of its own, so that a call that is refused undoes nothing of its neighbours. A call returns when the
/// transaction it was in is durable.
final class GroupCommit: Sendable {
    typealias Work = @Sendable (any LedgerDatabase) throws(StoreError) -> Void

    private final class Call: @unchecked Sendable {
        let work: Work
        // Written by the one who runs the group, read by the caller after it is told; `condition` orders the two.
        var outcome: Result<Void, StoreError>?

        init(_ work: @escaping Work) { self.work = work }
    }

    private struct Waiting {
        var calls: [Call] = []
        var isTaken = false
    }

    private let store: any LedgerStore
    private let condition = NSCondition()
    // Read and written between `lock` and `unlock` of `condition`.
    nonisolated(unsafe) private var waiting = Waiting()
    /// How often a call is run anew because another station was there first.
    private static let attempts = 8

    init(store: any LedgerStore) { self.store = store }

    /// Calls that wait for whoever has the database.
    var waitingCalls: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting.calls.count
    }

    /// Runs work in a transaction that it may share.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let result = Mutex<Value?>(nil)
        let call = Call { database throws(StoreError) in
            let value = try work(database)
            result.withLock { $0 = value }
        }
        condition.lock()
        waiting.calls.append(call)
        while call.outcome == nil {
            if waiting.isTaken {
                condition.wait()
                continue
            }
            waiting.isTaken = true
            let group = waiting.calls
            waiting.calls = []
            condition.unlock()
            let outcomes = commit(group)
            condition.lock()
            for (call, outcome) in zip(group, outcomes) { call.outcome = outcome }
            waiting.isTaken = false
            condition.broadcast()
        }
        let outcome = call.outcome
        condition.unlock()
        if case .failure(let error) = outcome { throw error }
        guard let value = result.withLock({ $0 }) else {
            throw .ledger(
                .unavailable(
                    "a call had no answer",
                    "有一次调用没有应答"))
        }
        return value
    }

    /// Runs work that has the database to itself for as long as it takes.
    func exclusively<Value>(
        _ work: (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        condition.lock()
        while waiting.isTaken { condition.wait() }
        waiting.isTaken = true
        condition.unlock()
        defer {
            condition.lock()
            waiting.isTaken = false
            condition.broadcast()
            condition.unlock()
        }
        return try store.use(work)
    }

    private func commit(_ group: [Call]) -> [Result<Void, StoreError>] {
        do throws(StoreError) {
            return try together(group)
        } catch .collision {
            return group.map { call in alone(call) }
        } catch {
            return group.map { _ in .failure(error) }
        }
    }

    private func together(_ group: [Call]) throws(StoreError) -> [Result<Void, StoreError>] {
        try store.use { database throws(StoreError) in
            try database.transaction(database.dialect.begin) { () throws(StoreError) in
                var outcomes: [Result<Void, StoreError>] = []
                for call in group {
                    try database.execute("SAVEPOINT call")
                    do throws(StoreError) {
                        try call.work(database)
                        outcomes.append(.success(()))
                    } catch {
                        if error.endsTransaction { throw error }
                        try database.execute("ROLLBACK TO SAVEPOINT call")
                        outcomes.append(.failure(error))
                    }
                    try database.execute("RELEASE SAVEPOINT call")
                }
                return outcomes
            }
        }
    }

    private func alone(_ call: Call) -> Result<Void, StoreError> {
        var last = StoreError.collision("a call")
        for _ in 0..<Self.attempts {
            do throws(StoreError) {
                return try together([call]).first ?? .failure(last)
            } catch .collision(let what) {
                last = .collision(what)
            } catch {
                return .failure(error)
            }
        }
        return .failure(last)
    }
}
