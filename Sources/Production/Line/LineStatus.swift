import Ledger
import Messages

/// A look at a line at one moment, for a live view.
public struct LineStatus: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable {
        case preparing, running, pausing, stopping, ended
    }

    public let phase: Phase
    public let lanes: [LaneStatus]
    /// The books: those of the ledger, brought forward by what this line did since it was asked.
    public let counts: BatchCounts
    /// Cards made by this run.
    public let made: Int
    /// Over the last minutes; 0 as long as nothing was made.
    public let cardsPerMinute: Double
    /// Until nothing waits; nil as long as it cannot be told.
    public let secondsLeft: Double?
    /// Why the ledger is waited for; nil when it is not.
    public let ledgerTrouble: AnyMessage?
}

public struct LaneStatus: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        case preparing, idle, loading, looking, making, recording, cardAway, unloading, paused, stopped, finished
    }

    public let lane: LaneName
    public var state = State.preparing
    public var chip: String?
    public var sequence: Int?
    public var row: Int?
    public var step = 0
    public var steps = 0
    public var made = 0
    public var rejectedChips = 0
    public var rejectedOrders = 0
    public var unusedChips = 0
    public var retries = 0
    public var failuresInRow = 0
    /// Why it stopped, or has finished.
    public var reason: LedgerReason?

    public init(lane: LaneName) { self.lane = lane }

    /// Whether no card is at work in it.
    var isIdle: Bool {
        switch state {
        case .idle, .loading, .paused, .stopped, .finished: true
        case .preparing, .looking, .making, .recording, .cardAway, .unloading: false
        }
    }
}
