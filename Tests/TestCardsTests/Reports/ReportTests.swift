import Foundation
import Messages
import TestCards
import Testing

@Suite("Reports: what evidence comes to") struct ReportTests {
    @Test("Nothing failed and nothing missing: passed")
    func passed() throws {
        let report = try Report(SampleEvidence.evidence())
        #expect(report.verdict == .passed)
        #expect(report.isWhole)
        #expect(report.failures.isEmpty && report.gaps.isEmpty)
        #expect(report.checks(.passed) == 3)
        #expect(report.checks(.notApplicable) == 1)
        #expect(report.number.hasPrefix("TC-20261125-"))
    }

    @Test("One failure on one card fails the check, and the report, whatever else is missing")
    func failed() throws {
        let report = try Report(SampleEvidence.evidence(failing: true, blocked: .notRun))
        #expect(report.verdict == .failed)
        #expect(report.checks(.failed) == 1)
        #expect(report.failures.map(\.result.card) == ["0102030405060708"])
        #expect(report.failures.first?.result.exchanges.count == 3)
    }

    @Test("A check that was not run, or has no result, leaves the report incomplete")
    func incomplete() throws {
        for evidence in [
            SampleEvidence.evidence(blocked: .notRun),
            SampleEvidence.evidence(results: SampleEvidence.results(failing: false).dropLast()),
            SampleEvidence.evidence(results: []), SampleEvidence.evidence(results: [], checks: [], cards: []),
        ] {
            let report = try Report(evidence)
            #expect(report.verdict == .incomplete)
            #expect(!report.isWhole)
        }
    }

    @Test("Evidence that contradicts itself gives no report")
    func contradictions() {
        let good = SampleEvidence.results(failing: false)
        let strange = CheckResult(
            check: "access.nowhere", card: good[0].card, verdict: .passed, got: good[0].got, exchanges: [])
        let elsewhere = CheckResult(
            check: good[0].check, card: "FFFFFFFFFFFFFFFF", verdict: .passed, got: good[0].got, exchanges: [])
        let wrong: [SuiteEvidence] = [
            SampleEvidence.evidence(results: good + [strange]), SampleEvidence.evidence(results: good + [elsewhere]),
            SampleEvidence.evidence(results: good + [good[0]]),
            SampleEvidence.evidence(checks: SampleEvidence.checks + [SampleEvidence.checks[0]]),
            SampleEvidence.evidence(cards: SampleEvidence.cards + [SampleEvidence.cards[0]]),
            SampleEvidence.evidence(startedAt: "2026-02-30T09:00:00Z"), SampleEvidence.evidence(startedAt: "today"),
            SampleEvidence.evidence(times: [OperationTimes(operation: "x", microseconds: [-1], limit: nil)]),
        ]
        for evidence in wrong {
            #expect(throws: ReportError.self) { try Report(evidence) }
        }
    }

    @Test("Times are shown in Beijing's time, into the next day and year")
    func beijing() throws {
        let report = try Report(SampleEvidence.evidence(startedAt: "2025-12-31T16:30:00Z"))
        let html = HTMLReport(report, language: .english).text
        #expect(html.contains("2026-01-01 00:30:00 to 2026-11-25 17:12:30"))
        #expect(!html.contains("16:30:00"))
    }

    @Test("The estimate is of the card with most commands, by link, at most 45 minutes at the usual pace")
    func estimate() throws {
        let estimate = try #require(Report(SampleEvidence.evidence()).estimate)
        #expect(estimate.commands == 30_000 && estimate.bytes == 900_000 && estimate.resets == 2560)
        // (30,000 + 2,560) × 8.6 ms and 900,000 bytes at 800 a second.
        #expect(estimate.links.first?.usualSeconds == 1405 && estimate.links.first?.mostSeconds == 5358)
        #expect(estimate.links.allSatisfy { $0.usualSeconds <= 45 * 60 })
        #expect(try Report(SampleEvidence.evidence(traffic: nil)).estimate == nil)
        let absurd = CardTraffic(
            card: "0102030405060708", commands: .max, resets: 0, powerUps: 0, bytesSent: 0, bytesReceived: 0)
        #expect(throws: ReportError.self) { try Report(SampleEvidence.evidence(traffic: [absurd])) }
    }

