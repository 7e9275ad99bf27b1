import CardProfiles
import FaultyCards
import ISO7816
import Messages
import TestCards
import Testing
import VirtualCard

/// One cause, one finding; a card that is not set aside is left as it was found.
@Suite("First causes") struct CauseTests {
    private func report(
        _ card: VirtualHealthCard, _ reference: ReferenceCard, only: [String] = [], isSetAside: Bool = false
    ) throws -> Report {
        var options = SuiteOptions()
        options.only = only
        let suite = try ConformanceSuite(profile: reference.profile, options: options)
        let channel = VirtualCardChannel(card: card)
        let hand = CardInHand(
            channel: channel, image: reference.image, isSetAside: isSetAside, power: ReaderSwitch(channel))
        let findings = suite.run(cards: [hand])
        return try Report(
            SampleEvidence.evidence(
                scope: SuiteScope(suiteChecks: suite.list.count), results: findings.results, checks: suite.list,
                cards: findings.cards, traffic: findings.traffic))
    }

    private func card(_ fault: String) throws -> (VirtualHealthCard, ReferenceCard) {
        let reference = try ReferenceCard(person: nil)
        return (try reference.card.copy(with: [try #require(CardFault(name: fault))]), reference)
    }

    /// P1-P2 looked at after the MAC: strict, and not the order of the page.
    private func strictCard() throws -> (VirtualHealthCard, ReferenceCard) {
        let reference = try ReferenceCard(person: nil)
        var behaviour = CardBehaviour()
        behaviour.omits = { step, command in step == .parameters && command.cla & 0x04 != 0 }
        return (try reference.card.copy(behaviour: behaviour), reference)
    }

    @Test("A strict card is one cause of its own kind, and is left as it was: nothing blocked, nothing counted")
    func strict() throws {
        let (card, reference) = try strictCard()
        let report = try report(card, reference, only: ["robustness", "protection", "access"])
        let causes = report.causes
        #expect(causes.count == 1, "\(causes.map { "\($0.title.en) \($0.checks.prefix(3))" })")
        let cause = try #require(causes.first)
        #expect(cause.kind == .otherStatus && cause.title.en.contains("where 6A86 is due"))
        #expect(cause.failures.allSatisfy { $0.result.recovery == nil })
        var after = card.state
        after.sequence = reference.state.sequence
        #expect(after == reference.state)
    }

    @Test("A card that is blocked too early is unblocked with its key, the check says so, and no other blocks it again")
    func blockedEarly() throws {
        let reference = try ReferenceCard(person: nil)
        var behaviour = CardBehaviour()
        behaviour.blockingByWrongMACs = { _ in (1, .temporary) }
        let card = try reference.card.copy(behaviour: behaviour)
        let report = try report(card, reference, only: ["protection", "robustness"])
        let recoveries = report.failures.flatMap { $0.result.recovery ?? [] }
        let unblocked = recoveries.filter { $0.finding == .unblocked }
        #expect(Set(unblocked.map(\.place)) == ["DF01", "DF02", "DF03"])
        #expect(recoveries.allSatisfy { [.unblocked, .restored].contains($0.finding) }, "\(recoveries)")
        #expect(unblocked.allSatisfy { $0.key == "LK_\($0.place)" && $0.text.en.contains("unblocked with LK_") })
        #expect(card.state.directories.allSatisfy { $0.blocking == "none" && $0.wrongMACs == 0 })
        let followers = report.causes.flatMap(\.followers)
        #expect(followers.count > report.failures.count)
        #expect(followers.allSatisfy { $0.result.verdict == .notRun && $0.result.got.en.contains("first found by") })
    }

    @Test("Keys that a card refuses are asked for twice, not until they are locked")
    func refusedKeys() throws {
        let (card, reference) = try card("atr-serial")
        let report = try report(card, reference)
        let keys = card.state.directories.flatMap(\.keys)
        #expect(!keys.isEmpty && keys.allSatisfy { $0.tries == 0 || $0.triesLeft > 2 }, "a key is locked")
        let cause = try #require(report.causes.first { $0.title.en.hasPrefix("right keys are refused") })
        #expect(cause.followerChecks.count > 1000 && cause.checks.count < 60, "\(cause.checks.count)")
        #expect(report.causes.count < 6)
    }

    @Test(
        "Without right MACs nothing is written, and the card is left unblocked",
        arguments: ["mac-rightmost", "mac-without-header"])
    func noMACs(_ fault: String) throws {
        let (card, reference) = try card(fault)
        let report = try report(card, reference)
        #expect(card.state.directories.allSatisfy { $0.blocking == "none" })
        #expect(report.causes.count == 1, "\(report.causes.map(\.title.en))")
        #expect(report.checks(.failed) < 10 && report.causes[0].followerChecks.count > 300)
        #expect(card.state.directories.map(\.files) == reference.state.directories.map(\.files))
    }

    @Test(
        "The same card with the same fault gives the same number every time, and is left with what it held",
        arguments: ["status-6988", "access-any-key", "challenge-constant", "mac-half-compared", "counter-not-restored"])
    func sameNumber(_ fault: String) throws {
        guard CardFault(name: fault) != nil else { return }
        let (card, reference) = try card(fault)
        let only = ["access", "protection", "visits", "certificates", "keys", "cyclic"]
        let first = try report(card, reference, only: only)
        let second = try report(card, reference, only: only)
        #expect(!first.failures.isEmpty)
        #expect(first.failures.map(\.check.id) == second.failures.map(\.check.id))
        #expect(first.causes.map(\.title) == second.causes.map(\.title))
        #expect(card.state.directories.map(\.files) == reference.state.directories.map(\.files))
    }

    @Test("A cause that is not there any more when it is tried alone keeps nothing from being run")
    func passing() throws {
        let (card, reference) = try card("rights-used-up")
        let report = try report(card, reference, only: ["files", "records", "access"])
        for cause in report.causes {
            for follower in cause.followers {
                #expect(report.failures.contains { $0.check.id == follower.result.cause })
            }
        }
        #expect(report.evidence.results.allSatisfy { ($0.cause == nil) || $0.verdict == .notRun })
    }
}
