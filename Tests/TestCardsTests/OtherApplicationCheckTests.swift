import CardProfiles
import HealthCard
import ISO7816
import Messages
import TestCards
import Testing
import VirtualCard

/// Checks of a card's payment side and of its second interface, on right cards; what is wrong they find in
/// `FaultMatrixTests`.
@Suite struct OtherApplicationCheckTests {
    private static let payment = Result { try ReferenceCard(maker: "payment", person: nil) }
    private static let plain = Result { try ReferenceCard(person: nil) }

    private func results(
        _ only: String, _ card: VirtualHealthCard, _ profile: CardProfile, otherInterface: CardInterface? = nil
    ) throws -> [String: CheckVerdict] {
        var options = SuiteOptions()
        options.only = [only]
        let channel = VirtualCardChannel(card: try card.copy())
        let other = try otherInterface.map { VirtualCardChannel(card: try card.copy(interface: $0)) }
        let hand = CardInHand(channel: channel, isSetAside: true, power: VirtualPower(channel), otherInterface: other)
        let run = try ConformanceSuite(profile: profile, options: options).run(cards: [hand])
        for result in run.results where result.verdict == .failed { Issue.record("\(result.check): \(result.got.en)") }
        return Dictionary(run.results.map { ($0.check, $0.verdict) }) { first, _ in first }
    }

    @Test("a card that carries them passes all of it, and holds what it held")
    func carried() throws {
        let right = try Self.payment.get()
        let found = try results("otherApplications", right.card, right.profile)
        #expect(
            Set(found.keys)
                == Set(
                    ["present", "reachable", "absent", "way-back", "untouched", "blocking"].map {
                        "otherApplications." + $0
                    }))
        #expect(found.values.allSatisfy { $0 == .passed }, "\(found)")
        // A profile that only knows of them finds them too.
        let plain = try Self.plain.get().profile
        #expect(try results("otherApplications", right.card, plain).values.allSatisfy { $0 == .passed })
    }

    @Test("a card without is not asked for any, unless its profile says that it carries them")
    func without() throws {
        let right = try Self.plain.get()
        let found = try results("otherApplications", right.card, right.profile)
        #expect(found["otherApplications.absent"] == .passed)
        #expect(found.filter { $0.key != "otherApplications.absent" }.values.allSatisfy { $0 == .notApplicable })
        var options = SuiteOptions()
        options.cases = ["otherApplications.present"]
        let suite = try ConformanceSuite(profile: Self.payment.get().profile, options: options)
        let missing = suite.run(cards: [CardInHand(channel: VirtualCardChannel(card: try right.card.copy()))])
        #expect(missing.results.map(\.verdict) == [.failed])
        #expect(missing.results[0].step?.answered == "6A82")
    }

    @Test("a card that selects nothing by name has nothing to show")
    func nameless() throws {
        let right = try ReferenceCard(maker: "huada", person: nil)
        #expect(
            try results("otherApplications", right.card, right.profile).values.allSatisfy { $0 == .notApplicable })
    }

    @Test("one factor on both interfaces; a card in one reader is not compared with itself")
    func interfaces() throws {
        let right = try Self.plain.get()
        let check = "cards.interfaces"
        #expect(try results(check, right.card, right.profile, otherInterface: .contactlessA)[check] == .passed)
        #expect(try results(check, right.card, right.profile)[check] == .notApplicable)
    }

    @Test("the whole suite on a card with a payment side finds nothing wrong, and sends it SELECT and two counters")
    func wholeSuite() throws {
        let right = try Self.payment.get()
        let channel = VirtualCardChannel(card: try right.card.copy())
        let hand = CardInHand(
            channel: channel, image: right.image, isSetAside: true, power: VirtualPower(channel),
            otherInterface: VirtualCardChannel(card: try right.card.copy(interface: .contactlessA)))
        let findings = try ConformanceSuite(profile: right.profile).run(cards: [hand])
        let failed = findings.results.filter { $0.verdict == .failed }.map { "\($0.check): \($0.got.en)" }
        #expect(failed == [])
        let sent = Set(channel.card.foreignCommands)
        #expect(sent == [[0x80, 0xCA, 0x9F, 0x36], [0x80, 0xCA, 0x9F, 0x17]])
    }
}
