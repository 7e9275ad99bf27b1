import Foundation
import Synchronization
import Testing

@testable import Ledger

/// Whatever is changed behind the ledger's back is found, with its place.
struct TamperingTests {
    /// A run with every kind of entry, sealed.
    private static func sealed(_ workshop: Workshop) throws {
        let ledger = try workshop.open()
        let aside = SetAsideRow(
            row: 9, idNumber: Sample.idNumber(900), reason: LedgerReason(code: "named", text: "left out"))
        try ledger.enrol(4, setAside: [aside])
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        let failed = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        try ledger.resume(failed, run: run, lane: "2")
        try ledger.failed(failed, Sample.removed, chip: .rejected, order: .rejected, run: run, lane: "2")
        try ledger.rejectChip(Sample.chip(3), Sample.removed, run: run, lane: "1")
        try ledger.rejectChip(Sample.chip(1), Sample.removed, run: run, lane: "1")
        let void = try ledger.makeCard(run: run, chip: 4)
        try ledger.void(chip: void.chip, reason: Sample.removed)
        _ = try ledger.begin(run: run, chip: Sample.chip(5), lane: "1")
        try ledger.endRun(run, Sample.done)
    }

    @Test func everyChangedByteOfASealedFileIsFound() throws {
        let workshop = try Workshop()
        try Self.sealed(workshop)
        let sound = try workshop.verify()
        #expect(sound.findings == [] && sound.notes == [])
        let whole = try Data(contentsOf: URL(filePath: workshop.path))
        // The header to the byte, all else so densely that every page is met many times; all of it when asked for.
        let isAsked = ProcessInfo.processInfo.environment["HEALTHCARD_EVERY_POINT"] == "1"
        let step = isAsked ? 1 : max(1, whole.count / 1000)
        let positions = Array(0..<100) + Array(stride(from: 100, to: whole.count, by: step))
        #expect(positions.count >= 1000)
        let station = try workshop.station()
        try ConcurrencyTests.threads(2) { part in
            let copy = try Copy(of: workshop, named: "copy\(part)")
            for (index, position) in positions.enumerated() where index % 2 == part {
                try copy.flip(position, bit: UInt8(index % 8))
                let report = try Ledger.verify(copy.location, station: station)
                let page = position / 4096 + 1
                #expect(
                    report.findings.contains { $0.place.description == "page \(page) of the file" },
                    "byte \(position): \(report.findings.map(\.description))")
                try copy.flip(position, bit: UInt8(index % 8))
            }
            #expect(try Ledger.verify(copy.location, station: station).findings == [])
        }
    }

    @Test func everyChangedByteOfTheSealIsFound() throws {
        let workshop = try Workshop()
        try Self.sealed(workshop)
        let copy = try Copy(of: workshop, named: "copy")
        let size = try Data(contentsOf: URL(filePath: copy.sealPath)).count
        for position in stride(from: 0, to: size, by: 7) {
            try copy.flip(position, bit: UInt8(position % 7), ofSeal: true)
            let report = try Ledger.verify(copy.location, station: nil)
            #expect(report.findings.contains { $0.place.description == "ledger.sqlite.seal" }, "byte \(position)")
            try copy.flip(position, bit: UInt8(position % 7), ofSeal: true)
        }
        #expect(try Ledger.verify(copy.location, station: nil).findings == [])
    }

    private static let entryColumns = [
        "time", "station", "run", "kind", "batch", "id_number", "chip", "lane", "detail", "request", "previous", "hash",
    ]

    @Test(arguments: Backend.allCases)
    func everyChangedColumnOfAnEntryIsFound(backend: Backend) throws {
        for column in Self.entryColumns {
            let workshop = try Workshop(backend)
            try Self.sealed(workshop)
            try workshop.tamper("UPDATE entries SET \(column) = \(column == "run" ? "77" : "'x'") WHERE seq = 5")
            let report = try workshop.verify()
            #expect(
                report.findings.contains { $0.place.description.hasPrefix("entry 5 ") }, "\(column): \(report.findings)"
            )
        }
    }

    /// Table, what is done to it, where it has to be found.
    private static let edits: [(String, String)] = [
        ("DELETE FROM entries WHERE seq = 5", "entry 5"),
        ("DELETE FROM entries WHERE seq = (SELECT MAX(seq) FROM entries)", "head"),
        ("UPDATE entries SET seq = 1000 WHERE seq = 5", "entry 5"),
        ("UPDATE heads SET seq = 3", "head"), ("UPDATE heads SET hash = 'x'", "head"), ("DELETE FROM heads", "head"),
        ("UPDATE heads SET since = 3 WHERE station <> ''", "head of station north"),
        ("UPDATE heads SET seq = 5 WHERE station = ''", "head of the root"),
        ("UPDATE heads SET station = 'south' WHERE station = 'north'", "head of station north"),
        ("INSERT INTO heads VALUES ('south', 1, 'x', 1)", "head of station south"),
        ("UPDATE runs SET places = 1", "runs row 3"),
        ("UPDATE stations SET public_key = 'x'", "stations row north"),
        ("UPDATE stations SET entry = 9", "stations row north"), ("DELETE FROM stations", "stations row north"),
        ("UPDATE batches SET mode = 'formal'", "batches row B"), ("UPDATE batches SET profile = 'x'", "batches row B"),
        ("UPDATE batches SET profile_digest = 'x'", "batches row B"),
        ("UPDATE batches SET content_digest = 'x'", "batches row B"),
        ("UPDATE batches SET orders = 9", "batches row B"), ("UPDATE batches SET orders_digest = 'x'", "batches row B"),
        ("UPDATE batches SET set_aside = 9", "batches row B"),
        ("UPDATE batches SET set_aside_digest = 'x'", "batches row B"),
        ("UPDATE batches SET entry = 9", "batches row B"),
        ("UPDATE orders SET sequence = 7 WHERE sequence = 3", "orders row B/7"),
        ("UPDATE orders SET id_number = 'x' WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET row_number = 99 WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET row_offset = 99 WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET collection_point = 'x' WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET replacement_reason = '' WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET digest = 'x' WHERE sequence = 3", "orders row B/3"),
        ("UPDATE orders SET state = 'made' WHERE sequence = 2", "orders row B/2"),
        ("UPDATE orders SET holds_card = 0 WHERE sequence = 1", "orders row B/1"),
        ("UPDATE orders SET chip = 'x' WHERE sequence = 1", "orders row B/1"),
        ("UPDATE orders SET entry = 99 WHERE sequence = 1", "orders row B/1"),
        ("UPDATE orders SET attempts = 9 WHERE sequence = 1", "orders row B/1"),
        ("DELETE FROM orders WHERE sequence = 2", "orders row B/2"),
        ("UPDATE set_aside_rows SET position = 2", "set_aside_rows row B/2"),
        ("UPDATE set_aside_rows SET row_number = 2", "set_aside_rows row B/1"),
        ("UPDATE set_aside_rows SET id_number = NULL", "set_aside_rows row B/1"),
        ("UPDATE set_aside_rows SET code = 'x'", "set_aside_rows row B/1"),
        ("UPDATE set_aside_rows SET reason = 'x'", "set_aside_rows row B/1"),
        ("UPDATE set_aside_rows SET digest = 'x'", "set_aside_rows row B/1"),
        ("UPDATE chips SET state = 'unused' WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("UPDATE chips SET attempt = 1 WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("UPDATE chips SET batch = 'x' WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("UPDATE chips SET sequence = 4 WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("UPDATE chips SET run = 4 WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("UPDATE chips SET entry = 4 WHERE serial = '0000000000000001'", "chips row 0000000000000001"),
        ("DELETE FROM chips WHERE serial = '0000000000000003'", "chips row 0000000000000003"),
        ("UPDATE runs SET ended = NULL", "runs row 3"), ("UPDATE runs SET station = 'x'", "runs row 3"),
        ("UPDATE runs SET batch = 'x'", "runs row 3"), ("DELETE FROM runs", "runs row 3"),
        ("DROP INDEX orders_one_card", "schema: index orders_one_card"),
        ("CREATE TABLE more (a INTEGER)", "schema: "),
    ]

    @Test(arguments: Backend.allCases)
    func everyChangedRowIsFound(backend: Backend) throws {
        for (edit, place) in Self.edits {
            let workshop = try Workshop(backend)
            try Self.sealed(workshop)
            try workshop.tamper(edit)
            // Nobody's seal or memory helps: the chain and the tables have to tell by themselves.
            if backend == .sqlite { try FileManager.default.removeItem(atPath: workshop.path + ".seal") }
            let report = try Ledger.verify(workshop.location, station: nil)
            #expect(
                report.findings.contains { $0.place.description.hasPrefix(place) },
                "\(edit): \(report.findings.map(\.description))"
            )
        }
    }

    @Test(arguments: Backend.allCases)
    func entriesAreNeverChanged(backend: Backend) throws {
        let workshop = try Workshop(backend)
        try Self.sealed(workshop)
        for statement in ["UPDATE entries SET lane = ''", "DELETE FROM entries"] {
            #expect(throws: StoreError.self) {
                try Ledger.store(workshop.location).use { database throws(StoreError) in
                    try database.execute(statement)
                }
            }
        }
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func aSealOfAnotherKeyIsFound(backend: Backend) throws {
        let workshop = try Workshop(backend)
        try Self.sealed(workshop)
        let seal = try #require(try workshop.open().allEntries().last)
        var detail = try #require(EntryDetail(seal.detail))
        let forger = try Station.open(folder: workshop.folder + "/forger", name: "forger")
        let head = try #require(LowercaseHex.decode(seal.previousHash))
        detail.signature = LowercaseHex.encode(try forger.key.deterministicSign(message: head))
        let forged = LedgerEntry(
            sequence: seal.sequence, time: seal.time, station: seal.station, run: seal.run, kind: seal.kind,
            batch: seal.batch, idNumber: "", chip: "", lane: "", detail: try detail.canonical, request: seal.request,
            previousHash: seal.previousHash, hash: "")
        try workshop.tamper(
            "UPDATE entries SET detail = '\(forged.detail)', hash = '\(forged.computedHash)' WHERE seq = \(seal.sequence)",
            "UPDATE heads SET hash = '\(forged.computedHash)' WHERE station = 'north'")
        let report = try Ledger.verify(workshop.location, station: nil)
        #expect(report.findings.contains { $0.place.description == "entry \(seal.sequence) (seal)" })
    }

    @Test func aShortenedFileIsFound() throws {
        let workshop = try Workshop()
        try Self.sealed(workshop)
        let copy = try Copy(of: workshop, named: "copy")
        let whole = try Data(contentsOf: URL(filePath: copy.path))
        for size in [0, 50, 100, 4096, whole.count / 2, whole.count - 1] {
            try whole.prefix(size).write(to: URL(filePath: copy.path))
            let report = try Ledger.verify(copy.location, station: nil)
            #expect(!report.isSound, "\(size)")
        }
    }

    @Test func anOlderCopyIsFoundByTheStation() throws {
        let workshop = try Workshop()
        try Self.sealed(workshop)
        let older = try Copy(of: workshop, named: "older")
        let ledger = try workshop.open()
        let run = try ledger.beginRun(Sample.run())
        try ledger.endRun(run, Sample.done)
        let last = try #require(try ledger.allEntries().last)
        let report = try Ledger.verify(older.location, station: workshop.station())
        #expect(report.findings.map(\.place.description) == ["entry \(last.sequence)"])
        let stale = try Ledger.open(older.location, station: workshop.station())
        #expect {
            try stale.beginRun(Sample.run())
        } throws: { error in
            if case LedgerError.damaged = error { true } else { false }
        }
        #expect(try workshop.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func whatNobodySignedYetIsANote(backend: Backend) throws {
        let workshop = try Workshop(backend)
        try Self.sealed(workshop)
        _ = try workshop.open().beginRun(Sample.run())
        let report = try workshop.verify()
        #expect(report.findings == [])
        #expect(report.notes.contains { $0.description.hasPrefix("1 entries after") })
    }

    /// A sealed ledger elsewhere, with its seal.
    private struct Copy {
        let location: LedgerLocation
        let path: String
        var sealPath: String { path + ".seal" }

        init(of workshop: Workshop, named name: String) throws {
            let folder = workshop.folder + "/" + name
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            path = folder + "/ledger.sqlite"
            for suffix in ["", ".seal"] {
                try FileManager.default.copyItem(atPath: workshop.path + suffix, toPath: path + suffix)
            }
            location = try LedgerLocation(path)
        }

        func flip(_ position: Int, bit: UInt8, ofSeal: Bool = false) throws {
            let handle = try FileHandle(forUpdating: URL(filePath: ofSeal ? sealPath : path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(position))
            let byte = try #require(try handle.read(upToCount: 1)?.first)
            try handle.seek(toOffset: UInt64(position))
            try handle.write(contentsOf: Data([byte ^ (1 << bit)]))
        }
    }
}
