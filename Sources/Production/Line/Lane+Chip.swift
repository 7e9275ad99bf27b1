import ISO7816
import Ledger
import Personalization

// MARK: Which chip is this, and what may be done with it?

extension Lane {
    /// Takes a card that was just inserted to its outcome; the books are written when this returns.
    func process(_ channel: any CardChannel) throws(LaneExit) -> Disposal {
        let chip: String
        do throws(MakingFailure) {
            chip = try maker.chipSerial(of: channel)
        } catch {
            // The books know chips by their numbers, and this one has none.
            emit(.chipRejected) { $0.reason = error.reason }
            return Disposal(tray: .reject, why: error.reason, exit: failed(error.reason))
        }
        guard control.enter(chip, lane: index) else {
            return try reject(
                chip,
                LedgerReason(.sameChipTwice))
        }
        defer { control.leave(chip, lane: index) }
        emit(.cardInserted) { $0.chip = chip }
        let hold = CardHold(chip: chip, channel: channel)
        switch try persist({ () throws(LedgerError) in try ledger.standing(of: chip) }) {
        case .success(.unknown): return try look(hold)
        case .success(.open(let attempt)): return try goOn(attempt, hold)
        case .success(.made(let entry)):
            if let other = try otherChip(hold, entry: entry) { return other }
            guard isFirst else { return try refuse(chip, LedgerReason(.chipMade(entry: entry))) }
            // The last run ended between the books and the tray.
            return Disposal(
                tray: .made,
                why: LedgerReason(.madeBefore(entry: entry)))
        case .success(.rejected(let entry, let reason)):
            return try refuse(chip, LedgerReason(.chipRejected(entry: entry, reason)))
        case .success(.void(let entry, let reason)):
            if let other = try otherChip(hold, entry: entry) { return other }
            return try refuse(chip, LedgerReason(.chipVoid(entry: entry, reason)))
        case .failure(let error): return try refuse(chip, LedgerReason(error))
        }
    }

    /// Nobody has begun the chip: is it a blank?
    private func look(_ hold: CardHold) throws(LaneExit) -> Disposal {
        var hold = hold
        switch try find(&hold) {
        case .found(.blank): return try begin(hold)
        case .found(.halfMade): return try reject(hold.chip, LedgerReason(.halfMade))
        case .found(.finished): return try reject(hold.chip, LedgerReason(.finishedElsewhere))
        case .found(.foreign(let reason)), .chipFailed(let reason): return try reject(hold.chip, reason)
        case .stationFailed(let reason):
            return Disposal(tray: .unused, why: reason, exit: failed(reason, stopsLane: true))
        case .readerFailed(let reason, let isAway):
            return Disposal(tray: isAway ? nil : .unused, why: reason, exit: failed(reason), isAway: isAway)
        }
    }

    /// The books say that a card was made of this chip. A blank is another chip then, with the same factor: it would get
    /// the keys of that card.
    ///
    /// - Returns: what becomes of it; nil for a chip that may be the one in the books.
    private func otherChip(_ known: CardHold, entry: Int64) throws(LaneExit) -> Disposal? {
        var hold = known
        switch try find(&hold) {
        case .found(.blank): return try reject(hold.chip, LedgerReason(.factorRepeats(entry: entry)))
        case .found, .chipFailed, .stationFailed: return nil
        case .readerFailed(let reason, let isAway):
            return Disposal(tray: isAway ? nil : .reject, why: reason, exit: failed(reason), isAway: isAway)
        }
    }

    /// What a look at a chip came to.
    private enum Look {
        case found(ChipFinding)
        case chipFailed(LedgerReason)
        case stationFailed(LedgerReason)
        case readerFailed(LedgerReason, isAway: Bool)
    }

    private func find(_ hold: inout CardHold) throws(LaneExit) -> Look {
        while true {
            let link = LinkMeter(hold.channel, lane: index, control: control)
            let failure: MakingFailure
            switch recognize(hold.chip, link) {
            case .success(let finding): return .found(finding)
            case .failure(let error): failure = error
            }
            if link.wasStopped { throw .stopped }
            switch failure.blame {
            case .chip: return .chipFailed(failure.reason)
            case .applicant, .station: return .stationFailed(failure.reason)
            case .reader: break
            }
            switch again(&hold, failure, nil) {
            case .again: continue
            case .present: return .readerFailed(failure.reason, isAway: false)
            case .away: return .readerFailed(failure.reason, isAway: true)
            case .stopped: throw .stopped
            }
        }
    }

    private func recognize(_ chip: String, _ link: LinkMeter) -> Result<ChipFinding, MakingFailure> {
        do throws(MakingFailure) {
            try requireChip(chip, link)
            return .success(try maker.recognize(link))
        } catch {
            return .failure(error)
        }
    }

