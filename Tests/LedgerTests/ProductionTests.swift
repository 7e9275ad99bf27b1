import Foundation
import Testing

@testable import Ledger

/// What a production line asks, of both databases.
struct ProductionTests {
    @Test(arguments: Backend.allCases)
    func aBatchIsMade(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledger = try workshop.open()
        let aside = SetAsideRow(row: 9, idNumber: nil, reason: LedgerReason(code: "badNumber", text: "no right number"))
        try ledger.enrol(3, setAside: [aside])
        let run = try ledger.beginRun(Sample.run())
        let first = try ledger.makeCard(run: run, chip: 1)
        #expect(first.order == Sample.order(1))
        #expect(first.number == 1)

        let second = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        #expect(try ledger.standing(of: Sample.chip(2)) == .open(second))
        #expect(try ledger.openAttempts(batch: "B") == [second])
        try ledger.failed(second, Sample.removed, chip: .rejected, order: .waiting, run: run, lane: "1")
        let again = try #require(try ledger.begin(run: run, chip: Sample.chip(3), lane: "2"))
        #expect(again.order == second.order)
        #expect(again.number == 2)
        try ledger.failed(again, Sample.removed, chip: .unused, order: .rejected, run: run, lane: "2")
        #expect(try ledger.standing(of: Sample.chip(3)) == .unknown)
        try ledger.makeCard(run: run, chip: 3)
        try ledger.rejectChip(Sample.chip(4), LedgerReason(code: "foreign", text: "not blank"), run: run, lane: "1")
        #expect(try ledger.begin(run: run, chip: Sample.chip(5), lane: "1") == nil)
        try ledger.endRun(run, Sample.done)

        var counts = BatchCounts()
        counts.made = 2
        counts.rejected = 1
        counts.setAside = 1
        counts.rejectedChips = 2
        #expect(try ledger.counts(batch: "B") == counts)
        #expect(counts.isFinished && counts.total == 4)
        #expect(
            try ledger.standing(of: Sample.chip(2))
                == .rejected(entry: second.id + 1, Sample.removed))
        let report = try ledger.verify()
        #expect(report.findings == [])
        #expect(report.entries == Int64(try ledger.allEntries().count))
        #expect(report.notes == [])
    }
}
