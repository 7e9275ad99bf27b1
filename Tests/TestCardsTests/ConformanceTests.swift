import CardProfiles
import ISO7816
import TestCards
import Testing
import VirtualCard

/// A right card passes, whoever's it is, and the suite lives through one that is not.
@Suite struct ConformanceTests {
    /// No false alarm on any dialect; every check says something of the card.
    @Test(arguments: ReferenceCard.makers)
    func aRightCardPasses(maker: String) throws {
        let card = try ReferenceCard(maker: maker)
        let suite = try ConformanceSuite(profile: card.profile)
        let findings = suite.run(cards: [try card.inHand(isSetAside: true)])
        #expect(findings.results.count == suite.checks.count)
        for result in findings.results where result.verdict == .failed || result.verdict == .notRun {
            Issue.record("\(maker) \(result.check): \(result.got.en) \(result.exchanges.suffix(3))")
        }
        let passed = findings.results.count { $0.verdict == .passed }
        #expect(passed > 2000, "\(passed) of \(suite.checks.count)")
    }

    /// Other people's cards: no photo, ten vaccines, rare characters.
    @Test(arguments: ["99646919970325667X", "997058202007021687"])
    func otherPeoplePass(person: String) throws {
        let card = try ReferenceCard(person: person, serial: [9, 9, 9, 9, 0, 0, 0, 1])
        var options = SuiteOptions()
        options.only = ["records", "personalization", "certificates", "cyclic"]
        let findings = try ConformanceSuite(profile: card.profile, options: options).run(cards: [try card.inHand()])
        for result in findings.results where result.verdict == .failed {
            Issue.record("\(person) \(result.check): \(result.got.en)")
        }
    }

    /// Without an image what it is to hold is not judged; what it is, is.
    @Test func aCardNobodySaidAnythingOf() throws {
        let card = try ReferenceCard()
        let suite = try ConformanceSuite(profile: card.profile)
        let findings = suite.run(cards: [try card.inHand(hasImage: false)])
        #expect(!findings.results.contains { $0.verdict == .failed })
        let contents = findings.results.filter {
            $0.check.hasPrefix("personalization.") && $0.check.hasSuffix(".content")
        }
        #expect(!contents.isEmpty && contents.allSatisfy { $0.verdict == .notApplicable })
        let destructive = Set(suite.checks.filter(\.isDestructive).map(\.id))
        #expect(!destructive.isEmpty)
        let spared = findings.results.filter { destructive.contains($0.check) }
        #expect(spared.count == destructive.count && spared.allSatisfy { $0.verdict == .notRun })
    }

    /// A card that is not set aside is as it was, byte for byte, tries and blocks included.
    @Test(arguments: ["", "tongfang"])
    func theCardIsLeftAsItWas(maker: String) throws {
        let reference = try ReferenceCard(maker: maker)
        let card = try VirtualHealthCard(state: reference.state, profile: reference.profile)
        let channel = VirtualCardChannel(card: card)
        let hand = CardInHand(channel: channel, image: reference.image, power: VirtualPower(channel))
        _ = try ConformanceSuite(profile: reference.profile).run(cards: [hand])
        var after = card.state
        after.sequence = reference.state.sequence
        #expect(after == reference.state)
    }

