import CardProfiles
import ISO7816
import TestCards
import Testing
import VirtualCard

/// What a run asks of a card: on a real one each command and each power-up takes its time.
@Suite struct RunCostTests {
    /// Counts what reaches a card.
    private final class CountingCard: CardChannel {
        let card: VirtualCardChannel
        private(set) var powerUps = 0
        private(set) var warmResets = 0

        init(_ card: VirtualCardChannel) { self.card = card }

        var answerToReset: [UInt8] { card.answerToReset }
        var transmissionProtocol: TransmissionProtocol { card.transmissionProtocol }
        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] { try card.transmit(command) }
        func reset() throws(ChannelError) -> [UInt8] {
            powerUps += 1
            return try card.reset()
        }
        func warmReset() throws(ChannelError) -> [UInt8] {
            warmResets += 1
            return try card.warmReset()
        }
    }

    /// Tenths of a millisecond of a command and of a power-up of a real card: a reader manufacturer's library reads one at 8.6 ms
    /// a command, and an answer to reset takes some 100 ms.
    private static let tenths = (command: 86, powerUp: 1_000)

    @Test(
        "A run takes so many commands and power-ups, and a real card less than 45 minutes",
        arguments: [(false, 129_130, 4_853, 65), (true, 134_674, 5_391, 98)])
    func cost(isSetAside: Bool, commands: Int, powerUps: Int, warmResets: Int) throws {
        let card = try ReferenceCard()
        let hand = try card.inHand()
        let channel = CountingCard(try #require(hand.channel as? VirtualCardChannel))
        let suite = try ConformanceSuite(profile: card.profile)
        let findings = suite.run(cards: [CardInHand(channel: channel, image: card.image, isSetAside: isSetAside)])
        #expect(!findings.results.contains { $0.verdict == .failed })
        #expect(channel.card.commandCount == commands)
        #expect(channel.powerUps == powerUps)
        #expect(channel.warmResets == warmResets)
        let time =
            channel.card.commandCount * Self.tenths.command
            + (channel.powerUps + channel.warmResets) * Self.tenths.powerUp
        #expect(time < 45 * 60 * 10_000, "\(time / 600_000) minutes")
    }
}
