import CardProfiles
import FaultyCards
import Foundation
import HealthCard
import PCSC
import Personalization
import Synchronization
import TestCards
import Testing
import VirtualCard

/// Every seeded fault is found where every real card is tested: in a reader. One slot plays all the cards, each on a chip that
/// takes the place of the one before while its power is off.
@Suite("Faults over PC/SC", .serialized) struct FaultsOverPCSCTests {
    /// What stands in the slot.
    private final class ChangingChip: Chip, @unchecked Sendable {
        private let current: Mutex<VirtualHealthCard>

        init(_ card: VirtualHealthCard) { current = Mutex(card) }

        var card: VirtualHealthCard {
            get { current.withLock { $0 } }
            set { current.withLock { $0 = newValue } }
        }
        var answerToReset: [UInt8] { card.answerToReset }
        func powerOn() { card.powerOn() }
        func warmReset() { card.warmReset() }
        func powerOff() { card.powerOff() }
        func process(_ command: [UInt8]) -> [UInt8]? { card.process(command) }
    }

    /// A reader takes the power away between commands.
    private final class ReaderSwitch: CardPower {
        private let connection: CardConnection

        init(_ connection: CardConnection) { self.connection = connection }

        var writtenByteCount: Int? { nil }
        func cut(afterWrittenBytes count: Int?) {}
        func remove() { try? connection.reconnect(.unpower) }
        func restore() {}
    }

    /// Cards made by the engine, with a fault or on a right card where the engine refuses it.
    private struct Maker: @unchecked Sendable {
        let profile: CardProfile
        let batch: Batch
        let module: SoftwareSecurityModule
        let application: Application

        init() throws {
            profile = try CardProfile.bundled(overlays: ["test-keys"])
            batch = try Batch(folder: Programs.sampleBatch, profile: profile)
            module = try SoftwareSecurityModule.testKeys(profile)
            application = try #require(batch.review().applications.first)
        }

        func card(_ faults: Set<CardFault>, _ last: UInt8 = 8) throws -> (card: VirtualHealthCard, image: CardImage) {
            do { return try made(faults, last) } catch {
                let right = try made([], last)
                return (try right.card.copy(with: faults), right.image)
            }
        }

        private func made(
            _ faults: Set<CardFault>, _ last: UInt8
        ) throws -> (card: VirtualHealthCard, image: CardImage) {
            var options = VirtualCardOptions(profile: profile)
            options.behaviour = CardBehaviour(faults: faults)
            if faults.contains(where: { $0.needs.contains(.paymentSide) }) {
                options.otherApplications = profile.otherApplications
            }
            let card = try VirtualHealthCard.blank(
                serial: [1, 2, 3, 4, 5, 6, 7, last], profile: profile, options: options)
            let personalizer = CardPersonalizer(channel: VirtualCardChannel(card: card), batch: batch, module: module)
            let image = try personalizer.plan(for: application).image
            _ = try personalizer.personalize(application)
            return (card, image)
        }
    }

    @Test("Each fault is found by the check that is named for it, without a campaign unless it says that it needs one")
    func everyFault() async throws {
        let maker = try Maker()
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        let chip = ChangingChip(try maker.card([]).card)
        let port = try #require(UInt16(slot.port))
        var options = VPCDLink.Options(port: port)
        // Some faults silence a chip: the next one comes all the same.
        options.reconnects = true
        options.patience = 10
        let link = VPCDLink(chip: chip, options: options)
        link.start()
        defer { link.stop() }
        try await slot.waitForCard("", nil)
        let reader = slot.reader
        let wrong = try await CardThread(name: "faults").run { () throws -> [String] in
            let connection = try CardConnection(reader, context: PCSCContext())
            defer { try? connection.disconnect(.unpower) }
            var wrong: [String] = []
            for fault in CardFault.all {
                let made = try maker.card([fault])
                chip.card = made.card
                if try !Self.isFound(fault, made, maker, connection) { wrong.append("\(fault): \(fault.foundBy)") }
            }
            return wrong
        }
        #expect(wrong == [], "\(wrong.count)")
        try await slot.waitUntilIdle()
    }

    private static func isFound(
        _ fault: CardFault, _ made: (card: VirtualHealthCard, image: CardImage), _ maker: Maker,
        _ connection: CardConnection
    ) throws -> Bool {
        // The chip in the slot is another one now; one that fell silent has left, and the service sees that in a while.
        for attempt in 0... {
            do {
                _ = try connection.reset()
                break
            } catch {
                guard attempt < 100 else { throw error }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        var options = SuiteOptions()
        options.only = [fault.foundBy]
        if fault.needs.contains(.endurance) { options.enduranceWrites = 24 }
        let suite = try ConformanceSuite(profile: maker.profile, options: options)
        var hands = [
            CardInHand(
                channel: connection, image: fault.needs.contains(.campaign) ? made.image : nil, isSetAside: true,
                power: ReaderSwitch(connection),
                otherInterface: fault.needs.contains(.secondInterface)
                    ? VirtualCardChannel(card: try made.card.copy(interface: .contactlessA)) : nil)
        ]
        if fault.needs.contains(.secondCard) {
            let other = try maker.card([fault], 9)
            let channel = VirtualCardChannel(card: other.card)
            hands.append(CardInHand(channel: channel, isSetAside: true))
        }
        return suite.run(cards: hands).results.contains { $0.check == fault.foundBy && $0.verdict == .failed }
    }
}