    @Test("Each card has a verdict; one with a failure is failed, whatever the others are")
    func cards() throws {
        let report = try Report(SampleEvidence.evidence(failing: true))
        #expect(report.cards.map(\.verdict) == [.failed, .passed])
        #expect(report.cards.map(\.failed) == [1, 0])
        let part = try Report(SampleEvidence.evidence(scope: SuiteScope(suiteChecks: 9)))
        #expect(part.cards.allSatisfy { $0.verdict == .incomplete })
    }

    @Test(
        "The short form has the first page and the failures, and not the list of checks", arguments: Language.allCases)
    func short(language: Language) throws {
        let report = try Report(SampleEvidence.evidence(failing: true))
        let short = HTMLReport(report, language: language, isShort: true).text
        #expect(short.contains(report.digest) && short.contains("access.DDF1/EF05.read.without-key"))
        #expect(!short.contains("robustness.extended") && !short.contains("<svg"))
        #expect(short.utf8.count < HTMLReport(report, language: language).text.utf8.count)
        #expect(try PDFReport(report, language: language, isShort: true).bytes().count > 1000)
    }

    @Test("Median and percentiles are measured values")
    func statistics() throws {
        let times = OperationTimes(operation: "select", microseconds: Array((1...100).reversed()), limit: 7)
        let statistics = try #require(TimeStatistics(times))
        #expect(statistics.count == 100 && statistics.least == 1 && statistics.most == 100)
        #expect(statistics.median == 50 && statistics.percentile95 == 95 && statistics.limit == 7)
        #expect(TimeStatistics(OperationTimes(operation: "none", microseconds: [], limit: nil)) == nil)
        let one = try #require(TimeStatistics(OperationTimes(operation: "one", microseconds: [5], limit: nil)))
        #expect(one.median == 5 && one.percentile95 == 5)
    }

    @Test("Evidence is read back as it was written, and not when a byte is different")
    func evidenceFile() throws {
        let evidence = SampleEvidence.evidence(failing: true)
        let bytes = try evidence.fileBytes()
        #expect(try SuiteEvidence(fileBytes: bytes) == evidence)
        let text = String(decoding: bytes, as: UTF8.self)
        let edits = [
            text.replacing("\"maker\"", with: "\"hidden\":1,\"maker\""),
            text.replacing(",\"maker\"", with: ", \"maker\""),
            text + " ", String(text.dropLast()), "", "[]", text.replacing("\"failed\"", with: "\"fine\""),
        ]
        for edit in edits {
            #expect(edit != text)
            #expect(throws: ReportError.self) { try SuiteEvidence(fileBytes: Array(edit.utf8)) }
        }
    }
}

@Suite("Reports: files") struct ReportFileTests {
    @Test("The same evidence gives the same bytes in every form; other evidence gives others")
    func deterministic() throws {
        func forms(_ evidence: SuiteEvidence) throws -> [[UInt8]] {
            let report = try Report(evidence)
            var forms = [try ReportFile(report).bytes(), Array(JUnitReport(report).text.utf8)]
            for language in Language.allCases {
                forms.append(Array(HTMLReport(report, language: language).text.utf8))
                forms.append(try PDFReport(report, language: language).bytes())
            }
            return forms
        }
        let evidence = SampleEvidence.evidence(failing: true)
        let first = try forms(evidence)
        #expect(try forms(SuiteEvidence(fileBytes: evidence.fileBytes())) == first)
        let others = try forms(SampleEvidence.evidence(failing: true, maker: "another"))
        for (one, other) in zip(first, others.dropLast(0)) where one != first[1] { #expect(one != other) }
        #expect(Set(first).count == first.count)
    }

    @Test("A folder's report is proved by its evidence: an edit of either is found")
    func filed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let signer = try SampleEvidence.signer()
        let signed = SampleEvidence.evidence(station: signer.station, failing: true)
        let signature = try EvidenceSignature(signed, by: signer, at: "2026-11-25T09:12:31Z")
        let written = try ReportFolder(path: folder.path).write(Report(signed), signature: signature)
        #expect(
            written.map(\.name) == [
                "evidence.json", "evidence.json.signature", "junit.xml", "report.en.html", "report.en.pdf",
                "report.json", "report.zh.html",
                "report.zh.pdf",
            ])
        let filed = try FiledReport(path: folder.path)
        #expect(filed.report.verdict == .failed && filed.signature == signature)
        #expect(filed.digest == filed.report.digest)
        #expect(filed.digest == written.first { $0.name == "report.json" }?.digest)

