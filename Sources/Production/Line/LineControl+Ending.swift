import Foundation
import Ledger

extension LineControl {
    /// A lane has ended: what it held is free for others.
    func laneEnded(_ lane: Int, _ exit: LaneExit) {
        if case .line(let end, let reason) = exit { stop(.stop, end, reason) }
        change {
            $0.work.remove(lane)
            $0.lanes[lane].reason = exit.reason
            if case .finished = exit { $0.lanes[lane].state = .finished } else { $0.lanes[lane].state = .stopped }
        }
        let isFinished = if case .finished = exit { true } else { false }
        emit(isFinished ? .laneFinished : .laneStopped, lane: lane) { $0.reason = exit.reason }
    }

    /// A lane whose card, or whose reader, has not answered one command for too long: what it was doing stays open.
    func laneAbandoned(_ lane: Int, _ limit: Duration) {
        let seconds = Int(limit / .seconds(1))
        let name = change { $0.lanes[lane].lane }
        if let chip = change({ $0.lanes[lane].chip }) {
            note(
                chip, place: .deadReader(name), advice: .rescue)
        }
        laneEnded(
            lane,
            .lane(
                LedgerReason(.readerStuck(seconds: seconds))))
    }

    /// Why the run ended, once every lane has.
    func ending(_ counts: BatchCounts?) -> (LineReport.End, LedgerReason) {
        condition.withLock {
            if counts?.isFinished == true {
                return (.finished, LedgerReason(.finished))
            }
            if let end { return end }
            if let counts, counts.waiting == 0 {
                return (
                    .cardsWanted,
                    LedgerReason(.cardsWanted(begun: counts.inWork))
                )
            }
            if let empty = lanes.compactMap(\.reason).first(where: { $0.code == "boxEmpty" }) {
                return (.boxEmpty, empty)
            }
            let last = lanes.compactMap(\.reason).last
            return (
                .lanesStopped,
                LedgerReason(.lanesStopped(last: last))
            )
        }
    }

    /// A copy of everything a live view shows.
    var status: LineStatus {
        condition.withLock {
            let rate = tally.rate()
            let left = tally.counts.waiting + tally.counts.inWork
            let current: LineStatus.Phase =
                switch (phase, isPausing, isEnding) {
                case (.running, _, true): .stopping
                case (.running, true, _): .pausing
                default: phase
                }
            return LineStatus(
                phase: current, lanes: lanes, counts: tally.counts, made: tally.made, cardsPerMinute: rate,
                // Nobody knows how long a pause lasts, or a ledger does not answer.
                secondsLeft: rate > 0 && !isPausing && ledgerTrouble.isEmpty ? Double(left) / rate * 60 : nil,
                ledgerTrouble: ledgerTrouble.sorted { $0.key < $1.key }.first?.value)
        }
    }
}
