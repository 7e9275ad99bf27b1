import CardProfiles
import HealthCard
import PCSC
import Testing
import VirtualCard

@testable import Production

/// A slot on a reader that is not PC/SC's.
@Suite struct ProviderSlotTests {
    private func card(_ number: UInt8) throws -> VirtualHealthCard {
        try .blank(
            serial: [0x52, 0x48, 0x43, 0, 0, 0, 3, number],
            profile: CardProfile.bundled("resident-health-card", overlays: ["test-keys"]))
    }

    private func wait(_ duration: Duration) -> SlotWait { SlotWait(until: .now + duration) }

    @Test func aCardComesAndGoes() throws {
        let readers = ChannelReaders(["Counter"])
        let slot = ReaderSlot("Counter", of: readers)
        #expect(!slot.isOccupied())
        #expect(throws: SlotError.noCard) { try slot.waitForCard(wait(.milliseconds(5))) }
        let first = try card(1)
        readers.insert(VirtualCardChannel(card: first), into: "Counter")
        let channel = try slot.waitForCard(wait(.seconds(10)))
        #expect(channel.answerToReset == first.answerToReset)
        #expect(throws: SlotError.inUse("SCARD_E_SHARING_VIOLATION")) {
            try ReaderSlot("Counter", of: readers).waitForCard(wait(.milliseconds(5)))
        }
        #expect(throws: SlotError.stillThere) { try slot.waitForRemoval(wait(.milliseconds(5))) }
        readers.remove(from: "Counter")
        try slot.waitForRemoval(wait(.seconds(10)))
        readers.insert(VirtualCardChannel(card: try card(2)), into: "Counter", isMute: true)
        #expect(throws: SlotError.mute) { try slot.waitForCard(wait(.milliseconds(5))) }
        readers.unplug("Counter")
        #expect(throws: SlotError.gone("SCARD_E_UNKNOWN_READER")) { try slot.waitForCard(wait(.milliseconds(5))) }
        #expect(throws: Never.self) { try slot.waitForRemoval(wait(.milliseconds(5))) }
    }
}
