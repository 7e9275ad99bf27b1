import CardProfiles
import Foundation
import ISO7816
import Messages
import Releases
import TestCards

/// `--failed`: what failed in the evidence of a campaign, and could not be done because of that, on the same cards.
struct RunAgain {
    private let base: SuiteEvidence
    private let cases: [String: Set<String>]

    /// - Throws: ``Failure`` where this run's results could not be added: the evidence is another station's, of another
    ///   build of this software, or of another profile; nothing failed.
    init(_ campaign: CampaignFolder, _ desk: EvidenceDesk, _ profile: CardProfile) throws {
        guard FileManager.default.fileExists(atPath: campaign.evidencePath) else {
            throw ReportError.notAdded(.noEvidence)
        }
        base = try SignedEvidence(path: campaign.evidencePath).evidence
        guard base.station == desk.station else {
            throw ReportError.notAdded(.otherStation(base.station?.description ?? "-"))
        }
        guard base.softwareDigest == EngineIdentity.current.softwareDigest else {
            throw ReportError.notAdded(.otherSoftware)
        }
        guard base.campaignDigest == campaign.digest, base.dialect == campaign.campaign.dialect,
            base.profileDigest == Hex.encode(profile.cardDigest).lowercased()
        else { throw ReportError.notAdded(.otherSubject) }
        cases = Dictionary(base.failedCases.map { ($0.card, $0.checks) }) { first, _ in first }
        guard !cases.isEmpty else { throw ReportError.notAdded(.nothingFailed) }
    }

    /// Of all cards.
    var checks: Set<String> { cases.values.reduce(into: []) { $0.formUnion($1) } }

    /// Enough for checks of endurance that failed; nil where none did.
    var enduranceWrites: Int? { checks.contains { $0.hasPrefix("endurance.") } ? 1000 : nil }

    func wants(_ check: String, on serial: String) -> Bool { cases[serial]?.contains(check) ?? false }

    /// - Throws: `.notAdded` when nothing was done again, or a card is another product than before.
    func added(_ findings: SuiteFindings, _ run: SuiteRun) throws -> SuiteEvidence {
        guard !findings.results.isEmpty else { throw ReportError.notAdded(.noCard(cases.keys.sorted())) }
        let missing = cases.keys.filter { serial in !findings.cards.contains { $0.serial == serial } }
        if !missing.isEmpty { Terminal.note(TestCardRunText.notInHand(cards: missing.sorted())) }
        return try base.adding(findings, of: run)
    }
}

/// What a report comes to, on a terminal.
enum ReportText {
    private static let mostCauses = 10

    /// First causes, what hangs on them, and what failed before.
    static func sayCauses(_ report: Report) {
        let causes = report.causes
        for (index, cause) in causes.prefix(mostCauses).enumerated() {
            Terminal.print(
                TestCardRunText.cause(
                    number: index + 1, title: cause.title, failed: cause.checks.count,
                    notRun: cause.followerChecks.count, first: cause.checks.first ?? ""))
        }
        if causes.count > mostCauses { Terminal.print(TestCardRunText.moreCauses(count: causes.count - mostCauses)) }
        let left = report.failures.flatMap { $0.result.recovery ?? [] }.filter { $0.finding == .staysBlocked }
        for recovery in Set(left.map(\.place)).sorted() { Terminal.note(TestCardRunText.staysBlocked(place: recovery)) }
        if !report.cured.isEmpty { Terminal.print(TestCardRunText.failedBefore(count: report.cured.count)) }
    }

    /// The short form: verdict, cards, and every failure by its cause.
    static func sayShort(_ report: Report) {
        for card in report.cards {
            Terminal.print(
                ShortReportText.card(
                    serial: card.card.serial, verdict: card.verdict, passed: card.passed, failed: card.failed,
                    notRun: card.notRun))
        }
        for (index, cause) in report.causes.enumerated() {
            Terminal.print(
                TestCardRunText.cause(
                    number: index + 1, title: cause.title, failed: cause.checks.count,
                    notRun: cause.followerChecks.count, first: cause.checks.first ?? ""))
            Terminal.print("   \(Terminal.words(cause.kind.meaning))")
            for (check, result) in cause.failures {
                Terminal.print(ShortReportText.failure(check: check.id, card: result.card))
                Terminal.print(ShortReportText.expected(result.expectation(of: check)))
                Terminal.print(ShortReportText.got(result.got))
                for recovery in result.recovery ?? [] { Terminal.print("     \(Terminal.words(recovery.text))") }
            }
        }
        if !report.cured.isEmpty { Terminal.print(TestCardRunText.failedBefore(count: report.cured.count)) }
    }
}
