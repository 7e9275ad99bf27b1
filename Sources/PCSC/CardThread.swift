import Foundation

/// A thread of its own for blocking work on one reader, so that nothing ever blocks the cooperative pool.
///
/// Closures run one after the other, in the order given. The thread ends with the last reference to it.
public final class CardThread: Sendable {
    private let queue: WorkQueue

    public init(name: String = "card") {
        let queue = WorkQueue()
        self.queue = queue
        let thread = Thread { queue.run() }
        thread.name = name
        thread.start()
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
