import Foundation
import ISO7816
import Ledger
import PCSC
import Testing

@testable import Production

@Suite struct OperatorTests {
    /// A reader and the person in front of it: does what was asked, one look later.
    private final class Desk: CardSlot, @unchecked Sendable {
        let name = "Reader 0"
        private let lock = NSLock()
        // Guarded by `lock`.
        private var card: PaperCard?
        private var looks = 0
        private(set) var asked: [OperatorHandling.Request] = []
        private(set) var trays: [Tray: [PaperCard]] = [:]
        private var pending: OperatorHandling.Request?
        private let factory: Factory
        var isBoxEmpty = false

        init(_ factory: Factory) { self.factory = factory }

        func ask(_ request: OperatorHandling.Request) {
            lock.withLock {
                asked.append(request)
                pending = request == .done ? nil : request
                looks = 0
            }
        }

        private func act() {
            lock.withLock {
                looks += 1
                guard looks > 2, let request = pending else { return }
                switch request {
                case .insert(let wanted):
                    card = factory.take(wanted, name)
                    isBoxEmpty = card == nil
                case .remove(let tray, _):
                    if let card { trays[tray, default: []].append(card) }
                    card = nil
                case .done: break
                }
                pending = nil
            }
        }

        func isOccupied() -> Bool { lock.withLock { card != nil } }

        func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel {
            while true {
                act()
                if let card = lock.withLock({ card }) { return PaperChannel(card) }
                if wait.isCancelled { throw .cancelled }
                if wait.isOver { throw .noCard }
                Thread.sleep(forTimeInterval: 0.001)
            }
        }

        func waitForRemoval(_ wait: SlotWait) throws(SlotError) {
            while true {
                act()
                if !isOccupied() { return }
                if wait.isCancelled { throw .cancelled }
                if wait.isOver { throw .stillThere }
                Thread.sleep(forTimeInterval: 0.001)
            }
        }

        func release(_ disposition: Disposition) {}
    }

    private func run(_ factory: Factory, patience: Duration = .milliseconds(20)) throws -> (LineReport, Desk) {
        let desk = Desk(factory)
        let handling = OperatorHandling(patience: patience, isBoxEmpty: { desk.isBoxEmpty }) { lane, request in
            #expect(lane == LaneName(number: 1, reader: "Reader 0"))
            desk.ask(request)
        }
        let report = try factory.line(lanes: 1, setups: [LaneSetup(slot: desk, handling: handling)]).run()
        #expect(report.isBalanced)
        return (report, desk)
    }

    @Test func theOperatorIsAskedAndWatched() throws {
        let factory = Factory(orders: 2)
        factory.box { PaperCard($0, faults: $0 == 1 ? [4: .writeFails] : [:]) }
        let (report, desk) = try run(factory)
        #expect((report.end, report.made) == (.finished, 2))
        let reason = LedgerReason(code: "writeFailed", text: "6581")
        #expect(
            desk.asked == [
                .insert(.blank), .done, .remove(to: .reject, why: reason), .done,
                .insert(.blank), .done, .remove(to: .made, why: nil), .done,
                .insert(.blank), .done, .remove(to: .made, why: nil), .done,
            ])
        #expect(desk.trays[.made]?.count == 2)
        #expect(desk.trays[.reject]?.count == 1)
    }

    @Test func noBlankIsLeft() throws {
        let factory = Factory(orders: 3)
        factory.box { $0 == 1 ? PaperCard($0) : nil }
        let (report, _) = try run(factory)
        #expect((report.end, report.made) == (.boxEmpty, 1))
    }

    @Test func begunCardsAreAskedForByNumber() throws {
        let factory = Factory(orders: 1)
        let card = PaperCard(9)
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: card.chip, lane: "Reader 0"))
        card.make(owner: Array(attempt.order.idNumber.utf8), written: 1, active: false)
        let (report, desk) = try run(factory)
        #expect(report.end == .cardsWanted, "nobody brought it")
        #expect(desk.asked == [.insert(.begun(chips: [card.chip]))])
        factory.whenAsked { _ in card }
        let (second, _) = try run(factory, patience: .seconds(60))
        #expect((second.end, second.made) == (.finished, 1))
    }

    /// A stop ends the wait for a blank that nobody puts in.
    @Test func stoppedWhileWaiting() throws {
        let factory = Factory(orders: 1)
        let desk = Desk(factory)
        let handling = OperatorHandling { _, _ in }
        let line = factory.line(lanes: 1, setups: [LaneSetup(slot: desk, handling: handling)])
        factory.onEvent { event, _ in if event.kind == .laneWaiting { line.stopAfterThisCard() } }
        let report = try line.run()
        #expect((report.end, report.made) == (.stopped, 0))
    }
}
