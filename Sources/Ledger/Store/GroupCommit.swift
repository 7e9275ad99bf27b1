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

    /// The one entry a call adds, made without asking; nil when it cannot be told so.
    typealias QuickEntry = @Sendable (QuickState, any LedgerDatabase) throws(StoreError) -> LedgerEntry?

    private final class Call: @unchecked Sendable {
        let work: Work
        let quick: QuickEntry?
        // Written by the one who runs the group, read by the caller after it is told; `condition` orders the two.
        var outcome: Result<Void, StoreError>?

        init(quick: QuickEntry?, _ work: @escaping Work) {
            self.quick = quick
            self.work = work
        }
    }

    /// What a call answers, once it is written.
    private final class Answer<Value: Sendable>: Sendable {
        private let given = Mutex<Value?>(nil)
        var value: Value? { given.withLock { $0 } }
        func give(_ value: Value) { given.withLock { $0 = value } }
    }

    private static func answering<Value: Sendable>(
        _ quick: @escaping QuickWork<Value>, _ answer: Answer<Value>
    ) -> QuickEntry {
        { state, database throws(StoreError) -> LedgerEntry? in
            guard let told = try quick(state, database) else { return nil }
            answer.give(told.1)
            return told.0
        }
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
    /// Entries a single statement writes: each has 13 values, and every number of them is prepared once.
    private static let mostEntries = 32

    init(store: any LedgerStore) { self.store = store }

    /// Calls that wait for whoever has the database.
    var waitingCalls: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting.calls.count
    }

    /// Runs work in a transaction that it may share.
    ///
    /// - Parameter quick: the same as one entry, where the store can take it as a single statement.
    func run<Value: Sendable>(
        quick: QuickWork<Value>? = nil,
        _ work: @escaping @Sendable (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let answer = Answer<Value>()
        var entry: QuickEntry?
        if let quick { entry = Self.answering(quick, answer) }
        let call = Call(quick: entry) { database throws(StoreError) in answer.give(try work(database)) }
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
        guard let value = answer.value else {
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
        var outcomes: [Result<Void, StoreError>?] = quickly(group)
        let rest = group.indices.filter { outcomes[$0] == nil }
        for (index, outcome) in zip(rest, commitTogether(rest.map { group[$0] })) { outcomes[index] = outcome }
        return outcomes.map { $0 ?? .failure(.collision("a call")) }
    }

    private func commitTogether(_ group: [Call]) -> [Result<Void, StoreError>] {
        if group.isEmpty { return [] }
        do throws(StoreError) {
            return try together(group)
        } catch .collision {
            return group.map { call in alone(call) }
        } catch {
            return group.map { _ in .failure(error) }
        }
    }

    /// Writes the entries of all calls that are told as one with a single statement, which is a transaction of its own.
    ///
    /// - Returns: nil for a call that is to be made the long way.
    private func quickly(_ group: [Call]) -> [Result<Void, StoreError>?] {
        var outcomes = [Result<Void, StoreError>?](repeating: nil, count: group.count)
        guard group.contains(where: { $0.quick != nil }) else { return outcomes }
        var told: [Int] = []
        do throws(StoreError) {
            try store.use { database throws(StoreError) in
                guard let state = database.quick else { return }
                defer { state.settle() }
                var entries: [LedgerEntry] = []
                for (index, call) in group.enumerated() {
                    guard entries.count < Self.mostEntries, let quick = call.quick else { continue }
                    do throws(StoreError) {
                        guard let entry = try quick(state, database) else { continue }
                        entries.append(entry)
                        told.append(index)
                    } catch {
                        if case .ledger(.unavailable) = error { throw error }
                        state.forget()
                        // What was made after an entry that is not written would not follow the last one.
                        if !entries.isEmpty { break }
                    }
                }
                guard !entries.isEmpty else { return }
                do throws(StoreError) {
                    let drawn = try database.query(LedgerEntry.quickInsert(entries.count), entries.flatMap(\.values))
                    state.add(drawn.map { $0.integer(0) }, written: entries.count)
                } catch {
                    state.forget()
                    throw error
                }
            }
            for index in told { outcomes[index] = .success(()) }
        } catch .ledger(.unavailable(let what)) {
            for index in told { outcomes[index] = .failure(.ledger(.unavailable(what))) }
        } catch {
            // The long way finds out which of them it was, and says why.
        }
        return outcomes
    }

    private func together(_ group: [Call]) throws(StoreError) -> [Result<Void, StoreError>] {
        try store.use { database throws(StoreError) in
            defer { database.quick?.settle() }
            if group.count == 1, let call = group.first { return [try single(call, database)] }
            return try database.transaction(database.dialect.begin) { () throws(StoreError) in
                var outcomes: [Result<Void, StoreError>] = []
                for call in group {
                    try database.execute("SAVEPOINT call")
                    do throws(StoreError) {
                        try call.work(database)
                        outcomes.append(.success(()))
                    } catch {
                        if error.endsTransaction { throw error }
                        database.quick?.forget()
                        try database.execute("ROLLBACK TO SAVEPOINT call")
                        outcomes.append(.failure(error))
                    }
                    try database.execute("RELEASE SAVEPOINT call")
                }
                return outcomes
            }
        }
    }

    /// One call needs no savepoint: what it is refused undoes nobody's work.
    private func single(_ call: Call, _ database: any LedgerDatabase) throws(StoreError) -> Result<Void, StoreError> {
        do throws(StoreError) {
            try database.transaction(database.dialect.begin, { () throws(StoreError) in try call.work(database) })
            return .success(())
        } catch {
            if error.endsTransaction { throw error }
            return .failure(error)
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

/// The one entry a call adds, and what it answers once that is written; nil when it has to be made the long way.
typealias QuickWork<Value> = @Sendable (QuickState, any LedgerDatabase) throws(StoreError) -> (LedgerEntry, Value)?

extension LedgerEntry {
    /// Adds entries and draws as many numbers for the next.
    fileprivate static func quickInsert(_ count: Int) -> String {
        "INSERT INTO entries (\(columns)) VALUES "
            + repeatElement("(\(places))", count: count).joined(separator: ", ")
            + " RETURNING nextval('entries_number')"
    }
}