    /// Another image is found out by the very records that differ.
    @Test func anotherPersonsImage() throws {
        let card = try ReferenceCard()
        let other = try ReferenceCard(person: "99646919970325667X")
        var options = SuiteOptions()
        options.only = ["personalization"]
        let hand = try card.inHand()
        let findings = try ConformanceSuite(profile: card.profile, options: options).run(cards: [
            CardInHand(channel: hand.channel, image: other.image)
        ])
        let failed = Set(findings.results.filter { $0.verdict == .failed }.map(\.check))
        #expect(failed.contains("personalization.DDF1/EF06.11.content"))
        #expect(failed.contains("personalization.DDF1/EF07.content"))
        #expect(!failed.contains("personalization.DDF1/EF05.3.content"))
        for result in findings.results where result.verdict == .failed { #expect(!result.exchanges.isEmpty) }
    }

    /// Checks have names of their own, in the order of their families, destructive ones last.
    @Test func theList() throws {
        let suite = try ConformanceSuite(profile: .bundled(overlays: ["test-keys"]))
        #expect(Set(suite.list.map(\.id)).count == suite.list.count)
        #expect(suite.list.count > 300)
        let families = suite.list.filter { !$0.isDestructive }.map(\.family)
        let order = CheckFamily.allCases
        let places = families.compactMap { order.firstIndex(of: $0) }
        #expect(places == places.sorted())
        let first = suite.list.firstIndex(where: \.isDestructive) ?? 0
        let last = suite.list[first...].filter { !$0.isDestructive }
        #expect(first > 0 && last.isEmpty)
        for check in suite.list {
            #expect(check.id.hasPrefix(check.family.rawValue + "."))
            #expect(!check.clause.isEmpty && !check.title.zh.isEmpty && !check.expectation.zh.isEmpty, "\(check.id)")
        }
        #expect(throws: SuiteError.noDialect("nobody", known: ["iso7816-9"])) {
            _ = try ConformanceSuite(profile: suite.profile, dialect: "nobody")
        }
    }

    /// Whatever a card says, the run ends with a verdict for every check.
    @Test(arguments: HostileCard.Kind.allCases)
    func aHostileCard(kind: HostileCard.Kind) throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let suite = try ConformanceSuite(profile: profile)
        let findings = suite.run(cards: [CardInHand(channel: HostileCard(kind), isSetAside: true)])
        #expect(findings.results.count == suite.checks.count)
        let passed = findings.results.filter { $0.verdict == .passed }.map(\.check)
        #expect(passed.count < suite.checks.count / 3, "\(passed.count) passed")
        if kind == .removed { #expect(!findings.results.contains { $0.verdict == .failed }) }
    }

    @Test func aRunThatIsStopped() throws {
        let card = try ReferenceCard()
        var done = 0
        let suite = try ConformanceSuite(profile: card.profile)
        let findings = suite.run(cards: [try card.inHand()], isCancelled: { done >= 10 }, progress: { done = $0.done })
        #expect(findings.results.count == suite.checks.count)
        #expect(findings.results.dropFirst(10).allSatisfy { $0.verdict == .notRun })
    }
}

/// A card that is none.
final class HostileCard: CardChannel {
    enum Kind: CaseIterable {
        case silent, removed, saysYes, saysNo, oneByte, waitsForEver, longAnswers, random
    }

    private let kind: Kind
    private var generator = 1

    init(_ kind: Kind) { self.kind = kind }

    var answerToReset: [UInt8] {
        kind == .random ? [0x00] : [0x3B, 0x8D, 0x80, 0x01] + [UInt8](repeating: 7, count: 14)
    }
    var transmissionProtocol: TransmissionProtocol { .t1 }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        switch kind {
        case .silent: throw ChannelError(.timeout, "no answer")
        case .removed: throw ChannelError(.cardRemoved, "gone")
        case .saysYes: return [0x90, 0x00]
        case .saysNo: return [0x6F, 0x00]
        case .oneByte: return [0x90]
        case .waitsForEver: return [0x61, 0x10]
        case .longAnswers: return [UInt8](repeating: 0xFF, count: 4000) + [0x90, 0x00]
        case .random:
            generator = generator &* 1_103_515_245 &+ 12_345
            let count = abs(generator >> 8) % 40
            return (0..<count).map { UInt8(truncatingIfNeeded: generator >> ($0 % 24)) } + [0x90, 0x00]
        }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        if kind == .removed { throw ChannelError(.cardRemoved, "gone") }
        return answerToReset
    }
}
