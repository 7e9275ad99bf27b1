import Foundation
import Ledger
import Messages
import Personalization
import Threads

/// Makes the cards of one enrolled batch on many readers side by side.
///
/// Each lane has a thread, a slot and a maker of its own and takes its orders from the ledger, so a slow or dead reader
/// holds back only itself. The intent is in the ledger before a chip is touched, the outcome before the card leaves
/// the reader. A line runs once.
public final class ProductionLine: Sendable {
    /// Makes what makes cards for a lane; called on the lane's thread.
    public typealias MakerFactory = @Sendable (LaneName) throws -> any CardMaker
    public typealias EventHandler = @Sendable (LineEvent) -> Void

    private let ledger: any ProductionLedger
    private let record: RunRecord
    private let setups: [LaneSetup]
    private let names: [LaneName]
    private let factory: MakerFactory
    private let control: LineControl
    private let gathering: LaneGathering

    /// - Parameters:
    ///   - record: what the ledger is told of the run; its batch is enrolled already.
    ///   - events: called from any of the line's threads, one event at a time; the lanes wait for it.
    public init(
        ledger: any ProductionLedger, record: RunRecord, lanes: [LaneSetup], settings: LineSettings = LineSettings(),
        maker: @escaping MakerFactory, events: @escaping EventHandler = { _ in }
    ) {
        self.ledger = ledger
        self.record = record
        setups = lanes
        names = lanes.enumerated().map { LaneName(number: $0.offset + 1, reader: $0.element.slot.name) }
        factory = maker
        control = LineControl(lanes: names, settings: settings, handler: events)
        gathering = LaneGathering(count: lanes.count)
    }

    /// Works until everything is made, or nothing more can be, or it is stopped. Blocks.
    ///
    /// - Throws: ``LineError`` when it did not begin; nothing has been fed then.
    public func run() throws(LineError) -> LineReport {
        guard gathering.start() else { throw .hasRun }
        let start = ContinuousClock.now
        for index in setups.indices { startLane(index) }
        let before: BatchCounts
        let run: Int64
        do throws(LineError) {
            try checkGate(gathering.awaitReady())
            do throws(LedgerError) {
                before = try ledger.counts(batch: record.batch)
                let open = try ledger.openAttempts(batch: record.batch)
                run = try ledger.beginRun(record)
                begin(before, open)
            } catch {
                throw .ledger(error)
            }
        } catch {
            gathering.open(run: nil)
            gathering.awaitEnd()
            control.change { $0.phase = .ended }
            throw error
        }
        gathering.open(run: run)
        startWatch()
        gathering.awaitEnd()
        return finish(run, before, since: start)
    }

    /// Every lane waits once its card is done.
    public func pause() { control.pause() }

    public func resume() { control.resume() }

    /// Every lane ends once its card is done and unloaded.
    public func stopAfterThisCard() {
        control.stop(.stop, .stopped, LedgerReason(.operatorStopped))
    }

    /// Every lane ends before its next command to a card. Cards in the middle stay in their readers, begun in the
    /// books: another run goes on with them.
    public func stopNow() {
        control.stop(
            .stopNow, .stoppedNow, LedgerReason(.operatorStoppedNow))
    }

    /// Nobody can say ``resume()`` any more: a line that pauses stops.
    public func inputEnded() { control.inputEnded() }

    /// How things are now; from any thread, as often as wanted.
    public var status: LineStatus { control.status }

    // MARK: Lanes

    private func startLane(_ index: Int) {
        do {
            try startThread("lane \(index + 1)") { [self] in runLane(index) }
        } catch {
            let reason = LedgerReason(notReady: error)
            control.laneEnded(index, .lane(reason))
            gathering.ready(index, .failed(reason))
        }
    }

    private func runLane(_ index: Int) {
        let maker: any CardMaker
        do {
            maker = try factory(names[index])
            do throws(PersonalizationError) {
                try maker.checkGate()
            } catch {
                gathering.ready(index, .refused(error))
                return
            }
        } catch {
            let reason = LedgerReason(notReady: error)
            control.laneEnded(index, .lane(reason))
            gathering.ready(index, .failed(reason))
            return
        }
        gathering.ready(index, .ready)
        guard let run = gathering.awaitOpening() else { return gathering.ended(index) }
        let lane = Lane(
            index: index, name: names[index], setup: setups[index], maker: maker, ledger: ledger, record: record,
            run: run, control: control)
        let exit = lane.work()
        // A lane that was given up has been told of already.
        if !control.links.isAbandoned(index) { control.laneEnded(index, exit) }
        gathering.ended(index)
    }

