import ArgumentParser
import Foundation
import TestCards

struct TestCardsReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write the report of a run: JSON, JUnit, HTML and PDF, Chinese and English.",
        discussion:
            "The same evidence gives the same files to the byte (PDF: with the same fonts). --check compares instead.")

    @Argument(help: "The campaign's folder, or an evidence.json.")
    var source: String

    @Option(name: .long, help: "The folder to write. Default: report beside the evidence.")
    var out: String?

    @Flag(name: .long, help: "Write nothing: say whether the report there is what its evidence gives.")
    var check = false

    @Flag(name: .long, help: "JSON.")
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
        let folder: String
        let files: [File]
    }

    mutating func run() throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
        guard isThere else { throw Failure(.badInput, Terminal.text("\(source) is not there", "\(source) 不存在")) }
        let path = isFolder.boolValue ? source + "/" + FiledReport.evidenceName : source
        let folder = out ?? (path as NSString).deletingLastPathComponent.appendingPath("report")
        if check {
            let filed = try FiledReport(path: folder)
            Terminal.print(
                Terminal.text(
                    "the report is its evidence's: \(filed.file.number), SM3 \(filed.digest)",
                    "报告与证据一致：\(filed.file.number)，SM3 \(filed.digest)"))
            return
        }
        let evidence = try SuiteEvidence(fileBytes: Terminal.contents(of: path, atMost: SuiteEvidence.longestFile))
        let report = try Report(evidence)
        let files = try ReportFolder(path: folder).write(report)
        if json {
            return try Terminal.print(
                json: Output(
                    number: report.number, verdict: report.verdict, isWhole: report.isWhole, folder: folder,
                    files: files.map { Output.File(name: $0.name, bytes: $0.bytes, sm3: $0.digest) }))
        }
        Terminal.print("\(report.number): \(report.verdict.rawValue)")
        for file in files { Terminal.print("  \(file.digest)  \(folder)/\(file.name)") }
    }
}

extension String {
    fileprivate func appendingPath(_ name: String) -> String { isEmpty ? name : self + "/" + name }
}
