import Foundation
import Ledger
import Personalization
import Testing

@testable import Production

@Suite struct LineTests {
    @Test func everyOrderIsMadeOnce() throws {
        let factory = Factory(orders: 20)
        let line = factory.line(lanes: 3)
        let report = try line.run()
        factory.audit(report)
        #expect(report.end == .finished)
        #expect(report.made == 20)
        #expect(report.isRecorded)
        #expect(factory.tray(.made).count == 20)
        #expect(report.counts?.isFinished == true)
        #expect(factory.ledger.endedRuns.map(\.code) == ["finished"])
        #expect(factory.tray(.reject).isEmpty)
        // No blank is fed that nobody has an order for.
        #expect(factory.fed.count == 20)
        let status = line.status
        #expect((status.phase, status.made, status.counts.waiting) == (.ended, 20, 0))
        #expect(status.lanes.map(\.state) == [.finished, .finished, .finished])
        let card = try #require(factory.ledger.made[1]?.card)
        #expect((card.commands, card.wasContinued) == (PaperCard.commandsOfCard - 1, false))
    }

    /// Intent before the card is touched, outcome before it leaves: by what the card and the books saw, in order.
    @Test func theBooksAreAheadOfTheCard() throws {
        let factory = Factory(orders: 3)
        factory.onEvent { event, _ in
            switch event.kind {
            case .begun:
                #expect(factory.ledger.log.last?.hasPrefix("begin \(event.sequence ?? 0) ") == true)
                #expect(factory.fed.last?.owner == nil)
            case .cardUnloaded: #expect(factory.ledger.log.last?.hasPrefix("made ") == true)
            default: break
            }
        }
        let report = try factory.run()
        factory.audit(report)
        #expect(factory.events.count { $0.kind == .begun } == 3)
        let kinds = factory.events.map(\.kind).filter { $0 != .progress }
        #expect(
            kinds == [.lineBegun]
                + Array(repeating: [.laneWaiting, .cardInserted, .begun, .made, .cardUnloaded], count: 3).joined()
                + [.laneFinished, .lineEnded])
    }

    @Test func aLineRunsOnce() throws {
        let factory = Factory(orders: 1)
        let line = factory.line(lanes: 1)
        _ = try line.run()
        #expect(throws: LineError.hasRun) { try line.run() }
    }

    @Test func anEmptyBoxEndsTheLanes() throws {
        let factory = Factory(orders: 5)
        factory.box { $0 <= 3 ? PaperCard($0) : nil }
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.end, report.made, report.counts?.waiting) == (.boxEmpty, 3, 2))
    }

    // MARK: Before the first card

    @Test func theGateIsAskedBeforeAnythingIsFed() throws {
        let factory = Factory(orders: 2)
        factory.prepare = { maker, name in maker.gate = name.number == 2 ? .noRelease : nil }
        #expect(throws: LineError.gate(.noRelease)) { try factory.run(lanes: 3) }
        #expect(factory.fed.isEmpty)
        #expect(factory.ledger.log.isEmpty, "no run is in the books")
        #expect(factory.ledger.callCount == 0)
    }

    @Test func aLaneWithoutAMakerIsNoLane() throws {
        struct NoModule: Error {}
        let factory = Factory(orders: 4)
        let setups = Factory.lanes(2).map { name in
            let slot = factory.slot(name)
            return LaneSetup(slot: slot, handling: slot)
        }
        let record = RunRecord(
            batch: MemoryLedger.batch, mode: "test", software: "", profileDigest: "", releaseDigest: nil,
            operatorName: "", lanes: [])
        func line(_ factoryOfMakers: @escaping ProductionLine.MakerFactory) -> ProductionLine {
            ProductionLine(
                ledger: factory.ledger, record: record, lanes: setups, settings: factory.settings,
                maker: factoryOfMakers)
        }
        #expect(throws: LineError.noLanes(LedgerReason(code: "notReady", text: "NoModule()"))) {
            try line { _ in throw NoModule() }.run()
        }
        #expect(throws: LineError.noLanes(nil)) {
            try ProductionLine(ledger: factory.ledger, record: record, lanes: []) { _ in PaperMaker() }.run()
        }
        let report = try line { name in
            if name.number == 1 { throw NoModule() }
            return PaperMaker()
        }.run()
        #expect((report.end, report.made) == (.finished, 4))
        #expect(report.lanes.map(\.state) == [.stopped, .finished])
        #expect(report.lanes[0].reason?.code == "notReady")
    }

    @Test func aLedgerThatIsAwayAtTheBeginning() throws {
        let factory = Factory(orders: 2)
        factory.ledger.fail { call, _ in call == "beginRun" ? .before(.full("disk")) : nil }
        #expect(throws: LineError.ledger(.full("disk"))) { try factory.run() }
        #expect(factory.fed.isEmpty)
    }

    // MARK: Chips that are no blanks

    @Test func chipsOfOthersGoToTheRejectTray() throws {
        let factory = Factory(orders: 2)
        factory.box { number in
            let card = PaperCard(number)
            if number == 1 { card.make(owner: [1], written: 2, active: false) }
            if number == 2 { card.make(owner: [2], active: true) }
            return card
        }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 2, 2))
        #expect(factory.tray(.reject).map(\.commands) == [1, 1], "nothing but a look")
        #expect(factory.reasons(.chipRejected) == ["halfMade", "finished"])
        #expect(factory.ledger.log.filter { $0.hasPrefix("reject") }.count == 2)
    }

    @Test func chipsTheBooksKnowAreNotTouched() throws {
        let factory = Factory(orders: 1)
        factory.settings.failuresInRow = 10
        let reason = LedgerReason(code: "writeFailed", text: "6581")
        let other = MemoryLedger(orders: 1, batch: "B-2").order(1)
        let known: [ChipStanding] = [
            .made(entry: 7), .rejected(entry: 8, reason), .void(entry: 9, reason),
            .open(Attempt(id: 99, order: other, chip: PaperCard(4).chip, number: 1)),
        ]
        for (index, standing) in known.enumerated() { factory.ledger.set(PaperCard(index + 1).chip, standing) }
        factory.box { number in
            let card = PaperCard(number)
            if number == 1 || number == 3 { card.make(owner: [1], active: true) }
            return card
        }
        let report = try factory.run()
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 1, 0))
        // Whether a chip of which a card was made is that card is looked at; nothing more.
        #expect(factory.tray(.reject).map(\.commands) == [1, 0, 1, 0])
        #expect(factory.reasons(.chipRejected) == ["chipMade", "chipRejected", "chipVoid", "otherBatch"])
        #expect(!factory.ledger.log.contains { $0.hasPrefix("reject") })
    }

    /// Two chips with one serial number would have the same keys: the second is refused, whenever and wherever it comes.
    @Test(arguments: [ChipStanding.made(entry: 7), .void(entry: 9, LedgerReason(code: "lost", text: "lost"))])
    func aBlankOfTheSerialOfACard(standing: ChipStanding) throws {
        let factory = Factory(orders: 2)
        factory.settings.failuresInRow = 10
        factory.ledger.set(PaperCard(1).chip, standing)
        let report = try factory.run()
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 2, 0))
        #expect(factory.tray(.reject).map(\.chip) == [PaperCard(1).chip])
        #expect(factory.tray(.reject).map(\.commands) == [1], "a look, and no key")
        #expect(factory.reasons(.chipRejected) == ["factorRepeats"])
    }

    /// The one in the reader before the run is taken for the card that was made last, unless it is blank.
    @Test func aBlankOfTheSerialOfACardBeforeTheRun() throws {
        let factory = Factory(orders: 1)
        factory.settings.failuresInRow = 10
        let first = try #require(factory.take(.blank, "Reader 0"))
        factory.ledger.set(first.chip, .made(entry: 7))
        let report = try factory.run()
        #expect(report.end == .finished)
        #expect(factory.tray(.reject).map(\.chip) == [first.chip])
        #expect(!factory.tray(.made).contains { $0.chip == first.chip })
        #expect(factory.reasons(.chipRejected) == ["factorRepeats"])
    }

    @Test func oneChipInTwoReaders() throws {
        let factory = Factory(orders: 2)
        let meeting = Meeting(1)
        // The first is in the middle of being looked at when the second comes.
        factory.prepare = { maker, _ in maker.onLook = { meeting.await() } }
        factory.onEvent { event, _ in if event.reason?.code == "sameChipTwice" { meeting.arrive() } }
        factory.box { PaperCard($0 <= 2 ? 7 : $0) }
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.counts?.made, report.rejectedChips) == (2, 0))
        #expect(factory.reasons(.chipRejected).contains("sameChipTwice"))
        #expect(factory.ledger.log.filter { $0.contains(PaperCard(7).chip) && $0.hasPrefix("begin") }.count <= 1)
    }

    /// A power failure leaves cards in the readers; the next run looks at them before it feeds anything.
    @Test func aCardInTheReaderBeforeTheRun() throws {
        let factory = Factory(orders: 3)
        let first = try #require(factory.take(.blank, "Reader 0"))
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: first.chip, lane: "Reader 0"))
        first.make(owner: Array(attempt.order.idNumber.utf8), written: 2, active: false)
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made) == (.finished, 3))
        #expect(factory.ledger.made[1]?.chip == first.chip)
        #expect(factory.ledger.made[1]?.card.wasContinued == true)
        #expect(factory.fed.count == 3)
        #expect(factory.count(of: .cardWanted) == 1)
    }

    /// It was activated, and the process died before the books knew.
    @Test func aFinishedCardThatIsNotInTheBooks() throws {
        let factory = Factory(orders: 1)
        let card = try #require(factory.take(.blank, "Reader 0"))
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: card.chip, lane: "Reader 0"))
        card.make(owner: Array(attempt.order.idNumber.utf8), active: true)
        let report = try factory.run()
        factory.audit(report)
        #expect(report.end == .finished)
        #expect(factory.ledger.made[1]?.chip == card.chip)
        #expect(factory.fed.count == 1)
    }

    @Test func begunCardsAreAskedForInTheEnd() throws {
        let factory = Factory(orders: 2)
        let card = PaperCard(100)
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: card.chip, lane: "Reader 0"))
        card.make(owner: Array(attempt.order.idNumber.utf8), written: 3, active: false)
        factory.whenAsked { chips in chips == [card.chip] ? card : nil }
        let report = try factory.run(lanes: 3)
        factory.audit(report)
        #expect((report.end, report.made) == (.finished, 2))
        #expect(factory.ledger.made[1]?.chip == card.chip)
    }

    @Test func aBegunCardNobodyHas() throws {
        let factory = Factory(orders: 2)
        _ = try factory.ledger.begin(run: 1, chip: "00000000000000AA", lane: "Reader 0")
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 1, 1))
        #expect(report.open?.map(\.chip) == ["00000000000000AA"])
        #expect(report.open?.first?.place.description == "not seen in this run")
    }
}

/// Where so many threads wait for each other; later ones pass.
final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private var arrived = 0

    init(_ count: Int) { self.count = count }

    func arrive() {
        condition.withLock {
            arrived += 1
            condition.broadcast()
        }
    }

    func await() {
        condition.withLock {
            while arrived < count { condition.wait() }
        }
    }
}
