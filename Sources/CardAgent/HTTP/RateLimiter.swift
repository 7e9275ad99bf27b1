import Synchronization

/// How often each caller may ask: so many requests a second, and those of four seconds at once.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filled: ContinuousClock.Instant
    }

    private static let mostCallers = 1_024

    private let rate: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    init(requestsASecond: Double) { rate = requestsASecond }

    /// - Throws: ``AgentError/tooMany(_:)``.
    func take(_ caller: String, cost: Double = 1, now: ContinuousClock.Instant = .now) throws(AgentError) {
        let isThere = buckets.withLock { buckets in
            if buckets.count >= Self.mostCallers {
                // A full bucket needs no entry.
                buckets = buckets.filter { ($0.value.tokens + (now - $0.value.filled) / .seconds(1) * rate) < 4 * rate }
            }
            var bucket = buckets[caller] ?? Bucket(tokens: 4 * rate, filled: now)
            bucket.tokens = min(4 * rate, bucket.tokens + (now - bucket.filled) / .seconds(1) * rate)
            bucket.filled = now
            defer { buckets[caller] = bucket }
            guard bucket.tokens >= cost else { return false }
            bucket.tokens -= cost
            return true
        }
        guard isThere else { throw .tooMany(.requests) }
    }
}
