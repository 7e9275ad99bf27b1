import CardProfiles
import ElectronicCard
import HealthCard
import ISO7816
import Messages
import Photos
import ShangMi

/// What programs may have done to a card, each with the JSON that the command line prints for it.
struct CardActs: Sendable {
    let desk: CardDesk
    let doubts: DoubtDesk
    let unfinished: UnfinishedActs
    let visitRoot: [UInt8]?

    var profile: CardProfile { desk.profile }

    // MARK: Reading

    /// The sections there are, in the order of the profile; not the marks of visits, which are no content.
    var sections: [String] { profile.sections.filter { profile.files(section: $0).first?.shape != .index } }

    func read(_ token: String, _ scope: ReadScope, for caller: ActCaller) async throws -> ActResult<CardReading> {
        try await desk.run(.read, on: token, for: caller) { try $0.session.readWhatIsOpen(scope) }
    }

    func photo(_ token: String, for caller: ActCaller) async throws -> ActResult<[UInt8]> {
        let names = Set(sections.filter { profile.files(section: $0).first?.shape == .photo })
        let reading = try await desk.run(.photo, on: token, for: caller) {
            try $0.session.readWhatIsOpen(ReadScope(sections: names, visits: .none))
        }
        // What could not be read is not "none".
        if let unreadable = reading.value.unreadable.first(where: { !$0.isShown }) {
            throw UnreadableSection(unreadable)
        }
        for section in reading.value.document.sections {
            if case .photo(let picture?) = section.content { return ActResult(value: picture, chip: reading.chip) }
        }
        throw AgentError.noPhoto
    }

    func fhir(_ token: String, _ scope: ReadScope, for caller: ActCaller) async throws -> ActResult<String> {
        let reading = try await desk.run(.fhir, on: token, for: caller) { try $0.session.readWhatIsOpen(scope) }
        return ActResult(value: reading.value.publishedFHIR(profile: profile), chip: reading.chip)
    }

    func inspect(_ token: String, for caller: ActCaller) async throws -> ActResult<String> {
        let profile = profile
        return try await desk.run(.inspect, on: token, for: caller) {
            try CardInspection.inspect($0.channel, profile: profile).json.text(pretty: true)
        }
    }

    // MARK: Updating

    /// What a request's JSON changes; a photo is fitted as everywhere.
    ///
    /// - Throws: ``CardChangesError``, ``PhotoFlaw``.
    func changes(_ json: [UInt8]) throws -> CardChanges {
        var changes = CardChanges(profile: profile)
        try changes.merge(json: json)
        try changes.fitPicture(PhotoFitting(profile: profile).fit)
        return changes
    }

    func update(
        _ token: String, _ changes: CardChanges, dryRun: Bool, for caller: ActCaller
    ) async throws -> ActResult<JSONValue> {
        let (doubts, unfinished) = (doubts, unfinished)
        return try await desk.run(.update, on: token, for: caller) { tools in
            guard !dryRun else { return try tools.session.compare(changes).json }
            let writer = ActNoteWriter(unfinished, caller, .update, chip: tools.chip)
            var note = try UpdateNote(changes)
            tools.session.beforeWriting = { write in
                guard case .update(let doubt) = write else { return false }
                note.add(doubt)
                return writer.keep(.update(note))
            }
            do {
                return try tools.session.update(changes).json
            } catch let error as UpdateError {
                if error.doubt != nil { doubts.add(.update(error), of: caller.actID, chip: Hex.encode(tools.chip)) }
                throw writer.cause(of: error, isUntouched: error.report.records(.written).isEmpty)
            }
        }
    }

    // MARK: Visits

    func visits(_ token: String, _ kind: VisitKind?, for caller: ActCaller) async throws -> ActResult<JSONValue> {
        try await desk.run(.visits, on: token, for: caller) { try $0.session.visitListing(kind).json }
    }

    func verify(_ token: String, _ kind: VisitKind?, for caller: ActCaller) async throws -> ActResult<JSONValue> {
        let trust = try trust()
        return try await desk.run(.verify, on: token, for: caller) {
            try $0.session.visitVerifications(kind, by: trust).json
        }
    }

