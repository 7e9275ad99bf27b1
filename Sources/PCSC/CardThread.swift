import Threads

/// A thread of its own for blocking work on one reader, so that nothing ever blocks the cooperative pool.
///
/// Closures run one after the other, in the order given. The thread ends with the last reference to it. Where the system
/// gives no thread, they run where they are asked for.
///
/// It is a serial executor too: an actor that has one as its `unownedExecutor` may hold a connection from call to call
/// and use it in plain synchronous code.
public final class CardThread: Sendable {
    private let queue: WorkQueue

    public init(name: String = "card") {
        let queue = WorkQueue()
        self.queue = queue
        do { try startThread(name) { queue.run() } } catch { queue.runWhereAsked() }
    }

    deinit { queue.close() }

    /// Runs `work` on the thread and returns what it returns. A running closure is not interrupted.
    public func run<Result: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
            queue.add {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}

extension CardThread: SerialExecutor {
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.add { job.runSynchronously(on: executor) }
    }
}

/// Closures handed to one thread.
private final class WorkQueue: @unchecked Sendable {
    // Guarded by `condition`.
    private var jobs: [@Sendable () -> Void] = []
    private var isClosed = false
    private var hasThread = true
    /// One job at a time where there is no thread; a job may ask for another.
    private let turn = RecursiveLock()
    private let condition = Condition()

    func add(_ job: @escaping @Sendable () -> Void) {
        let runsHere = condition.withLock {
            guard hasThread else { return true }
            jobs.append(job)
            condition.signal()
            return false
        }
        if runsHere { turn.withLock(job) }
    }

    func runWhereAsked() { condition.withLock { hasThread = false } }

    func close() {
        condition.withLock {
            isClosed = true
            condition.signal()
        }
    }

    func run() {
        while let job = next() { job() }
    }

    /// Nil when the queue is closed and empty: what was handed in is still done.
    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while jobs.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            return jobs.removeFirst()
        }
    }
}
