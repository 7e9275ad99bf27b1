import Foundation
import Testing

/// All of `HostileTests`, and each against more commands: what is too much for every day.
@Suite("Hostile cards and SAMs, all of them", .serialized) struct HostileMatrixTests {
    @Test("Cards: each behaviour against four commands", .timeLimit(.minutes(60)))
    func cards() async throws {
        let run = try await HostileRun("cards", [VirtualSlot()], ["--all", "--each", "4"], within: 3_500)
        run.expectNoHarm(situations: 2_101, behaviours: 517)
    }

    @Test("SAMs: each behaviour against three commands", .timeLimit(.minutes(60)))
    func modules() async throws {
        let slots = try await VirtualSlot.pair()
        let run = try await HostileRun("sams", [slots.card, slots.sam], ["--all", "--each", "3"], within: 3_500)
        run.expectNoHarm(situations: 1_228, behaviours: 404)
    }

    @Test("Blank chips on the line", .timeLimit(.minutes(60)))
    func line() async throws {
        let run = try await HostileRun("line", [VirtualSlot()], ["--all", "--every", "3"], within: 3_500)
        run.expectNoHarm(situations: 173, behaviours: 173)
    }

    @Test("A campaign's cards, against all of the suite", .timeLimit(.minutes(60)))
    func suite() async throws {
        let run = try await HostileRun("suite", [VirtualSlot()], ["--all", "--every", "20"], within: 3_500)
        run.expectNoHarm(situations: 26, behaviours: 26)
    }

    @Test("Both, against every function of the C library", .timeLimit(.minutes(60)))
    func library() async throws {
        let slots = try await VirtualSlot.pair()
        let run = try await HostileRun("library", [slots.card, slots.sam], ["--all"], within: 3_500)
        run.expectNoHarm(situations: 921, behaviours: 921)
    }
}

/// Fuzz/mutate: what a person, a mail program or a disk may do to a file.
@Suite("Damaged files", .serialized) struct DamagedFileMatrixTests {
    @Test("Forty of each kind, against every command that takes one", .timeLimit(.minutes(60)))
    func everyParser() async throws {
        let outcome = try await Programs.Running(
            Programs.python,
            [Programs.root.appendingPathComponent("Fuzz/mutate").path, "--inputs", "40", "--seed", "11"],
            environment: [
                "HEALTHCARD_BINARY": try Programs.healthcard(), "HEALTHCARD_C_INTERFACE": Programs.cInterface,
            ]
        ).wait(seconds: 3_500)
        let table = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(table)\(outcome.errors.suffix(3_000))")
        #expect(table.contains("\nall "))
    }
}
