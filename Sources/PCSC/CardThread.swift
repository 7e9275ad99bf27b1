import Foundation

/// A thread of its own for blocking work on one reader, so that nothing ever blocks the cooperative pool.
///
/// Closures run one after the other, in the order given. The thread ends with the last reference to it.
///
/// It is a serial executor too: an actor that has one as its `unownedExecutor` may hold a connection from call to call
/// and use it in plain synchronous code.
public final class CardThread: Sendable {
    private let queue: WorkQueue

    public init(name: String = "card") {
        let queue = WorkQueue()
        self.queue = queue
        startThread(name) { queue.run() }
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

/// A thread named for those who look at the process; Linux shows 15 characters.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    // Foundation forgets a name given before the start has returned.
    let started = DispatchSemaphore(value: 0)
    let thread = Thread {
        started.wait()
        Thread.current.name = name
        body()
    }
    thread.start()
    started.signal()
}

/// Closures handed to one thread.
private final class WorkQueue: @unchecked Sendable {
    // Guarded by `condition`.
    private var jobs: [@Sendable () -> Void] = []
    private var isClosed = false
    private let condition = NSCondition()

    func add(_ job: @escaping @Sendable () -> Void) {
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

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
