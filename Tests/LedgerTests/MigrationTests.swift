import Foundation
import PostgreSQLServer
import Testing

@testable import Ledger

/// Ledgers of version 4, in which all stations had one chain. `Version4` holds one that version 4 itself wrote: two
/// stations, three applicants, a card that was declared void and made again.
@Suite("Ledgers of one chain") struct MigrationTests {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "Version4").path
    private static let lastEntry: Int64 = 18

    /// The ledger as it was left, and its first station with what it remembers.
    private static func workshop(_ backend: Backend, _ edits: String...) throws -> (Workshop, Station) {
        let workshop = try Workshop(backend, isMade: false)
        let script = try String(contentsOfFile: folder + "/ledger.sql", encoding: .utf8)
        if backend == .sqlite {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "python3", "-c",
                "import sqlite3, sys; sqlite3.connect(sys.argv[2]).executescript(open(sys.argv[1]).read())",
                folder + "/ledger.sql", workshop.path,
            ]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        } else {
            try Ledger.store(workshop.owned).use { database throws(StoreError) in
                try LedgerSchema.migrate(database, to: 4)
            }
            let rows = script.split(separator: "\n").filter { $0.hasPrefix("INSERT INTO ") }.map(String.init)
            try workshop.tamper("DELETE FROM head")
            try workshop.tamper("DELETE FROM schema_version")
            for row in rows { try workshop.tamper(row) }
        }
        for edit in edits { try workshop.tamper(edit) }
        return (workshop, try station(workshop))
    }

    private static func station(_ workshop: Workshop) throws -> Station {
        func text(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }
        let place = workshop.folder + "/old"
        try FileManager.default.createDirectory(atPath: place + "/ledgers", withIntermediateDirectories: true)
        let key = try #require(LowercaseHex.decode(text("station.key.hex").trimmingCharacters(in: .newlines)))
        let first = "0aa809c110fbff65761174358b34419e52fd763ce3911a6941bdc533b171d05a"
        for (name, data) in [
            ("station.key", Data(key)), ("heads.json", Data(try text("heads.json").utf8)),
            ("ledgers/\(first).note", Data(try text("note").utf8)),
        ] {
            try data.write(to: URL(filePath: place + "/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place + "/" + name)
        }
        return try Station.open(folder: place)
    }

    /// As whoever may do it: a station where it has the file, the owner on a server.
    private static func migrate(_ workshop: Workshop, _ station: Station) throws -> Ledger {
        if let shared = workshop.shared { try Ledger.create(workshop.owned, stationRole: shared.stationRole) }
        return try Ledger.open(workshop.location, station: station)
    }

    @Test("What was there stays as it is, and every chain begins from its end", arguments: Backend.allCases)
    func goesOn(backend: Backend) throws {
        let (workshop, station) = try Self.workshop(backend)
        var before: [LedgerEntry] = []
        try Ledger.openToExport(workshop.owned, station: station).entries { before.append($0) }
        #expect(before.count == Int(Self.lastEntry))
        let ledger = try Self.migrate(workshop, station)
        #expect(try ledger.allEntries() == before)
        let root = try #require(before.last).head
        // The station that was here goes on, and another one comes.
        for (name, ledger) in [("old", ledger), ("south", try workshop.open("south"))] {
            let batch = "N-" + name
            try ledger.enrol(2, batch: batch, people: name == "old" ? 500 : 600)
            let run = try ledger.beginRun(Sample.run(batch))
            try ledger.makeCard(run: run, chip: name == "old" ? 1 : 2)
            try ledger.endRun(run, Sample.done)
        }
        let entries = try ledger.allEntries()
        #expect(Array(entries.prefix(before.count)) == before)
        for name in [station.name, "south"] {
            let first = try #require(entries.first { $0.station == name && $0.sequence > Self.lastEntry })
            #expect(first.previousHash == root.hash && EntryDetail(first.detail)?.root == root)
        }
        let report = try Ledger.verify(workshop.location, station: station)
        #expect(report.findings == [] && report.notes.filter { !$0.description.contains("seal") } == [])
        #expect(report.seals >= 4)
    }

    @Test("An export leaves it as it is", arguments: Backend.allCases)
    func export(backend: Backend) throws {
        let (workshop, station) = try Self.workshop(backend)
        var lines = 0
        try Ledger.openToExport(workshop.owned, station: station).export(.jsonLines) { _ in lines += 1 }
        #expect(lines == Int(Self.lastEntry))
        let version = try Ledger.store(workshop.owned).use { database throws(StoreError) in
            try LedgerSchema.current(database)
        }
        #expect(version == 4)
    }

    @Test("A ledger that was changed is not brought up to date, and stays as it is", arguments: Backend.allCases)
    func damaged(backend: Backend) throws {
        let edits = [
            "UPDATE entries SET lane = 'x' WHERE seq = 6", "DELETE FROM entries WHERE seq = 12",
            "DELETE FROM entries WHERE seq = 18", "UPDATE head SET seq = 17",
            "UPDATE chips SET state = 'unused' WHERE attempt = 6",
            "UPDATE orders SET row_number = 9 WHERE sequence = 2",
            "UPDATE entries SET detail = replace(detail, 'a', 'b') WHERE seq = 11", "DROP INDEX orders_one_card",
        ]
        for edit in edits {
            let (workshop, station) = try Self.workshop(backend, edit)
            let error = #expect(throws: LedgerError.self, "\(edit)") { _ = try Self.migrate(workshop, station) }
            guard case .damaged(let what) = error else { throw try #require(error) }
            #expect(what.description.contains("not as it was written"), "\(edit): \(what)")
            let version = try Ledger.store(workshop.owned).use { database throws(StoreError) in
                try LedgerSchema.current(database)
            }
            #expect(version == 4, "\(edit)")
            // It can be looked into all the same.
            var count = 0
            try Ledger.openToExport(workshop.owned, station: station).entries { _ in count += 1 }
            #expect(count >= Int(Self.lastEntry) - 1)
        }
    }

    @Test("What is changed in the old part is found afterwards", arguments: Backend.allCases)
    func changedLater(backend: Backend) throws {
        for (edit, place) in [
            ("UPDATE entries SET lane = 'x' WHERE seq = 6", "entry 6"),
            ("DELETE FROM entries WHERE seq = 12", "entry 12"),
            ("UPDATE heads SET seq = 17, hash = (SELECT hash FROM entries WHERE seq = 17) WHERE station = ''", "entry"),
            ("UPDATE heads SET seq = 1, hash = (SELECT hash FROM entries WHERE seq = 1) WHERE station = ''", "entry"),
        ] {
            let (workshop, station) = try Self.workshop(backend)
            let ledger = try Self.migrate(workshop, station)
            try ledger.enrol(1, batch: "N", people: 500)
            try workshop.tamper(edit)
            let report = try Ledger.verify(workshop.location, station: nil)
            #expect(
                report.findings.contains { $0.place.description.hasPrefix(place) },
                "\(edit): \(report.findings.map(\.description))")
        }
    }
}
