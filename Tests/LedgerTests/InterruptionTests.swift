import Foundation
import PostgreSQLServer
import Synchronization
import Testing

@testable import Ledger

/// Servers that die, disks that are full, processes that are killed: nothing is lost and nothing written twice.
struct InterruptionTests {
    @Test func theServerIsKilledInTheMiddle() throws {
        let server = try PostgreSQLServer()
        let folder = NSTemporaryDirectory() + "ledger-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let location = try LedgerLocation(server.makeDatabase())
        let station = try Station.open(folder: folder)
        let ledger = try Ledger.open(location, station: station)
        let count = 300
        try ledger.enrol(count)
        let run = try ledger.beginRun(Sample.run())
        let outages = Mutex(0)
        let made = Mutex(0)
        // Repeats a call until it is answered, as a production line does.
        @Sendable func insist<Value>(_ call: () throws -> Value) throws -> Value {
            for _ in 0..<600 {
                do { return try call() } catch let error as LedgerError {
                    guard case .unavailable = error else { throw error }
                    outages.withLock { $0 += 1 }
                    usleep(50_000)
                }
            }
            return try call()
        }
        let areDone = Mutex(false)
        let killer = Thread {
            for threshold in [60, 150, 220] {
                // Lanes that have given up make no more: nobody waits for them for ever.
                while made.withLock({ $0 }) < threshold { if areDone.withLock({ $0 }) { return } else { usleep(200) } }
                server.kill(signal: SIGKILL)
                do { try server.start() } catch { Issue.record("the server does not come back: \(error)") }
            }
        }
        killer.start()
        try ConcurrencyTests.threads(8) { lane in
            var chip = lane * 1000
            while let attempt = try insist({
                try ledger.begin(run: run, chip: Sample.chip(chip), lane: "\(lane)")
            }) {
                chip += 1
                try insist {
                    try ledger.made(attempt, Sample.card, run: run, lane: "\(lane)")
                }
                made.withLock { $0 += 1 }
            }
        }
        areDone.withLock { $0 = true }
        while !killer.isFinished { usleep(10_000) }
        try insist { try ledger.endRun(run, Sample.done) }
        #expect(outages.withLock { $0 } > 0)
        // What reads had a connection to the server that died, too.
        let counted = try insist { try ledger.counts(batch: "B") }
        #expect(counted.made == count)
        let entries = try ledger.allEntries()
        #expect(entries.count { $0.kind == "begin" } == count)
        #expect(entries.count { $0.kind == "made" } == count)
        #expect(try ledger.verify().findings == [])
        server.kill(signal: SIGQUIT)
        #expect {
            try ledger.counts(batch: "B")
        } throws: { error in
            if case LedgerError.unavailable = error { true } else { false }
        }
    }

    @Test func theDiskIsFull() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(400)
        let run = try ledger.beginRun(Sample.run())
        func limit(_ pages: Int64) throws {
            try ledger.exclusively { database throws(StoreError) in
                _ = try database.query("PRAGMA max_page_count = \(pages)")
            }
        }
        try limit(1)
        var made = 0
        var refused: LedgerError?
        while refused == nil, made < 400 {
            do {
                try ledger.makeCard(run: run, chip: made)
                made += 1
            } catch let error as LedgerError {
                refused = error
            }
        }
        guard case .full = refused else {
            Issue.record("no room, and it said \(String(describing: refused))")
            return
        }
        #expect(try ledger.counts(batch: "B").made == made)
        let before = try workshop.verify()
        #expect(before.findings == [])
        try limit(1_000_000)
        for attempt in try ledger.openAttempts(batch: "B") {
            try ledger.made(attempt, Sample.card, run: run, lane: "1")
            made += 1
        }
        while made < 400 {
            try ledger.makeCard(run: run, chip: 1000 + made)
            made += 1
        }
        try ledger.endRun(run, Sample.done)
        #expect(try ledger.counts(batch: "B").made == 400)
        #expect(try ledger.verify().findings == [])
    }

    /// A process that is killed leaves the log with some of its last writes: cut at any place it is a ledger in order,
    /// which has everything that was answered before.
    @Test func aLogThatEndsAnywhereIsInOrder() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(5)
        let run = try ledger.beginRun(Sample.run())
        var answered: [(log: Int, entries: Int)] = []
        for card in 0..<5 {
            try ledger.makeCard(run: run, chip: card)
            answered.append((PageFile.logSize(workshop.path), try ledger.allEntries().count))
        }
        let log = try Data(contentsOf: URL(filePath: workshop.path + "-wal"))
        let folder = workshop.folder + "/cut"
        let path = folder + "/ledger.sqlite"
        let start = answered[0].log
        var cuts = 0
        let step = max(1, (log.count - start) / 40)
        for size in Set(stride(from: start, through: log.count, by: step)).union(answered.map(\.log)).sorted() {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: workshop.path, toPath: path)
            try log.prefix(size).write(to: URL(filePath: path + "-wal"))
            // The station remembers what it began after the cut: asked of the ledger alone, which is in order.
            let report = try Ledger.verify(LedgerLocation(path), station: nil)
            #expect(report.findings == [], "\(size)")
            let expected = answered.last { $0.log <= size }?.entries ?? 0
            #expect(report.entries >= Int64(expected), "\(size)")
            let reopened = try Ledger.open(LedgerLocation(path), station: workshop.station("cutter"), isRehearsal: true)
            let open = try reopened.openAttempts(batch: "B")
            for attempt in open { try reopened.made(attempt, Sample.card, run: run, lane: "1") }
            var chip = 100
            while try reopened.begin(run: run, chip: Sample.chip(chip), lane: "1") != nil {
                let attempt = try #require(try reopened.openAttempts(batch: "B").first)
                try reopened.made(attempt, Sample.card, run: run, lane: "1")
                chip += 1
            }
            #expect(try reopened.counts(batch: "B").made == 5)
            #expect(try Ledger.verify(LedgerLocation(path), station: nil).findings == [])
            cuts += 1
        }
        #expect(cuts >= 40)
    }

    @Test func errorsOfTheStoresAreTold() {
        func told(_ state: String) -> LedgerError { PostgreSQLConnection.storeError(state, "db").asLedgerError }
        #expect(told("53100") == .full("db: SQLSTATE 53100"))
        for state in ["57P01", "57P03", "08006", "53300", "57014", "55P03"] {
            #expect(told(state) == .unavailable("db: SQLSTATE \(state)"))
        }
        for state in ["23505", "40P01", "40001"] {
            guard case .collision = PostgreSQLConnection.storeError(state, "db") else {
                Issue.record("\(state) is not run anew")
                return
            }
        }
    }
}
