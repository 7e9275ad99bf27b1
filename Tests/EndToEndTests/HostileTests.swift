import Testing

/// Cards and SAMs that mean harm, against every command of a clinic, the line, the suite and the C library: each run ends
/// in its time (30 s for reading, 45 s for writing, 60 s for a card on the line, 20 s for a call of the C library) with an
/// exit code of the documented ones, a reason, no control character and at most 400 MiB. The numbers are pinned: a
/// behaviour that falls out of the list is a test that falls out.
@Suite("Hostile cards and SAMs") struct HostileTests {
    @Test("Cards, against read, inspect, update, visit, block, soak and apdu", .timeLimit(.minutes(5)))
    func cards() async throws {
        let run = try await HostileRun("cards", [VirtualSlot()], ["--each", "1"], within: 280)
        run.expectNoHarm(situations: 224, behaviours: 191)
    }

    @Test("SAMs beside a good card, against sam, read, update, visit and block", .timeLimit(.minutes(5)))
    func modules() async throws {
        let slots = try await VirtualSlot.pair()
        let run = try await HostileRun("sams", [slots.card, slots.sam], ["--each", "1"], within: 280)
        run.expectNoHarm(situations: 120, behaviours: 104)
    }

    @Test("Blank chips on the line: no card is lost, the ledger verifies after each", .timeLimit(.minutes(5)))
    func line() async throws {
        let run = try await HostileRun("line", [VirtualSlot()], ["--every", "8"], within: 280)
        run.expectNoHarm(situations: 24, behaviours: 24)
    }

    @Test("A campaign's cards, against the suite", .timeLimit(.minutes(5)))
    func suite() async throws {
        let only = ["answerToReset", "directories", "records", "writeOnce", "visits", "cyclic"].flatMap {
            ["--only", $0]
        }
        let run = try await HostileRun("suite", [VirtualSlot()], ["--every", "12"] + only, within: 280)
        run.expectNoHarm(situations: 16, behaviours: 16)
    }

    @Test("Both, against every function of the C library, with guards about each buffer", .timeLimit(.minutes(5)))
    func library() async throws {
        let slots = try await VirtualSlot.pair()
        let run = try await HostileRun("library", [slots.card, slots.sam], ["--every", "5"], within: 280)
        run.expectNoHarm(situations: 59, behaviours: 59)
    }

    @Test("A good card is read to the byte whatever stands in the memory of habits", .timeLimit(.minutes(5)))
    func habits() async throws {
        let run = try await HostileRun("habits", [VirtualSlot()], within: 280)
        run.expectNoHarm(situations: 72, behaviours: 36)
    }
}
