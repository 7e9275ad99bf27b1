import Foundation
import Messages
import TestCards
import Testing

@Suite("Evidence: kept, never replaced") struct EvidenceStoreTests {
    private let bench: CampaignBench
    private let folder: CampaignFolder
    private let signer: EvidenceSigner
    private let time = "2026-11-25T09:12:31Z"

    init() throws {
        bench = try CampaignBench()
        folder = try bench.create(cards: 2)
        signer = try SampleEvidence.signer()
    }

    private func evidence(
        failing: Bool = false, scope: SuiteScope = SuiteScope(suiteChecks: 4),
        startedAt: String = "2026-11-25T09:00:00Z"
    ) -> SuiteEvidence {
        SampleEvidence.evidence(
            station: signer.station, scope: scope, campaignDigest: folder.digest, failing: failing, startedAt: startedAt
        )
    }

    private func keep(_ evidence: SuiteEvidence) throws -> String {
        try EvidenceStore.keep(evidence, in: folder, by: signer, at: time)
    }

    @Test("A whole run is the campaign's evidence; what was there before is kept with its signature")
    func whole() throws {
        let first = evidence(failing: true)
        #expect(try keep(first) == folder.evidencePath)
        let second = evidence(startedAt: "2026-11-25T09:05:00Z")
        #expect(try keep(second) == folder.evidencePath)
        #expect(try SignedEvidence(path: folder.evidencePath).evidence == second)
        let earlier = try FileManager.default.contentsOfDirectory(atPath: folder.earlier)
        let kept = try #require(earlier.first)
        #expect(earlier.count == 1)
        #expect(try SignedEvidence(path: "\(folder.earlier)/\(kept)/evidence.json").evidence == first)
        // The same run twice: both are kept.
        _ = try keep(first)
        _ = try keep(first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.earlier).count == 3)
    }

    @Test("A part, a run with faults and one that was stopped leave the campaign's evidence as it is")
    func parts() throws {
        let whole = evidence()
        _ = try keep(whole)
        let before = FileManager.default.contents(atPath: folder.evidencePath)
        let scopes = [
            SuiteScope(suiteChecks: 5, only: ["access"]), SuiteScope(suiteChecks: 4, faults: ["block-early"]),
            SuiteScope(suiteChecks: 4, isStopped: true),
        ]
        for scope in scopes + scopes {
            let part = evidence(scope: scope)
            let path = try keep(part)
            #expect(path.hasPrefix(folder.parts + "/"))
            #expect(try SignedEvidence(path: path).evidence == part)
        }
        #expect(EvidenceStore.parts(of: folder).count == 6)
        #expect(FileManager.default.contents(atPath: folder.evidencePath) == before)
        #expect(!FileManager.default.fileExists(atPath: folder.earlier))
    }

    @Test("A file of one's own choice must not be there yet")
    func ownFile() throws {
        let path = bench.path + "/own.json"
        try EvidenceStore.create(evidence(), at: path, by: signer, time: time)
        #expect(throws: ReportError.self) { try EvidenceStore.create(evidence(), at: path, by: signer, time: time) }
        let other = bench.path + "/other.json"
        try FileManager.default.createSymbolicLink(atPath: other, withDestinationPath: bench.path + "/target")
        #expect(throws: ReportError.self) { try EvidenceStore.create(evidence(), at: other, by: signer, time: time) }
        #expect(!FileManager.default.fileExists(atPath: bench.path + "/target"))
    }

    @Test(
        "Links in the places of evidence, signature, parts and report are refused, and what they point at stays",
        arguments: ["evidence.json", "evidence.json.signature", "parts", "earlier", "report", "report/report.json"])
    func links(_ name: String) throws {
        let target = bench.path + "-target"
        let isFolder = ["parts", "earlier", "report"].contains(name)
        defer { try? FileManager.default.removeItem(atPath: target) }
        if isFolder {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        } else {
            try Data("the only copy".utf8).write(to: URL(fileURLWithPath: target))
        }
        if name == "earlier" { _ = try keep(evidence()) }
        if name.contains("/") {
            try FileManager.default.createDirectory(
                atPath: bench.path + "/report", withIntermediateDirectories: false)
        }
        try FileManager.default.createSymbolicLink(atPath: bench.path + "/" + name, withDestinationPath: target)
        #expect(throws: ReportError.self) {
            switch name {
            case "parts": _ = try keep(evidence(scope: SuiteScope(suiteChecks: 4, isStopped: true)))
            case "evidence.json", "evidence.json.signature", "earlier": _ = try keep(evidence())
            default: _ = try ReportFolder(path: bench.path + "/report").write(Report(evidence()), signature: nil)
            }
        }
        if isFolder {
            #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
        } else {
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "the only copy")
        }
    }

    @Test("Evidence, campaign and report are their owner's only, whatever the umask is")
    func modes() throws {
        _ = try keep(evidence())
        _ = try keep(evidence(scope: SuiteScope(suiteChecks: 9)))
        _ = try keep(evidence(failing: true))
        _ = try ReportFolder(path: bench.path + "/report").write(Report(evidence()), signature: nil)
        let names = try FileManager.default.subpathsOfDirectory(atPath: bench.path)
        #expect(names.count > 15)
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.path + "/" + name)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }
}