        let report = folder.appendingPathComponent("report.json")
        let text = try String(contentsOf: report, encoding: .utf8)
        try text.replacing("\"verdict\" : \"failed\"", with: "\"verdict\" : \"passed\"").write(
            to: report, atomically: true, encoding: .utf8)
        #expect(throws: ReportError.reportDiffers(path: report.path)) { try FiledReport(path: folder.path) }
        try text.write(to: report, atomically: true, encoding: .utf8)
        _ = try FiledReport(path: report.path)

        let evidence = folder.appendingPathComponent("evidence.json")
        let old = try String(contentsOf: evidence, encoding: .utf8)
        try old.replacing("\"verdict\":\"failed\"", with: "\"verdict\":\"passed\"").write(
            to: evidence, atomically: true, encoding: .utf8)
        let error = #expect(throws: ReportError.self) { try FiledReport(path: report.path) }
        #expect(error?.description.contains(signer.station.description) == true)
        try FileManager.default.removeItem(at: evidence)
        #expect(throws: ReportError.self) { try FiledReport(path: report.path) }
    }

    @Test("report.json is what its schema says", arguments: [true, false])
    func schema(failing: Bool) throws {
        let schema = try JSONSchema(
            contentsOf: Repository.root.appendingPathComponent("Docs/schemas/report-schema.json"))
        let file = ReportFile(try Report(SampleEvidence.evidence(failing: failing)))
        let bytes = try file.bytes()
        #expect(try schema.problems(of: Data(bytes)) == [])
        // A schema that takes everything would prove nothing.
        let text = String(decoding: bytes, as: UTF8.self)
        for edit in [
            text.replacing("\"format\"", with: "\"kind\""),
            text.replacing("\"isWhole\" : true", with: "\"isWhole\" : 1"),
            text.replacing("\"chip\" : \"THD86\"", with: "\"chip\" : 1"),
            text.replacing("\"fingerprint\"", with: "\"print\""),
            text.replacing("\"verdict\" : \"passed\"", with: "\"verdict\" : \"good\""),
            text.replacing("\"number\"", with: "\"extra\" : 1, \"number\""),
            text.replacing(SampleEvidence.digest, with: "abc"),
        ] {
            #expect(edit != text)
            #expect(try schema.problems(of: Data(edit.utf8)) != [])
        }
    }

    @Test("What a card says is never mark-up")
    func markup() throws {
        let report = try Report(SampleEvidence.evidence(failing: true))
        let xml = JUnitReport(report).text
        let parser = XMLScan(xml)
        #expect(parser.isWellFormed)
        #expect(parser.count(of: "testcase") == 7)
        #expect(parser.count(of: "failure") == 1)
        #expect(parser.count(of: "skipped") == 2)
        for language in Language.allCases {
            let html = HTMLReport(report, language: language).text
            #expect(!html.contains("<脚本>") && !html.contains("<gone>") && !html.contains("<&>"))
            #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"))
            #expect(html.contains("<svg"))
        }
    }

    @Test("PDF: begins and ends as one, says when it was made by the evidence alone")
    func pdf() throws {
        for language in Language.allCases {
            let bytes = try PDFReport(Report(SampleEvidence.evidence(failing: true)), language: language).bytes()
            let text = String(decoding: bytes, as: Unicode.ASCII.self)
            #expect(text.hasPrefix("%PDF-1.5"))
            #expect(text.hasSuffix("%%EOF\n"))
            #expect(text.contains("20261125091230"))
        }
    }
}
