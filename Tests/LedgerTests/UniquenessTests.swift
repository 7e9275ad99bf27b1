import Foundation
import Testing

@testable import Ledger

/// What may never be written, and what is written once however often it is asked.
struct UniquenessTests {
    @Test(arguments: Backend.allCases)
    func aChipIsBegunOnce(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(3)
        let run = try ledger.beginRun(Sample.run())
        let attempt = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        let other = try ledger.beginRun(Sample.run())
        #expect(other != run)
        #expect(throws: LedgerError.chipUsed(chip: Sample.chip(1), entry: attempt.id)) {
            try ledger.begin(run: other, chip: Sample.chip(1), lane: "1")
        }
        try ledger.resume(attempt, run: other, lane: "2")
        try ledger.made(attempt, Sample.card, run: other, lane: "2")
        let made = try #require(try ledger.allEntries().last)
        #expect(made.kind == "made" && made.chip == Sample.chip(1) && made.run == other)
        #expect(throws: LedgerError.chipUsed(chip: Sample.chip(1), entry: made.sequence)) {
            try ledger.begin(run: run, chip: Sample.chip(1), lane: "1")
        }
        #expect(throws: LedgerError.attemptOver(attempt: attempt.id)) {
            try ledger.failed(attempt, Sample.removed, chip: .rejected, order: .waiting, run: run, lane: "1")
        }
        #expect(throws: LedgerError.attemptOver(attempt: attempt.id)) {
            try ledger.resume(attempt, run: run, lane: "1")
        }
        expectRefused("the ledger has no run 999") { try ledger.begin(run: 999, chip: Sample.chip(7), lane: "1") }
        expectRefused("the ledger has no batch none") { try ledger.beginRun(Sample.run("none")) }
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func askingAgainWritesNothing(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(4)
        try ledger.enrol(4)
        let run = try ledger.beginRun(Sample.run())
        let attempt = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        var count = try ledger.allEntries().count
        #expect(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1") == attempt)
        #expect(try ledger.allEntries().count == count)
        try ledger.resume(attempt, run: run, lane: "1")
        count += 1
        try ledger.resume(attempt, run: run, lane: "1")
        #expect(try ledger.allEntries().count == count)
        try ledger.made(attempt, Sample.card, run: run, lane: "1")
        count += 1
        try ledger.made(attempt, Sample.card, run: run, lane: "1")
        #expect(try ledger.allEntries().count == count)
        let failing = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        count += 2
        for _ in 0..<2 {
            try ledger.failed(failing, Sample.removed, chip: .unused, order: .waiting, run: run, lane: "1")
        }
        #expect(try ledger.allEntries().count == count)
        // The blank is begun again: another attempt, not the answer to the first.
        let again = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        #expect(again.id != failing.id && again.number == 2)
        count += 1
        for _ in 0..<2 { try ledger.rejectChip(Sample.chip(3), Sample.removed, run: run, lane: "1") }
        count += 1
        #expect(try ledger.allEntries().count == count)
        for _ in 0..<2 { try ledger.rejectChip(Sample.chip(1), Sample.removed, run: run, lane: "1") }
        count += 1
        #expect(try ledger.allEntries().last?.kind == "mention")
        for _ in 0..<2 { try ledger.endRun(run, Sample.done) }
        count += 2
        #expect(try ledger.allEntries().count == count)
        #expect(try ledger.counts(batch: "B").rejectedChips == 1)
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func anApplicantHasOneOrderAndOneCard(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        // Waiting elsewhere, and twice in one batch: every row is named.
        #expect(throws: LedgerError.applicantHasCard(rows: [2, 4])) {
            try ledger.enrol(
                [
                    Sample.order(1, batch: "C", person: 2), Sample.order(2, batch: "C", person: 5),
                    Sample.order(3, batch: "C", person: 5),
                ], batch: "C")
        }
        #expect(try ledger.batches() == [Sample.batch()])
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.makeCard(run: run, chip: 2)
        #expect(throws: LedgerError.applicantHasCard(rows: [2])) {
            try ledger.enrol([Sample.order(1, batch: "C", person: 1)], batch: "C")
        }
        #expect(throws: LedgerError.batchChanged(batch: "B")) {
            try ledger.enrol(Sample.batch(content: "2"), setAside: []) { nil }
        }
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func aReplacementVoidsTheOldCardWhenItIsBegun(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(1)
        let old = try ledger.makeCard(run: ledger.beginRun(Sample.run()), chip: 1)
        try ledger.enrol([Sample.order(1, batch: "C", person: 1, replacing: "lost")], batch: "C")
        #expect(throws: LedgerError.applicantHasCard(rows: [2])) {
            try ledger.enrol([Sample.order(1, batch: "D", person: 1, replacing: "lost")], batch: "D")
        }
        guard case .made = try ledger.standing(of: old.chip) else {
            Issue.record("the card ended before another was begun")
            return
        }
        let run = try ledger.beginRun(Sample.run("C"))
        let new = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        let entries = try ledger.allEntries()
        let void = try #require(entries.last { $0.kind == "void" })
        #expect(void.chip == old.chip && void.sequence == new.id - 1)
        #expect(
            try ledger.standing(of: old.chip)
                == .void(entry: void.sequence, LedgerReason(code: "replaced", text: "lost")))
        try ledger.made(new, Sample.card, run: run, lane: "1")
        let states = try ledger.state(of: Sample.idNumber(1))
        #expect(states.map(\.state) == [.made, .made])
        #expect(states.map(\.holdsCard) == [false, true])
        let counts = try ledger.counts(batch: "B")
        #expect((counts.made, counts.void, counts.voidChips, counts.total) == (0, 1, 1, 1))
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func anOperatorDeclaresChipsVoid(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        let open = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        let lost = LedgerReason(code: "lost", text: "fell into the machine")
        for _ in 0..<2 { try ledger.void(chip: open.chip, reason: lost) }
        #expect(try ledger.counts(batch: "B").waiting == 2)
        #expect(throws: LedgerError.attemptOver(attempt: open.id)) {
            try ledger.made(open, Sample.card, run: run, lane: "1")
        }
        expectRefused("the ledger has no card on chip \(Sample.chip(9)), and no attempt that is open") {
            try ledger.void(chip: Sample.chip(9), reason: lost)
        }
        let made = try ledger.makeCard(run: run, chip: 2)
        #expect(made.order.sequence == 1 && made.number == 2)
        try ledger.void(chip: made.chip, reason: lost, remaking: true)
        #expect(try ledger.makeCard(run: run, chip: 3).order.sequence == 1)
        let second = try ledger.makeCard(run: run, chip: 4)
        try ledger.void(chip: second.chip, reason: lost)
        let counts = try ledger.counts(batch: "B")
        #expect((counts.made, counts.void, counts.voidChips, counts.total) == (1, 1, 3, 2))
        let conclusions = try ledger.conclusions(batch: "B", after: 0, limit: 10)
        #expect(conclusions.map(\.isVoid) == [false, true])
        #expect(conclusions.map(\.reason) == [nil, lost])
        let scrap = try ledger.scrapChips(batch: "B", after: 0, limit: 2)
        #expect(scrap.map(\.chip) == [open.chip, made.chip])
        let last = try ledger.scrapChips(batch: "B", after: scrap[1].entry, limit: 2)
        #expect(last.map(\.chip) == [second.chip])
        #expect((scrap + last).allSatisfy { $0.state == .void && $0.reason == lost && $0.sequence != nil })
        // Without a card the applicant may be in another batch, and gives no reason.
        try ledger.enrol([Sample.order(1, batch: "C", person: 2)], batch: "C")
        #expect(
            throws: LedgerError.chipUsed(
                chip: Sample.chip(4), entry: try #require(ledger.allEntries().last { $0.kind == "void" }).sequence)
        ) {
            try ledger.begin(run: run, chip: Sample.chip(4), lane: "1")
        }
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func aStationHasItsNameAlone(backend: Backend) throws {
        let workshop = try Workshop(backend)
        try workshop.open().enrol(1)
        let impostor = try Station.open(folder: workshop.folder + "/other", name: "north")
        let ledger = try Ledger.open(workshop.location, station: impostor)
        #expect(throws: LedgerError.self) { try ledger.beginRun(Sample.run()) }
        let report = try Ledger.verify(workshop.location, station: impostor)
        #expect(report.findings.map(\.place.description) == ["station north"])
    }
}
