import Foundation
import PostgreSQLServer
import Testing

/// Two stations make one batch, and one of them dies.
@Suite("Racing stations") struct RacingStationsTests {
    private static let people = 120

    enum Place: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgreSQL
        var testDescription: String { rawValue }
    }

    private func bench(_ place: Place) async throws -> ProductionBench {
        guard place == .postgreSQL else { return try await ProductionBench(people: Self.people) }
        let database = try await onThread { try PostgreSQLServer.shared().makeDatabase() }
        return try await ProductionBench(people: Self.people, ledger: database)
    }

    @Test("Started together, every applicant gets one card, and each station made some", arguments: Place.allCases)
    func together(_ place: Place) async throws {
        let bench = try await bench(place)
        let stations = ["north", "south"]
        var lines: [Programs.Running] = []
        for station in stations { lines.append(try await bench.start(["--resume"], lanes: 2, station: station)) }
        var outcomes: [LineOutcome] = []
        for line in lines { outcomes.append(LineOutcome(try await line.wait())) }
        // Who is done first cannot wait for the other's last cards.
        for outcome in outcomes { #expect([0, 7].contains(outcome.status), "\(outcome.errors)") }
        let books = try await bench.look()
        #expect(try ProductionAudit(batch: bench.batch, books: books).findings() == [])
        #expect(books.status.counts.made == Self.people)
        #expect(outcomes.map { $0.count("made") }.reduce(0, +) == Self.people)
        #expect(Set(books.entries.filter { $0.kind == "made" }.map(\.station)).count == 2)
    }

    @Test(
        "One is killed: the other makes the rest, names what is open, and the dead one's card is settled there",
        arguments: Place.allCases)
    func oneIsKilled(_ place: Place) async throws {
        let bench = try await bench(place)
        let north = try await bench.start(["--resume"], lanes: 2)
        let south = try await bench.start(["--resume", "--kill-at", "1500"], lanes: 2, station: "south")
        let killed = try await south.wait()
        #expect(killed.status == 128 + SIGKILL, "\(killed.errors)")
        let rest = LineOutcome(try await north.wait())
        let left = try await bench.look()
        #expect(try ProductionAudit(batch: bench.batch, books: left).findings() == [])
        // The lanes of the dead one had begun a card each, or were between two.
        let inWork = left.status.counts.inWork
        #expect(inWork <= 2)
        #expect(rest.status == (inWork > 0 ? 7 : 0), "\(rest.errors)")
        #expect(rest.end == (inWork > 0 ? "cardsWanted" : "finished"), "\(rest.errors)")
        #expect(left.status.counts.made + inWork == Self.people)
        let open = Set(left.status.open.map(\.chip))
        #expect(Set(rest.report?["open"]?.elements.compactMap { $0["chip"]?.text } ?? []) == open)
        #expect(Set(left.chips.filter { $0.place.hasPrefix("lane-") }.map(\.serial)).isSuperset(of: open))
        let settled = try await bench.run(["--resume"], lanes: 2, station: "south")
        #expect(settled.status == 0, "\(settled.errors)")
        let books = try await bench.look(station: "south")
        #expect(try ProductionAudit(batch: bench.batch, books: books).findings() == [])
        #expect(books.status.counts.made == Self.people)
        #expect(Set(books.entries.filter { $0.kind == "made" }.map(\.chip)).isSuperset(of: open))
    }
}
