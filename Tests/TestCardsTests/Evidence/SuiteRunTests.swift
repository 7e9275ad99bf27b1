import Foundation
import Messages
import TestCards
import Testing

/// `run --failed`: what failed is done again, and both results are kept.
@Suite("Evidence of several runs") struct SuiteRunTests {
    private let failing = SampleEvidence.evidence(failing: true)
    private let failed = "access.DDF1/EF05.read.without-key"
    private let card = SampleEvidence.cards[0]

    private func run(_ cards: [TestedCard] = SampleEvidence.cards) -> SuiteRun {
        SuiteRun(
            startedAt: "2026-11-26T01:00:00Z", finishedAt: "2026-11-26T01:00:09Z", tester: "李四", reader: "virtual",
            equipment: nil, cards: cards, cases: [], addedTo: nil)
    }

    private func findings(
        _ verdict: CheckVerdict, cards: [TestedCard] = [SampleEvidence.cards[0]], check: String? = nil
    ) -> SuiteFindings {
        SuiteFindings(
            cards: cards,
            results: [
                CheckResult(
                    check: check ?? failed, card: cards[0].serial, verdict: verdict, got: CheckText("now", "现在"),
                    exchanges: [])
            ],
            times: [OperationTimes(operation: "select", microseconds: [7], limit: nil)])
    }

    @Test("What is done again: on each card what failed on it, and what could not be done because of that")
    func cases() {
        #expect(failing.failedCases.map(\.card) == [card.serial])
        #expect(failing.failedCases.first?.checks == [failed])
        #expect(SampleEvidence.evidence().failedCases.isEmpty)
        let waiting = CheckResult(
            check: "robustness.extended", card: card.serial, verdict: .notRun, got: CheckText("a", "甲"), exchanges: [],
            cause: failed)
        let results = SampleEvidence.results(failing: true).filter {
            $0.check != waiting.check || $0.card != card.serial
        }
        let evidence = SampleEvidence.evidence(results: results + [waiting])
        #expect(evidence.failedCases.first?.checks == [failed, waiting.check])
    }

    @Test("A cure is passed, and the failure before it stays in evidence, report.json and on the first page")
    func cured() throws {
        let evidence = try failing.adding(findings(.passed), of: run())
        let report = try Report(evidence)
        #expect(report.verdict == .passed && report.cured.count == 1)
        #expect(evidence.results.count == failing.results.count)
        #expect(evidence.superseded?.map(\.verdict) == [.failed])
        #expect(evidence.runs?.count == 2 && evidence.runs?[1].cases == [failed])
        #expect(try evidence.runs?[1].addedTo == failing.digest())
        #expect(evidence.startedAt == failing.startedAt && evidence.finishedAt == "2026-11-26T01:00:09Z")
        #expect(evidence.times.first?.microseconds.last == 7)
        #expect(try SuiteEvidence(fileBytes: evidence.fileBytes()) == evidence)
        let json = String(decoding: try ReportFile(report).bytes(), as: UTF8.self)
        #expect(json.contains("\"repeated\" : [") && json.contains("\"verdict\" : \"failed\""))
        let schema = try JSONSchema(
            contentsOf: Repository.root.appendingPathComponent("Docs/schemas/report-schema.json"))
        #expect(try schema.problems(of: Data(json.utf8)) == [])
        for language in Language.allCases {
            let html = HTMLReport(report, language: language).text
            let first = html[..<(html.firstRange(of: "class=\"break\"")?.lowerBound ?? html.endIndex)]
            #expect(first.contains(language == .chinese ? "曾不通过 1 项" : "Failed before: 1"))
        }
        // Once more, by the same door.
        let again = try evidence.adding(findings(.failed), of: run())
        #expect(try Report(again).verdict == .failed)
        #expect(again.superseded?.map(\.verdict) == [.failed, .passed])
        #expect(again.superseded?.map(\.run) == [nil, 1] && again.results.compactMap(\.run) == [2])
    }