    /// Ends the lanes whose reader never comes back.
    private func startWatch() {
        let limit = control.settings.commandLimit
        do {
            try watchLanes(limit)
        } catch {
            // Nobody would notice that a reader does not come back.
            control.stop(.stopNow, .stoppedNow, LedgerReason(notReady: error))
        }
    }

    private func watchLanes(_ limit: Duration) throws(ThreadError) {
        try startThread("line watch") { [control, gathering] in
            while !gathering.awaitEnd(atMost: .milliseconds(250)) {
                for lane in control.links.abandon(silentFor: limit) {
                    control.laneAbandoned(lane, limit)
                    gathering.ended(lane)
                }
            }
        }
    }

    /// Nothing is fed before every lane has said whether it may make cards at all.
    private func checkGate(_ states: [LaneGathering.Readiness]) throws(LineError) {
        for case .refused(let error) in states { throw .gate(error) }
        guard states.contains(.ready) else {
            for case .failed(let reason) in states { throw .noLanes(reason) }
            throw .noLanes(nil)
        }
    }

    private func begin(_ counts: BatchCounts, _ open: [Attempt]) {
        control.change {
            $0.phase = .running
            $0.tally.counts = counts
            for attempt in open { $0.work.want(attempt.chip, attempt.id) }
        }
        control.emit(LineEvent(.lineBegun).with { $0.counts = counts })
        for attempt in open { control.emit(LineEvent(.cardWanted).about(attempt)) }
    }

    // MARK: The end

    private func finish(_ run: Int64, _ before: BatchCounts, since start: ContinuousClock.Instant) -> LineReport {
        let (counts, open) = books()
        let (end, reason) = control.ending(counts)
        let recorded: Void? = patiently { () throws(LedgerError) in try ledger.endRun(run, reason.visible) }
        let report = LineReport(
            end: end, reason: reason, run: run, countsBefore: before, counts: counts,
            lanes: control.change { $0.lanes }, open: open.map { $0.map(openCard) },
            milliseconds: Int(start.duration(to: .now) / .milliseconds(1)), isRecorded: recorded != nil)
        control.change {
            $0.phase = .ended
            if let counts { $0.tally.counts = counts }
        }
        control.emit(
            LineEvent(.lineEnded).with {
                $0.counts = counts
                $0.reason = reason
            })
        return report
    }

    /// Both answers of one moment, as far as other stations that work on let them be.
    private func books() -> (BatchCounts?, [Attempt]?) {
        for _ in 0..<4 {
            let counts = patiently { () throws(LedgerError) in try ledger.counts(batch: record.batch) }
            let open = patiently { () throws(LedgerError) in try ledger.openAttempts(batch: record.batch) }
            if counts == nil || open == nil || counts?.inWork == open?.count { return (counts, open) }
        }
        return (
            patiently { () throws(LedgerError) in try ledger.counts(batch: record.batch) },
            patiently { () throws(LedgerError) in try ledger.openAttempts(batch: record.batch) }
        )
    }

    private func openCard(_ attempt: Attempt) -> LineReport.OpenCard {
        let seen = control.change { $0.places[attempt.chip] }
        return LineReport.OpenCard(
            attempt: attempt.id, sequence: attempt.order.sequence, row: attempt.order.row, chip: attempt.chip,
            place: AnyMessage(seen?.place ?? .notSeen), advice: AnyMessage(seen?.advice ?? .lookForIt))
    }

    /// Asks a few times: the run is over, and nobody waits for ever for its last words.
    private func patiently<Answer>(_ work: () throws(LedgerError) -> Answer) -> Answer? {
        var pause = control.settings.ledgerBackoff
        for isLast in [false, false, false, true] {
            do throws(LedgerError) {
                return try work()
            } catch {
                switch error {
                case .unavailable, .full: break
                default: return nil
                }
                if !isLast { Thread.sleep(forTimeInterval: min(pause, .seconds(2)) / .seconds(1)) }
                pause *= 2
            }
        }
        return nil
    }
}
