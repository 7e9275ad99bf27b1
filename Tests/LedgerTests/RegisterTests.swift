import Foundation
import Synchronization
import Testing

@testable import Ledger

/// What is asked of a ledger afterwards, where it lies, and how it grows older.
struct RegisterTests {
    @Test(arguments: Backend.allCases)
    func everythingAboutAPersonIsTold(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        let aside = SetAsideRow(row: 7, idNumber: Sample.idNumber(9), reason: Sample.removed)
        try ledger.enrol(2, setAside: [aside])
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.makeCard(run: run, chip: 2)
        try ledger.rejectChip(Sample.chip(1), Sample.removed, run: run, lane: "1")
        let why = try ledger.why(idNumber: Sample.idNumber(1))
        #expect(why.map(\.kind) == ["enrol", "begin", "made", "mention"])
        #expect(why.allSatisfy { $0.chip == Sample.chip(1) || $0.kind == "enrol" })
        #expect(try ledger.why(idNumber: Sample.idNumber(9)).map(\.kind) == ["enrol"])
        #expect(try ledger.why(idNumber: Sample.idNumber(3)) == [])
        var cards: [IssuedCard] = []
        try ledger.issuedCards(batch: "B") { cards.append($0) }
        #expect(cards.map(\.chip) == [Sample.chip(1), Sample.chip(2)])
        #expect(cards.map(\.order.collectionPoint) == ["点1", "点2"])
        var rows: [SetAsideRow] = []
        try ledger.setAsideRows(batch: "B") { rows.append($0) }
        #expect(rows == [aside])
    }

    @Test(arguments: Backend.allCases)
    func rejectsHaveTheirReasons(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        let first = try #require(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1"))
        try ledger.failed(first, Sample.removed, chip: .rejected, order: .waiting, run: run, lane: "1")
        let second = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        let photo = LedgerReason(code: "photo", text: "the photo does not fit")
        try ledger.failed(second, photo, chip: .unused, order: .rejected, run: run, lane: "1")
        let foreign = LedgerReason(code: "foreign", text: "not blank")
        try ledger.rejectChip(Sample.chip(3), foreign, run: run, lane: "1")
        var rejects: [Reject] = []
        try ledger.rejects(batch: "B") { rejects.append($0) }
        #expect(rejects.map(\.reason) == [Sample.removed, photo, foreign])
        #expect(rejects.map(\.chip) == [Sample.chip(1), nil, Sample.chip(3)])
        #expect(rejects.map(\.order?.sequence) == [1, 1, nil])
        #expect(rejects.map(\.isOrderRejected) == [false, true, false])
        let scrap = try ledger.scrapChips(batch: "B", after: 0, limit: 10)
        #expect(scrap.map(\.chip) == [Sample.chip(1), Sample.chip(3)])
        #expect(scrap.map(\.sequence) == [1, nil] && scrap.map(\.row) == [2, nil])
        #expect(scrap.map(\.reason) == [Sample.removed, foreign])
        var waiting: [Int] = []
        try ledger.orders(batch: "B", state: .waiting) { waiting.append($0.order.sequence) }
        #expect(waiting == [2])
    }

    @Test(arguments: Backend.allCases)
    func anExportHasEveryEntry(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(1)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        func export(_ format: LedgerExportFormat, masked: Bool) throws -> String {
            var data = Data()
            try ledger.export(format, masksIDNumbers: masked) { data.append($0) }
            return String(decoding: data, as: UTF8.self)
        }
        let lines = try export(.jsonLines, masked: false).split(separator: "\n")
        let read = try lines.map { try JSONDecoder().decode(LedgerEntry.self, from: Data($0.utf8)) }
        #expect(try read == ledger.allEntries())
        #expect(read.allSatisfy { $0.computedHash == $0.hash })
        let number = Sample.idNumber(1)
        #expect(try export(.csv, masked: false).contains(number))
        for format in LedgerExportFormat.allCases {
            let masked = try export(format, masked: true)
            #expect(!masked.contains(number))
            #expect(masked.contains(number.prefix(6) + "**********" + number.suffix(2)))
        }
        let csv = try export(.csv, masked: false)
        #expect(csv.hasSuffix("\r\n") && csv.contains("\"{\"\"batch\"\""))
    }

