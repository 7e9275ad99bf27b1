import Foundation
import ISO7816
import Ledger
import PCSC
import Personalization
import Testing

@testable import Production

/// What becomes of a chip, and of its count, by what was sent to it.
@Suite struct LineDoubtTests {
    private static let activate: UInt8 = 4

    /// What the books say became of a chip: `rejected waiting`.
    private func fate(_ factory: Factory, _ card: PaperCard) -> String? {
        factory.ledger.log.last { $0.hasPrefix("failed") && $0.contains(card.chip) }
            .map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
    }

    private func lying(
        _ first: @escaping @Sendable (PaperCard) -> Void, orders: Int = 1, lanes: Int = 1
    ) throws -> (Factory, LineReport) {
        let factory = Factory(orders: orders)
        factory.box { number in
            let card = PaperCard(number)
            if number == 1 { first(card) }
            return card
        }
        let report = try factory.run(lanes: lanes)
        return (factory, report)
    }

    /// One answer to ACTIVATE is a lie and the look is honest: the card is made, once.
    @Test func oneLieAboutTheEnd() throws {
        let (factory, report) = try lying({ card in
            let isFirst = Once()
            card.liesThrough { $0[0] == Self.activate && isFirst.take() ? [0x65, 0x81] : $1 }
        })
        factory.audit(report)
        #expect((report.end, report.made, report.rejectedChips) == (.finished, 1, 0))
        #expect(factory.fed.count == 1)
        #expect(report.lanes[0].retries == 1)
    }

    /// It says each time that it failed: the attempt stays open, and nobody gets a second card.
    @Test(arguments: [[0x65, 0x81], [0x69, 0x85], [0x6F, 0x00], [0x63, 0xC2], [0x90, 0x01]] as [[UInt8]])
    func aLieEachTime(word: [UInt8]) throws {
        let (factory, report) = try lying({ card in
            let ended = Once()
            card.liesThrough { command, answer in
                guard command[0] != Self.activate else {
                    _ = ended.take()
                    return word
                }
                return command[0] == 0 && ended.isTaken ? [1, 6] + answer.dropFirst(2) : answer
            }
        })
        factory.audit(report)
        #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 0, 1))
        #expect(factory.fed.count == 1 && factory.fed[0].isActive)
        #expect(fate(factory, factory.fed[0]) == nil)
        #expect(report.open?.first?.advice.description.contains("healthcard ledger void") == true)
        #expect(factory.tray(.reject).map(\.chip) == [factory.fed[0].chip])
    }

    /// After the end was sent a look that says "blank" gives nothing back.
    @Test(arguments: [0, 1, 2] as [UInt8])
    func aLookThatLies(state: UInt8) throws {
        let (factory, report) = try lying({ card in
            let ended = Once()
            card.liesThrough { command, answer in
                if command[0] == Self.activate { _ = ended.take() }
                if command[0] != 0 { return ended.isTaken ? [0x65, 0x81] : answer }
                return ended.isTaken ? [state, 0, 0x90, 0] : answer
            }
        })
        factory.audit(report)
        #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 0, 1))
        #expect(factory.fed.count == 1)
        #expect(factory.tray(.unused).isEmpty)
    }

    /// A chip that looks blank again after it was written is no blank.
    @Test func aWrittenChipThatLooksBlank() throws {
        let (factory, report) = try lying({ card in
            let written = Once()
            card.liesThrough { command, answer in
                if command[0] == 2 { _ = written.take() }
                return command[0] == 0 && written.isTaken ? [0, 0, 0x90, 0] : command[0] > 1 ? [0x65, 0x81] : answer
            }
        })
        factory.audit(report)
        #expect((report.end, report.made) == (.finished, 1))
        #expect(fate(factory, factory.fed[0]) == "spoiled waiting")
    }

    /// Untouched chips give their count back, written ones do not.
    @Test func fates() throws {
        let (key, first) = try lying({ $0.hasOtherKey = true }, orders: 2, lanes: 1)
        key.audit(first)
        #expect(fate(key, key.fed[0]) == "rejected waiting")
        let (write, second) = try lying({ $0.failsEveryWrite = true })
        write.audit(second)
        #expect(fate(write, write.fed[0]) == "spoiled waiting")
        #expect(second.made == 1)
        let bad = Factory(orders: 1)
        bad.prepare = { maker, _ in maker.badOrders = [1] }
        bad.audit(try bad.run())
        #expect(fate(bad, bad.fed[0]) == "unused rejected")
        let gone = Factory(orders: 1)
        gone.box { $0 == 1 ? PaperCard($0, faults: [2: .removed(back: nil)]) : PaperCard($0) }
        gone.audit(try gone.run())
        #expect(fate(gone, gone.fed[0]) == "unused waiting")
        let half = Factory(orders: 1)
        half.box { $0 == 1 ? PaperCard($0, faults: [5: .removed(back: nil)]) : PaperCard($0) }
        half.audit(try half.run())
        #expect(fate(half, half.fed[0]) == "spoiled waiting")
    }

