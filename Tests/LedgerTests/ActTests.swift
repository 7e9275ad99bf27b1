import Foundation
import Releases
import ShangMi
import Testing

@testable import Ledger

/// Who may release, and what takes two people.
struct ActTests {
    private static func enrolled(
        _ backend: Backend, _ people: People
    ) throws -> (workshop: Workshop, ledger: Ledger) {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(EnrolledAuthority(people.enrolment()))
        return (workshop, ledger)
    }

    // MARK: Authorities

    @Test(arguments: Backend.allCases)
    func anAuthorityIsEntered(backend: Backend) throws {
        let people = try People()
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        #expect(try ledger.authority() == nil)
        let first = try people.enrolment()
        for _ in 0..<2 { try ledger.enrol(EnrolledAuthority(first)) }
        let count = try ledger.allEntries().count
        #expect(try ledger.authority() == EnrolledAuthority(first))
        #expect(try ledger.books(release: "", authority: "").authority == EnrolledAuthority(first))
        let second = try people.enrolment(after: first, name: "另一机构")
        try ledger.enrol(EnrolledAuthority(second))
        // The first again is known, and changes nothing.
        try ledger.enrol(EnrolledAuthority(first))
        #expect(try ledger.authority()?.number == 2)
        #expect(try ledger.allEntries().count == count + 1)
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func anotherAuthorityIsNot(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        let own = try #require(try ledger.authority())
        let first = try own.enrolment
        let stranger = try People()
        let wrong: [EnrolledAuthority] = [
            EnrolledAuthority(try stranger.enrolment()), EnrolledAuthority(try stranger.enrolment(after: first)),
            EnrolledAuthority(
                try AuthorityEnrolment.draft(
                    after: first, name: "x", authority: .pinned(people.authority.publicKey),
                    persons: people.signatories, at: .now)),
            EnrolledAuthority(
                try AuthorityEnrolment.draft(
                    after: first, name: "x", authority: .pinned(people.authority.publicKey),
                    persons: people.signatories, at: .now
                ).signed(by: people.persons[0])),
            EnrolledAuthority(number: 2, digest: String(repeating: "0", count: 64), document: own.document),
            EnrolledAuthority(number: 2, digest: own.digest + "0", document: own.document),
            EnrolledAuthority(number: 2, digest: "", document: ""),
        ]
        for (index, authority) in wrong.enumerated() {
            #expect("\(index)") { try ledger.enrol(authority) } throws: { isRefusal($0) }
        }
        #expect(try ledger.authority() == own)
        #expect(try workshop.verify().findings == [])
    }

    // MARK: Destruction

    @Test(arguments: Backend.allCases)
    func aDestroyedChipGivesItsPlaceBackOnce(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        let run = try ledger.beginFormalRun(limit: 3)
        var chips: [String] = []
        for number in 1...2 {
            let attempt = try #require(try ledger.begin(run: run, chip: Sample.chip(number), lane: "1"))
            try ledger.failed(attempt, Sample.removed, chip: .spoiled, order: .waiting, run: run, lane: "1")
            chips.append(attempt.chip)
        }
        let made = try ledger.makeCard(run: run, chip: 3)
        try ledger.void(chip: made.chip, reason: Sample.removed)
        chips.append(made.chip)
        #expect(throws: LedgerError.releaseUsedUp(limit: 3)) {
            try ledger.begin(run: run, chip: Sample.chip(4), lane: "1")
        }
        #expect(try ledger.releases().map(\.used) == [3])
        #expect(try ledger.releases().map(\.withoutCard) == [3])
        #expect(try ledger.counts(batch: "B").countedChips == 3)
        #expect(try ledger.counts(batch: "B").rejectedChips == 2)
        try ledger.endRun(run, Sample.done)

        let act = try people.signed(ledger.draftOfDestruction(chips: chips, reason: "shredded"))
        for _ in 0..<2 { try ledger.enter(act) }
        #expect(try ledger.releases().map(\.used) == [0])
        #expect(try ledger.releases().map(\.withoutCard) == [0])
        #expect(try ledger.counts(batch: "B").countedChips == 0)
        let again = try people.signed(
            TwoPersonAct.draft(.destroyChips([chips[0]]), ledger: ledger.identity(), reason: "again", at: .now))
        #expect { try ledger.enter(again) } throws: { isRefusal($0) }
        #expect(try ledger.releases().map(\.used) == [0])
        // The chips themselves stay what they were.
        for chip in chips { #expect(try ledger.standing(of: chip) != .unknown) }
        #expect(try workshop.verify().findings == [])
        try ledger.admit(FormalSample.admission(limit: 3))
        let next = try ledger.beginRun(FormalSample.run())
        for number in 5...7 { try ledger.makeCard(run: next, chip: number) }
        #expect(throws: LedgerError.releaseUsedUp(limit: 3)) {
            try ledger.begin(run: next, chip: Sample.chip(8), lane: "1")
        }
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func whatIsNoDestroyedChipIsRefused(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        let run = try ledger.beginFormalRun(limit: 9)
        _ = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        try ledger.makeCard(run: run, chip: 2)
        let blank = try #require(try ledger.begin(run: run, chip: Sample.chip(3), lane: "1"))
        try ledger.failed(blank, Sample.removed, chip: .rejected, order: .waiting, run: run, lane: "1")
        try ledger.rejectChip(Sample.chip(4), Sample.removed, run: run, lane: "1")
        let spoiled = try #require(try ledger.begin(run: run, chip: Sample.chip(5), lane: "1"))
        try ledger.failed(spoiled, Sample.removed, chip: .spoiled, order: .waiting, run: run, lane: "1")
        func act(_ chips: [String], ledger identity: String? = nil) throws -> TwoPersonAct {
            try TwoPersonAct.draft(
                .destroyChips(chips), ledger: identity ?? ledger.identity(), reason: "x", at: .now)
        }
        // Open, made, never written to, rejected unused, unknown; and one of these beside a right one.
        for number in [1, 2, 3, 4, 9] {
            for chips in [[Sample.chip(number)], [Sample.chip(number), spoiled.chip]] {
                #expect("\(number)") { try ledger.enter(people.signed(act(chips))) } throws: { isRefusal($0) }
            }
            #expect(throws: (any Error).self) {
                try ledger.draftOfDestruction(chips: [Sample.chip(number)], reason: "x")
            }
        }
        let stranger = try People()
        let right = try act([spoiled.chip])
        let wrong: [TwoPersonAct] = [
            right, try people.signed(right, by: 1), try stranger.signed(right),
            try right.signed(by: people.persons[0]).signed(by: stranger.persons[1]),
            try people.signed(act([spoiled.chip], ledger: String(repeating: "0", count: 64))),
        ]
        for (index, act) in wrong.enumerated() {
            #expect("\(index)") { try ledger.enter(act) } throws: { isRefusal($0) }
        }
        #expect(try ledger.releases().map(\.used) == [3])
        try ledger.enter(people.signed(right))
        #expect(try ledger.releases().map(\.used) == [2])
        #expect(try workshop.verify().findings == [])
    }

