import Foundation
import Ledger
import Testing

@testable import Production

@Suite struct LineLedgerTests {
    static let calls = ["standing", "begin", "made", "failed", "rejectChip", "counts"]

    /// The server goes away at each kind of call, before or after it has written, and comes back.
    @Test(arguments: calls, [false, true])
    func outagesAreWaitedFor(call: String, isWritten: Bool) throws {
        let factory = Factory(orders: 6)
        factory.box { number in
            let card = PaperCard(number, faults: number == 2 ? [4: .writeFails] : [:])
            if number == 3 { card.make(owner: [3], active: true) }
            return card
        }
        let counter = Counter()
        factory.ledger.fail { name, _ in
            // The first look into the books is before the line has begun.
            guard name == call, counter.next() > (name == "counts" ? 0 : -1), counter.value % 4 != 3 else { return nil }
            return isWritten ? .after(.unavailable("no server")) : .before(.full("no room"))
        }
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 6, 2))
        #expect(factory.count(of: .ledgerWaiting) > 0)
        #expect(factory.count(of: .ledgerBack) == factory.count(of: .ledgerWaiting))
        #expect(factory.ledger.log.filter { $0.hasPrefix("made") }.count == 6, "written once, however often asked")
        #expect(factory.ledger.log.filter { $0.hasPrefix("begin") }.count == 7)
    }

    final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var value = -1

        func next() -> Int {
            lock.withLock {
                value += 1
                return value
            }
        }
    }

    /// While it is away nothing is begun and no card leaves; a stop then leaves everything where it can be found, and
    /// the next run settles it.
    @Test(arguments: ["standing", "begin", "made", "failed"], [false, true])
    func stoppedDuringAnOutage(call: String, isWritten: Bool) throws {
        let factory = Factory(orders: 3)
        factory.box { PaperCard($0, faults: $0 == 1 && call == "failed" ? [4: .writeFails] : [:]) }
        factory.ledger.fail { name, _ in
            guard name == call else { return nil }
            return isWritten ? .after(.unavailable("no server")) : .before(.unavailable("no server"))
        }
        let line = factory.line(lanes: 1)
        factory.onEvent { event, _ in if event.kind == .ledgerWaiting { line.stopAfterThisCard() } }
        let report = try line.run()
        factory.audit(report)
        #expect(report.end == .stopped)
        #expect(factory.tray(.made).isEmpty, "the card waits in its reader")
        #expect(factory.inReader.count == 1)
        if let open = report.open?.first {
            #expect(open.place.description == "in lane 1, Reader 0")
            #expect(open.chip == PaperCard(1).chip)
        } else {
            #expect(call == "standing" || !(call == "begin") || !isWritten)
        }
        factory.ledger.fail { _, _ in nil }
        factory.onEvent { _, _ in }
        let second = try factory.run()
        factory.audit(second)
        #expect((second.end, second.counts?.made) == (.finished, 3))
        #expect(factory.fed.count <= 4)
    }

    @Test func aDamagedLedgerStopsTheLine() throws {
        let factory = Factory(orders: 5)
        factory.ledger.fail { call, index in
            call == "begin" && index > 10 ? .before(.damaged("entry 3 is not what the chain says")) : nil
        }
        let report = try factory.run(lanes: 2)
        #expect(report.end == .ledger)
        #expect(report.reason.text.contains("entry 3"))
        #expect(report.isBalanced)
        #expect(factory.tray(.made).count == report.made)
    }

    /// The report says so when the books cannot be looked at in the end.
    @Test func aLedgerThatStaysAway() throws {
        let factory = Factory(orders: 1)
        factory.ledger.fail { call, _ in
            factory.count(of: .made) > 0 && call != "made" ? .before(.unavailable("no server")) : nil
        }
        let line = factory.line(lanes: 1)
        factory.onEvent { event, _ in if event.kind == .ledgerWaiting { line.stopNow() } }
        let report = try line.run()
        #expect(report.counts == nil && report.open == nil && !report.isRecorded && !report.isBalanced)
        #expect(report.made == 1)
    }

    /// Somebody else ended the attempt: the card is nobody's.
    @Test func anAttemptThatIsOver() throws {
        let factory = Factory(orders: 1)
        let line = factory.line(lanes: 1)
        factory.onEvent { event, _ in
            guard event.kind == .begun, factory.ledger.made.isEmpty, let id = event.attempt,
                factory.fed.count == 1
            else { return }
            factory.ledger.end(
                Attempt(id: id, order: factory.ledger.order(1), chip: event.chip ?? "", number: 1))
        }
        let report = try line.run()
        #expect(report.made == 0)
        #expect(factory.tray(.made).isEmpty)
        #expect(factory.tray(.reject).count == 1)
        #expect(factory.reasons(.chipRejected) == ["attemptOver"])
    }

    /// Other stations hold the last orders while this one has a blank ready: it waits with it and takes what is given
    /// back.
    @Test func ordersOthersAreTaking() throws {
        let factory = Factory(orders: 1)
        factory.settings.readerWait = .seconds(60)
        let counter = LineLedgerTests.Counter()
        let held = HoldingLedger(factory.ledger) { counter.next() < 5 }
        let slot = factory.slot("Reader 0")
        let record = RunRecord(
            batch: MemoryLedger.batch, mode: "test", software: "", profileDigest: "", releaseDigest: nil,
            operatorName: "", lanes: [])
        let report = try ProductionLine(
            ledger: held, record: record, lanes: [LaneSetup(slot: slot, handling: slot)], settings: factory.settings
        ) { _ in PaperMaker() }.run()
        #expect((report.end, report.made) == (.finished, 1))
        #expect(factory.fed.count == 1)
    }
}

/// Passes over every order as long as others hold them.
private final class HoldingLedger: ProductionLedger {
    private let ledger: MemoryLedger
    private let isHeld: @Sendable () -> Bool

    init(_ ledger: MemoryLedger, isHeld: @escaping @Sendable () -> Bool) {
        self.ledger = ledger
        self.isHeld = isHeld
    }

    func enrol(_ batch: LedgerBatch, setAside: [SetAsideRow], next: () throws -> Order?) throws {}
    func beginRun(_ run: RunRecord) throws(LedgerError) -> Int64 { try ledger.beginRun(run) }
    func standing(of chip: String) throws(LedgerError) -> ChipStanding { try ledger.standing(of: chip) }
    func begin(run: Int64, chip: String, lane: String) throws(LedgerError) -> Attempt? {
        isHeld() ? nil : try ledger.begin(run: run, chip: chip, lane: lane)
    }
    func resume(_ attempt: Attempt, run: Int64, lane: String) throws(LedgerError) {
        try ledger.resume(attempt, run: run, lane: lane)
    }
    func made(_ attempt: Attempt, _ card: MadeCard, run: Int64, lane: String) throws(LedgerError) {
        try ledger.made(attempt, card, run: run, lane: lane)
    }
    func failed(
        _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate, run: Int64, lane: String
    ) throws(LedgerError) {
        try ledger.failed(attempt, reason, chip: chip, order: order, run: run, lane: lane)
    }
    func rejectChip(_ chip: String, _ reason: LedgerReason, run: Int64, lane: String) throws(LedgerError) {
        try ledger.rejectChip(chip, reason, run: run, lane: lane)
    }
    func counts(batch: String) throws(LedgerError) -> BatchCounts { try ledger.counts(batch: batch) }
    func openAttempts(batch: String) throws(LedgerError) -> [Attempt] { try ledger.openAttempts(batch: batch) }
    func endRun(_ run: Int64, _ reason: LedgerReason) throws(LedgerError) { try ledger.endRun(run, reason) }
}
