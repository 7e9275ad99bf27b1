import Ledger

/// What went wrong, and when it is too much. Chance is told from a broken reader, a bad order and a bad box by who
/// else fails.
struct LineFaults {
    enum Verdict: Equatable {
        case goOn
        case stopLane(LedgerReason)
        case stopLine(LineReport.End, LedgerReason)
    }

    private var streaks: [Int: Int] = [:]
    /// Lanes that met an error since the line's last success, and the order they met it with; nil without one.
    private var lanesByCode: [String: [Int: Int?]] = [:]
    private var refusedKeys = 0
    /// Chips that failed for an order in this run.
    private var failedChips: [Int: [(lane: Int, code: String)]] = [:]

    func streak(_ lane: Int) -> Int { streaks[lane] ?? 0 }

    mutating func succeeded(_ lane: Int, order: Int) {
        streaks[lane] = nil
        lanesByCode = [:]
        refusedKeys = 0
        failedChips[order] = nil
    }

    /// - Parameters:
    ///   - order: the sequence of the order it failed with; nil when none was begun.
    ///   - all: lanes there were.
    mutating func failed(
        _ lane: Int, _ reason: LedgerReason, order: Int?, stopsLane: Bool, all: Int, settings: LineSettings
    ) -> Verdict {
        streaks[lane, default: 0] += 1
        lanesByCode[reason.code, default: [:]][lane] = .some(order)
        if reason.code == MakingFailure.transportKeyRefused {
            refusedKeys += 1
            if refusedKeys >= settings.refusedTransportKeys {
                return .stopLine(
                    .transportKey,
                    LedgerReason(.transportKeyOfBox(refused: refusedKeys, code: reason.code)))
            }
            return .stopLane(
                LedgerReason(.transportKey(code: reason.code)))
        }
        let met = lanesByCode[reason.code] ?? [:]
        let same = met.count
        // One order that fails everywhere is that order's trouble.
        let isOneOrder = Set(met.values).count == 1 && order != nil
        if all > 1, !isOneOrder, same >= max(2, min(settings.lanesWithSameError, all)) {
            return .stopLine(
                .sameError,
                LedgerReason(.sameError(lanes: same, reason)))
        }
        if stopsLane { return .stopLane(reason) }
        guard streak(lane) >= settings.failuresInRow else { return .goOn }
        return .stopLane(
            LedgerReason(.inARow(streak(lane), reason)))
    }

    /// What becomes of an order a chip failed for. It is the order's fault only when other lanes fail with it as well,
    /// so that a broken reader costs nobody the card.
    mutating func chipFailed(
        _ order: Int, lane: Int, _ reason: LedgerReason, working: Int, settings: LineSettings
    ) -> LedgerReason? {
        failedChips[order, default: []].append((lane, reason.code))
        let failures = failedChips[order] ?? []
        guard failures.count >= settings.chipsPerOrder,
            Set(failures.map(\.lane)).count >= min(2, working, settings.chipsPerOrder)
        else { return nil }
        failedChips[order] = nil
        return LedgerReason(.chipsFailed(codes: failures.map(\.code), last: reason))
    }
}
