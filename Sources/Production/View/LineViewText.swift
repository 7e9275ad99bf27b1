import Ledger
import Messages

/// The words of a live view. They name orders by sequence and chips by serial number, never people.
enum LineViewText: Message {
    case pauseKey, resumeKey, stopKey, stopNowKey, boxEmptyKey
    case made(Int)
    case rejected(Int)
    case setAside(Int)
    case void(Int)
    case left(Int)
    /// Cards a minute, `12.5`.
    case rate(String)
    case timeLeft(LineDuration)
    case state(LaneStatus.State, why: LedgerReason?)
    case insertBlank
    /// At most three chips, and whether there are more.
    case insertBegun([String], hasMore: Bool)
    case remove(Tray, why: LedgerReason?)
    case putBack(chip: String?, why: LedgerReason?)
    case ledgerTrouble(AnyMessage)
    case stopping, pausing, pausedUntilKey, paused
    case moreLanes(Int)
    case lane(made: Int, rejected: Int)
}

/// A time as people say it: `2 h 5 min`.
public struct LineDuration: Message, Hashable {
    /// From 0.
    public let seconds: Int

    public init(seconds: Double) { self.seconds = Int(max(0, min(seconds, 1e8)).rounded()) }
}
