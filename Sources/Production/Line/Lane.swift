import Foundation
import ISO7816
import Ledger
import Personalization

/// One lane at work: feeds its slot, has each chip looked up, made and written into the books, and sends it to its
/// tray. It lives on one thread.
final class Lane {
    /// Its place among the lanes, from 0.
    let index: Int
    let name: LaneName
    let slot: any CardSlot
    let handling: any CardHandling
    let maker: any CardMaker
    let ledger: any ProductionLedger
    let record: RunRecord
    let run: Int64
    let control: LineControl
    /// Whether the card in the reader lay there before the run.
    private(set) var isFirst = false

    init(
        index: Int, name: LaneName, setup: LaneSetup, maker: any CardMaker, ledger: any ProductionLedger,
        record: RunRecord, run: Int64, control: LineControl
    ) {
        self.index = index
        self.name = name
        slot = setup.slot
        handling = setup.handling
        self.maker = maker
        self.ledger = ledger
        self.record = record
        self.run = run
        self.control = control
    }

    var settings: LineSettings { control.settings }

    /// Works until there is a reason to end, which is returned.
    func work() -> LaneExit {
        defer { slot.release(.unpower) }
        do throws(LaneExit) {
            guard control.awaitTurn(index) else { return .stopped }
            // A card that an earlier run left there comes first.
            isFirst = true
            try takeCardsInReader()
            isFirst = false
            while true {
                switch control.claim(index) {
                case .feed(let wanted):
                    defer { control.change { $0.work.giveUpClaim(index) } }
                    try feed(wanted)
                case .askLedger:
                    let counts = try persist { () throws(LedgerError) in try ledger.counts(batch: record.batch) }
                    control.change {
                        if case .success(let counts) = counts { $0.tally.counts = counts }
                        $0.work.answered()
                    }
                case .finished:
                    return .finished(LedgerReason(.noWork))
                case .stopped: return .stopped
                }
            }
        } catch {
            return error
        }
    }

    // MARK: Into the reader and out of it

    /// What ends a wait for a card: any stop; for one that is to leave, or to come back, only a stop at once.
    func wait(_ patience: Duration? = nil, endsWithCard: Bool) -> SlotWait {
        SlotWait(until: patience.map { .now + $0 }) { [control] in
            endsWithCard ? control.isStoppedNow : control.isStopping
        }
    }

    private func feed(_ wanted: WantedCard) throws(LaneExit) {
        show(.loading)
        emit(.laneWaiting)
        let loading: Loading
        do throws(HandlingError) {
            loading = try handling.load(wanted, lane: name, slot: slot, wait: wait(endsWithCard: false))
        } catch {
            throw exit(for: error)
        }
        guard loading == .loaded else {
            // Begun cards nobody brings: the next claim finds out that the search was in vain.
            guard wanted == .blank else { return control.change { $0.work.giveUpSearch() } }
            throw .finished(LedgerReason(.boxEmpty))
        }
        try takeCard()
    }

    private func exit(for error: HandlingError) -> LaneExit {
        if error == .cancelled || error == .slot(.cancelled) { return .stopped }
        return .lane(LedgerReason(code: error.lineCode, error))
    }

    private func takeCardsInReader() throws(LaneExit) {
        while slot.isOccupied() {
            try takeCard()
            // A machine is faster than the service: the card it has just taken out may still seem to lie there.
            try? slot.waitForRemoval(wait(.seconds(2), endsWithCard: true))
        }
    }

    /// Takes the card that was loaded through everything, out of the reader included.
    private func takeCard() throws(LaneExit) {
        show(.looking)
        let result: Disposal
        switch cardInSlot() {
        case .success(let channel):
            // A line that was paused while the card came begins nothing.
            guard control.awaitTurn(index) else { throw .stopped }
            result = try process(channel)
        case .failure(let error): result = try unusable(error)
        }
        slot.release(.unpower)
        // A machine need not know that its card has gone, or does not answer: what lies there, if anything, is taken away.
        let isLost = result.isAway && !slot.isOccupied()
        if let tray = result.tray ?? (isLost ? .reject : nil) { try unload(to: tray, why: result.why) }
        clear()
        if let exit = result.exit { throw exit }
        // Instead of a card that went away another may lie there.
        if result.isAway { try takeCardsInReader() }
    }

    private func cardInSlot() -> Result<any CardChannel, SlotError> {
        do throws(SlotError) {
            return .success(try slot.waitForCard(wait(settings.readerWait, endsWithCard: false)))
        } catch {
            return .failure(error)
        }
    }

    /// No card could be taken.
    private func unusable(_ error: SlotError) throws(LaneExit) -> Disposal {
        let reason = LedgerReason(code: error.code.rawValue, error)
        switch error {
        case .cancelled: throw .stopped
        case .gone, .inUse: throw .lane(reason)
        case .mute:
            emit(.chipRejected) { $0.reason = reason }
            return Disposal(tray: .reject, why: reason, exit: failed(reason))
        // Nobody has seen the chip, if there is one: a reader that is dead must not use up the box.
        case .noCard, .stillThere: return Disposal(tray: .unused, why: reason, exit: failed(reason))
        }
    }

    private func unload(to tray: Tray, why: LedgerReason?) throws(LaneExit) {
        show(.unloading)
        do throws(HandlingError) {
            try handling.unload(lane: name, slot: slot, to: tray, why: why, wait: wait(endsWithCard: true))
        } catch {
            throw exit(for: error)
        }
        emit(.cardUnloaded) { $0.tray = tray }
    }

    private func clear() {
        control.update(index) {
            $0.chip = nil
            ($0.sequence, $0.row) = (nil, nil)
            ($0.step, $0.steps) = (0, 0)
        }
    }

    // MARK: What others see

    func show(_ state: LaneStatus.State) { control.update(index) { $0.state = state } }

    func emit(_ kind: LineEvent.Kind, _ change: (inout LineEvent) -> Void = { _ in }) {
        control.emit(kind, lane: index, change)
    }

    func emit(_ kind: LineEvent.Kind, _ attempt: Attempt, _ change: (inout LineEvent) -> Void = { _ in }) {
        control.emit(kind, lane: index) {
            $0 = $0.about(attempt)
            change(&$0)
        }
    }

    // MARK: Failures

    /// Counts a card without success.
    /// - Returns: why the lane is to end, once the card has been unloaded; nil when it goes on.
    func failed(_ reason: LedgerReason, order: Int? = nil, stopsLane: Bool = false) -> LaneExit? {
        let verdict = control.change { control in
            let verdict = control.faults.failed(
                index, reason, order: order, stopsLane: stopsLane, all: control.lanes.count, settings: settings)
            control.lanes[index].failuresInRow = control.faults.streak(index)
            return verdict
        }
        switch verdict {
        case .goOn: return nil
        case .stopLane(let reason): return .lane(reason)
        case .stopLine(let end, let reason):
            control.stop(.stop, end, reason)
            return .line(end, reason)
        }
    }
}

/// What becomes of the card in the reader, now that the books are written.
struct Disposal {
    /// nil: it stays where it is, or is gone.
    var tray: Tray?
    var why: LedgerReason?
    /// The lane ends once the card is out.
    var exit: LaneExit?
    /// The card was taken out and did not come back.
    var isAway = false
}