    @Test("What could not be done again leaves the failure as it is")
    func notRun() throws {
        let evidence = try failing.adding(findings(.notRun), of: run())
        #expect(evidence.superseded == nil && evidence.results == failing.results)
        #expect(try Report(evidence).verdict == .failed)
    }

    @Test("Another card, another product and a check of another suite are not added")
    func refused() throws {
        let stranger = TestedCard(serial: "FF", answerToReset: "3B", isSetAside: false)
        #expect(throws: ReportError.notAdded(.strangeCard("FF"))) {
            try failing.adding(findings(.passed, cards: [stranger]), of: run())
        }
        let other = TestedCard(
            serial: card.serial, answerToReset: card.answerToReset.replacing("5248", with: "5249"), isSetAside: false)
        #expect(throws: ReportError.notAdded(.otherBuild(card.serial))) {
            try failing.adding(findings(.passed, cards: [other]), of: run())
        }
        #expect(throws: ReportError.evidence(.unknownCheck("nobody"))) {
            try failing.adding(findings(.passed, check: "nobody"), of: run())
        }
        #expect(card.build == SampleEvidence.cards[1].build && card.build != other.build)
    }

    @Test("Runs that do not fit together give no report")
    func contradictions() throws {
        let good = try failing.adding(findings(.passed), of: run())
        let text = String(decoding: try good.fileBytes(), as: UTF8.self)
        let edits: [(String, String)] = [
            ("\"run\":1,", ""), ("\"run\":1,", "\"run\":2,"), ("\"run\":1,", "\"run\":-1,"),
            ("\"cases\":[\"\(failed)\"]", "\"cases\":[]"),
            ("\"cases\":[]", "\"cases\":[\"\(failed)\"]"), ("\"addedTo\":\"", "\"addedTo\":\"x"),
        ]
        for (old, new) in edits {
            let edited = text.replacing(old, with: new)
            #expect(edited != text, "\(old)")
            #expect(throws: ReportError.self, "\(old) \(new)") {
                try Report(SuiteEvidence(fileBytes: Array(edited.utf8)))
            }
        }
        let alone = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
        for key in ["runs", "superseded"] {
            let edited = try JSONSerialization.data(
                withJSONObject: alone.filter { $0.key != key }, options: [.sortedKeys, .withoutEscapingSlashes])
            #expect(throws: ReportError.self, "without \(key)") {
                try Report(SuiteEvidence(fileBytes: Array(edited) + [0x0A]))
            }
        }
    }
}

@Suite("Comparison of two runs") struct EvidenceComparisonTests {
    @Test("A run differs from itself in nothing")
    func same() {
        let comparison = EvidenceComparison(SampleEvidence.evidence(), SampleEvidence.evidence())
        #expect(comparison.subject.isEmpty && comparison.results.isEmpty && comparison.times.isEmpty)
        #expect(comparison.onlyInA.isEmpty && comparison.onlyInB.isEmpty && comparison.redefined.isEmpty)
        #expect(comparison.commonChecks == 4)
    }

    @Test("Subject, results, checks and times that differ are named")
    func different() {
        let slow = [
            OperationTimes(operation: "select", microseconds: [1200, 1300, 1250], limit: nil),
            OperationTimes(operation: "read DDF1/EF05", microseconds: [11_500], limit: nil),
        ]
        let more = SampleEvidence.checks + [SampleEvidence.check("access.more", .access)]
        let comparison = EvidenceComparison(
            SampleEvidence.evidence(),
            SampleEvidence.evidence(chip: "OTHER", failing: true, checks: more, times: slow))
        #expect(comparison.subject.map(\.name) == ["chip"] && comparison.subject.first?.b == "OTHER")
        #expect(comparison.onlyInB == ["access.more"])
        #expect(comparison.results.map(\.check) == ["access.DDF1/EF05.read.without-key"])
        #expect(comparison.results.first?.a == .passed && comparison.results.first?.b == .failed)
        #expect(comparison.times.map(\.operation) == ["select"])
    }
}
