import PCSC
import Threads

/// The one thread that calls a library: makers do not say that theirs may be called from several. A call that does not come
/// back is waited for no longer than the limit; until it does, nothing is asked of the library.
final class LibraryQueue: @unchecked Sendable {
    private final class Job {
        let work: () -> Void
        var isDone = false
        var isAbandoned = false
        init(_ work: @escaping () -> Void) { self.work = work }
    }

    private let name: String
    private let condition = Condition()
    // Guarded by `condition`.
    private var jobs: [Job] = []
    private var current: Job?
    private var hasThread = false

    init(_ name: String) { self.name = name }

    /// Whether a call that was given up has not come back.
    var isStuck: Bool { condition.withLock { current?.isAbandoned == true } }

    /// Runs `work` on the thread and waits for it.
    ///
    /// - Parameter function: what is called, for people.
    /// - Throws: ``PCSCError`` `COMMAND_LIMIT` where it takes too long; else what `work` throws.
    func call<Result>(
        _ function: String, limit: Duration?, _ work: @escaping () throws -> Result
    ) throws -> Result {
        var outcome: Swift.Result<Result, any Error>?
        let box = Box<Result>()
        let job = Job { box.outcome = Swift.Result { try work() } }
        try condition.withLock {
            guard current?.isAbandoned != true else {
                throw PCSCError(number: PCSCError.givenUp, function: function)
            }
            if !hasThread {
                try startThread(name) { [self] in run() }
                hasThread = true
            }
            jobs.append(job)
            condition.broadcast()
            let end = limit.map { ContinuousClock.now + $0 }
            while !job.isDone {
                guard let end else {
                    condition.wait()
                    continue
                }
                guard !condition.wait(until: end), ContinuousClock.now >= end, !job.isDone else { continue }
                job.isAbandoned = true
                jobs.removeAll { $0 === job }
                throw PCSCError(number: PCSCError.givenUp, function: function)
            }
            outcome = box.outcome
        }
        guard let outcome else { throw PCSCError(number: PCSCError.internalError, function: function) }
        return try outcome.get()
    }

    /// Runs `work` when there is time, and waits for nothing.
    func later(_ work: @escaping () -> Void) {
        condition.withLock {
            guard hasThread else { return }
            jobs.append(Job(work))
            condition.broadcast()
        }
    }

    private final class Box<Result> {
        var outcome: Swift.Result<Result, any Error>?
    }

    private func run() {
        while true {
            let job = condition.withLock {
                while jobs.isEmpty { condition.wait() }
                let next = jobs.removeFirst()
                current = next
                return next
            }
            job.work()
            condition.withLock {
                job.isDone = true
                current = nil
                condition.broadcast()
            }
        }
    }
}
