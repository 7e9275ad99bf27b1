import Testing

@testable import Ledger

/// What a person's cards went through, as a clerk asks for it.
@Suite struct HistoryTests {
    private let lost = LedgerReason(code: "declaredVoid", text: "lost in the post")

    @Test("Every event names station, operator, lane and outcome", arguments: Backend.allCases)
    func events(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        let spoiled = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "reader 1"))
        try ledger.failed(spoiled, Sample.removed, chip: .spoiled, order: .waiting, run: run, lane: "reader 1")
        let card = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "reader 2"))
        try ledger.made(card, Sample.card, run: run, lane: "reader 2")
        try ledger.void(chip: card.chip, reason: lost, operatorName: "clerk")

        let history = try ledger.history(of: Sample.idNumber(1))
        #expect(history.events.map(\.kind) == ["enrol", "begin", "failed", "begin", "made", "void"])
        #expect(history.events.allSatisfy { $0.station == ledger.station.name && $0.sequence == 1 && $0.row == 2 })
        #expect(history.events.map(\.operatorName) == [nil] + Array(repeating: "operator", count: 4) + ["clerk"])
        #expect(history.events.map(\.lane) == [nil, "reader 1", "reader 1", "reader 2", "reader 2", nil])
        #expect(history.events[2].reason == Sample.removed && history.events[2].chipFate == .spoiled)
        #expect(history.events[5].reason == lost)
        #expect(try ledger.history(of: Sample.idNumber(3)) == PersonHistory(events: [], now: nil))
    }

    @Test("A person has one standing: waiting, in work, made, void, replaced", arguments: Backend.allCases)
    func standing(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        func now(_ person: Int = 1) throws -> PersonStanding? { try ledger.history(of: Sample.idNumber(person)).now }
        let aside = SetAsideRow(row: 7, idNumber: Sample.idNumber(9), reason: Sample.removed)
        try ledger.enrol(1, setAside: [aside])
        #expect(try now()?.state == .waiting && now()?.chip == nil && now()?.since == nil)
        #expect(try now(9)?.state == .setAside && now(9)?.row == 7 && now(9)?.reason == Sample.removed)

        let run = try ledger.beginRun(Sample.run())
        let card = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        #expect(try now()?.state == .inWork && now()?.chip == Sample.chip(1))
        try ledger.made(card, Sample.card, run: run, lane: "1")
        #expect(try now()?.state == .made && now()?.since != nil)

        // A replacement in another batch: until it is begun the first card is valid.
        try ledger.enrol([Sample.order(1, batch: "C", replacing: "worn out")], batch: "C")
        #expect(try now()?.state == .made && now()?.batch == "B" && now()?.replacementBatch == "C")
        let second = try ledger.beginRun(Sample.run("C"))
        try ledger.makeCard(run: second, chip: 2)
        #expect(try now()?.state == .made && now()?.batch == "C" && now()?.chip == Sample.chip(2))
        #expect(try now()?.replacementBatch == nil)

        try ledger.void(chip: Sample.chip(2), reason: lost)
        #expect(try now()?.state == .void && now()?.chip == Sample.chip(2) && now()?.reason == lost)
    }

    @Test("A void card is not declared void again, and is made again only where its applicant waits")
    func voidTwice() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(1)
        let run = try ledger.beginRun(Sample.run())
        let card = try ledger.makeCard(run: run, chip: 1)
        try ledger.void(chip: card.chip, reason: lost)
        try ledger.void(chip: card.chip, reason: lost)
        for (reason, remaking) in [(Sample.removed, false), (lost, true), (Sample.removed, true)] {
            let error = #expect(throws: LedgerError.self) {
                try ledger.void(chip: card.chip, reason: reason, remaking: remaking)
            }
            guard case .refused(.alreadyVoid(card.chip, _, lost.text, .nothing)) = error else {
                throw try #require(error)
            }
        }
        #expect(try ledger.counts(batch: "B").waiting == 0)
        #expect(try ledger.verify().findings == [])
    }

    private func refusal(_ body: () throws -> Void) throws -> LedgerRefusal {
        let error = #expect(throws: LedgerError.self) { try body() }
        guard case .refused(let refusal) = error else { throw try #require(error) }
        return refusal
    }

    @Test(
        "Of a finished batch a card is made again when its order is to wait, and else in a new batch; what is refused says where the applicant's card is",
        arguments: Backend.allCases)
    func afterTheEnd(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(1)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        #expect(try ledger.counts(batch: "B").isFinished)

        // Waits again, and is made by another run.
        try ledger.void(chip: Sample.chip(1), reason: lost, remaking: true)
        try ledger.void(chip: Sample.chip(1), reason: lost, remaking: true)
        #expect(try ledger.counts(batch: "B").waiting == 1)
        let entry = try #require(try ledger.allEntries().first { $0.kind == "void" }).sequence
        let other = LedgerReason(code: "declaredVoid", text: "found, and broken")
        #expect(
            try refusal { try ledger.void(chip: Sample.chip(1), reason: other, remaking: true) }
                == .alreadyVoid(chip: Sample.chip(1), entry: entry, reason: lost.text, instead: .order(batch: "B")))
        let again = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: again, chip: 2)
        try ledger.endRun(again, Sample.done)
        let now = try refusal { try ledger.void(chip: Sample.chip(1), reason: lost, remaking: true) }
        #expect(
            now
                == .alreadyVoid(
                    chip: Sample.chip(1), entry: entry, reason: lost.text,
                    instead: .card(chip: Sample.chip(2), batch: "B")))

        // Closed: neither way opens it, and both say where to go.
        try ledger.void(chip: Sample.chip(2), reason: lost)
        #expect(try ledger.counts(batch: "B").isFinished)
        let closed = try refusal { try ledger.void(chip: Sample.chip(2), reason: lost, remaking: true) }
        #expect(closed.description.contains("in a new batch"))
        let unreplaced = try refusal { _ = try ledger.replaceCard(of: Sample.idNumber(1), batch: "B", reason: "lost") }
        #expect(unreplaced.description.contains("in a new batch"))

        // In a new batch there is no reason to give: the applicant has no card.
        try ledger.enrol(1, batch: "C")
        #expect(
            try refusal { _ = try ledger.replaceCard(of: Sample.idNumber(1), batch: "B", reason: "lost") }
                .description.contains("with --resume"))
        let next = try ledger.beginRun(Sample.run("C"))
        try ledger.makeCard(run: next, chip: 3)
        #expect(
            try refusal { _ = try ledger.replaceCard(of: Sample.idNumber(1), batch: "B", reason: "lost") }
                .description.contains(Sample.chip(3)))
        #expect(try ledger.verify().findings == [])
    }

    @Test("A finished card's order does not wait while its applicant has another order", arguments: Backend.allCases)
    func anotherOrder(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(1)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.enrol([Sample.order(1, batch: "C", replacing: "worn out")], batch: "C")
        #expect(
            try refusal { try ledger.void(chip: Sample.chip(1), reason: lost, remaking: true) }
                == .hasOrder(row: 2, batch: "C"))
        try ledger.void(chip: Sample.chip(1), reason: lost)
        #expect(try ledger.verify().findings == [])
    }

    @Test(
        "Replacing a card makes it void and has its order wait; anything else is refused", arguments: Backend.allCases)
    func replacing(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        func refused(_ person: Int = 1) throws {
            let error = #expect(throws: LedgerError.self) {
                try ledger.replaceCard(of: Sample.idNumber(person), batch: "B", reason: "worn out")
            }
            guard case .refused = error else { throw try #require(error) }
        }
        try refused()
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        let order = try ledger.replaceCard(
            of: Sample.idNumber(1), batch: "B", reason: "worn out", operatorName: "clerk")
        #expect(order.sequence == 1)
        try refused()
        let again = try ledger.makeCard(run: run, chip: 2)
        #expect(again.order.sequence == 1 && again.number == 2)
        let counts = try ledger.counts(batch: "B")
        #expect((counts.made, counts.waiting, counts.void, counts.voidChips) == (1, 1, 0, 1))
        try ledger.void(chip: Sample.chip(2), reason: lost)
        try refused()
        expectRefused("the ledger has no order of this person in batch B") {
            try ledger.replaceCard(of: Sample.idNumber(7), batch: "B", reason: "worn out")
        }
        #expect(try ledger.verify().findings == [])
    }
}
