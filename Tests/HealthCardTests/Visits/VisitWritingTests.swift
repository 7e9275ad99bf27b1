import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("Writing and reimbursing visits")
struct VisitWritingTests {
    static let kinds = [VisitKind.inpatient, .outpatient]

    @Test("written, listed, read back byte for byte and trusted", arguments: kinds)
    func written(_ kind: VisitKind) throws {
        let card = try VisitCard.fresh()
        #expect(try card.visits(kind).isEmpty)
        let content = try VisitSamples.random(kind, seed: 5)
        let report = try card.session().writeVisit(content)
        #expect(report.record == 1 && report.kind == kind)
        let visits = try card.visits(kind)
        #expect(visits.map(\.content) == [content])
        #expect(visits.first?.signature.count == 64 && visits.first?.certificateBytes.count == 190)
        let reading = try card.session().read()
        #expect(reading.unreadable.isEmpty)
        #expect(visits.first?.document[kind.rawValue] == reading.document[kind.rawValue])
        #expect(visits.first?.document.unreadable.isEmpty == true)
    }

    @Test("a visit outside the days of the SAM's certificate is refused before anything is signed or written")
    func outsideTheCertificate() throws {
        let card = try VisitCard.fresh()
        for day in ["2025-12-31", "2046-01-01"] {
            var content = try VisitSamples.random(.outpatient, seed: 5)
            for item in content.layout.items {
                let hour = item.group == nil ? "T09:00:00" : "T08:00:00"
                switch item.format {
                case .date: try content.set(.date(#require(CalendarDate(day))), for: item)
                case .dateTime: try content.set(.dateTime(#require(CalendarDateTime(day + hour))), for: item)
                default: continue
                }
            }
            let module = SigningCounter(try card.module(nil))
            let session = HealthCardSession(
                channel: card.channel, profile: card.profile, securityModule: module, habits: nil)
            _ = try card.channel.reset()
            let written = card.channel.card.writtenByteCount
            do {
                _ = try session.writeVisit(content, today: nil)
                Issue.record("written")
            } catch {
                guard case .signing(let reason) = error.problem else { throw error }
                #expect(
                    reason.description.contains(day == "2025-12-31" ? "valid from 2026-01-01" : "expired on 2045-12-31")
                )
            }
            #expect(module.signatures == 0)
            #expect(card.channel.card.writtenByteCount == written)
        }
        #expect(try card.visits(.outpatient).isEmpty)
    }

    @Test("typed records go the same way")
    func typed() throws {
        let card = try VisitCard.fresh()
        let session = try card.session()
        _ = try session.writeVisit(#require(VisitSamples.inpatient))
        _ = try session.writeVisit(#require(VisitSamples.outpatient))
        #expect(try InpatientRecord(card.visits(.inpatient)[0].content) == VisitSamples.inpatient)
        #expect(try OutpatientRecord(card.visits(.outpatient)[0].content) == VisitSamples.outpatient)
    }

    @Test("filled to the last record, and again after reimbursing any of them", arguments: kinds)
    func full(_ kind: VisitKind) throws {
        let card = try VisitCard.fresh()
        let count = try VisitSamples.layout(kind).files.count
        var contents = try (0..<count).map { try VisitSamples.random(kind, seed: UInt64($0)) }
        for (index, content) in contents.enumerated() {
            #expect(try card.session().writeVisit(content).record == index + 1)
        }
        let extra = try VisitSamples.random(kind, seed: 77)
        let written = card.channel.card.writtenByteCount
        #expect(throws: VisitError(.noFreeRecord(kind, count: count))) { try card.session().writeVisit(extra) }
        #expect(card.channel.card.writtenByteCount == written)
        for record in 1...count {
            let trust = try VisitCard.trust(card.profile)
            _ = try card.session().reimburseVisit(kind, record: record, ifTrustedBy: trust)
            #expect(try card.visits(kind).map(\.record) == (1...count).filter { $0 != record })
            #expect(throws: VisitError(.notValid(kind, record))) {
                try card.session().reimburseVisit(kind, record: record, ifTrustedBy: trust)
            }
            #expect(throws: VisitError(.notValid(kind, record))) { try card.session().visit(kind, record: record) }
            contents[record - 1] = try VisitSamples.random(kind, seed: UInt64(100 + record))
            #expect(try card.session().writeVisit(contents[record - 1]).record == record)
            #expect(try card.visits(kind).map(\.content) == contents)
        }
        for record in [-1, 0, count + 1, Int.max] {
            #expect(throws: VisitError(.noSuchRecord(kind, record, count: count))) {
                try card.session().visit(kind, record: record)
            }
        }
    }

    @Test("so many commands and no more, from the moment the card is in")
    func commandCounts() throws {
        func counts(_ profile: CardProfile) throws -> [Int] {
            let card = try VisitCard.fresh(profile)
            return try Self.kinds.flatMap { kind in
                let content = try VisitContent(
                    bytes: VisitSamples.random(kind, seed: 4).bytes, layout: VisitLayout(kind, of: profile))
                let write = try card.session().writeVisit(content).commands
                let erase = try card.session().reimburseVisit(
                    kind, record: 1, ifTrustedBy: VisitCard.trust(profile)
                ).commands
                return [write, erase]
            }
        }
        // Inpatient written and reimbursed, outpatient written and reimbursed.
        let extended = try counts(TestProfile.shared)
        #expect(extended == [14, 13, 14, 13])
        let short = try counts(TestProfile.withoutExtendedLength)
        #expect(short == [28, 20, 38, 25])
    }

    @Test("a card that confirms the change of its index and makes none is told apart", arguments: kinds)
    func forgetfulIndex(_ kind: VisitKind) throws {
        let card = try VisitCard.fresh()
        let trust = try VisitCard.trust(card.profile)
        let first = try VisitSamples.random(kind, seed: 21)
        _ = try card.session().writeVisit(first)
        // D2 makes a record of an index valid, 0C erases it: both are answered 9000 and go nowhere.
        card.channel.intercept = { command, _ in [0xD2, 0x0C].contains(command[1]) ? [0x90, 0x00] : nil }
        var problems: [VisitError] = []
        for act in [
            { _ = try card.session().writeVisit(VisitSamples.random(kind, seed: 22)) },
            { _ = try card.session().reimburseVisit(kind, record: 1, ifTrustedBy: trust) },
        ] as [() throws -> Void] {
            do { try act() } catch let error as VisitError { problems.append(error) }
        }
        #expect(problems.count == 2)
        for problem in problems {
            guard case .card(let reason) = problem.problem else {
                Issue.record("\(problem)")
                continue
            }
            #expect(reason.code == .malformed && problem.effect == .none)
        }
        let index = try VisitLayout(kind, of: card.profile).index
        for (record, isValid) in [(1, false), (2, true)] {
            #expect(throws: HealthCardError.self) { try card.session().mark(record, of: index, valid: isValid) }
        }
        card.endTrouble()
        #expect(try card.visits(kind).map(\.content) == [first])
    }

    @Test("cards of every maker take a visit and give it back", arguments: Maker.all)
    func makers(_ maker: Maker) throws {
        let card = try VisitCard.fresh()
        let channel = MakersCard(card.channel, card.profile, maker.change)
        func session() throws -> HealthCardSession {
            _ = try channel.reset()
            return HealthCardSession(
                channel: channel, profile: card.profile, securityModule: try card.module(nil), habits: nil)
        }
        let trust = try VisitCard.trust(card.profile)
        for kind in Self.kinds {
            let content = try VisitSamples.random(kind, seed: 8)
            #expect(try session().writeVisit(content).record == 1)
            #expect(try session().visits(kind).map(\.content) == [content])
            #expect(try card.visits(kind).map(\.content) == [content])
            #expect(try session().listedVisits(kind) == [1])
            _ = try session().reimburseVisit(kind, record: 1, ifTrustedBy: trust)
            #expect(try card.visits(kind).isEmpty)
        }
    }

    @Test("over T=0")
    func t0() throws {
        var options = VirtualCardOptions(profile: try TestProfile.shared)
        options.behavesAsT0 = true
        let channel = try CardMaker.card(SampleCard.card(TestProfile.shared), options: options)
        let card = VisitCard(channel: channel, profile: try TestProfile.shared)
        for kind in Self.kinds {
            let content = try VisitSamples.random(kind, seed: 6)
            _ = try card.session().writeVisit(content)
            #expect(try card.visits(kind).map(\.content) == [content])
        }
    }

    @Test("what is no complete visit never comes near the card")
    func incomplete() throws {
        let card = try VisitCard.fresh()
        let before = card.channel.commandCount
        #expect(throws: VisitError.self) {
            try card.session().writeVisit(VisitContent(VisitSamples.layout(.outpatient)))
        }
        #expect(card.channel.commandCount == before)
    }

    @Test("each SAM type does what it may and says what it may not", arguments: 1...5)
    func types(_ type: Int) throws {
        let card = try VisitCard.fresh()
        _ = try card.session().writeVisit(VisitSamples.content(.inpatient))
        let written = card.channel.card.writtenByteCount
        let held = try #require(card.profile.sam.type(type)).keys
        func expectNotPermitted(_ work: () throws -> Void) {
            let error = #expect(throws: VisitError.self) { try work() }
            guard case .card(let reason)? = error?.problem else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.code == .notPermitted && error?.effect == VisitEffect.none)
            #expect(card.channel.card.writtenByteCount == written)
        }
        guard held.contains("RK1_DF03") else {
            expectNotPermitted { _ = try card.session(type: type).visits(.inpatient) }
            return
        }
        #expect(try card.session(type: type).visits(.inpatient).count == 1)
        guard held.contains("UK1_DF03") else {
            expectNotPermitted { _ = try card.session(type: type).writeVisit(VisitSamples.content(.inpatient)) }
            return
        }
        if held.contains("UK2_DF03") {
            _ = try card.session(type: type).reimburseVisit(.inpatient, record: 1, ifTrustedBy: nil)
        } else {
            expectNotPermitted {
                _ = try card.session(type: type).reimburseVisit(.inpatient, record: 1, ifTrustedBy: nil)
            }
        }
        _ = try card.session(type: type).writeVisit(VisitSamples.content(.outpatient))
        #expect(try card.visits(.outpatient).count == 1)
    }

    @Test("a module that signs badly, or not at all, changes nothing")
    func badSigning() throws {
        let card = try VisitCard.fresh()
        let content = try VisitSamples.content(.outpatient)
        let modules: [any SecurityModule] = [
            BadSigner(try card.module(nil), signs: false),
            BadSigner(try card.module(nil), certificate: { $0.dropLast() }),
            BadSigner(try card.module(nil), certificate: { [UInt8](repeating: 0, count: $0.count) }),
            BadSigner(try card.module(nil), certificate: { [0xA1] + $0.dropFirst() }),
            BadSigner(try card.module(nil), signature: { [$0[0] ^ 1] + $0.dropFirst() }),
            BadSigner(try card.module(nil), signature: { $0.dropLast() }), Silent(try card.module(nil)),
        ]
        for module in modules {
            _ = try card.channel.reset()
            let before = card.channel.card.writtenByteCount
            let session = HealthCardSession(channel: card.channel, profile: card.profile, securityModule: module)
            let error = #expect(throws: VisitError.self) { try session.writeVisit(content) }
            #expect(error?.effect == VisitEffect.none)
            #expect(card.channel.card.writtenByteCount == before)
        }
    }

    @Test("a card that keeps something else than it was given is found out before the index is set")
    func badMemory() throws {
        let card = try VisitCard.fresh()
        card.channel.intercept = { command, _ in command[1] == 0xD6 ? [0x90, 0x00] : nil }
        let error = #expect(throws: VisitError.self) {
            try card.session().writeVisit(VisitSamples.content(.outpatient))
        }
        guard case .card(let reason)? = error?.problem else { return }
        #expect(reason.place == "DF03/ED01" && reason.code == .malformed)
        card.channel.intercept = nil
        #expect(try card.visits(.outpatient).isEmpty)
    }

