import CardProfiles
import TestCards
import Testing

/// A right card passes: no false alarm on any dialect.
@Suite struct ConformanceTests {
    @Test(arguments: ReferenceCard.makers)
    func aRightCardPasses(maker: String) throws {
        let card = try ReferenceCard(maker: maker)
        let suite = try ConformanceSuite(profile: card.profile)
        let findings = suite.run(cards: [try card.inHand()])
        for result in findings.results where result.verdict == .failed {
            Issue.record("\(maker) \(result.check): \(result.got.en) \(result.exchanges.suffix(3))")
        }
    }
}