    /// Nobody knows how far an earlier run went with a chip: whatever it is found to be and however it fails, it stays
    /// open until it is a finished card or declared void.
    @Test(arguments: [0, 3, 6], [false, true])
    func anEarlierRunsChipThatFails(written: Int, isActive: Bool) throws {
        let factory = Factory(orders: 1)
        let card = try #require(factory.take(.blank, "Reader 0"))
        let attempt = try #require(try factory.ledger.begin(run: 1, chip: card.chip, lane: "Reader 0"))
        if written > 0 { card.make(owner: Array(attempt.order.idNumber.utf8), written: written, active: isActive) }
        card.liesThrough { command, answer in command[0] == 0 ? answer : [0x65, 0x81] }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.made, report.counts?.inWork) == (.cardsWanted, 0, 1))
        #expect(factory.fed.count == 1)
        card.liesThrough { $1 }
        factory.whenAsked { _ in card }
        let second = try factory.run()
        factory.audit(second)
        #expect((second.end, second.made) == (.finished, 1))
    }

    /// A reader that holds the end of a card for ever: its lane is given up and the attempt stays open.
    @Test func aReaderThatHoldsTheEnd() throws {
        let factory = Factory(orders: 2)
        factory.settings.commandLimit = .milliseconds(200)
        let hold = DispatchSemaphore(value: 0)
        defer { hold.signal() }
        factory.box { $0 == 1 ? PaperCard($0, faults: [PaperCard.commandsOfCard - 1: .hangs(hold)]) : PaperCard($0) }
        let report = try factory.run(lanes: 2)
        #expect((report.made, report.counts?.inWork) == (1, 1))
        #expect(report.open?.map(\.chip) == [PaperCard(1).chip])
        #expect(factory.reasons(.laneStopped) == ["readerStuck"])
    }

    /// What a reader says once its lane was given up comes too late to end an attempt.
    @Test func aReaderThatAnswersTooLate() throws {
        let factory = Factory(orders: 1)
        factory.settings.commandLimit = .milliseconds(100)
        let hold = DispatchSemaphore(value: 0)
        factory.box { number in
            guard number == 1 else { return nil }
            let card = PaperCard(number, faults: [5: .hangs(hold)])
            card.liesThrough { command, answer in command.starts(with: [2, 2]) ? [0x65, 0x81] : answer }
            return card
        }
        let report = try factory.run()
        #expect(report.counts?.inWork == 1)
        hold.signal()
        Thread.sleep(forTimeInterval: 0.2)
        #expect(fate(factory, factory.fed[0]) == nil)
        #expect(try factory.ledger.openAttempts(batch: MemoryLedger.batch).count == 1)
    }

    /// A reader that names another chip between the books and the first command gets nothing done.
    @Test func aReaderThatNamesAnotherChip() throws {
        let factory = Factory(orders: 1)
        factory.settings.retries = 0
        let slot = FickleSlot()
        let report = try factory.line(lanes: 1, setups: [LaneSetup(slot: slot, handling: slot)]).run()
        #expect(report.made == 0)
        #expect(slot.card.commands == 0, "nothing was sent to a chip the books know by another name")
        #expect(report.counts?.waiting == 1)
    }
}

/// Happens once.
private final class Once: @unchecked Sendable {
    private let lock = NSLock()
    // Guarded by `lock`.
    private var taken = false

    var isTaken: Bool { lock.withLock { taken } }

    func take() -> Bool {
        lock.withLock {
            defer { taken = true }
            return !taken
        }
    }
}

/// A reader whose chip has another serial number each time it is asked for it.
private final class FickleSlot: CardSlot, CardHandling, @unchecked Sendable {
    private final class Channel: CardChannel {
        let transmissionProtocol = TransmissionProtocol.t1
        private let card: PaperCard
        private var asked: UInt8 = 0

        init(_ card: PaperCard) { self.card = card }

        var answerToReset: [UInt8] {
            asked += 1
            return card.serial.dropLast() + [asked]
        }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] { try card.answer(command) }
        func reset() throws(ChannelError) -> [UInt8] { answerToReset }
    }

    let name = "Reader 0"
    let card = PaperCard(1)
    // Touched by the lane's thread alone.
    private var isFed = false

    func isOccupied() -> Bool { false }
    func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel { Channel(card) }
    func waitForRemoval(_ wait: SlotWait) throws(SlotError) {}
    func release(_ disposition: Disposition) {}

    func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        defer { isFed = true }
        return isFed ? .boxEmpty : .loaded
    }

    func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {}
}