    @Test("a write that fails in the card's memory changes nothing and says so", arguments: [0xD6, 0xD2] as [UInt8])
    func failingMemory(_ instruction: UInt8) throws {
        let card = try VisitCard.fresh()
        let chip = card.channel.card
        card.channel.intercept = { command, _ in
            if command[1] == instruction { chip.failWrites(1) }
            return nil
        }
        let error = #expect(throws: VisitError.self) {
            try card.session().writeVisit(VisitSamples.content(.outpatient))
        }
        guard case .card(let reason)? = error?.problem else { return }
        #expect(reason.code == .refused && error?.effect == VisitEffect.none)
        card.channel.intercept = nil
        #expect(try card.visits(.outpatient).isEmpty)
    }

    @Test("an index byte that is neither yes nor no is neither listed nor written over")
    func strangeIndex() throws {
        let card = try VisitCard.fresh()
        var isRead = false
        var isWritten = false
        card.channel.intercept = { command, _ in
            guard command[3] >> 3 == 6 else { return nil }
            // What is written is looked at again, as the card then has it.
            isWritten = isWritten || command[1] != 0xB2
            guard command[1] == 0xB2, !isWritten else { return nil }
            isRead = true
            return [0x55, 0x00, 0xFF, 0xFF, 0xFF, 0x90, 0x00]
        }
        #expect(try card.session().visits(.outpatient).map(\.record) == [2])
        #expect(isRead)
        #expect(try card.session().writeVisit(VisitSamples.content(.outpatient)).record == 3)
    }
}

