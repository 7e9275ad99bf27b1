import CardProfiles
import FaultyCards
import HealthCard
import ISO7816
import TestCards
import Testing
import VirtualCard

/// Checks of what a card does and refuses: on links of both kinds, with and without a switch for its power, and to the
/// card's end.
@Suite struct BehaviourTests {
    private func failures(_ findings: SuiteFindings) -> [String] {
        findings.results.filter { $0.verdict == .failed }.map { "\($0.check): \($0.got.en)" }
    }

    private func suite(_ card: ReferenceCard, _ change: (inout SuiteOptions) -> Void = { _ in }) throws
        -> ConformanceSuite
    {
        var options = SuiteOptions()
        change(&options)
        return try ConformanceSuite(profile: card.profile, options: options)
    }

    @Test("A right card set aside passes what destroys it, and is blocked in the end", arguments: ReferenceCard.makers)
    func destruction(maker: String) throws {
        let card = try ReferenceCard(maker: maker)
        let hand = try card.inHand(isSetAside: true)
        let findings = try suite(card) { $0.only = ["blocking"] }.run(cards: [hand])
        #expect(failures(findings) == [])
        #expect(findings.results.contains { $0.check == "blocking.card.blocked" && $0.verdict == .passed })
        let channel = try #require(hand.channel as? VirtualCardChannel)
        #expect(channel.card.isBlocked)
    }

    @Test("Over T=0 no right card is blamed", arguments: ReferenceCard.makers)
    func overT0(maker: String) throws {
        let card = try ReferenceCard(maker: maker)
        var options = VirtualCardOptions(profile: card.profile)
        options.behavesAsT0 = true
        let channel = VirtualCardChannel(
            card: try VirtualHealthCard(state: card.state, profile: card.profile, options: options))
        let hand = CardInHand(
            channel: channel, image: card.image, isSetAside: true, power: VirtualPower(channel))
        let failed = try failures(suite(card).run(cards: [hand]))
        #expect(failed == [])
    }

    @Test("A wrong card that is not set aside is left with nothing blocked, and each failure is its own")
    func nothingLeftBlocked() throws {
        // It calls wrong MACs by another status word, and counts them all the same.
        let fault = try #require(CardFault(name: "status-6988"))
        let card = try ReferenceCard(person: nil)
        let chip = try card.card.copy(with: [fault])
        let channel = VirtualCardChannel(card: chip)
        let suite = try suite(card) { $0.only = ["protection"] }
        let findings = suite.run(cards: [CardInHand(channel: channel, image: card.image)])
        let failed = findings.results.filter { $0.verdict == .failed }
        #expect(!failed.isEmpty)
        #expect(channel.card.state.directories.allSatisfy { $0.blocking == "none" })
        #expect(failed.allSatisfy { $0.got.en.contains("expected 6988") }, "\(failed.map(\.got.en))")
        let evidence = SampleEvidence.evidence(results: failed, checks: suite.list, cards: findings.cards)
        let report = try Report(evidence)
        #expect(report.causes.count < failed.count / 2)
        #expect(report.causes.reduce(0) { $0 + $1.failures.count } == failed.count)
    }