    @Test func whereNobodyIsEnrolledNobodyDestroys() throws {
        let people = try People()
        let workshop = try Workshop()
        let ledger = try workshop.open()
        let run = try ledger.beginFormalRun()
        let spoiled = try #require(try ledger.begin(run: run, chip: Sample.chip(5), lane: "1"))
        try ledger.failed(spoiled, Sample.removed, chip: .spoiled, order: .waiting, run: run, lane: "1")
        let act = try people.signed(ledger.draftOfDestruction(chips: [spoiled.chip], reason: "x"))
        #expect { try ledger.enter(act) } throws: { isRefusal($0) }
    }

    // MARK: Forged behind the software's back

    private static func forge(
        _ workshop: Workshop, _ kind: LedgerEntry.Kind, chip: String = "", station: String = "north",
        _ fill: (inout EntryDetail) throws -> Void
    ) throws {
        var detail = EntryDetail()
        try fill(&detail)
        // As a station's role could: an entry that follows the station's last, with what follows from it.
        let sealed = try Ledger.store(workshop.location).use { database throws(StoreError) in
            try database.transaction(database.dialect.begin) { () throws(StoreError) in
                let chain = Chain(station: station)
                let own = try chain.held(database)
                let number = try database.first(database.dialect.nextNumber)?.integer(0) ?? 0
                let sealed = try chain.draft(
                    kind, run: 0, batch: "", idNumber: "", chip: chip, lane: "", request: UUID().uuidString,
                    sequence: number, after: own.last.hash, detail)
                try database.execute(
                    "INSERT INTO entries (\(LedgerEntry.columns)) VALUES (\(LedgerEntry.places))", sealed.values)
                guard database.dialect == .sqlite else { return sealed }
                try database.execute(
                    "UPDATE heads SET seq = ?, hash = ?, since = since + 1 WHERE station = ?",
                    [.integer(sealed.sequence), .text(sealed.hash), .text(station)])
                try Projection().apply(sealed, detail, to: database)
                return sealed
            }
        }
        let report = try Ledger.verify(workshop.location, station: nil)
        #expect(
            report.findings.map(\.place.description) == ["entry \(sealed.sequence) (\(kind.rawValue))"],
            "\(kind): \(report.findings.map(\.description))")
    }

    @Test(arguments: Backend.allCases)
    func whatNobodySignedIsFound(backend: Backend) throws {
        let people = try People()
        let stranger = try People()
        func spoiled() throws -> (Workshop, Ledger) {
            let (workshop, ledger) = try Self.enrolled(backend, people)
            let run = try ledger.beginFormalRun()
            let attempt = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
            try ledger.failed(attempt, Sample.removed, chip: .spoiled, order: .waiting, run: run, lane: "1")
            try ledger.endRun(run, Sample.done)
            return (workshop, ledger)
        }
        var (workshop, ledger) = try spoiled()
        let draft = try ledger.draftOfDestruction(chips: [Sample.chip(1)], reason: "x")
        let acts: [TwoPersonAct?] = [nil, draft, try people.signed(draft, by: 1), try stranger.signed(draft)]
        for act in acts {
            (workshop, ledger) = try spoiled()
            // Unsigned it is for this ledger; the others are for another one.
            let isUnsigned = act?.signatures.isEmpty == true
            let own = try isUnsigned ? ledger.draftOfDestruction(chips: [Sample.chip(1)], reason: "x") : act
            try Self.forge(workshop, .destroy, chip: Sample.chip(1)) { $0.act = own?.text }
        }
        (workshop, ledger) = try spoiled()
        let forged = EnrolledAuthority(try stranger.enrolment(after: ledger.authority()?.enrolment))
        try Self.forge(workshop, .authority) { $0.authority = forged }

        (workshop, ledger) = try spoiled()
        let head = try #require(try ledger.head())
        let label = ledger.stationLabel
        try Self.forge(workshop, .adopt) {
            $0.adoption = LedgerAdoption(station: label, sequence: head.sequence, hash: head.hash, reason: "x")
        }
        (workshop, ledger) = try spoiled()
        let seal = try #require(try ledger.lastSeal())
        let name = "张三"
        let signature = try stranger.persons[0].deterministicSign(
            message: Countersignature.message(ledger: ledger.identity(), head: seal, name: name))
        try Self.forge(workshop, .countersign) {
            $0.countersignature = Countersignature(
                name: name, publicKey: LowercaseHex.encode(stranger.persons[0].publicKey.bytes),
                sequence: seal.sequence, hash: seal.hash, signature: LowercaseHex.encode(signature))
        }
    }

    @Test(arguments: Backend.allCases)
    func aReleaseOfAStationThatCameLaterIsFound(backend: Backend) throws {
        let people = try People()
        let (workshop, _) = try Self.enrolled(backend, people)
        _ = try workshop.open("south").identity()
        try Self.forge(workshop, .release, station: "south") { $0.admission = FormalSample.admission() }
    }

    // MARK: Adoption

    @Test(arguments: Backend.allCases)
    func twoPeopleHaveAStationTakeALedgerUp(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        let run = try ledger.beginFormalRun()
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        try FileManager.default.removeItem(atPath: workshop.folder + "/north/heads.json")
        let forgetful = try workshop.open()
        #expect { try forgetful.beginRun(FormalSample.run()) } throws: { isMemory($0) }
        #expect { try forgetful.adopt(reason: "lost") } throws: { isRefusal($0) }
        let draft = try forgetful.draftOfAdoption(reason: "the disk of the station was replaced")
        let stranger = try People()
        for wrong in [draft, try people.signed(draft, by: 1), try stranger.signed(draft)] {
            #expect { try forgetful.enter(wrong) } throws: { isRefusal($0) }
        }
        let south = try workshop.open("south")
        let act = try people.signed(draft)
        // For another station it is no act.
        #expect { try south.enter(act) } throws: { isRefusal($0) }
        for _ in 0..<2 { try forgetful.enter(act) }
        #expect(try workshop.verify().findings == [])
        try forgetful.admit(FormalSample.admission())
        let next = try forgetful.beginRun(FormalSample.run())
        try forgetful.makeCard(run: next, chip: 2)
        #expect(throws: LedgerError.releaseUsedUp(limit: 2)) {
            try forgetful.begin(run: next, chip: Sample.chip(3), lane: "1")
        }
        try forgetful.endRun(next, Sample.done)
        #expect { try forgetful.enter(act) } throws: { isRefusal($0) }
        #expect(try workshop.verify().findings == [])
    }

    @Test func anActOfLongAgoOrOfAnotherCopyIsRefused() throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(.sqlite, people)
        let head = try #require(try ledger.head())
        func act(_ sequence: Int64, _ hash: String, days: Int64 = 0, station: String? = nil) throws -> TwoPersonAct {
            try people.signed(
                TwoPersonAct.draft(
                    .adoptLedger(station: station ?? ledger.stationLabel, sequence: sequence, hash: hash),
                    ledger: ledger.identity(), reason: "x", at: .now.advanced(bySeconds: days * 86400)))
        }
        for wrong in [
            try act(head.sequence, head.hash, days: -8), try act(head.sequence, head.hash, days: 2),
            try act(head.sequence + 1, head.hash), try act(1, head.hash),
            try act(head.sequence, head.hash, station: "north@0123456789abcdef"),
        ] {
            #expect { try ledger.enter(wrong) } throws: { isRefusal($0) }
        }
        try ledger.enter(act(head.sequence, head.hash, days: -6))
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func withoutAnAuthorityAStationsWordDoesForTestCardsAlone(backend: Backend) throws {
        let people = try People()
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(4)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        try Data("lost".utf8).write(to: URL(filePath: workshop.folder + "/north/heads.json"))
        let again = try workshop.open()
        try again.adopt(reason: "the folder was lost")
        #expect(try again.allEntries().last?.kind == "adopt")
        let next = try again.beginRun(Sample.run())
        try again.makeCard(run: next, chip: 2)
        try again.endRun(next, Sample.done)
        #expect(try workshop.verify().findings == [])
        // Cut back and taken up on its own word it could count anew; it counts nothing.
        #expect { try again.admit(FormalSample.admission()) } throws: { isRefusal($0) }
        try again.enrol(EnrolledAuthority(people.enrolment()))
        #expect { try again.admit(FormalSample.admission()) } throws: { isRefusal($0) }
        try again.enter(people.signed(again.draftOfAdoption(reason: "it is the right one")))
        try again.admit(FormalSample.admission())
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func aSecondStationIsTakenInByTwoPeople(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        try ledger.admit(FormalSample.admission())
        let south = try workshop.open("south")
        #expect { try south.admit(FormalSample.admission()) } throws: { isRefusal($0) }
        try south.enter(people.signed(south.draftOfAdoption(reason: "a second line")))
        let run = try south.beginFormalRun()
        try south.makeCard(run: run, chip: 1)
        try south.endRun(run, Sample.done)
        #expect(try workshop.verify("south").findings == [])
    }

    // MARK: Countersignatures

    @Test(arguments: Backend.allCases)
    func aSecondPersonSignsTheChain(backend: Backend) throws {
        let people = try People()
        let (workshop, ledger) = try Self.enrolled(backend, people)
        #expect(throws: LedgerError.self) { try ledger.countersign(by: people.persons[0], name: "张三") }
        func verify(_ fill: (inout LedgerDemands) -> Void) throws -> LedgerVerification {
            var demands = LedgerDemands()
            fill(&demands)
            return try Ledger.verify(workshop.location, station: nil, demands: demands)
        }
        var run = try ledger.beginFormalRun(limit: nil)
        try ledger.endRun(run, Sample.done)
        #expect(try !verify { $0.isCountersigned = true }.isSound)
        let seal = try #require(try ledger.lastSeal())
        for _ in 0..<2 { #expect(try ledger.countersign(by: people.persons[0], name: "张三") == seal) }
        let stranger = try People()
        for (key, name) in [
            (stranger.persons[0], "张三"), (people.persons[0], "李四"), (people.persons[0], "王五"),
            (people.authority, "卫生健康委"),
        ] {
            #expect { try ledger.countersign(by: key, name: name) } throws: { isRefusal($0) }
        }
        let report = try verify {
            $0.isCountersigned = true
            $0.countersigner = "张三"
            $0.countersigningKey = people.persons[0].publicKey
        }
        #expect(report.findings == [])
        #expect(report.countersigned.map(\.name) == ["张三"] && report.countersigned.map(\.sequence) == [seal.sequence])
        #expect(try !verify { $0.countersigner = "李四" }.isSound)
        #expect(try !verify { $0.countersigningKey = people.persons[1].publicKey }.isSound)
        run = try ledger.beginRun(FormalSample.run())
        try ledger.makeCard(run: run, chip: 1)
        // What a run has not signed yet nobody has to have countersigned.
        #expect(try verify { $0.isCountersigned = true }.isSound)
        try ledger.endRun(run, Sample.done)
        #expect(try !verify { $0.isCountersigned = true }.isSound)
        #expect(try verify { $0.countersigner = "张三" }.isSound)
        try ledger.countersign(by: people.persons[1], name: "李四")
        #expect(try verify { $0.isCountersigned = true }.countersigned.count == 2)
        #expect(try !verify { ($0.isCountersigned, $0.countersigner) = (true, "张三") }.isSound)
    }

    @Test func whereNobodyIsEnrolledANameKeepsItsKey() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        let people = try People()
        try ledger.enrol(2)
        try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        try ledger.countersign(by: people.persons[0], name: "张三")
        #expect { try ledger.countersign(by: people.persons[1], name: "张三") } throws: { isRefusal($0) }
        #expect { try ledger.countersign(by: people.persons[0], name: "李四") } throws: { isRefusal($0) }
        try ledger.countersign(by: people.persons[1], name: "李四")
        #expect(throws: LedgerError.self) { try ledger.countersign(by: people.persons[1], name: "a\nb") }
        #expect(try workshop.verify().findings == [])
    }
}
