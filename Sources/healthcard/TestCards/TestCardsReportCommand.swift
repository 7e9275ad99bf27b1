import ArgumentParser
import Files
import Foundation
import Messages
import TestCards

struct TestCardsReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write the report of a run: JSON, JUnit, HTML and PDF, Chinese and English.",
        discussion:
            """
            The same evidence gives the same files to the byte (PDF: with the same fonts). --check compares instead. \
            Evidence that is not, to the byte, what its station signed is refused (exit code 6); evidence of older \
            software gives a report that is marked as unsigned, and never passed.
            """)

    @Argument(help: "The campaign's folder, one of its parts, or an evidence.json.")
    var source: String

    @Option(name: .long, help: "The folder to write. Default: report beside the evidence.")
    var out: String?

    @Flag(name: .long, help: "Write nothing: say whether the report there is what its evidence gives.")
    var check = false

    @Flag(name: .long, help: "Write the short form as well: the first page and the failures.")
    var short = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Output: Encodable {
        struct File: Encodable {
            let name: String
            let bytes: Int
            let sm3: String
        }

        let number: String
        let verdict: ReportVerdict
        let isWhole: Bool
        let missing: [String]
        let station: EvidenceStation?
        let digest: String
        let folder: String
        let files: [File]
    }

    mutating func run() throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
        guard isThere else { throw Failure(.badInput, TestCardReportText.missing(source: source)) }
        let path = isFolder.boolValue ? source + "/" + FiledReport.evidenceName : source
        let folder = out ?? path.parentFolder.appendingPath("report")
        if check {
            let filed = try FiledReport(path: folder)
            Terminal.print(
                TestCardReportText.matches(number: filed.file.number, digest: filed.digest))
            Self.say(filed.report)
            return
        }
        if isFolder.boolValue { try Self.checkWhole(source, path) }
        let signed = try SignedEvidence(path: path)
        let report = try Report(signed.evidence)
        let files = try ReportFolder(path: folder).write(report, signature: signed.signature, hasShort: short)
        if json {
            return try Terminal.print(
                json: Output(
                    number: report.number, verdict: report.verdict, isWhole: report.isWhole,
                    missing: report.missing.map { Terminal.words($0.text) },
                    station: report.evidence.station, digest: report.digest, folder: folder,
                    files: files.map { Output.File(name: $0.name, bytes: $0.bytes, sm3: $0.digest) }))
        }
        Terminal.print("\(report.number): \(report.verdict.rawValue)")
        if short { ReportText.sayShort(report) }
        for file in files { Terminal.print("  \(file.digest)  \(folder)/\(file.name)") }
        Self.say(report)
    }

    /// Who signed it, and what it lacks.
    private static func say(_ report: Report) {
        if let station = report.evidence.station {
            Terminal.print(Terminal.words(TestCardReportText.signedBy) + station.description)
        }
        for gap in report.missing {
            Terminal.note(Terminal.words(TestCardReportText.notWhole) + Terminal.words(gap.text))
        }
    }

    /// A campaign with parts only has no evidence of its own.
    private static func checkWhole(_ folder: String, _ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path), let campaign = try? CampaignFolder(path: folder),
            let part = EvidenceStore.parts(of: campaign).last
        else { return }
        throw Failure(
            .badInput,
            TestCardReportText.noEvidence(folder: folder, part: part))
    }
}

extension String {
    fileprivate func appendingPath(_ name: String) -> String { isEmpty ? name : self + "/" + name }
}
