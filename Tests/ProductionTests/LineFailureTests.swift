import Foundation
import ISO7816
import Ledger
import PCSC
import Personalization
import Testing

@testable import Production

@Suite struct LineFailureTests {
    private func faulty(_ faults: [Int: PaperCard.Fault], only first: Int = 1) -> (Int) -> PaperCard? {
        { $0 <= first ? PaperCard($0, faults: faults) : PaperCard($0) }
    }

    @Test func aBadChipCostsNobodyTheCard() throws {
        let factory = Factory(orders: 3)
        factory.box(faulty([5: .writeFails]))
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 3, 1))
        #expect(factory.reasons(.chipRejected) == ["writeFailed"])
        #expect(factory.tray(.reject).map(\.chip) == [PaperCard(1).chip])
        #expect(factory.ledger.made[1]?.chip == PaperCard(2).chip)
    }

    /// A driver that never comes back holds its lane's thread. Its card stays begun, the others are made.
    @Test func aReaderThatHoldsItsLaneForEver() throws {
        let factory = Factory(orders: 4)
        factory.settings.commandLimit = .milliseconds(200)
        let hold = DispatchSemaphore(value: 0)
        defer { hold.signal() }
        factory.box(faulty([5: .hangs(hold)]))
        let report = try factory.run(lanes: 2)
        #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 3, 1))
        #expect(report.isBalanced)
        #expect(report.open?.map(\.chip) == [PaperCard(1).chip])
        #expect(report.open?.first?.place.description.contains("does not answer") == true)
        #expect(factory.reasons(.laneStopped) == ["readerStuck"])
        #expect(report.lanes.filter { $0.state == .stopped }.count == 1)
    }

    /// The card is taken out at every command, before or after it has done it, and put back.
    @Test(arguments: Array(0..<PaperCard.commandsOfCard), [false, true])
    func takenOutAndPutBack(command: Int, isAnswered: Bool) throws {
        let factory = Factory(orders: 2)
        factory.box(faulty([command: isAnswered ? .answerLost(back: 2) : .removed(back: 2)]))
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 2, 0))
        #expect(factory.fed.count == 2)
        #expect(report.lanes[0].retries == 1)
        #expect(factory.ledger.made[1]?.chip == PaperCard(1).chip)
        #expect(factory.ledger.made[1]?.card.wasContinued == false)
        let commands = try #require(factory.ledger.made[1]?.card.commands)
        // The one look before it was begun is no part of the making.
        #expect(commands == factory.fed[0].commands - (command == 0 ? 2 : 1))
    }

    /// It never comes back: what was untouched is a blank, what was written is lost, what may be whole stays open.
    @Test(arguments: Array(0..<PaperCard.commandsOfCard), [false, true])
    func takenOutForGood(command: Int, isAnswered: Bool) throws {
        let factory = Factory(orders: 1)
        factory.box(faulty([command: isAnswered ? .answerLost(back: nil) : .removed(back: nil)]))
        let report = try factory.run()
        factory.audit(report)
        let lost = factory.fed[0]
        switch command {
        case 0...3:
            // Looks and the key: nothing is on it, unless the first write was under way.
            let isWritten = command == 3
            #expect((report.end, report.made, report.rejectedChips) == (.finished, 1, isWritten ? 1 : 0))
            #expect(isWritten || lost.owner == nil)
        case PaperCard.commandsOfCard - 1:
            #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 0, 1))
            #expect(report.open?.map(\.chip) == [lost.chip])
            #expect(report.open?.first?.place.description == "taken out of lane 1, Reader 0, or silent in it")
            #expect(factory.count(of: .attemptOpen) == 1)
            #expect(factory.fed.count == 1, "nobody makes that applicant a second card")
        default:
            #expect((report.end, report.made, report.rejectedChips) == (.finished, 1, 1))
            #expect(!lost.isActive)
        }
    }

    @Test func theCardThatMayBeWholeComesBack() throws {
        for isActive in [false, true] {
            let factory = Factory(orders: 2)
            let last = PaperCard.commandsOfCard - 1
            factory.box(faulty([last: isActive ? .answerLost(back: nil) : .removed(back: nil)]))
            factory.whenAsked { chips in factory.fed.first { chips.contains($0.chip) } }
            let report = try factory.run()
            factory.audit(report)
            #expect((report.end, report.made) == (.finished, 2))
            #expect(factory.fed.count == 2)
            #expect(factory.ledger.made[1]?.chip == PaperCard(1).chip)
            #expect(factory.ledger.made[1]?.card.wasContinued == true)
        }
    }

    @Test func aReaderThatStaysSilent() throws {
        let factory = Factory(orders: 1)
        factory.box { $0 == 1 ? PaperCard($0, faults: [4: .timeout, 6: .timeout, 8: .timeout]) : PaperCard($0) }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 1, 1))
        #expect(report.lanes[0].retries == 2)
        #expect(factory.reasons(.chipRejected) == ["timeout"])
    }

    @Test func aChipThatDies() throws {
        let factory = Factory(orders: 2)
        factory.box(faulty([6: .dies]))
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 2, 1))
    }

    /// Somebody puts another card into the reader while one is waited for: the other is dealt with after the first is
    /// given up, by its own standing.
    @Test func anotherCardInItsPlace() throws {
        let factory = Factory(orders: 2)
        let other = PaperCard(50)
        let holder = SlotHolder()
        let slot = ChannelSlot(
            "Reader 0",
            search: { channel in
                if let card = (channel as? PaperChannel)?.card, !card.isThere {
                    holder.slot?.swap(PaperChannel(other))
                }
            },
            trays: { _, tray in holder.trays.append(tray) },
            box: { wanted in factory.take(wanted, "Reader 0").map { PaperChannel($0) } })
        holder.slot = slot
        factory.box(faulty([5: .removed(back: nil)]))
        let report = try factory.line(lanes: 1, setups: [LaneSetup(slot: slot, handling: slot)]).run()
        #expect(report.isBalanced)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 2, 1))
        #expect(factory.ledger.made.values.map(\.chip).contains(other.chip))
        #expect(factory.reasons(.cardAway).contains("otherCard"))
        #expect(holder.trays == [.made, .made])
    }

    /// A machine is faster than the service, which tells of a card for a moment after it was taken out.
    @Test func aCardThatIsStillTold() throws {
        let factory = Factory(orders: 1)
        let slot = LingeringSlot(holding: PaperCard(1))
        let report = try factory.line(lanes: 1, setups: [LaneSetup(slot: slot, handling: slot)]).run()
        #expect((report.end, report.made) == (.finished, 1))
        #expect(slot.waits == 1, "no card is waited for that nobody has asked for")
    }

    private final class LingeringSlot: CardSlot, CardHandling, @unchecked Sendable {
        private let inner: ChannelSlot
        // Touched by the lane's thread, and by the test afterwards.
        private var lingers = false
        private(set) var waits = 0

        init(holding card: PaperCard) {
            inner = ChannelSlot("Reader 0", holding: PaperChannel(card), box: { _ in nil })
        }

        var name: String { inner.name }
        func isOccupied() -> Bool { lingers || inner.isOccupied() }
        func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel {
            waits += 1
            return try inner.waitForCard(wait)
        }
        func waitForRemoval(_ wait: SlotWait) throws(SlotError) { lingers = false }
        func release(_ disposition: Disposition) {}
        func load(
            _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
        ) throws(HandlingError) -> Loading {
            try inner.load(wanted, lane: lane, slot: inner, wait: wait)
        }
        func unload(
            lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
        ) throws(HandlingError) {
            try inner.unload(lane: lane, slot: inner, to: tray, why: why, wait: wait)
            lingers = true
        }
    }

    final class SlotHolder: @unchecked Sendable {
        // Touched by the lane's thread, and by the test before and after.
        var slot: ChannelSlot?
        var trays: [Tray] = []
    }

    // MARK: Enough is enough

    @Test func aRefusedTransportKeyStopsTheLaneAtOnce() throws {
        let factory = Factory(orders: 3)
        factory.box { number in
            let card = PaperCard(number)
            card.hasOtherKey = true
            return card
        }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.lanesStopped, 0, 1))
        #expect(factory.fed.count == 1)
        #expect(report.counts?.waiting == 3)
    }

    @Test func twoRefusedTransportKeysStopTheLine() throws {
        let factory = Factory(orders: 30)
        let meeting = Meeting(2)
        factory.box { number in
            let card = PaperCard(number)
            card.hasOtherKey = true
            return card
        }
        // Two lanes are at work before either has failed.
        factory.onEvent { event, _ in if event.kind == .begun { meeting.arrive() } }
        let report = try factory.run(lanes: 5)
        factory.audit(report)
        #expect(report.end == .transportKey)
        #expect((2...5).contains(factory.fed.count))
        #expect(report.made == 0)
    }

    @Test func failuresInARowStopALaneAndNoOther() throws {
        let factory = Factory(orders: 12)
        let setups = Factory.lanes(2).map { name in
            let isBroken = name == "Reader 0"
            let slot = ChannelSlot(
                name, search: { ($0 as? PaperChannel)?.card.look() },
                box: { wanted in
                    factory.take(wanted, name).map {
                        $0.failsEveryWrite = isBroken
                        return PaperChannel($0)
                    }
                })
            return LaneSetup(slot: slot, handling: slot)
        }
        let report = try factory.line(lanes: 2, setups: setups).run()
        #expect(report.isBalanced)
        #expect(report.counts?.made == 12, "a broken reader costs nobody the card")
        #expect(report.end == .finished)
        #expect(report.lanes[0].made == 0)
        #expect(report.lanes[0].rejectedChips <= 3)
    }

    @Test func theSameErrorOnSeveralLanesStopsTheLine() throws {
        let factory = Factory(orders: 40)
        // However late a lane begins, nothing else ends this.
        factory.settings.failuresInRow = 1_000_000
        factory.settings.chipsPerOrder = 1_000_000
        factory.box { number in
            let card = PaperCard(number)
            card.failsEveryWrite = true
            return card
        }
        let report = try factory.run(lanes: 4)
        factory.audit(report)
        #expect((report.end, report.made) == (.sameError, 0), "\(report.counts as Any) \(factory.ledger.log)")
        #expect(report.reason.code == "writeFailed")
        #expect(report.counts?.waiting == 40)
    }

    @Test func anOrderEveryChipFailsWith() throws {
        let factory = Factory(orders: 10)
        factory.settings.lanesWithSameError = 10
        factory.settings.failuresInRow = 10
        factory.prepare = { maker, _ in maker.poison = [4] }
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedOrders) == (.finished, 9, 1))
        #expect(factory.ledger.states[3] == .rejected)
        #expect(factory.ledger.reasons[4]?.code == "chipsFailed")
        #expect(factory.ledger.reasons[4]?.text.contains("refused, refused, refused") == true)
        #expect(report.rejectedChips >= 3)
    }

    @Test func anApplicationNoCardCanBeMadeOf() throws {
        let factory = Factory(orders: 4)
        factory.prepare = { maker, _ in maker.badOrders = [2] }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedOrders) == (.finished, 3, 1))
        #expect(factory.ledger.reasons[2]?.code == "batch")
        #expect(factory.tray(.unused).count == 1)
        #expect(report.rejectedChips == 0)
    }

    /// A share that goes away must not cost everybody the card.
    @Test func applicationsThatAllFail() throws {
        let factory = Factory(orders: 50)
        factory.prepare = { maker, _ in maker.badOrders = Set(1...50) }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.rejectedOrders) == (.lanesStopped, 3))
        #expect(report.counts?.waiting == 47)
    }

    @Test func aStationWithoutKeysSpoilsNothing() throws {
        let factory = Factory(orders: 5)
        factory.prepare = { maker, name in maker.isBroken = name.number == 1 }
        let report = try factory.run(lanes: 2)
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips, report.rejectedOrders) == (.finished, 5, 0, 0))
        #expect(report.lanes[0].state == .stopped || report.lanes[0].reason?.code == "noWork")
    }

    @Test func aBegunCardAtAStationWithoutKeysStaysOpen() throws {
        let factory = Factory(orders: 1)
        let card = try #require(factory.take(.blank, "Reader 0"))
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: card.chip, lane: "Reader 0"))
        card.make(owner: Array(attempt.order.idNumber.utf8), written: 2, active: false)
        factory.prepare = { maker, _ in maker.isBroken = true }
        let report = try factory.run()
        factory.audit(report)
        #expect(report.end == .cardsWanted)
        #expect(report.open?.first?.place.description == "the reject tray of lane 1, Reader 0")
        factory.prepare = { _, _ in }
        factory.whenAsked { _ in card }
        let second = try factory.run()
        #expect((second.end, second.made) == (.finished, 1))
    }

    // MARK: Readers that are gone

    @Test(arguments: [SlotError.gone("SCARD_E_UNKNOWN_READER"), .inUse("SCARD_E_SHARING_VIOLATION")])
    func aDeadReaderHoldsBackOnlyItself(error: SlotError) throws {
        let factory = Factory(orders: 6)
        let dead = DeadSlot("Reader 0", error)
        let alive = factory.slot("Reader 1")
        let report = try factory.line(
            lanes: 2, setups: [LaneSetup(slot: dead, handling: dead), LaneSetup(slot: alive, handling: alive)]
        ).run()
        factory.audit(report)
        #expect((report.end, report.made) == (.finished, 6))
        #expect(report.lanes.map(\.made) == [0, 6])
    }

    @Test func aCardThatIsMuteGoesToTheRejectTray() throws {
        let factory = Factory(orders: 6)
        let mute = DeadSlot("Reader 0", .mute)
        let report = try factory.line(lanes: 1, setups: [LaneSetup(slot: mute, handling: mute)]).run()
        #expect(report.end == .lanesStopped)
        #expect(mute.trays == [.reject, .reject, .reject])
        #expect(report.counts?.waiting == 6)
    }
}

/// A reader that never gives a card, and the box and trays of it.
final class DeadSlot: CardSlot, CardHandling, @unchecked Sendable {
    let name: String
    private let error: SlotError
    // Touched by the lane's thread, and by the test afterwards.
    private(set) var trays: [Tray] = []

    init(_ name: String, _ error: SlotError) {
        self.name = name
        self.error = error
    }

    func isOccupied() -> Bool { false }
    func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel { throw error }
    func waitForRemoval(_ wait: SlotWait) throws(SlotError) {}
    func release(_ disposition: Disposition) {}

    func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading { .loaded }

    func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) { trays.append(tray) }
}