    @Test(arguments: Backend.allCases)
    func anOlderSchemaIsBroughtUpToDate(backend: Backend) throws {
        let workshop = try Workshop(backend, isMade: false)
        let station = try workshop.station()
        // What version 1 wrote of one card: the tables had no count of attempts.
        try Ledger.store(workshop.owned).use { database throws(StoreError) in
            try LedgerSchema.migrate(database, to: 1)
            #expect(try LedgerSchema.current(database) == 1)
        }
        let orders = (1...2).map { Sample.order($0) }
        var digest = OrderDigest()
        var rows: [[LedgerValue]] = []
        for order in orders {
            digest.append(order)
            rows.append([
                .text("B"), LedgerValue(order.sequence), .text(order.idNumber), LedgerValue(order.row),
                LedgerValue(order.offset), .text(order.collectionPoint), .text(digest.value),
            ])
        }
        var enrol = EntryDetail()
        enrol.batch = Sample.batch()
        (enrol.orders, enrol.ordersDigest, enrol.setAside) = (2, digest.value, 0)
        enrol.setAsideDigest = LedgerEntry.noHash
        var key = EntryDetail()
        key.publicKey = LowercaseHex.encode(station.publicKey.bytes)
        var run = EntryDetail()
        run.run = Sample.run()
        var begin = EntryDetail()
        (begin.sequence, begin.number) = (1, 1)
        let details: [(LedgerEntry.Kind, EntryDetail)] = [
            (.station, key), (.enrol, enrol), (.run, run), (.begin, begin),
        ]
        try Ledger.store(workshop.owned).use { database throws(StoreError) in
            try database.execute("BEGIN")
            for row in rows {
                try database.execute(
                    """
                    INSERT INTO orders (batch, sequence, id_number, row_number, row_offset, collection_point, digest,
                        state, holds_card, entry) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0)
                    """, row)
            }
            var previous = LedgerEntry.noHash
            for (index, (kind, detail)) in details.enumerated() {
                let isBegin = kind == .begin
                func entry(_ hash: String) throws(StoreError) -> LedgerEntry {
                    LedgerEntry(
                        sequence: Int64(index + 1), time: "2026-01-31T23:59:59.999Z", station: station.name,
                        run: isBegin ? 3 : 0, kind: kind.rawValue, batch: kind == .station ? "" : "B",
                        idNumber: isBegin ? Sample.idNumber(1) : "", chip: isBegin ? Sample.chip(1) : "",
                        lane: isBegin ? "1" : "", detail: try detail.canonical, request: "\(index)",
                        previousHash: previous, hash: hash)
                }
                let whole = try entry(entry("").computedHash)
                previous = whole.hash
                try database.execute(
                    "INSERT INTO entries (\(LedgerEntry.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    whole.values)
                switch kind {
                case .begin: break
                // Version 1 knew of no adoption and of no release.
                case .station:
                    try database.execute(
                        "INSERT INTO stations (name, public_key, entry) VALUES (?, ?, 1)",
                        [.text(station.name), LedgerValue(detail.publicKey)])
                case .run:
                    try database.execute(
                        "INSERT INTO runs (id, batch, station, ended) VALUES (3, 'B', ?, NULL)", [.text(station.name)])
                default: try Projection().apply(whole, detail, to: database)
                }
            }
            try database.execute(
                "UPDATE orders SET state = 'inWork', holds_card = 1, chip = ?, entry = 4 WHERE sequence = 1",
                [.text(Sample.chip(1))])
            try database.execute("INSERT INTO chips VALUES (?, 'open', 4, 'B', 1, 3, 4)", [.text(Sample.chip(1))])
            try database.execute("UPDATE head SET seq = 4, hash = ?", [.text(previous)])
            try database.execute("COMMIT")
        }
        let error = #expect(throws: LedgerError.self) { try Ledger.verify(workshop.owned, station: nil) }
        guard case .misconfigured(let what) = error else { throw try #require(error) }
        #expect(what.description.contains("version 1 ") && what.description.contains("open it once"))
        let ledger = try Ledger.open(workshop.owned, station: station)
        let attempt = try #require(try ledger.openAttempts(batch: "B").first)
        #expect(attempt.number == 1)
        // The station had signed nothing yet and has nothing in mind: somebody says that it goes on.
        #expect {
            try ledger.made(attempt, Sample.card, run: 3, lane: "1")
        } throws: { isMemory($0) }
        try ledger.adopt(reason: "newer software")
        #expect(try ledger.verify().findings == [])
        try ledger.made(attempt, Sample.card, run: 3, lane: "1")
        #expect(try ledger.makeCard(run: 3, chip: 2).order.sequence == 2)
        #expect(try ledger.verify().findings == [])
    }

    @Test(arguments: Backend.allCases)
    func aNewerSchemaIsRefused(backend: Backend) throws {
        let workshop = try Workshop(backend)
        _ = try workshop.open()
        try workshop.tamper("UPDATE schema_version SET version = 99")
        let refusal = "its schema is version 99 and this software knows \(LedgerSchema.version): use the newer software"
        expectRefused("the ledger is damaged: " + refusal) { try workshop.open() }
        // It may be a ledger of newer software as well as one that was changed.
        let error = #expect(throws: LedgerError.self) { try workshop.verify() }
        guard case .misconfigured(let what) = error else { throw try #require(error) }
        #expect(what.description.contains("version 99") && what.description.contains("cannot be told"))
    }

    @Test(arguments: Backend.allCases)
    func aHundredThousandOrdersTakeNoMemory(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(2000, batch: "W", people: 500_000)
        let before = try Self.peakMemory()
        try ledger.enrol(100_000, people: 1_000_000)
        let after = try Self.peakMemory()
        #expect(try ledger.counts(batch: "B").waiting == 100_000)
        // Nothing like the orders themselves, which are some 50 MB; other tests run beside this one.
        #expect(after - before < 40 << 20, "\((after - before) >> 20) MB")
        #expect(try ledger.verify().findings == [])
    }

    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) << 10
    }

