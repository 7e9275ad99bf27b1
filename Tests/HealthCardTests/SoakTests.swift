import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Synchronization
import Testing
import VirtualCard

/// A thousand people's cards, each read whole ten times with other challenges. `HEALTHCARD_SOAK_READS` changes how many.
@Suite("Soak") struct SoakTests {
    static let reads = ProcessInfo.processInfo.environment["HEALTHCARD_SOAK_READS"].flatMap(Int.init) ?? 10_000
    static let readsPerCard = 10

    @Test("random cards with zeros where zeros get lost are read to the byte", arguments: [UInt64(1), 2])
    func reads(_ seed: UInt64) throws {
        let profile = try TestProfile.shared
        let cards = try RandomCards(profile)
        let module = try SoftwareSecurityModule.testKeys(profile)
        let clock = ContinuousClock()
        let begin = clock.now
        var random = SeededNumbers(state: seed)
        var done = 0
        for number in 0..<Self.reads / Self.readsPerCard / 2 {
            let (card, files) = try cards.card(&random)
            let challenges = Mutex(SeededNumbers(state: random.next()))
            card.setRandomSource { count in challenges.withLock { $0.zeroLedBytes(count) } }
            var originals = SeededNumbers(state: random.next())
            let channel = VirtualCardChannel(card: card)
            for round in 0..<Self.readsPerCard {
                if round > 0 { _ = try channel.reset() }
                let session = HealthCardSession(
                    channel: channel, profile: profile, securityModule: module,
                    random: { count in originals.zeroLedBytes(count) })
                let reading = try session.read(.everyByte)
                let place: Comment = "card \(number) of seed \(seed), round \(round)"
                try #require(reading.unreadable.isEmpty, place)
                try #require(reading.files == files, place)
                done += 1
            }
        }
        print("soak: \(done) reads in \(clock.now - begin)")
    }
}