/// Signs with the test keys, and then spoils it.
private final class BadSigner: SigningModule {
    private let module: SoftwareSecurityModule
    private let signs: Bool
    private let spoilCertificate: ([UInt8]) -> [UInt8]
    private let spoilSignature: ([UInt8]) -> [UInt8]
    var keyVersion: UInt8 { module.keyVersion }

    init(
        _ module: SoftwareSecurityModule, signs: Bool = true, certificate: @escaping ([UInt8]) -> [UInt8] = { $0 },
        signature: @escaping ([UInt8]) -> [UInt8] = { $0 }
    ) {
        (self.module, self.signs, spoilCertificate, spoilSignature) = (module, signs, certificate, signature)
    }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.cryptogram(key: key, card: card, seed: seed, original: original)
    }
    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.protect(header: header, data: data, protection: protection, key: key, card: card, seed: seed)
    }
    func signingCertificate() throws(SecurityModuleError) -> [UInt8] {
        spoilCertificate(try module.signingCertificate())
    }
    func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        guard signs else { throw .device("the PIN was not verified") }
        return spoilSignature(try module.sign(data))
    }
}

/// Holds the keys and does not sign.
private final class Silent: SecurityModule {
    private let module: SoftwareSecurityModule
    var keyVersion: UInt8 { module.keyVersion }

    init(_ module: SoftwareSecurityModule) { self.module = module }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.cryptogram(key: key, card: card, seed: seed, original: original)
    }
    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.protect(header: header, data: data, protection: protection, key: key, card: card, seed: seed)
    }
}

/// Counts what it is asked to sign.
private final class SigningCounter: SigningModule {
    private let module: SoftwareSecurityModule
    private(set) var signatures = 0

    init(_ module: SoftwareSecurityModule) { self.module = module }

    var title: ModuleTitle { module.title }
    var keyVersion: UInt8 { module.keyVersion }

    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.cryptogram(key: key, card: card, seed: seed, original: original)
    }

    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        try module.protect(header: header, data: data, protection: protection, key: key, card: card, seed: seed)
    }

    func signingCertificate() throws(SecurityModuleError) -> [UInt8] { try module.signingCertificate() }

    func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        signatures += 1
        return try module.sign(data)
    }
}
