import Foundation
import Synchronization
import Testing

@testable import Ledger

/// Many lanes and several stations at once.
struct ConcurrencyTests {
    /// Runs `body` in threads of its own, numbered from 0, and waits for all.
    static func threads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            let thread = Thread {
                do { try body(number) } catch { failures.withLock { $0.append("\(number): \(error)") } }
                group.leave()
            }
            thread.start()
        }
        group.wait()
        #expect(failures.withLock { $0 } == [])
    }

    @Test(arguments: Backend.allCases)
    func sixteenLanesShareTheirCommits(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        try ledger.enrol(160)
        let run = try ledger.beginRun(Sample.run())
        try Self.threads(16) { lane in
            for card in 0..<10 { try ledger.makeCard(run: run, chip: lane * 100 + card, lane: "\(lane)") }
        }
        try ledger.endRun(run, Sample.done)
        #expect(try ledger.counts(batch: "B").made == 160)
        #expect(try ledger.verify().findings == [])
    }

    @Test func callsThatComeTogetherAreOneTransaction() throws {
        let store = CountingStore(SQLiteStore.inMemory())
        let commits = GroupCommit(store: store)
        let release = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let refused = Mutex(0)
        let first = Thread {
            _ = try? commits.run { _ throws(StoreError) in
                started.signal()
                release.wait()
            }
        }
        first.start()
        started.wait()
        let group = DispatchGroup()
        for number in 0..<16 {
            group.enter()
            Thread {
                do {
                    try commits.run { database throws(StoreError) in
                        try database.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
                        try database.execute("INSERT INTO t VALUES (?)", [LedgerValue(number)])
                        if number == 7 { throw .ledger(.unknown("seven")) }
                    }
                } catch {
                    refused.withLock { $0 += 1 }
                }
                group.leave()
            }.start()
        }
        while commits.waitingCalls < 16 { usleep(1000) }
        release.signal()
        group.wait()
        #expect(store.count(of: "COMMIT") == 2)
        #expect(refused.withLock { $0 } == 1)
        let rows = try store.use { database throws(StoreError) in try database.query("SELECT n FROM t ORDER BY n") }
        #expect(rows.map { $0.integer(0) } == (0..<16).filter { $0 != 7 }.map(Int64.init))
    }

    @Test(arguments: Backend.allCases)
    func twoStationsRaceForOneBatch(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let count = 500
        try workshop.open("north").enrol(count)
        let stations = try [workshop.open("north"), workshop.open("south")]
        let runs = try stations.map { try $0.beginRun(Sample.run()) }
        let taken = Mutex<[Int]>([])
        try Self.threads(8) { lane in
            let station = lane % 2
            var chip = lane * 1000
            while let attempt = try stations[station].begin(
                run: runs[station], chip: Sample.chip(chip), lane: "\(lane)")
            {
                chip += 1
                taken.withLock { $0.append(attempt.order.sequence) }
                try stations[station].made(attempt, Sample.card, run: runs[station], lane: "\(lane)")
            }
        }
        for (station, run) in zip(stations, runs) { try station.endRun(run, Sample.done) }
        #expect(taken.withLock { $0.sorted() } == Array(1...count))
        #expect(try stations[0].counts(batch: "B").made == count)
        let report = try workshop.verify("south")
        #expect(report.findings == [])
        #expect(report.seals >= 2)
    }

    /// The same chip at two stations at the same moment, again and again: one of them gets it.
    @Test(arguments: Backend.allCases)
    func twoStationsBeginOneChip(backend: Backend) throws {
        let workshop = try Workshop(backend)
        try workshop.open("north").enrol(100)
        let stations = try [workshop.open("north"), workshop.open("south")]
        let runs = try stations.map { try $0.beginRun(Sample.run()) }
        let begun = Mutex(0)
        let refused = Mutex(0)
        try Self.threads(2) { station in
            for chip in 0..<40 {
                do {
                    let attempt = try stations[station].begin(run: runs[station], chip: Sample.chip(chip), lane: "1")
                    if attempt != nil { begun.withLock { $0 += 1 } }
                } catch LedgerError.chipUsed {
                    refused.withLock { $0 += 1 }
                }
            }
        }
        #expect(begun.withLock { $0 } == 40)
        #expect(refused.withLock { $0 } == 40)
        #expect(try workshop.verify().findings == [])
    }
}

/// Counts what is executed.
final class CountingStore: LedgerStore {
    private let store: any LedgerStore
    private let statements = Mutex<[String: Int]>([:])

    init(_ store: any LedgerStore) { self.store = store }

    func count(of statement: String) -> Int { statements.withLock { $0[statement] ?? 0 } }

    func use<Result>(_ body: (any LedgerDatabase) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try store.use { database throws(StoreError) in
            try body(Connection(database: database, store: self))
        }
    }

    private struct Connection: LedgerDatabase {
        let database: any LedgerDatabase
        let store: CountingStore
        var dialect: Dialect { database.dialect }

        func execute(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> Int {
            store.statements.withLock { $0[statement, default: 0] += 1 }
            return try database.execute(statement, values)
        }

        func query(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> [LedgerRow] {
            try database.query(statement, values)
        }
    }
}