    @Test("What a finding says was expected is what the report says was expected")
    func expectation() throws {
        let fault = try #require(CardFault(name: "mac-unchecked"))
        let card = try ReferenceCard(person: nil)
        let channel = VirtualCardChannel(card: try card.card.copy(with: [fault]))
        let suite = try suite(card) { $0.only = ["protection"] }
        let findings = suite.run(cards: [CardInHand(channel: channel, image: card.image)])
        let checks = Dictionary(suite.list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var steps = 0
        for result in findings.results where result.verdict == .failed {
            let check = try #require(checks[result.check])
            guard let wanted = result.got.en.components(separatedBy: "expected ").last, wanted.count == 4 else {
                continue
            }
            #expect(result.expectation(of: check).en.contains(wanted), "\(result.check): \(result.got.en)")
            #expect(result.expectation(of: check).zh.contains(wanted))
            if result.step != nil { steps += 1 }
        }
        #expect(steps > 0)
    }

    @Test("A card that forgets at power-off what it confirmed is found where nobody can cut the power in a command")
    func lostWrites() throws {
        let card = try ReferenceCard(person: nil)
        for (faults, isFound) in [([], false), (["update-lost-at-reset"], true)] as [([String], Bool)] {
            let chosen = try Set(faults.map { try #require(CardFault(name: $0)) })
            let channel = VirtualCardChannel(card: try card.card.copy(with: chosen))
            let findings = try suite(card) { $0.only = ["robustness"] }.run(cards: [
                CardInHand(channel: channel, image: card.image, power: ReaderSwitch(channel))
            ])
            let about = findings.results.filter { $0.check.hasSuffix(".power-off") }
            #expect(about.count > 5 && about.allSatisfy { $0.verdict == .passed || $0.verdict == .failed })
            #expect(about.contains { $0.verdict == .failed } == isFound)
        }
    }

    @Test("Many writes leave a card as it was, byte for byte and try for try")
    func enduranceLeavesNothing() throws {
        let card = try ReferenceCard()
        let hand = try card.inHand()
        let suite = try suite(card) {
            $0.enduranceWrites = 20
            $0.only = ["endurance"]
        }
        #expect(failures(suite.run(cards: [hand])) == [])
        var after = try #require(hand.channel as? VirtualCardChannel).card.state
        after.sequence = card.state.sequence
        #expect(after == card.state)
    }

    @Test("Without a switch for the power nothing is said about it, and nothing else is missing")
    func noPower() throws {
        let card = try ReferenceCard()
        let channel = VirtualCardChannel(card: try VirtualHealthCard(state: card.state, profile: card.profile))
        let suite = try suite(card)
        let findings = suite.run(cards: [CardInHand(channel: channel, image: card.image)])
        #expect(failures(findings) == [])
        let isDestructive = Set(suite.list.filter(\.isDestructive).map(\.id))
        let notRun = findings.results.filter { $0.verdict == .notRun && !isDestructive.contains($0.check) }
        #expect(!notRun.isEmpty)
        // Without a second card nothing is said of two.
        let about = ["power-cut", "power-off", "removed", "after-answer"]
        let others = notRun.map(\.check).filter { check in
            !check.hasPrefix("cards.") && !about.contains { check.hasSuffix($0) }
        }
        #expect(others == [])
    }

    @Test("Endurance writes as often as asked, and not at all unless asked")
    func endurance() throws {
        let card = try ReferenceCard()
        let unasked = try suite(card)
        #expect(!unasked.list.contains { $0.family == .endurance })
        let asked = try suite(card) {
            $0.enduranceWrites = 7
            $0.only = ["endurance.DF01/EF05"]
        }
        let hand = try card.inHand()
        let channel = try #require(hand.channel as? VirtualCardChannel)
        let before = channel.commandCount
        let failed = failures(asked.run(cards: [hand]))
        #expect(failed == [])
        #expect(asked.checks.count == 1 && channel.commandCount - before > 7 * 3)
    }

    @Test("Times are measured for every file and key, against the profile's limits")
    func times() throws {
        let card = try ReferenceCard()
        let findings = try suite(card) { $0.only = ["timing"] }.run(cards: [try card.inHand()])
        #expect(failures(findings) == [])
        let names = Set(findings.times.map(\.operation))
        for file in card.profile.files { #expect(names.contains("read \(file.path)")) }
        for key in card.profile.keys where key.usage == .externalAuthentication && key.role != .transport {
            #expect(names.contains("authenticate \(key.name)"))
        }
        for time in findings.times {
            #expect(time.microseconds.count == 5 && time.limit.map { $0 > 0 } == true, "\(time.operation)")
        }
    }

    @Test("A card that is too slow is found by its time alone")
    func slowness() throws {
        let card = try ReferenceCard()
        let channel = SlowChannel(try card.inHand().channel, instruction: 0x84)
        let findings = try suite(card) { $0.only = ["timing.challenge", "timing.reset"] }
            .run(cards: [CardInHand(channel: channel)])
        let failed = findings.results.filter { $0.verdict == .failed }.map(\.check)
        #expect(failed == ["timing.challenge"])
    }
}

/// The power of a card in a reader: it goes between commands, and nothing can be counted.
final class ReaderSwitch: CardPower {
    private let channel: VirtualCardChannel

    init(_ channel: VirtualCardChannel) { self.channel = channel }

    var writtenByteCount: Int? { nil }
    func cut(afterWrittenBytes count: Int?) {}
    func remove() { channel.remove() }
    func restore() { channel.insert() }
}

/// A card that takes its time over one instruction.
private final class SlowChannel: CardChannel {
    private let channel: any CardChannel
    private let instruction: UInt8

    init(_ channel: any CardChannel, instruction: UInt8) {
        self.channel = channel
        self.instruction = instruction
    }

    var answerToReset: [UInt8] { channel.answerToReset }
    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        if command.dropFirst().first == instruction { spin(for: .milliseconds(180)) }
        return try channel.transmit(command)
    }
    func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }

    private func spin(for duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {}
    }
}
