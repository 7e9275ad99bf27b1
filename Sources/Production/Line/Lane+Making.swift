import ISO7816
import Ledger
import Personalization

// MARK: From a begun chip to its outcome

extension Lane {
    /// What passed over the link for one card, all its tries in this run together.
    private struct Spent {
        var commands = 0
        var bytesOut = 0
        var bytesIn = 0
        var time = Duration.zero

        mutating func add(_ link: LinkMeter, since start: ContinuousClock.Instant) {
            commands += link.commands
            bytesOut += link.bytesOut
            bytesIn += link.bytesIn
            time += start.duration(to: .now)
        }

        func card(_ imageDigest: String, wasContinued: Bool) -> MadeCard {
            MadeCard(
                imageDigest: imageDigest, commands: commands, bytesOut: bytesOut, bytesIn: bytesIn,
                milliseconds: Int(time / .milliseconds(1)), wasContinued: wasContinued)
        }
    }

    func make(_ attempt: Attempt, _ hold: CardHold, isContinued: Bool) throws(LaneExit) -> Disposal {
        var hold = hold
        var spent = Spent()
        // The worst that what was sent may have made of the chip. Nothing that is answered makes it better, and how far
        // an earlier run went with it nobody knows.
        var state: ChipState = isContinued ? .doubtful : .untouched
        // A chip that was begun before may be anything, so it is looked at first.
        var isKnown = !isContinued
        while true {
            show(.making)
            let start = ContinuousClock.now
            let link = LinkMeter(hold.channel, lane: index, control: control)
            let result = tryOnce(attempt, link, looksFirst: !isKnown, &state)
            spent.add(link, since: start)
            let failure: MakingFailure
            switch result {
            case .success(let digest): return try recordMade(attempt, spent.card(digest, wasContinued: isContinued))
            case .failure(let error): failure = error
            }
            state = max(state, failure.chipState)
            // What a reader says after its lane was given up comes too late to be believed.
            if link.wasStopped || control.links.isAbandoned(index) {
                leaveOpen(attempt, place: .inLane(name), failure.reason, advice: .goOn)
                throw .stopped
            }
            if !wantsAnotherLook(failure) {
                switch failure.blame {
                case .chip: return try chipFailed(attempt, failure.reason, state)
                case .applicant: return try applicantFailed(attempt, failure.reason, state)
                case .station: return try stationFailed(attempt, failure.reason, state)
                case .reader: break
                }
            }
            switch again(&hold, failure, attempt) {
            case .again: isKnown = false
            case .present: return try giveUp(attempt, failure.reason, state, isAway: false)
            case .away: return try giveUp(attempt, failure.reason, state, isAway: true)
            case .stopped:
                leaveOpen(attempt, place: .takenOut(name), failure.reason, advice: .goOn)
                throw .stopped
            }
        }
    }

    /// Whether the card is to be reset and looked at before anything is said of it: reader or link failed, or the command
    /// that makes it a card in use was not answered by success, which may have been another's word. A key that was
    /// refused is not tried again.
    private func wantsAnotherLook(_ failure: MakingFailure) -> Bool {
        guard failure.blame != .reader else { return true }
        return failure.blame == .chip && failure.chipState == .doubtful
            && failure.code != MakingFailure.transportKeyRefused
    }

    /// - Parameter state: a look makes it worse where the chip says so, and never better.
    private func tryOnce(
        _ attempt: Attempt, _ link: LinkMeter, looksFirst: Bool, _ state: inout ChipState
    ) -> Result<String, MakingFailure> {
        do throws(MakingFailure) {
            try requireChip(attempt.chip, link)
            if looksFirst { state = max(state, try Self.state(of: maker.recognize(link))) }
            return .success(
                try maker.make(
                    attempt.order, on: link, continuing: state > .untouched, progress: progress(attempt)))
        } catch {
            return .failure(error)
        }
    }

    private static func state(of finding: ChipFinding) throws(MakingFailure) -> ChipState {
        switch finding {
        case .blank: .untouched
        case .halfMade: .halfMade
        case .finished: .doubtful
        case .foreign(let reason):
            throw MakingFailure(reason, blame: .chip, chipState: .untouched)
        }
    }

