import Foundation
import HealthCard
import Ledger
import Messages

/// What a browser is shown of a line at one moment. It names orders by sequence and row and chips by serial number, never
/// people.
struct LinePicture: Encodable, Equatable {
    struct Todo: Encodable, Equatable {
        let kind: String
        let texts: ViewTexts
    }

    struct Lane: Encodable, Equatable {
        let number: Int
        let reader: String
        let state: String
        let stateTexts: ViewTexts
        let chip: String?
        let sequence: Int?
        let row: Int?
        let step: Int
        let steps: Int
        let made: Int
        let rejected: Int
        let todo: Todo?
    }

    struct Reject: Encodable, Equatable {
        let code: String
        let of: String
        let count: Int
        /// Of the last.
        let texts: ViewTexts
    }

    struct History: Encodable, Equatable {
        /// Between two samples.
        let seconds: Int
        /// Cards made by this run, the oldest first.
        let made: [Int]
    }

    var schemaVersion = 1
    let batch: String
    /// `preparing` before the first lane is there.
    let phase: String
    let takesCommands: Bool
    let counts: BatchCounts?
    let made: Int
    let cardsPerMinute: Double
    let secondsLeft: Int?
    let ledgerTrouble: ViewTexts?
    let lanes: [Lane]
    let rejects: [Reject]
    let history: History
    /// Why the run ended; nil before.
    let end: ViewTexts?
}

/// What a browser's picture of a line is made of: the live view's own picture, and what it does not keep.
struct LineStory {
    private var screen = LineScreen(language: .english)
    private var rejects: [String: (of: String, count: Int, reason: LedgerReason)] = [:]
    private(set) var history = LineHistory()
    private var end: LedgerReason?

    /// Kinds of rejects that are told apart.
    private static let mostRejects = 24

    mutating func take(_ event: LineEvent) {
        _ = screen.take(event)
        switch event.kind {
        case .chipRejected: reject("chip", event.reason)
        case .orderRejected: reject("order", event.reason)
        case .lineEnded: end = event.reason
        default: break
        }
    }

    mutating func ask(_ request: OperatorHandling.Request, _ lane: LaneName) { _ = screen.ask(request, lane) }

    mutating func note(made: Int, at now: ContinuousClock.Instant = .now) { history.note(made, at: now) }

    private mutating func reject(_ of: String, _ reason: LedgerReason?) {
        guard let reason else { return }
        let key = of + "." + reason.code
        guard rejects[key] != nil || rejects.count < Self.mostRejects else { return }
        rejects[key] = (of, (rejects[key]?.count ?? 0) + 1, reason)
    }

    func picture(_ status: LineStatus?, batch: String, takesCommands: Bool) -> LinePicture {
        let listed = rejects.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { key, entry in
            LinePicture.Reject(
                code: entry.reason.code, of: entry.of, count: entry.count, texts: ViewTexts(entry.reason))
        }
        return LinePicture(
            batch: batch, phase: end == nil ? phase(status) : "ended", takesCommands: takesCommands,
            counts: status?.counts, made: status?.made ?? 0,
            // A tenth is shown; what changes behind it is no news.
            cardsPerMinute: ((status?.cardsPerMinute ?? 0) * 10).rounded() / 10,
            secondsLeft: status?.secondsLeft.map { Int(min(max(0, $0), 1e8)) },
            ledgerTrouble: status?.ledgerTrouble.map { ViewTexts(LineViewText.ledgerTrouble($0)) },
            lanes: status.map { status in status.lanes.map { lane($0, status) } } ?? [], rejects: listed,
            history: LinePicture.History(seconds: history.seconds, made: history.made), end: end.map { ViewTexts($0) })
    }

    private func phase(_ status: LineStatus?) -> String {
        guard let status else { return "preparing" }
        // A pause that every lane has come to is another thing than one that cards are waited for.
        if status.phase == .pausing, status.lanes.allSatisfy(\.isIdle) { return "paused" }
        return status.phase.rawValue
    }

    private func lane(_ lane: LaneStatus, _ status: LineStatus) -> LinePicture.Lane {
        let isPaused = status.phase == .pausing && lane.state == .loading
        let state = isPaused ? LaneStatus.State.paused : lane.state
        return LinePicture.Lane(
            number: lane.lane.number, reader: lane.lane.reader, state: state.rawValue,
            stateTexts: ViewTexts(LineViewText.state(state, why: lane.reason)), chip: lane.chip,
            sequence: lane.sequence, row: lane.row, step: lane.step, steps: lane.steps, made: lane.made,
            rejected: lane.rejectedChips + lane.rejectedOrders,
            todo: screen.instruction(lane, status).map { instruction in
                let kind =
                    switch instruction {
                    case .insert: "insert"
                    case .remove: "remove"
                    case .putBack: "putBack"
                    }
                return LinePicture.Todo(kind: kind, texts: ViewTexts(LineWords.instruction(instruction)))
            })
    }
}

/// How many cards were made when: few samples for any length of a run.
struct LineHistory: Sendable {
    static let most = 120

    /// Between two samples.
    private(set) var seconds = 2
    private(set) var made: [Int] = []
    private var start: ContinuousClock.Instant?

    mutating func note(_ count: Int, at now: ContinuousClock.Instant = .now) {
        let start = start ?? now
        self.start = start
        let due = Int(start.duration(to: now) / .seconds(Double(seconds)))
        while made.count <= due {
            made.append(count)
            guard made.count >= Self.most else { continue }
            // Every other sample for twice the time.
            made = made.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            seconds *= 2
            return
        }
    }
}
