import CardProfiles
import ISO7816
import ShangMi

extension HealthCardSession {
    /// Writes a visit into the first free record (`Docs/card.md §3.2` flow 5).
    ///
    /// Data, signature and certificate go into a file that nothing points to, are read back, and only then the index
    /// calls them valid, in one command: however the work ends, the card lists the visit whole or not at all. Everything
    /// is signed and checked before anything on the card changes.
    ///
    /// - Parameter today: the day after which nothing has happened yet; nil when nobody knows.
    /// - Throws: ``VisitError``, whose effect tells what the card lists now.
    public func writeVisit(
        _ content: VisitContent, today: CalendarDate? = CalendarDate.today
    ) throws(VisitError) -> VisitReport {
        let before = commands
        do {
            try content.checkForWriting(today: today)
        } catch {
            throw VisitError(.content(error))
        }
        let layout = try layout(of: content.layout.kind)
        guard content.layout == layout else {
            throw VisitError(.content(.profile(.otherProfile)))
        }
        let flags = try readIndex(layout)
        guard let record = (1...layout.files.count).first(where: flags.isFree) else {
            throw VisitError(.noFreeRecord(layout.kind, count: layout.files.count))
        }
        let file = layout.files[record - 1]
        // First the rights, so that a SAM that may not write says so before it is asked to sign.
        try step(file.path) { () throws(ReadFailure) in
            try prove(file.update)
            try prove(layout.index.update)
        }
        let bytes = try signed(content)
        files[file.path] = nil
        files[layout.index.path] = nil
        try step(file.path) { () throws(ReadFailure) in try reader.updateBinary(file, bytes) }
        guard try read(layout, record).bytes == bytes else {
            throw VisitError(
                .card(
                    HealthCardError(
                        .malformed, at: file.path, .notWritten(isVisit: true))))
        }
        try changeIndex(.write, layout, record, bytes)
        return VisitReport(kind: layout.kind, record: record, commands: commands - before)
    }

    /// Writes a record; see ``writeVisit(_:today:)``.
    public func writeVisit(_ record: some VisitRecord) throws(VisitError) -> VisitReport {
        let content: VisitContent
        do {
            content = try record.content(profile)
        } catch {
            throw VisitError(.content(error))
        }
        return try writeVisit(content)
    }

    /// Marks a visit as reimbursed: its record is free again (`Docs/card.md §3.2` flow 6).
    ///
    /// - Parameter trust: the visit must pass this first; nil erases it whatever its signature says.
    /// - Throws: ``VisitError``, whose effect tells what the card lists now: `notTrusted`, `notValid`, `noSuchRecord`.
    public func reimburseVisit(
        _ kind: VisitKind, record: Int, ifTrustedBy trust: VisitTrust?
    ) throws(VisitError) -> VisitReport {
        let before = commands
        let visit = try visit(kind, record: record)
        if let trust {
            let verification = try verify(visit, by: trust)
            guard verification.isTrusted else { throw VisitError(.notTrusted(verification)) }
        }
        let layout = visit.content.layout
        try step(layout.index.path) { () throws(ReadFailure) in try prove(layout.index.erase) }
        files[layout.files[record - 1].path] = nil
        files[layout.index.path] = nil
        try changeIndex(.reimburse, layout, record, visit.bytes)
        return VisitReport(kind: kind, record: record, commands: commands - before)
    }

    /// What became of an act whose last command was cut short, now that the card is back.
    ///
    /// - Returns: true when the act is complete, false when the card lists what it listed before.
    /// - Throws: ``VisitError``: `otherCard`.
    public func settleVisit(_ pending: PendingVisit) throws(VisitError) -> Bool {
        let layout = try layout(of: pending.kind)
        try checkNumber(pending.record, layout)
        let card: [UInt8]
        do throws(HealthCardError) { card = try identify().factors.card } catch { throw VisitError(.card(error)) }
        guard card == pending.card else { throw VisitError(.otherCard) }
        let isValid = try readIndex(layout).isValid(pending.record)
        switch pending.act {
        case .reimburse:
            return !isValid
        case .write:
            guard isValid else { return false }
            // Somebody else may have used the free record in the meantime.
            return SM3.hash(try read(layout, pending.record).bytes) == pending.digest
        }
    }

    // MARK: Signing

    /// Data ‖ signature ‖ certificate.
    private func signed(_ content: VisitContent) throws(VisitError) -> [UInt8] {
        guard let module = securityModule as? any SigningModule else {
            throw VisitError(.signing(.noSigner(securityModule.title)))
        }
        do {
            return try module.sealed(content)
        } catch {
            guard case .unfit(let reason) = error else { throw signingFailure(error, content.layout) }
            throw VisitError(.signing(reason))
        }
    }

    private func signingFailure(_ error: SecurityModuleError, _ layout: VisitLayout) -> VisitError {
        guard case .keyNotHeld = error else { return VisitError(.securityModule(error)) }
        return VisitError(.card(moduleFailure(error, at: layout.index.directory)))
    }

    // MARK: The index

    /// The one command that changes what the card lists, and what is known of it afterwards.
    private func changeIndex(
        _ act: PendingVisit.Act, _ layout: VisitLayout, _ record: Int, _ bytes: [UInt8]
    ) throws(VisitError) {
        let place = layout.index.path
        let command = try step(place) { () throws(ReadFailure) in
            let values: [CommandHole: HoleValue] = [
                .record: .number(record), .sfi: .number(try reader.shortIdentifier(of: layout.index)),
            ]
            return try protectedCommand(act == .write ? .setIndex : .eraseIndex, values, at: place)
        }
        let pending = PendingVisit(
            act: act, kind: layout.kind, record: record, card: identity?.factors.card ?? [], digest: SM3.hash(bytes))
        do throws(HealthCardError) { try announce(.visit(pending), at: place) } catch { throw VisitError(.card(error)) }
        let status: StatusWord
        do {
            status = try reader.sendOnce(command, at: place)
        } catch {
            guard case .step = error else { throw VisitError(error, at: place, .inDoubt(pending)) }
            throw VisitError(error, at: place, settled(pending))
        }
        guard !FileReader.isDone(status) else { return try confirm(pending, layout) }
        throw VisitError(
            .refused(command, status, at: place), at: place,
            status.mayHaveChangedMemory ? settled(pending) : .none)
    }

    /// The answer to a change is not authenticated: the index is looked at once more. A card that has gone by then had
    /// said that it was done.
    ///
    /// - Throws: with the effect `none` when the card lists what it listed before.
    private func confirm(_ pending: PendingVisit, _ layout: VisitLayout) throws(VisitError) {
        files[layout.index.path] = nil
        guard let flags = try? readIndex(layout), flags.isValid(pending.record) != (pending.act == .write) else {
            return
        }
        throw VisitError(
            .card(
                HealthCardError(
                    .malformed, at: layout.index.path, .indexUnchanged(isVisit: true))))
    }

    /// The card is still there and can be asked at once.
    private func settled(_ pending: PendingVisit) -> VisitEffect {
        guard let isDone = try? settleVisit(pending) else { return .inDoubt(pending) }
        return isDone ? .done : .none
    }
}