    /// - Throws: ``VisitContentError``.
    func visitContent(_ kind: VisitKind, _ json: [UInt8]) throws -> VisitContent {
        let content = try VisitContent(jsonText: json, layout: VisitLayout(kind, of: profile))
        try content.checkForWriting()
        return content
    }

    func addVisit(_ token: String, _ content: VisitContent, for caller: ActCaller) async throws -> ActResult<
        VisitReport
    > {
        try await changeVisits(.addVisit, token, caller) { try $0.writeVisit(content) }
    }

    /// - Parameter unverified: erase it though nobody vouches for it.
    func reimburse(
        _ token: String, _ kind: VisitKind, record: Int, unverified: Bool, for caller: ActCaller
    ) async throws -> ActResult<VisitReport> {
        let trust = unverified ? nil : try trust()
        return try await changeVisits(.reimburse, token, caller) {
            try $0.reimburseVisit(kind, record: record, ifTrustedBy: trust)
        }
    }

    private func changeVisits(
        _ act: AgentEvent.Act, _ token: String, _ caller: ActCaller,
        _ body: @escaping @Sendable (HealthCardSession) throws -> VisitReport
    ) async throws -> ActResult<VisitReport> {
        let (doubts, unfinished) = (doubts, unfinished)
        return try await desk.run(act, on: token, for: caller) { tools in
            let writer = ActNoteWriter(unfinished, caller, act, chip: tools.chip)
            tools.session.beforeWriting = { write in
                guard case .visit(let pending) = write else { return false }
                return writer.keep(.visit(pending))
            }
            do {
                return try body(tools.session)
            } catch let error as VisitError {
                if case .inDoubt(let pending) = error.effect {
                    doubts.add(.visit(pending), of: caller.actID, chip: Hex.encode(tools.chip))
                }
                throw writer.cause(of: error, isUntouched: error.effect == .none)
            }
        }
    }

    private func trust() throws -> VisitTrust {
        if let visitRoot { return VisitTrust(anchors: [try TrustAnchor(publicKey: visitRoot)]) }
        return try VisitTrust.testRoots(of: profile)
    }

    // MARK: Blocking

    /// - Parameters:
    ///   - directory: nil for the card as a whole, which is always permanent.
    ///   - serial: the chip's serial as the inspection shows it; needed for what cannot be undone.
    func block(
        _ token: String, directory: String?, permanently: Bool, serial: String?, for caller: ActCaller
    ) async throws -> ActResult<JSONValue> {
        let isFinal = permanently || directory == nil
        return try await change(.block, token, directory, isFinal ? .permanent : .temporary, caller) { session in
            if isFinal {
                let own = Hex.encode(try session.identify().factors.card)
                guard serial?.filter({ !$0.isWhitespace }).uppercased() == own else { throw AgentError.wrongSerial }
            }
            guard let directory else { return try session.blockCard() }
            return try session.blockApplication(directory, permanently: permanently)
        }
    }

    func unblock(_ token: String, directory: String, for caller: ActCaller) async throws -> ActResult<JSONValue> {
        try await change(.unblock, token, directory, .open, caller) { try $0.unblockApplication(directory) }
    }

    private func change(
        _ act: AgentEvent.Act, _ token: String, _ directory: String?, _ wanted: BlockState, _ caller: ActCaller,
        _ body: @escaping @Sendable (HealthCardSession) throws -> BlockReport
    ) async throws -> ActResult<JSONValue> {
        let (doubts, unfinished) = (doubts, unfinished)
        return try await desk.run(act, on: token, for: caller) { tools in
            let session = tools.session
            let writer = ActNoteWriter(unfinished, caller, act, chip: tools.chip)
            do {
                let before = try Self.state(session, directory)
                guard before != wanted else {
                    return BlockReport(
                        directory: directory, before: before, after: before, commands: session.commands
                    ).json
                }
                guard writer.keep(.block(directory: directory, before: before, wanted: wanted)) else {
                    throw AgentError.stateNotKept(file: unfinished.folder)
                }
                return try body(session).json
            } catch let error as BlockError {
                if error.isInDoubt {
                    doubts.add(
                        .block(directory: directory, wanted: wanted), of: caller.actID, chip: Hex.encode(tools.chip))
                }
                throw error
            }
        }
    }

