import Foundation
import Testing

/// The ledger's disk is full in the middle of a batch.
@Suite("Full disk") struct FullDiskTests {
    private static let people = 40
    /// Bytes that are left when the line begins: for some of its cards.
    private static let room = 150_000

    private struct Factory {
        let bench: ProductionBench
        let disk: SmallDisk
        private let place: TestFolder

        init() async throws {
            place = try TestFolder()
            disk = try await SmallDisk(kilobytes: 8000, at: place.file("disk"))
            bench = try await ProductionBench(people: FullDiskTests.people, ledger: disk.path + "/ledger.sqlite")
        }

        /// Runs the program where the disk is.
        func start(_ arguments: [String]) throws -> Programs.Running {
            let (program, arguments) = try disk.entering(Programs.healthcard(), arguments)
            return try Programs.Running(program, arguments, environment: bench.environment)
        }

        /// Brings a line to where it waits for room.
        func waiting() async throws -> Programs.Running {
            // The batch is enrolled with all the room there is, and one card is made.
            let first = try await start(bench.line(["--kill-at", "400"], lanes: 2)).wait()
            #expect(first.status == 128 + SIGKILL)
            try disk.fill(leaving: FullDiskTests.room)
            let line = try start(bench.line(["--resume"], lanes: 2))
            try await eventually("the line waits for the ledger") {
                guard line.isRunning else { throw ProgramError(description: "it ended: \(line.errors)") }
                return line.count("ledgerWaiting") > 0
            }
            return line
        }

        /// A copy of the ledger, which nobody writes to now, where the program can be asked of it without the disk.
        func audit() async throws -> [String] {
            let copy = bench.folder.file("books/copy.sqlite")
            let files = FileManager.default
            for ending in ["", "-wal", "-shm", ".seal"] {
                try? files.removeItem(atPath: copy + ending)
                guard ending != "-shm", files.fileExists(atPath: disk.file("ledger.sqlite\(ending)")) else { continue }
                try files.copyItem(atPath: disk.file("ledger.sqlite\(ending)"), toPath: copy + ending)
            }
            return try await bench.audit(ledger: copy)
        }
    }

    @Test("The line waits and says so, nothing is begun and no card leaves; when there is room it goes on by itself")
    func roomIsMade() async throws {
        let factory = try await Factory()
        let line = try await factory.waiting()
        let before = try BoxedChip.all(in: factory.bench.box()).count
        try await Task.sleep(for: .milliseconds(500))
        let after = try BoxedChip.all(in: factory.bench.box())
        #expect(after.count <= before + 1, "chips are drawn while nothing can be written")
        #expect(after.count { $0.place == "made" } < Self.people)
        #expect(line.isRunning)
        let why = LineOutcome.lines(of: line.output).first { $0["kind"]?.text == "ledgerWaiting" }
        #expect(why?["reason"]?["code"] == .text("ledgerFull"), "\(String(describing: why))")
        try factory.disk.makeRoom()
        let outcome = LineOutcome(try await line.wait())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.count("ledgerBack") > 0)
        #expect(try await factory.audit() == [])
        #expect(try BoxedChip.all(in: factory.bench.box()).count { $0.place == "made" } == Self.people)
    }

    @Test(
        "Stopped, or killed, while it waits: what is open is named, and the next run goes on",
        arguments: [SIGTERM, SIGKILL])
    func stoppedWhileItWaits(_ signal: Int32) async throws {
        let factory = try await Factory()
        let line = try await factory.waiting()
        line.send(signal)
        let outcome = LineOutcome(try await line.wait())
        if signal == SIGTERM {
            #expect(outcome.status == 7)
            #expect(outcome.end == "stopped", "\(outcome.errors)")
        }
        #expect(try await factory.audit() == [], "before there is room")
        try factory.disk.makeRoom()
        let resumed = LineOutcome(try await factory.start(factory.bench.line(["--resume"], lanes: 2)).wait())
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await factory.audit() == [])
        #expect(try BoxedChip.all(in: factory.bench.box()).count { $0.place == "made" } == Self.people)
    }
}
