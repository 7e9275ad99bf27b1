import Foundation
import PostgreSQLServer
import Synchronization
import Testing

@testable import Ledger

/// One ledger in several places: a station works with one of them.
struct CopyTests {
    private static func copy(_ workshop: Workshop, to name: String) throws -> LedgerLocation {
        try workshop.checkpoint()
        let folder = workshop.folder + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: workshop.path, toPath: folder + "/ledger.sqlite")
        return try LedgerLocation(folder + "/ledger.sqlite")
    }

    private static func expectHeld(_ work: () throws -> Void, _ sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try work()
        } throws: { error in
            if case LedgerError.stationMemory(let text) = error {
                text.description.contains("another copy")
            } else {
                false
            }
        }
    }

    @Test func aCopyBesideALedgerInWorkIsRefused() throws {
        let workshop = try Workshop()
        try workshop.open().enrol(4)
        let copy = try Self.copy(workshop, to: "two")
        let ledger = try workshop.open()
        let run = try ledger.beginRun(Sample.run())
        let other = try Ledger.open(copy, station: workshop.station())
        // What the run has written already is missing in the copy.
        #expect { _ = try other.beginRun(Sample.run()) } throws: { isMemory($0) }
        #expect { try other.admit(FormalSample.admission()) } throws: { isMemory($0) }
        Self.expectHeld { _ = try other.hold() }
        Self.expectHeld { try other.adopt(reason: "because") }
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        // Now it is an older copy.
        #expect { try other.beginRun(Sample.run()) } throws: { isMemory($0) }
        #expect(try workshop.verify().isSound)
    }

    @Test func theSameLedgerIsHeldByAny() throws {
        let workshop = try Workshop()
        try workshop.open().enrol(4)
        let ledgers = try [workshop.open(), workshop.open()]
        let runs = try ledgers.map { try $0.beginRun(Sample.run()) }
        for (chip, (ledger, run)) in zip(ledgers, runs).enumerated() { try ledger.makeCard(run: run, chip: chip) }
        for (ledger, run) in zip(ledgers, runs) { try ledger.endRun(run, Sample.done) }
        #expect(try workshop.verify().isSound)
    }

    /// Another station keeps its own memory: the ledger in its place is one.
    @Test func aSymbolicLinkIsTheSameLedgerAndAHardLinkIsNot() throws {
        let workshop = try Workshop()
        try workshop.open().enrol(4)
        let link = workshop.folder + "/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: workshop.path)
        let ledger = try workshop.open()
        let run = try ledger.beginRun(Sample.run())
        let linked = try Ledger.open(LedgerLocation(link), station: workshop.station())
        let second = try linked.beginRun(Sample.run())
        try linked.makeCard(run: second, chip: 1)
        try ledger.makeCard(run: run, chip: 2)
        try linked.endRun(second, Sample.done)
        try ledger.endRun(run, Sample.done)
        #expect(try workshop.verify().isSound)

        let hard = workshop.folder + "/hard.sqlite"
        try #require(Foundation.link(workshop.path, hard) == 0)
        for path in [workshop.path, hard] {
            let named = try Ledger.open(LedgerLocation(path), station: workshop.station())
            #expect(throws: LedgerError.self) { try named.beginRun(Sample.run()) }
        }
    }

    /// Somebody takes the lock away: the first chip that is begun at the other copy is the last.
    @Test func twoCopiesWithoutTheLock() throws {
        let workshop = try Workshop()
        try workshop.open().enrol(8)
        let copy = try Self.copy(workshop, to: "two")
        let one = try workshop.open()
        let runOne = try one.beginRun(Sample.run())
        try FileManager.default.removeItem(
            atPath: workshop.folder + "/north/ledgers/\(try one.identity()).lock")
        // A moment at which nothing speaks against it.
        let other = try Ledger.open(copy, station: workshop.station())
        #expect(throws: LedgerError.self) {
            let runTwo = try other.beginRun(Sample.run())
            try other.makeCard(run: runTwo, chip: 1)
            try one.makeCard(run: runOne, chip: 2)
        }
    }

    /// Many beginnings at both copies at once: all cards are in one of them.
    @Test func twoCopiesRace() throws {
        for round in 0..<8 {
            let workshop = try Workshop()
            try workshop.open().enrol(8)
            let copy = try Self.copy(workshop, to: "two")
            let begun = Mutex<[Int]>([0, 0])
            let places = [workshop.location, copy]
            try ConcurrencyTests.threads(2) { place in
                let ledger = try Ledger.open(places[place], station: workshop.station())
                do {
                    let run = try ledger.beginRun(Sample.run())
                    for chip in 0..<3 {
                        if try ledger.begin(run: run, chip: Sample.chip(chip), lane: "1") != nil {
                            begun.withLock { $0[place] += 1 }
                        }
                    }
                } catch {
                    guard isMemory(error) else { throw error }
                }
            }
            #expect(begun.withLock { $0.count { $0 > 0 } } == 1, "round \(round): \(begun.withLock { $0 })")
        }
    }

    @Test func aCopyOfTheDatabaseIsAnotherLedger() throws {
        let workshop = try Workshop(.postgreSQL)
        let shared = try #require(workshop.shared)
        try workshop.open().enrol(4)
        let server = try PostgreSQLServer.shared()
        let copy = shared.name + "_copy"
        // Nobody may be in a database while it is copied.
        let maintenance = shared.superuser.replacing("/" + shared.name, with: "/postgres")
        try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(shared.name)'", maintenance)
        try server.sql("CREATE DATABASE \(copy) TEMPLATE \(shared.name)", maintenance)
        let location = try LedgerLocation(shared.station.replacing("/" + shared.name, with: "/" + copy))
        let ledger = try workshop.open()
        let run = try ledger.beginRun(Sample.run())
        let other = try Ledger.open(location, station: workshop.station())
        // What the run has written already is missing in the copy.
        #expect { _ = try other.beginRun(Sample.run()) } throws: { isMemory($0) }
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        #expect { try other.beginRun(Sample.run()) } throws: { isMemory($0) }
        #expect(try Ledger.verify(location, station: workshop.station()).findings.count == 1)
    }

    @Test func aNewStationOfACopyMakesNoFormalCard() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        _ = try ledger.identity()
        let copy = try Self.copy(workshop, to: "two")
        let other = try Ledger.open(copy, station: workshop.station("south"))
        #expect { try other.admit(FormalSample.admission()) } throws: { isRefusal($0) }
        try ledger.admit(FormalSample.admission())
        // Behind the software's back the ledger itself tells.
        let entry = try #require(try ledger.allEntries().last)
        #expect(entry.kind == "release")
    }
}
