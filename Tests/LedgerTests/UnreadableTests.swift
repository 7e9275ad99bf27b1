import Foundation
import Synchronization
import Testing

@testable import Ledger

/// What cannot be read, is held by others, or is no ledger: it is called that, and not a ledger that was changed.
@Suite struct UnreadableTests {
    private func verified(_ workshop: Workshop, station: String = "other") throws -> String {
        let station = try workshop.station(station)
        let outcome = Result { () throws(LedgerError) in try Ledger.verify(workshop.location, station: station) }
        switch outcome {
        case .success(let report): return report.findings.map(\.description).joined(separator: "; ")
        case .failure(let error):
            guard error.code == .misconfigured else { throw error }
            return "not told: " + error.description
        }
    }

    @Test(
        "Files that are no ledgers are not ledgers that were changed",
        arguments: [[], Array("{\"batch\": 1}".utf8), [UInt8](repeating: 7, count: 100_000)])
    func noLedger(_ content: [UInt8]) throws {
        let workshop = try Workshop()
        try Data(content).write(to: URL(filePath: workshop.path))
        let told = try verified(workshop)
        #expect(told.hasPrefix("not told: ") && told.contains("is not a ledger"))
        // Nor is one made of it by somebody who only looks.
        let station = try workshop.station("other")
        #expect(throws: LedgerError.self) { try Ledger.openExisting(workshop.location, station: station) }
        #expect(try Data(contentsOf: URL(filePath: workshop.path)) == Data(content))
    }

    @Test("Another database is not a ledger that was changed")
    func otherDatabase() throws {
        let workshop = try Workshop()
        let store = SQLiteStore(path: workshop.path)
        try store.use { database throws(StoreError) in _ = try database.execute("CREATE TABLE a (b)", []) }
        #expect(try verified(workshop).contains("is not a ledger"))
        let station = try workshop.station("other")
        do throws(LedgerError) {
            _ = try Ledger.openExisting(workshop.location, station: station)
            Issue.record("another program's database was taken for a ledger")
        } catch { #expect("\(error)".contains("is not a ledger")) }
        try store.use { database throws(StoreError) in
            let tables = try database.query("SELECT name FROM sqlite_master")
            #expect(tables.map { $0.text(0) } == ["a"])
        }
    }

    @Test(
        "Where the station has written a ledger, another file in its place is a finding", arguments: [[], [1, 2, 3]])
    func replaced(_ content: [UInt8]) throws {
        let workshop = try Workshop()
        do {
            let ledger = try workshop.open()
            try ledger.enrol(1)
            try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        }
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: workshop.path + end) }
        try Data(content).write(to: URL(filePath: workshop.path))
        let found = try verified(workshop, station: "north")
        #expect(!found.isEmpty && !found.hasPrefix("not told"))
        // The seal beside it says the same to any station.
        let sealed = try verified(workshop)
        #expect(!sealed.isEmpty && !sealed.hasPrefix("not told"))
    }

    @Test("A ledger that was copied in part is not called changed where nothing says how it was")
    func partOfALedger() throws {
        let workshop = try Workshop()
        do {
            let ledger = try workshop.open()
            try ledger.enrol(300)
            try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        }
        let whole = try Data(contentsOf: URL(filePath: workshop.path))
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: workshop.path + end) }
        try whole.prefix(whole.count / 2).write(to: URL(filePath: workshop.path))
        #expect(try !verified(workshop).hasPrefix("not told"), "its seal says how it was")
        try FileManager.default.removeItem(atPath: workshop.path + ".seal")
        let told = try verified(workshop)
        #expect(told.hasPrefix("not told: ") && told.contains("cannot be told"), "\(told)")
        #expect(try !verified(workshop, station: "north").hasPrefix("not told"), "this station knows it")
    }

    @Test("A station whose memory cannot be read may have written here: another file in its place is a finding")
    func unreadableMemory() throws {
        let workshop = try Workshop()
        do {
            let ledger = try workshop.open()
            try ledger.enrol(1)
            try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        }
        for end in ["", "-wal", "-shm", ".seal"] { try? FileManager.default.removeItem(atPath: workshop.path + end) }
        try Data().write(to: URL(filePath: workshop.path))
        let station = try workshop.station("north")
        try Data("{".utf8).write(to: URL(filePath: workshop.folder + "/north/heads.json"))
        let report = try Ledger.verify(workshop.location, station: station)
        #expect(!report.findings.isEmpty)
    }

    @Test("Whoever waits for a ledger is told once, after a second, and does not wait without end")
    func held() throws {
        let workshop = try Workshop()
        let path = workshop.path
        let told = Mutex<[LedgerWait]>([])
        // One watches at a time.
        Workshop.watching.lock()
        LedgerWait.watch { wait in told.withLock { $0.append(wait) } }
        defer {
            LedgerWait.watch(nil)
            Workshop.watching.unlock()
        }
        for tries in 0...21 { #expect(LedgerWait.rest(path, tries)) }
        #expect(told.withLock { $0 }.filter { $0.path == path }.count == 1)
        #expect(!LedgerWait.rest(path, LedgerWait.patience * 20))
        // Its own process is not named.
        #expect(LedgerWait(path: path).description == "\(path) is in use by another program")
    }

    @Test("A text with U+0000 is entered nowhere", arguments: Backend.allCases)
    func zero(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        let error = #expect(throws: LedgerError.self) { try ledger.enrol(1, batch: "B\u{0}") }
        guard case .misconfigured(let what) = error else { throw try #require(error) }
        #expect(what.description.contains("U+0000"))
        try ledger.enrol(1)
        #expect(try ledger.verify().findings == [])
    }
}
