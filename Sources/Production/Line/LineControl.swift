import Foundation
import Ledger
import Messages

/// What the lanes of a line share: whether they are to work, what work is left, and what went wrong where. It is never
/// held while a card or the ledger is spoken to.
final class LineControl: @unchecked Sendable {
    enum Command { case run, pause, stop, stopNow }

    /// What a lane is to do next.
    enum Claim: Equatable {
        case feed(WantedCard)
        /// Nobody has work and the ledger may know of some: it is to be asked.
        case askLedger
        case finished
        case stopped
    }

    let settings: LineSettings
    private let handler: ProductionLine.EventHandler
    private let eventLock = NSRecursiveLock()
    let condition = NSCondition()
    let links: LinkWatch
    // Everything below is guarded by `condition`.
    private var command = Command.run
    private(set) var end: (LineReport.End, LedgerReason)?
    var lanes: [LaneStatus]
    var phase = LineStatus.Phase.preparing
    var tally = LineTally()
    var work = LineWork()
    var faults = LineFaults()
    var ledgerTrouble: [Int: AnyMessage] = [:]
    /// Chips in readers now, and in which lane.
    private var chips: [String: Int] = [:]
    /// Where open cards were seen last, by chip.
    private(set) var places: [String: (place: OpenCardPlace, advice: OpenCardAdvice)] = [:]

    init(lanes: [LaneName], settings: LineSettings, handler: @escaping ProductionLine.EventHandler) {
        self.lanes = lanes.map { LaneStatus(lane: $0) }
        self.settings = settings.bounded
        self.handler = handler
        links = LinkWatch(lanes: lanes.count)
    }

    // MARK: Events

    /// Hands an event over, one at a time; not to be called under `condition`.
    func emit(_ event: LineEvent) { eventLock.withLock { handler(event) } }

    func emit(_ kind: LineEvent.Kind, lane: Int, _ change: (inout LineEvent) -> Void = { _ in }) {
        var event = LineEvent(kind)
        event.lane = condition.withLock { lanes[lane].lane }
        change(&event)
        emit(event)
    }

    // MARK: Commands

    var isStoppedNow: Bool { condition.withLock { command == .stopNow } }
    var isStopping: Bool { condition.withLock { command == .stop || command == .stopNow } }

    func pause() {
        let isNew = condition.withLock {
            guard command == .run else { return false }
            command = .pause
            holdIfIdle()
            return true
        }
        if isNew { emit(LineEvent(.paused)) }
    }

    func resume() {
        let isNew = condition.withLock {
            guard command == .pause else { return false }
            command = .run
            tally.release()
            condition.broadcast()
            return true
        }
        if isNew { emit(LineEvent(.resumed)) }
    }

    func inputEnded() {
        guard condition.withLock({ command == .pause }) else { return }
        stop(
            .stop, .stopped,
            LedgerReason(.inputEnded)
        )
    }

    /// Under `condition`. Once nothing is made any more, a pause does not count as time in which nothing was.
    private func holdIfIdle() {
        if lanes.allSatisfy(\.isIdle) { tally.hold() }
    }

    /// The first reason to stop is the one that is told; stopping at once overrules stopping after the card.
    func stop(_ new: Command, _ reason: LineReport.End, _ why: LedgerReason) {
        let isNew = condition.withLock {
            guard command != .stopNow, command != new else { return false }
            command = new
            tally.release()
            if end == nil || new == .stopNow && end?.0 == .stopped { end = (reason, why) }
            condition.broadcast()
            return true
        }
        if isNew { emit(LineEvent(.stopping).with { $0.reason = why }) }
    }

    /// Waits while the line pauses.
    /// - Returns: false when it is to stop.
    func awaitTurn(_ lane: Int) -> Bool {
        condition.withLock {
            let before = lanes[lane].state
            while command == .pause {
                lanes[lane].state = .paused
                holdIfIdle()
                condition.wait()
            }
            lanes[lane].state = before
            return command == .run
        }
    }

    /// Sleeps, but not once the line is to stop.
    func rest(_ duration: Duration) {
        let end = Date(timeIntervalSinceNow: duration / .seconds(1))
        condition.withLock {
            while command != .stop, command != .stopNow, Date() < end { _ = condition.wait(until: end) }
        }
    }

    /// Under `condition`.
    var isPausing: Bool { command == .pause }
    /// Under `condition`.
    var isEnding: Bool { command == .stop || command == .stopNow }

    // MARK: Work

    /// What the lane is to do; waits while other lanes may yet give work back.
    func claim(_ lane: Int) -> Claim {
        condition.withLock {
            while true {
                switch command {
                case .stop, .stopNow: return .stopped
                case .pause:
                    lanes[lane].state = .paused
                    holdIfIdle()
                case .run:
                    if let claim = work.claim(waiting: tally.counts.waiting, lane: lane) { return claim }
                    lanes[lane].state = .idle
                }
                condition.wait()
            }
        }
    }

    func change<Result>(_ body: (LineControl) -> Result) -> Result {
        condition.withLock {
            defer { condition.broadcast() }
            return body(self)
        }
    }

    func update(_ lane: Int, _ body: (inout LaneStatus) -> Void) { condition.withLock { body(&lanes[lane]) } }

    /// - Returns: false when that chip lies in another lane's reader too.
    func enter(_ chip: String, lane: Int) -> Bool {
        condition.withLock {
            guard chips[chip] == nil else { return false }
            chips[chip] = lane
            lanes[lane].chip = chip
            return true
        }
    }

    func leave(_ chip: String, lane: Int) {
        condition.withLock {
            if chips[chip] == lane { chips[chip] = nil }
        }
    }

    func note(_ chip: String, place: OpenCardPlace, advice: OpenCardAdvice) {
        condition.withLock { places[chip] = (place, advice) }
    }
}
