import Ledger

/// Why a lane ends.
enum LaneExit: Error, Equatable {
    /// The line was told to stop.
    case stopped
    /// Nothing is left for it to do.
    case finished(LedgerReason)
    /// It cannot go on; others can.
    case lane(LedgerReason)
    /// Nobody can go on.
    case line(LineReport.End, LedgerReason)

    var reason: LedgerReason {
        switch self {
        case .stopped: LedgerReason(.stopped)
        case .finished(let reason), .lane(let reason), .line(_, let reason): reason
        }
    }
}
