import Ledger
import Messages

/// What a run of a line came to.
public struct LineReport: Sendable, Hashable, Codable {
    public enum End: String, Sendable, Hashable, Codable {
        /// Every order is made, rejected or set aside.
        case finished
        /// No order waits any more; begun cards are needed back, or another station has them.
        case cardsWanted
        /// No blank chips are left.
        case boxEmpty
        /// The operator stopped it, each lane after its card.
        case stopped
        /// The operator stopped it at once.
        case stoppedNow
        /// Every lane has stopped by itself.
        case lanesStopped
        /// The same error on several lanes.
        case sameError
        /// The transport key of chips in a row was refused.
        case transportKey
        /// The folder of the batch is not what was checked and enrolled.
        case batchChanged
        /// The ledger cannot go on.
        case ledger
        /// Cards of this batch may not be made here.
        case notAllowed
    }

    /// A chip that was begun and has no outcome in the books.
    public struct OpenCard: Sendable, Hashable, Codable {
        public let attempt: Int64
        public let sequence: Int
        public let row: Int
        public let chip: String
        /// Where this run saw it last, for people.
        public let place: AnyMessage
        /// What to do with it, for people.
        public let advice: AnyMessage
    }

    public let end: End
    /// Why the run ended and what to do now.
    public let reason: LedgerReason
    public let run: Int64
    /// The ledger's books when the run began; nil when it could not be asked.
    public let countsBefore: BatchCounts?
    /// The ledger's books when it ended; nil when it could not be asked.
    public let counts: BatchCounts?
    public let lanes: [LaneStatus]
    /// nil when the ledger could not be asked.
    public let open: [OpenCard]?
    public let milliseconds: Int
    /// Whether the end of the run stands in the ledger, signed.
    public let isRecorded: Bool

    public var made: Int { lanes.reduce(0) { $0 + $1.made } }
    public var rejectedOrders: Int { lanes.reduce(0) { $0 + $1.rejectedOrders } }
    public var rejectedChips: Int { lanes.reduce(0) { $0 + $1.rejectedChips } }

    /// Whether nothing got lost: the batch has as many rows as before, each order in work is an open card that can be
    /// named, and the books have at least what the lanes did. (Another station may have done more.)
    public var isBalanced: Bool {
        guard let before = countsBefore, let after = counts, let open else { return false }
        return before.total == after.total && open.count == after.inWork
            && after.made + after.void - before.made - before.void >= made
            && after.rejected - before.rejected >= rejectedOrders
            && after.rejectedChips - before.rejectedChips >= 0
    }
}