    private func progress(_ attempt: Attempt) -> (MakingProgress) -> Void {
        var told = -1
        var phase = ""
        return { [self] progress in
            let part = progress.step * settings.progressSteps / max(progress.total, 1)
            guard part != told || progress.phase != phase else { return }
            (told, phase) = (part, progress.phase)
            control.update(index) { ($0.step, $0.steps) = (progress.step, progress.total) }
            emit(.progress, attempt) {
                ($0.step, $0.steps, $0.phase) = (progress.step, progress.total, progress.phase)
            }
        }
    }

    // MARK: The same card again

    enum Return { case again, present, away, stopped }

    /// Waits for the card whose reader or link failed, as often as the settings allow.
    func again(_ hold: inout CardHold, _ failure: MakingFailure, _ attempt: Attempt?) -> Return {
        hold.tries += 1
        guard hold.tries <= settings.retries else { return slot.isOccupied() ? .present : .away }
        let chip = hold.chip
        control.update(index) { $0.retries += 1 }
        emit(.retrying) {
            if let attempt { $0 = $0.about(attempt) }
            $0.chip = chip
            $0.reason = failure.reason
        }
        show(.cardAway)
        slot.release(.reset)
        if !slot.isOccupied() {
            let seconds = Int(settings.returnWait / .seconds(1))
            emit(.cardAway) {
                $0.chip = chip
                $0.reason = LedgerReason(
                    .cardAway(chip: chip, seconds: seconds, code: failure.code))
            }
        }
        let wait = wait(settings.returnWait, endsWithCard: true)
        while true {
            do throws(SlotError) {
                let channel = try slot.waitForCard(wait)
                if (try? maker.chipSerial(of: channel)) == chip {
                    hold.channel = channel
                    return .again
                }
                emit(.cardAway) {
                    $0.chip = chip
                    $0.reason = LedgerReason(.otherCardInReader(chip: chip))
                }
                slot.release(.unpower)
                try slot.waitForRemoval(wait)
                if wait.isOver { return .away }
                control.rest(.milliseconds(20))
            } catch {
                if error == .cancelled { return .stopped }
                // A card that does not answer any more is there, and cannot be told from another.
                return .away
            }
        }
    }

    // MARK: Outcomes

    private func recordMade(_ attempt: Attempt, _ card: MadeCard) throws(LaneExit) -> Disposal {
        let reason = LedgerReason(.notRecorded)
        let written = try record(attempt, reason) { () throws(LedgerError) in
            try ledger.made(attempt, card, run: run, lane: bookName)
        }
        if let over = written { return over }
        control.change {
            $0.tally.madeOne()
            $0.faults.succeeded(index, order: attempt.order.sequence)
            $0.lanes[index].made += 1
            $0.lanes[index].failuresInRow = 0
        }
        emit(.made, attempt) { $0.milliseconds = card.milliseconds }
        return Disposal(tray: .made)
    }

    /// Writes an outcome. The card is in the reader until it is written.
    /// - Returns: what becomes of the card when the attempt was over already; nil when it is written.
    private func record(
        _ attempt: Attempt, _ reason: LedgerReason, _ write: () throws(LedgerError) -> Void
    ) throws(LaneExit) -> Disposal? {
        show(.recording)
        let written: Result<Void, LedgerError>
        do throws(LaneExit) {
            written = try persist(write)
        } catch {
            leaveOpen(attempt, place: .inLane(name), reason, advice: .goOn)
            throw error
        }
        guard case .failure(let error) = written else { return nil }
        let over = LedgerReason(.notToBeIssued(error))
        emit(.chipRejected, attempt) { $0.reason = over }
        return Disposal(tray: .reject, why: over, exit: failed(over, order: attempt.order.sequence))
    }

    private func fail(
        _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate
    ) throws(LaneExit) -> Disposal? {
        let over = try record(attempt, reason) { () throws(LedgerError) in
            try ledger.failed(attempt, reason.visible, chip: chip, order: order, run: run, lane: bookName)
        }
        if let over { return over }
        control.change {
            $0.tally.failed(order)
            if chip == .unused {
                $0.lanes[index].unusedChips += 1
            } else {
                $0.tally.counts.rejectedChips += 1
                $0.lanes[index].rejectedChips += 1
            }
            if order == .rejected { $0.lanes[index].rejectedOrders += 1 }
        }
        emit(chip == .unused ? .chipUnused : .chipRejected, attempt) { $0.reason = reason }
        if order == .rejected { emit(.orderRejected, attempt) { $0.reason = reason } }
        return nil
    }