    fileprivate static func state(_ session: HealthCardSession, _ directory: String?) throws -> BlockState {
        guard let directory else { return try session.cardBlockState() }
        return try session.blockState(of: directory)
    }

    // MARK: Doubt

    /// Asks a card that is back what became of acts that were cut short: `{"outcome":"old"}`, `new`, `partly`, `noPhoto`,
    /// `other` of the last one. A card that has been asked before gives the same answer again.
    func settle(_ token: String, for caller: ActCaller) async throws -> ActResult<JSONValue> {
        let (doubts, unfinished, board) = (doubts, unfinished, desk.board)
        return try await desk.run(.settle, on: token, for: caller) { tools in
            let chip = Hex.encode(tools.chip)
            let reader = (try? board.insertion(token))?.insertion.reader.rawValue ?? ""
            var last: JSONValue?
            for act in unfinished.unsettled(chip: chip) {
                guard let note = act.note, doubts.doubt(ofChip: chip)?.act != act.id else { continue }
                let (outcome, members) = try note.work.settle(with: tools.session)
                unfinished.settle(act, outcome, who: caller.name, at: (reader, token))
                last = Self.settlement(act.id, act.name, outcome, members)
            }
            if let (id, doubt) = doubts.doubt(ofChip: chip) {
                let act = unfinished.unsettled(chip: chip).first { $0.id == id }
                let (outcome, members) = try doubt.settle(with: tools.session)
                if let act { unfinished.settle(act, outcome, who: caller.name, at: (reader, token)) }
                doubts.settle(chip: chip)
                last = Self.settlement(id, act?.name, outcome, members)
            }
            if last == nil, let act = unfinished.settled(chip: chip), let outcome = act.outcome {
                last = Self.settlement(act.id, act.name, outcome, [])
            }
            guard let last else { throw AgentError.nothingInDoubt }
            return last
        }
    }

    private static func settlement(
        _ id: String, _ act: String?, _ outcome: UpdateNote.Outcome, _ members: [JSONValue.Member]
    ) -> JSONValue {
        let name = act.map { [JSONValue.Member("act", .string($0))] } ?? []
        return .object([.init("outcome", .string(outcome.rawValue)), .init("id", .string(id))] + name + members)
    }
}

extension DoubtDesk.Doubt {
    /// Asks the card; changes nothing.
    fileprivate func settle(
        with session: HealthCardSession
    ) throws -> (outcome: UpdateNote.Outcome, members: [JSONValue.Member]) {
        switch self {
        case .update(let error):
            guard let doubt = error.doubt else { throw AgentError.nothingInDoubt }
            let settlement = try session.settle(doubt)
            let outcome: UpdateNote.Outcome =
                switch settlement {
                case .old: .old
                case .new: .new
                case .noPhoto: .noPhoto
                case .other: .other
                }
            return (outcome, [.init("report", error.report(settling: settlement).json)])
        case .visit(let pending): return try ActNote.Work.visit(pending).settle(with: session)
        case .block(let directory, let wanted):
            let state = try CardActs.state(session, directory)
            return (state == wanted ? .new : .old, [.init("state", .string(state.rawValue))])
        }
    }
}

/// A part of the card that was asked for and could not be read.
struct UnreadableSection: AdvisedError, Hashable {
    enum Code: String, Sendable, Hashable, CaseIterable { case notRead }

    let section: String
    let reason: UnreadReason

    init(_ file: UnreadableFile) {
        section = file.section
        reason = file.reason
    }

    static let domain = "section"
    var kind: ErrorKind { .cardRefused }
    var code: Code { .notRead }
    var english: English { .init("\(section) could not be read: \(reason)", hintOf: reason) }
    var chinese: Chinese { .init("无法读取 \(section)：\(reason)", hintOf: reason) }
}
