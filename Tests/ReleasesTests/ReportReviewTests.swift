import CardProfiles
import Foundation
import ShangMi
import TestCards
import Testing

@testable import Releases

/// Ways to a release by a report that does not deserve one.
@Suite struct ReportReviewTests {
    private let formal: CardProfile
    private let test: CardProfile
    private let checks: [CheckDescription]
    private let signer: EvidenceSigner

    init() throws {
        let key = try SM2.PrivateKey.generate()
        signer = EvidenceSigner(name: "desk", publicKey: key.publicKey) { try key.deterministicSign(message: $0) }
        formal = try CardProfile.bundled()
        test = try CardProfile.bundled(overlays: ["test-keys"])
        checks = try ConformanceSuite(profile: test).list
    }

    private func results(
        _ checks: [CheckDescription], _ verdict: (Int) -> CheckVerdict = { _ in .passed }
    ) -> [CheckResult] {
        checks.enumerated().map {
            CheckResult(
                check: $0.element.id, card: "0102030405060708", verdict: verdict($0.offset),
                got: CheckText("", ""), exchanges: [])
        }
    }

    private func evidence(
        profile: String? = nil, cards: [TestedCard]? = nil, checks: [CheckDescription]? = nil,
        results: [CheckResult]? = nil, scope: SuiteScope? = nil, campaign: Campaign? = nil, isOfCampaign: Bool = true
    ) throws -> SuiteEvidence {
        let digest = profile ?? SignedValue.hex(test.digest)
        let campaign = try campaign ?? self.campaign(profile: digest)
        return SuiteEvidence(
            station: signer.station, chip: campaign.chip, campaign: isOfCampaign ? campaign : nil,
            environment: isOfCampaign ? environment(campaign) : nil,
            equipment: TestEquipment(readers: [], serviceVersion: "", engineVersion: "0.2.0"),
            scope: scope ?? SuiteScope(suiteChecks: self.checks.count), profileDigest: digest,
            softwareDigest: String(repeating: "5", count: 64),
            campaignDigest: isOfCampaign ? String(repeating: "c", count: 64) : "",
            maker: "华大", product: "CIU98", productVersion: "2.1", dialect: test.defaultDialect, reader: "virtual",
            tester: "tester", startedAt: "2026-11-25T08:00:00Z", finishedAt: "2026-11-25T08:10:00Z",
            cards: cards ?? [TestedCard(serial: "0102030405060708", answerToReset: "3B", isSetAside: true)],
            checks: checks ?? self.checks, results: results ?? self.results(self.checks), times: [])
    }

    private func campaign(profile: String, maker: String = "华大") throws -> Campaign {
        try Campaign(
            id: "TC-1", maker: maker, chip: "CHIP-9", product: "CIU98", productVersion: "2.1", profile: test.name,
            overlays: [], dialect: test.defaultDialect, profileDigest: profile, stations: [], equipment: [], cards: 1,
            setAside: 1, seed: 1, tester: "tester", startDate: "2026-11-25", endDate: "2026-11-25")
    }

    private func environment(_ campaign: Campaign) -> EnvironmentRecord {
        EnvironmentRecord(
            maker: campaign.maker, product: campaign.product, productVersion: campaign.productVersion,
            dialect: campaign.dialect, profileDigest: campaign.profileDigest, engineVersion: "0.2.0",
            softwareDigest: "", planDigest: "", readers: [], serviceVersion: "", station: "desk", operatorName: "-")
    }

    private func signature(_ evidence: SuiteEvidence) throws -> [UInt8] {
        try EvidenceSignature(evidence, by: signer, at: "2026-11-25T08:10:01Z").fileBytes
    }

    private func problems(_ evidence: SuiteEvidence) throws -> [ReportProblem] {
        try EvidenceReview(evidence, formal: formal, test: test).problems
    }

    private func report(_ evidence: SuiteEvidence) throws -> [UInt8] { try ReportFile(Report(evidence)).bytes() }

    @Test func aWholeSuiteWithoutAFailure() throws {
        #expect(try problems(evidence()) == [])
        #expect(try problems(evidence(profile: SignedValue.hex(formal.cardDigest))) == [])
        let filed = try FiledReport(
            report: report(evidence()), evidence: evidence().fileBytes(), signature: signature(evidence()))
        #expect(try filed.report.evidence == evidence())
        #expect(filed.signature?.station == signer.station)
        #expect(filed.digest == SignedValue.hex(SM3.hash(try report(evidence()))))
    }

    @Test func aFailure() throws {
        let failed = results(checks) { $0 == 5 ? .failed : .passed }
        #expect(try problems(evidence(results: failed)) == [.failed([checks[5].id])])
    }

    @Test func aFailureThatPassedOnAnotherCard() throws {
        let both = results(checks) { $0 == 5 ? .failed : .passed } + results([checks[5]])
        #expect(try problems(evidence(results: both)) == [.failed([checks[5].id])])
    }

    /// What failed is done again: `testcards run --failed`.
    private func again(_ verdict: CheckVerdict) throws -> SuiteEvidence {
        let card = TestedCard(serial: "0102030405060708", answerToReset: "3B", isSetAside: true)
        let findings = SuiteFindings(cards: [card], results: results([checks[5]]) { _ in verdict })
        let run = SuiteRun(
            startedAt: "2026-11-26T08:00:00Z", finishedAt: "2026-11-26T08:00:10Z", tester: "tester", reader: "virtual",
            equipment: nil, cards: [], cases: [], addedTo: nil)
        return try evidence(results: results(checks) { $0 == 5 ? .failed : .passed }).adding(findings, of: run)
    }