    private func chipFailed(
        _ attempt: Attempt, _ reason: LedgerReason, _ state: ChipState
    ) throws(LaneExit) -> Disposal {
        guard state != .doubtful else { return stayOpen(attempt, reason, isAway: false) }
        // A key that is not the box's says nothing of the order.
        let verdict = control.change { control in
            let working = control.lanes.count { $0.state != .stopped && $0.state != .finished }
            return reason.code == MakingFailure.transportKeyRefused
                ? nil
                : control.faults.chipFailed(
                    attempt.order.sequence, lane: index, reason, working: working, settings: settings)
        }
        let over = try fail(
            attempt, verdict ?? reason, chip: state == .untouched ? .rejected : .spoiled,
            order: verdict == nil ? .waiting : .rejected)
        if let over { return over }
        if verdict == nil { control.change { $0.work.leaveToOthers(index) } }
        return Disposal(tray: .reject, why: reason, exit: failed(reason, order: attempt.order.sequence))
    }

    private func applicantFailed(
        _ attempt: Attempt, _ reason: LedgerReason, _ state: ChipState
    ) throws(LaneExit) -> Disposal {
        guard state != .doubtful else { return stayOpen(attempt, reason, isAway: false) }
        let fate: ChipFate = state == .untouched ? .unused : .spoiled
        if let over = try fail(attempt, reason, chip: fate, order: .rejected) { return over }
        return Disposal(
            tray: fate == .unused ? .unused : .reject, why: reason, exit: failed(reason, order: attempt.order.sequence))
    }

    /// Neither the chip nor the applicant is to pay for keys or files that are not there.
    private func stationFailed(
        _ attempt: Attempt, _ reason: LedgerReason, _ state: ChipState
    ) throws(LaneExit) -> Disposal {
        // A folder that was changed is nothing one lane alone should stop for.
        let isChanged = reason.code == MakingFailure.batchChanged
        if isChanged { control.stop(.stop, .batchChanged, reason) }
        func exit() -> LaneExit? {
            let exit = failed(reason, order: attempt.order.sequence, stopsLane: true)
            return isChanged ? .line(.batchChanged, reason) : exit
        }
        guard state == .untouched else {
            leaveOpen(attempt, place: .rejectTray(name), reason, advice: .goOn)
            return Disposal(tray: .reject, why: reason, exit: exit())
        }
        if let over = try fail(attempt, reason, chip: .unused, order: .waiting) { return over }
        return Disposal(tray: .unused, why: reason, exit: exit())
    }

    /// Reader and link failed too often, or the card did not come back.
    private func giveUp(
        _ attempt: Attempt, _ reason: LedgerReason, _ state: ChipState, isAway: Bool
    ) throws(LaneExit) -> Disposal {
        guard state != .doubtful else { return stayOpen(attempt, reason, isAway: isAway) }
        let fate: ChipFate = state == .untouched ? .unused : .spoiled
        if let over = try fail(attempt, reason, chip: fate, order: .waiting) { return over }
        let tray: Tray = fate == .unused ? .unused : .reject
        return Disposal(
            tray: isAway ? nil : tray, why: reason, exit: failed(reason, order: attempt.order.sequence), isAway: isAway)
    }

    /// Whoever has the chip may have a card: the applicant gets no second one by itself, and no count is given back.
    private func stayOpen(_ attempt: Attempt, _ reason: LedgerReason, isAway: Bool) -> Disposal {
        leaveOpen(
            attempt, place: isAway ? .takenOutOrSilent(name) : .rejectTray(name), reason,
            advice: .mayBeFinished)
        return Disposal(
            tray: isAway ? nil : .reject, why: reason, exit: failed(reason, order: attempt.order.sequence),
            isAway: isAway)
    }

    private func leaveOpen(_ attempt: Attempt, place: OpenCardPlace, _ reason: LedgerReason, advice: OpenCardAdvice) {
        control.note(attempt.chip, place: place, advice: advice)
        control.change { $0.work.want(attempt.chip, attempt.id) }
        emit(.attemptOpen, attempt) {
            $0.reason = reason.adding(advice)
        }
    }
}