    @Test func theIndependentCheckerAgrees() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(3, setAside: [SetAsideRow(row: 5, idNumber: nil, reason: Sample.removed)])
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        let sound = try Self.python(workshop.path)
        #expect(sound.status == 0)
        #expect(sound.text == "\(try ledger.allEntries().count) entries, 1 seals\n")
        try workshop.tamper(
            "UPDATE entries SET lane = 'x' WHERE kind = 'made'", "UPDATE orders SET row_number = 77 WHERE sequence = 2")
        let changed = try Self.python(workshop.path)
        #expect(changed.status == 1)
        #expect(changed.text.contains("entry 5 has another hash") && changed.text.contains("order B/2"))
    }

    private static func python(_ ledger: String) throws -> (status: Int32, text: String) {
        let checker = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Independent/ledger.py").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", checker, ledger]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func placesAreNamedWithoutPasswords() throws {
        let location = try LedgerLocation("postgresql://clerk@db.example:5433/cards")
        #expect(location.description == "postgres://clerk@db.example:5433/cards")
        #expect(try LedgerLocation("sqlite:/a/b.db").description == "/a/b.db")
        for wrong in [
            "", "sqlite:", "mysql://host/db", "postgres://host:s3cret:x/%zz", "postgres://clerk:s3cret@127.0.0.1/cards",
            "postgres://clerk@db.example/cards?password=s3cret", "postgres://db.example/cards?sslpassword=s3cret",
        ] {
            #expect {
                try LedgerLocation(wrong)
            } throws: { error in
                if case LedgerError.misconfigured(let text) = error {
                    !text.description.contains("s3cret")
                } else {
                    false
                }
            }
        }
    }

    @Test func filesAreTheirOwnersAlone() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(1)
        try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        func mode(_ path: String) throws -> Int {
            try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        let station = workshop.folder + "/north"
        for path in [workshop.path, workshop.path + ".seal", station + "/station.key", station + "/heads.json"] {
            #expect(try mode(path) == 0o600, "\(path)")
        }
        #expect(try mode(station) == 0o700)
        #expect(try workshop.station().publicKey == ledger.station.publicKey)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: station + "/station.key")
        #expect(throws: LedgerError.self) { try workshop.station() }
        #expect(throws: LedgerError.self) {
            try Ledger.open(LedgerLocation("/nowhere/at/all.sqlite"), station: ledger.station)
        }
    }

    @Test func manyProcessesThatBeginAtOnceAreOneStation() throws {
        let workshop = try Workshop()
        let keys = Mutex<Set<[UInt8]>>([])
        try ConcurrencyTests.threads(16) { _ in
            let station = try Station.open(folder: workshop.folder + "/new")
            keys.withLock { _ = $0.insert(station.publicKey.bytes) }
        }
        #expect(keys.withLock { $0.count } == 1)
    }
}
