import Foundation
import PostgreSQLServer
import Synchronization
import Testing

@testable import Ledger

/// A table that another session of the server holds.
@Suite("A locked table", .serialized) struct LockedTableTests {
    @Test("is waited for no longer than a file, and whoever holds it is named") func locked() throws {
        let workshop = try Workshop(.postgreSQL)
        let ledger = try workshop.open()
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        let told = Mutex<[LedgerWait]>([])
        Workshop.watching.lock()
        LedgerWait.watch { wait in told.withLock { $0.append(wait) } }
        defer {
            LedgerWait.watch(nil)
            Workshop.watching.unlock()
        }
        try Ledger.store(workshop.owned).use { database throws(StoreError) in
            try database.execute("BEGIN")
            try database.execute("LOCK TABLE entries IN ACCESS EXCLUSIVE MODE")
            let holder = try database.first("SELECT pg_backend_pid()")?.integer(0)
            let start = Date()
            var failure: LedgerError?
            do throws(LedgerError) { _ = try ledger.begin(run: run, chip: Sample.chip(1), lane: "1") } catch {
                failure = error
            }
            let seconds = Date().timeIntervalSince(start)
            let limit = Double(LedgerWait.patience)
            #expect(seconds >= limit - 1 && seconds < limit * 2 + 10, "\(seconds)")
            guard case .unavailable(let what) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(what.description.contains("process \(holder ?? 0) (healthcard, owner_"), "\(what)")
            try database.execute("ROLLBACK")
        }
        let waits = told.withLock { $0 }.filter { $0.path == workshop.location.description }
        #expect(waits.first?.holders.isEmpty == false)
        // Given back, it goes on.
        #expect(try ledger.begin(run: run, chip: Sample.chip(1), lane: "1") != nil)
        #expect(try workshop.verify().findings == [])
    }
}
