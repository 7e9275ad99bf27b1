import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import PCSC
import Personalization
import Testing
import VirtualCard

@testable import Production

/// Slots over the real service.
@Suite struct ReaderSlotTests {
    private static let long = Duration.seconds(60)

    private func blank(_ number: UInt8) throws -> VirtualHealthCard {
        try .blank(
            serial: [0x52, 0x48, 0x43, 0, 0, 0, 2, number],
            profile: CardProfile.bundled("resident-health-card", overlays: ["test-keys"]))
    }

    private func wait(_ duration: Duration = long) -> SlotWait { SlotWait(until: .now + duration) }

    @Test func aCardComesAndGoes() async throws {
        let reader = try await VirtualReader()
        let slot = ReaderSlot(reader.name)
        try slot.waitForRemoval(wait())
        #expect(!slot.isOccupied())
        #expect(throws: SlotError.noCard) { try slot.waitForCard(wait(.milliseconds(10))) }
        #expect(throws: SlotError.cancelled) { try slot.waitForCard(SlotWait(until: nil) { true }) }
        let card = try blank(1)
        reader.insert(card)
        let channel = try slot.waitForCard(wait())
        #expect(channel.answerToReset == card.answerToReset)
        #expect(slot.isOccupied())
        // Nobody else gets at the card meanwhile.
        let other = ReaderSlot(reader.name)
        #expect(throws: SlotError.inUse("SCARD_E_SHARING_VIOLATION")) {
            try other.waitForCard(wait(.milliseconds(10)))
        }
        #expect(throws: SlotError.stillThere) { try slot.waitForRemoval(wait(.milliseconds(10))) }
        #expect(try other.waitForCard(wait()).answerToReset == card.answerToReset)
        other.release(.unpower)
        reader.remove()
        try slot.waitForRemoval(wait())
        #expect(!slot.isOccupied())
    }

    @Test func aReaderThatIsNotThere() {
        let slot = ReaderSlot("No such reader 00 00")
        #expect(!slot.isOccupied())
        #expect(throws: SlotError.gone("SCARD_E_UNKNOWN_READER")) { try slot.waitForCard(wait(.milliseconds(10))) }
        #expect(throws: Never.self) { try slot.waitForRemoval(wait(.milliseconds(10))) }
    }

    /// Two cards of the sample batch through the service, moved by a person who does what is asked.
    @Test func aLineOnAReader() async throws {
        let reader = try await VirtualReader()
        let batch = try Batch(folder: SampleBatchLineTests.folder)
        let applications = try batch.review().applications.prefix(2)
        let orders = applications.enumerated().map {
            Order(
                batch: batch.manifest.id, sequence: $0.offset + 1, idNumber: $0.element.idNumber.text,
                row: $0.element.row, offset: 0, collectionPoint: "")
        }
        let ledger = MemoryLedger(orders)
        let cards = [try blank(2), try blank(3)]
        let desk = Desk(cards)
        let handling = OperatorHandling { _, request in
            switch request {
            case .insert: if let card = desk.next() { reader.insert(card) }
            case .remove(let tray, _):
                desk.note(tray)
                reader.remove()
            case .done: break
            }
        }
        let record = RunRecord(
            batch: batch.manifest.id, mode: "test", software: "", profileDigest: "", releaseDigest: nil,
            operatorName: "", lanes: [reader.name.rawValue])
        var settings = LineSettings()
        settings.readerWait = Self.long
        let line = ProductionLine(
            ledger: ledger, record: record, lanes: [LaneSetup(slot: ReaderSlot(reader.name), handling: handling)],
            settings: settings,
            maker: { _ in
                BatchCardMaker(batch: batch, module: try SoftwareSecurityModule.testKeys(batch.profile)) {
                    applications[$0.sequence - 1]
                }
            })
        let report = try await CardThread().run { try line.run() }
        #expect(report.isBalanced)
        #expect((report.end, report.made) == (.finished, 2), "\(report.reason)")
        #expect(cards.allSatisfy { $0.lifeCycle == .activated })
        #expect(desk.trays == [.made, .made])
    }

    private final class Desk: @unchecked Sendable {
        // Touched by the lane's thread, and by the test afterwards.
        private var cards: [VirtualHealthCard]
        private(set) var trays: [Tray] = []

        init(_ cards: [VirtualHealthCard]) { self.cards = cards }
        func next() -> VirtualHealthCard? { cards.isEmpty ? nil : cards.removeFirst() }
        func note(_ tray: Tray) { trays.append(tray) }
    }
}
