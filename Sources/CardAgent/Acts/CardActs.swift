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
        let doubts = doubts
        return try await desk.run(.update, on: token, for: caller) { tools in
            do {
                return try (dryRun ? tools.session.compare(changes) : tools.session.update(changes)).json
            } catch let error as UpdateError {
                if error.doubt != nil { doubts.add(.update(error), chip: Hex.encode(tools.chip)) }
                throw error
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
            Self.json(try $0.session.visitVerifications(kind, by: trust))
        }
    }

    /// The command line's JSON, with what is wrong in every language: `"texts":{"en":[…],"zh":[…]}`.
    private static func json(_ verifications: VisitVerifications) -> JSONValue {
        guard case .array(let elements) = verifications.json else { return verifications.json }
        let problems: [[any Message]] =
            verifications.found.map(\.verification.problems)
            + verifications.unclear.filter { $0.record != nil }.map { [$0.reason] }
        return .array(
            zip(elements, problems).map { element, problems in
                guard case .object(let members) = element else { return element }
                let texts = Language.allCases.map { language in
                    JSONValue.Member(
                        language.rawValue, .array(problems.map { .string($0.text(in: language)) }))
                }
                return .object(members + [.init("texts", .object(texts))])
            })
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
        let doubts = doubts
        return try await desk.run(act, on: token, for: caller) { tools in
            do {
                return try body(tools.session)
            } catch let error as VisitError {
                if case .inDoubt(let pending) = error.effect {
                    doubts.add(.visit(pending), chip: Hex.encode(tools.chip))
                }
                throw error
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
        let doubts = doubts
        return try await desk.run(act, on: token, for: caller) { tools in
            let session = tools.session
            do {
                let before = try Self.state(session, directory)
                guard before != wanted else {
                    return BlockReport(
                        directory: directory, before: before, after: before, commands: session.commands
                    ).json
                }
                return try body(session).json
            } catch let error as BlockError {
                if error.isInDoubt {
                    doubts.add(.block(directory: directory, wanted: wanted), chip: Hex.encode(tools.chip))
                }
                throw error
            }
        }
    }

    private static func state(_ session: HealthCardSession, _ directory: String?) throws -> BlockState {
        guard let directory else { return try session.cardBlockState() }
        return try session.blockState(of: directory)
    }

    // MARK: Doubt

    /// Asks a card that is back what became of the act that was cut short: `{"outcome":"old"}`, `new`, `noPhoto`, `other`.
    func settle(_ token: String, for caller: ActCaller) async throws -> ActResult<JSONValue> {
        let doubts = doubts
        return try await desk.run(.settle, on: token, for: caller) { tools in
            let chip = Hex.encode(tools.chip)
            guard let doubt = doubts.doubt(ofChip: chip) else { throw AgentError.nothingInDoubt }
            let outcome: String
            var members: [JSONValue.Member] = []
            switch doubt {
            case .update(let error):
                guard let doubt = error.doubt else { throw AgentError.nothingInDoubt }
                let settlement = try tools.session.settle(doubt)
                outcome = settlement.rawValue
                members.append(.init("report", error.report(settling: settlement).json))
            case .visit(let pending):
                outcome = try tools.session.settleVisit(pending) ? "new" : "old"
                members.append(.init("kind", .string(pending.kind.rawValue)))
                members.append(.init("record", .number(pending.record)))
            case .block(let directory, let wanted):
                let state = try Self.state(tools.session, directory)
                outcome = state == wanted ? "new" : "old"
                members.append(.init("state", .string(state.rawValue)))
            }
            doubts.settle(chip: chip)
            return .object([.init("outcome", .string(outcome))] + members)
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
