import CardProfiles

/// What `Batch.review()` found.
public struct BatchReview: Sendable {
    public struct Rejection: Sendable, Hashable {
        public let row: Int
        public let idNumber: IDNumber?
        public let problems: [BatchProblem]
    }

    /// Those a card can be made for, in the bank reply's order.
    public let applications: [Application]
    /// Those no card can be made for, in the file's order.
    public let rejected: [Rejection]
    /// What is wrong with the batch as a whole: as long as there is any, no card of it is made.
    public let problems: [BatchProblem]

    /// Everything wrong, rows first.
    public var allProblems: [BatchProblem] { rejected.flatMap(\.problems) + problems }
}