    /// A reader that names another chip now than when the books were asked gets nothing done to it.
    func requireChip(_ chip: String, _ link: LinkMeter) throws(MakingFailure) {
        guard (try? maker.chipSerial(of: link)) == chip else {
            throw MakingFailure(
                LedgerReason(.otherCard(chip: chip)), blame: .reader, chipState: .untouched)
        }
    }

    private func begin(_ hold: CardHold) throws(LaneExit) -> Disposal {
        let chip = hold.chip
        switch try firstOrder(for: chip) {
        case .success(nil):
            control.change {
                $0.tally.counts.waiting = 0
                $0.work.giveUpClaim(index)
            }
            let reason = LedgerReason(.noOrder)
            emit(.chipUnused) {
                $0.chip = chip
                $0.reason = reason
            }
            control.update(index) { $0.unusedChips += 1 }
            return Disposal(tray: .unused, why: reason)
        case .success(let attempt?):
            control.change {
                $0.tally.began()
                $0.work.begin(index)
            }
            emit(.begun, attempt)
            return try settle(attempt, hold, isContinued: false)
        case .failure(let error): return try refuse(chip, LedgerReason(error))
        }
    }

    /// Takes the next order for a blank. While other stations are about to take the last ones the chip waits for what
    /// they give back.
    private func firstOrder(for chip: String) throws(LaneExit) -> Result<Attempt?, LedgerError> {
        let deadline = ContinuousClock.now + settings.readerWait
        while true {
            let begun: Result<Attempt?, LedgerError>
            let counts: Result<BatchCounts, LedgerError>
            do throws(LaneExit) {
                begun = try persist { () throws(LedgerError) in
                    try ledger.begin(run: run, chip: chip, lane: bookName)
                }
                guard case .success(nil) = begun else { return begun }
                counts = try persist { () throws(LedgerError) in try ledger.counts(batch: record.batch) }
            } catch {
                // An answer that was lost may have begun it all the same.
                control.note(chip, place: .inLane(name), advice: .goOn)
                throw error
            }
            guard case .success(let counts) = counts, counts.waiting > 0, ContinuousClock.now < deadline,
                !control.isStopping
            else { return begun }
            control.rest(settings.ledgerBackoff)
        }
    }

    /// The books say what was begun on this chip, and for whom: it is made for nobody else.
    private func goOn(_ attempt: Attempt, _ hold: CardHold) throws(LaneExit) -> Disposal {
        guard attempt.order.batch == record.batch else {
            return try refuse(
                hold.chip, LedgerReason(.otherBatch(attempt.order.batch)))
        }
        let resumed = try persist { () throws(LedgerError) in
            try ledger.resume(attempt, run: run, lane: bookName)
        }
        if case .failure(let error) = resumed { return try refuse(hold.chip, LedgerReason(error)) }
        control.change {
            $0.work.found(hold.chip)
            $0.work.begin(index)
        }
        emit(.continued, attempt)
        return try settle(attempt, hold, isContinued: true)
    }

    private func settle(_ attempt: Attempt, _ hold: CardHold, isContinued: Bool) throws(LaneExit) -> Disposal {
        defer { control.change { $0.work.settle(index) } }
        control.update(index) {
            $0.sequence = attempt.order.sequence
            $0.row = attempt.order.row
        }
        return try make(attempt, hold, isContinued: isContinued)
    }

    /// A chip nobody may use, new to the books.
    private func reject(_ chip: String, _ reason: LedgerReason) throws(LaneExit) -> Disposal {
        let written = try persist { () throws(LedgerError) in
            try ledger.rejectChip(chip, reason.visible, run: run, lane: bookName)
        }
        // What is said of a chip that the books know is about another one: it is not counted as theirs.
        if case .success = written, !["sameChipTwice", "factorRepeats"].contains(reason.code) {
            control.change {
                $0.tally.counts.rejectedChips += 1
                $0.lanes[index].rejectedChips += 1
            }
        }
        return sendAway(chip, reason)
    }

    /// A chip the books know already.
    private func refuse(_ chip: String, _ reason: LedgerReason) throws(LaneExit) -> Disposal {
        sendAway(chip, reason)
    }

    private func sendAway(_ chip: String, _ reason: LedgerReason) -> Disposal {
        emit(.chipRejected) {
            $0.chip = chip
            $0.reason = reason
        }
        return Disposal(tray: .reject, why: reason, exit: failed(reason))
    }
}

/// The chip a lane has, and the way to it, which is another one when it was put back.
struct CardHold {
    let chip: String
    var channel: any CardChannel
    /// How often reader or link failed.
    var tries = 0
}
