import CardProfiles
import Foundation
import Messages
import Releases
import ShangMi

extension SuiteEvidence {
    /// The one spelling that is digested: JSON, members by name, nothing between them, no slash escaped.
    public func canonicalJSON() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// SM3 over ``canonicalJSON()``, 64 lowercase hexadecimal digits.
    public func digest() throws -> String { Self.hex(SM3.hash(try canonicalJSON())) }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Why no release rests on a report.
public enum ReportProblem: Error, Message, Hashable {
    /// It has results of cards that are not in it.
    case edited
    /// Checks that failed, by their names.
    case failed([String])
    /// Checks nothing is known of.
    case notRun([String])
    /// Checks of the suite that are not in it, or have no result.
    case lacks([String])
    /// Checks that are no part of this suite, or described otherwise than there.
    case strange([String])
    case otherProfile(name: String)
    case noCards
    /// Not the whole suite, or not the campaign's cards as they were made.
    case part([CheckText])
    /// No campaign says what was tested, or nothing says what its cards were made in.
    case noCampaign
    /// Cards that were not the same when what had failed on them was done again.
    case otherCards([String])
}

/// A tester's look at evidence: whether a whole suite found nothing wrong with cards of a profile.
public struct EvidenceReview: Sendable {
    public let evidence: SuiteEvidence
    /// Every reason against a release, the gravest first.
    public let problems: [ReportProblem]

    /// - Parameters:
    ///   - formal: the profile formal cards are to be made by.
    ///   - test: its edition with the test keys, which the test cards were made by.
    ///   - accepted: checks that need not have been run: a name, or a part of one between dots.
    public init(
        _ evidence: SuiteEvidence, formal: CardProfile, test: CardProfile, accepting accepted: [String] = []
    ) throws(SuiteError) {
        self.evidence = evidence
        var problems: [ReportProblem] = []
        // What failed once counts as failed until it is passed on the same card.
        let open = evidence.repeated.filter { $0.hasFailed && $0.last.verdict != .passed }.map(\.last.check)
        let failed = evidence.results.filter { $0.verdict == .failed }.map(\.check) + open
        if !failed.isEmpty { problems.append(.failed(Self.unique(failed))) }
        let exchanged = evidence.exchangedCards
        if !exchanged.isEmpty { problems.append(.otherCards(exchanged)) }
        let missing = evidence.missing
        if !missing.isEmpty { problems.append(.part(missing.map(\.text))) }
        if evidence.campaign == nil || evidence.environment == nil { problems.append(.noCampaign) }
        let digests = [formal.cardDigest, test.digest].map(SuiteEvidence.hex)
        if !digests.contains(evidence.profileDigest) || formal.cardDigest != test.cardDigest {
            problems.append(.otherProfile(name: formal.name))
        }
        if evidence.cards.isEmpty { problems.append(.noCards) }
        let suite = try ConformanceSuite(profile: test, dialect: evidence.dialect).list
        let known = Set(suite)
        let told = Set(evidence.checks)
        let answered = Set(evidence.results.filter { $0.verdict != .notRun }.map(\.check))
        let unanswered = Set(evidence.results.filter { $0.verdict == .notRun }.map(\.check)).subtracting(answered)
        // Wear is tried when somebody asks for it.
        let wanted = suite.filter { $0.family != .endurance }
        let lacking = wanted.filter { !told.contains($0) || !answered.contains($0.id) && !unanswered.contains($0.id) }
        if !lacking.isEmpty { problems.append(.lacks(lacking.map(\.id))) }
        let notRun = wanted.map(\.id).filter { id in
            unanswered.contains(id) && !accepted.contains { ".\(id).".contains(".\($0).") }
        }
        if !notRun.isEmpty { problems.append(.notRun(notRun)) }
        let names = Set(suite.map(\.id))
        let strange =
            evidence.checks.filter { !known.contains($0) && $0.family != .endurance }.map(\.id)
            + evidence.results.map(\.check).filter { check in
                !names.contains(check) && !evidence.checks.contains { $0.id == check && $0.family == .endurance }
            }
        if !strange.isEmpty { problems.append(.strange(Self.unique(strange))) }
        let serials = Set(evidence.cards.map(\.serial))
        if evidence.results.contains(where: { !serials.contains($0.card) && $0.verdict != .notRun }) {
            problems.append(.edited)
        }
        self.problems = problems
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