@Suite("Reports of a part") struct PartReportTests {
    private static let scopes = [
        SuiteScope(suiteChecks: 5, only: ["access"]), SuiteScope(suiteChecks: 4, faults: ["block-early"]),
        SuiteScope(suiteChecks: 4, isStopped: true), SuiteScope(suiteChecks: 2386, only: [""]),
    ]

    @Test("say so in every form, and never that anything was passed", arguments: scopes)
    func neverPassed(_ scope: SuiteScope) throws {
        let report = try Report(SampleEvidence.evidence(scope: scope))
        #expect(report.verdict == .incomplete && !report.isWhole && !report.missing.isEmpty)
        let json = String(decoding: try ReportFile(report).bytes(), as: UTF8.self)
        #expect(json.contains("\"verdict\" : \"incomplete\"") && json.contains("\"isWhole\" : false"))
        let xml = JUnitReport(report).text
        #expect(XMLScan(xml).isWellFormed && XMLScan(xml).count(of: "error") == 1)
        #expect(xml.contains("errors=\"1\"") && xml.contains("value=\"incomplete\""))
        for language in Language.allCases {
            let html = HTMLReport(report, language: language).text
            #expect(!html.contains(">PASSED<") && !html.contains(">合格<"))
            #expect(html.contains(language == .chinese ? "并非完整检测" : "Not a whole run"))
        }
        // A failure stays one.
        #expect(try Report(SampleEvidence.evidence(scope: scope, failing: true)).verdict == .failed)
    }

    @Test("The first page and report.json name chip, station, equipment and the digest that a release names")
    func firstPage() throws {
        let report = try Report(SampleEvidence.evidence(chip: "CHIP-THD86"))
        let json = String(decoding: try ReportFile(report).bytes(), as: UTF8.self)
        #expect(json.contains("\"chip\" : \"CHIP-THD86\"") && json.contains(SampleEvidence.station.fingerprint))
        #expect(!json.contains(report.digest))
        for language in Language.allCases {
            let html = HTMLReport(report, language: language).text
            let first = html[..<(html.firstRange(of: "<svg")?.lowerBound ?? html.endIndex)]
            for text in [
                report.digest, report.evidenceDigest, "CHIP-THD86", "desk-1", SampleEvidence.station.fingerprint,
                "Reader &lt;1&gt; (V &amp; Co, 1.2.3, 77)", "pcsc-lite 2.0.0", "healthcard 0.2.0",
            ] {
                #expect(first.contains(text), "\(text)")
            }
        }
        #expect(JUnitReport(report).text.contains(report.digest))
    }
}
