import Ledger
import Testing

@Test func booksOfAnEmptyBatchBalance() { #expect(BatchCounts().isFinished) }
