/// One operation's durations in a few numbers, microseconds. Whole numbers, so that every machine has the same.
public struct TimeStatistics: Codable, Sendable, Hashable {
    public let operation: String
    public let count: Int
    public let least: Int
    public let median: Int
    /// 95 of 100 took no longer.
    public let percentile95: Int
    public let most: Int
    public let limit: Int?

    /// Nil where nothing was measured.
    public init?(_ times: OperationTimes) {
        let sorted = times.microseconds.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        operation = times.operation
        count = sorted.count
        least = first
        median = sorted[(sorted.count - 1) / 2]
        percentile95 = sorted[min(sorted.count - 1, (sorted.count * 95 + 99) / 100 - 1)]
        most = last
        limit = times.limit
    }
}