    @Test func aFailureThatIsCuredOnTheSameCard() throws {
        let cured = try again(.passed)
        #expect(try problems(cured) == [])
        let filed = try FiledReport(
            report: report(cured), evidence: cured.fileBytes(), signature: signature(cured))
        #expect(filed.report.cured.map(\.last.check) == [checks[5].id], "it is not hidden")
    }

    @Test(arguments: [CheckVerdict.failed, .notRun, .notApplicable])
    func aFailureThatIsNotCured(verdict: CheckVerdict) throws {
        #expect(try problems(again(verdict)) == [.failed([checks[5].id])])
    }

    @Test func aFailureThatIsCuredOnAnotherProduct() throws {
        var text = String(decoding: try again(.passed).fileBytes(), as: UTF8.self)
        let place = try #require(text.range(of: "\"answerToReset\":\"3B\"", options: .backwards))
        text.replaceSubrange(place, with: "\"answerToReset\":\"3F\"")
        let exchanged = try SuiteEvidence(fileBytes: Array(text.utf8))
        #expect(try problems(exchanged) == [.otherCards(["0102030405060708"])])
    }

    @Test func aFailureThatIsTakenOut() throws {
        let text = String(decoding: try again(.passed).fileBytes(), as: UTF8.self)
        let start = try #require(text.range(of: "\"superseded\":["))
        let end = try #require(text.range(of: "],\"tester\"", range: start.upperBound..<text.endIndex))
        let edited = text.replacingCharacters(in: start.lowerBound..<text.index(end.lowerBound, offsetBy: 2), with: "")
        #expect(throws: ReportError.evidence(.runs)) { try Report(SuiteEvidence(fileBytes: Array(edited.utf8))) }
    }

    @Test func aPartOfTheSuite() throws {
        let part = Array(checks.dropFirst(3))
        let missing = checks.prefix(3).map(\.id)
        let short = EvidenceGap.checks(done: part.count, of: checks.count).text
        #expect(
            try problems(evidence(checks: part, results: results(part))) == [.part([short]), .lacks(missing)])
        #expect(try problems(evidence(results: results(part))) == [.lacks(missing)])
    }

    @Test func checksThatWereNotRun() throws {
        let open = results(checks) { $0 == 2 ? .notRun : .passed }
        #expect(try problems(evidence(results: open)) == [.notRun([checks[2].id])])
    }

    @Test func aCheckThatIsCalledTheSameAndIsNot() throws {
        var strange = checks
        let old = strange[0]
        strange[0] = CheckDescription(
            id: old.id, family: old.family, title: old.title, clause: old.clause,
            expectation: CheckText("anything", "任意"), isDestructive: old.isDestructive)
        #expect(try problems(evidence(checks: strange)) == [.lacks([old.id]), .strange([old.id])])
    }

    @Test func anotherProfile() throws {
        let other = try CardProfile.bundled(overlays: ["test-keys", "plain-cos"])
        #expect(
            try problems(evidence(profile: SignedValue.hex(other.digest))) == [.otherProfile(name: formal.name)])
    }

    @Test func aRunOfAPart() throws {
        let whole = checks.count
        for (scope, reasons) in [
            (SuiteScope(suiteChecks: whole + 1, only: ["access"]), 1),
            (SuiteScope(suiteChecks: whole, isStopped: true), 1),
            (SuiteScope(suiteChecks: whole, faults: ["block-early"]), 1),
            (SuiteScope(suiteChecks: whole + 1, faults: ["block-early"], isStopped: true), 3),
        ] {
            let found = try problems(evidence(scope: scope))
            guard case .part(let texts) = found.first, found.count == 1 else {
                Issue.record("\(found)")
                continue
            }
            #expect(texts.count == reasons)
            #expect(try Report(evidence(scope: scope)).verdict == .incomplete)
        }
    }

    @Test func noCampaign() throws {
        #expect(try problems(evidence(isOfCampaign: false)) == [.noCampaign])
    }

    @Test func anotherMakerThanTheCampaigns() throws {
        let digest = SignedValue.hex(test.digest)
        let other = try campaign(profile: digest, maker: "华虹")
        #expect(throws: ReportError.self) { try Report(evidence(campaign: other)) }
    }

    @Test func noCard() throws {
        #expect(try problems(evidence(cards: [])).first == .noCards)
    }

    @Test func anEditedReport() throws {
        let failed = try evidence(results: results(checks) { $0 == 5 ? .failed : .passed })
        let text = String(decoding: try report(failed), as: UTF8.self)
        let edited = Array(text.replacing("failed", with: "passed").utf8)
        try #require(edited != Array(text.utf8))
        #expect(throws: ReportError.reportDiffers(path: "report.json")) {
            try FiledReport(report: edited, evidence: failed.fileBytes(), signature: signature(failed))
        }
    }

    @Test func theReportOfAnotherRun() throws {
        let failed = try evidence(results: results(checks) { $0 == 5 ? .failed : .passed })
        #expect(throws: ReportError.reportDiffers(path: "report.json")) {
            try FiledReport(report: report(evidence()), evidence: failed.fileBytes(), signature: signature(failed))
        }
    }

    @Test func evidenceWithAMemberTwice() throws {
        // Some readers take the first of two, some the last.
        let text = String(decoding: try evidence().fileBytes(), as: UTF8.self)
        let twice = text.replacing("{", with: "{\"maker\":\"华虹\",", maxReplacements: 1)
        #expect(throws: ReportError.self) {
            try FiledReport(
                report: report(evidence()), evidence: Array(twice.utf8), signature: signature(evidence()))
        }
    }

    @Test func aReportOfNothing() throws {
        for text in ["", "{}", "[]"] {
            #expect(throws: ReportError.self) {
                try FiledReport(
                    report: Array(text.utf8), evidence: evidence().fileBytes(), signature: signature(evidence()))
            }
        }
    }
}
