import Foundation
import Ledger
import Personalization

/// Where the lanes of a line meet: before the first card, and after the last.
final class LaneGathering: @unchecked Sendable {
    enum Readiness: Equatable {
        case ready
        /// Cards of this batch may not be made.
        case refused(PersonalizationError)
        case failed(LedgerReason)
    }

    private let condition = NSCondition()
    // Guarded by `condition`.
    private var hasStarted = false
    private var states: [Readiness?]
    private var hasEnded: [Bool]
    /// nil: not decided; then the run, or none.
    private var opening: Int64??

    init(count: Int) {
        states = Array(repeating: nil, count: count)
        hasEnded = Array(repeating: false, count: count)
    }

    /// - Returns: false the second time.
    func start() -> Bool {
        condition.withLock {
            defer { hasStarted = true }
            return !hasStarted
        }
    }

    /// A lane that is not ready has ended.
    func ready(_ lane: Int, _ state: Readiness) {
        condition.withLock {
            states[lane] = state
            if state != .ready { hasEnded[lane] = true }
            condition.broadcast()
        }
    }

    func awaitReady() -> [Readiness] {
        condition.withLock {
            while states.contains(where: { $0 == nil }) { condition.wait() }
            return states.compactMap { $0 }
        }
    }

    /// Lets the lanes begin; without a run they end.
    func open(run: Int64?) {
        condition.withLock {
            opening = .some(run)
            condition.broadcast()
        }
    }

    func awaitOpening() -> Int64? {
        condition.withLock {
            while true {
                if let opening { return opening }
                condition.wait()
            }
        }
    }

    func ended(_ lane: Int) {
        condition.withLock {
            hasEnded[lane] = true
            condition.broadcast()
        }
    }

    /// - Returns: whether every lane has ended.
    func awaitEnd(atMost patience: Duration) -> Bool {
        let end = Date(timeIntervalSinceNow: patience / .seconds(1))
        return condition.withLock {
            while hasEnded.contains(false), condition.wait(until: end) {}
            return !hasEnded.contains(false)
        }
    }

    func awaitEnd() {
        condition.withLock {
            while hasEnded.contains(false) { condition.wait() }
        }
    }
}
