import Foundation
import PostgreSQLServer
import Testing

/// The ledger's server dies in the middle of a batch, or the line does.
@Suite("Database server killed") struct DatabaseServerTests {
    private static let people = 60

    /// A line in the middle of its batch.
    private func begun(_ server: PostgreSQLServer) async throws -> (ProductionBench, Programs.Running) {
        let bench = try await ProductionBench(people: Self.people, ledger: onThread { try server.makeDatabase() })
        let line = try await bench.start(lanes: 3)
        _ = try await line.makes(5)
        return (bench, line)
    }

    /// The same, and its server killed.
    private func orphaned(_ server: PostgreSQLServer) async throws -> (ProductionBench, Programs.Running) {
        try await untilCaught {
            let (bench, line) = try await begun(server)
            try await onThread { server.kill(signal: SIGKILL) }
            try await eventually("the line waits for the ledger") { line.count("ledgerWaiting") > 0 || !line.isRunning }
            if line.isRunning { return (bench, line) }
            try await onThread { try server.start() }
            return nil
        }
    }

    @Test("The line waits and says so; when the server is back it goes on by itself")
    func goesOn() async throws {
        let server = try await onThread { try PostgreSQLServer() }
        let (bench, line) = try await orphaned(server)
        let begun = line.count("begun")
        try await Task.sleep(for: .milliseconds(500))
        #expect(line.count("begun") == begun, "a card was begun without the ledger")
        try await onThread { try server.start() }
        let outcome = LineOutcome(try await line.wait())
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.count("ledgerBack") > 0)
        #expect(try await bench.audit() == [])
    }

    @Test(
        "Stopped, or killed, while the server is away: the next run goes on",
        arguments: [[SIGTERM], [SIGTERM, SIGTERM], [SIGKILL]])
    func stopped(_ signals: [Int32]) async throws {
        let server = try await onThread { try PostgreSQLServer() }
        let (bench, line) = try await orphaned(server)
        for signal in signals { line.send(signal) }
        let outcome = LineOutcome(try await line.wait())
        #expect(outcome.status == (signals == [SIGKILL] ? 128 + SIGKILL : 7), "\(outcome.errors)")
        try await onThread { try server.start() }
        #expect(try await bench.audit() == [], "before it goes on")
        let resumed = try await bench.run(["--resume"], lanes: 3)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await bench.audit() == [])
    }

    @Test("The line is killed in the middle, the server is well: the next run goes on")
    func lineKilled() async throws {
        let server = try await onThread { try PostgreSQLServer.shared() }
        let bench = try await untilCaught {
            let (bench, line) = try await begun(server)
            return try await line.stop(SIGKILL).status == 128 + SIGKILL ? bench : nil
        }
        #expect(try await bench.audit() == [], "before it goes on")
        let resumed = try await bench.run(["--resume"], lanes: 3)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await bench.audit() == [])
        #expect(resumed.count("continued") <= 3)
    }
}
