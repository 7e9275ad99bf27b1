import Foundation
import ISO7816
import ShangMi

/// A report and its evidence on disk, proved to belong together: what a release may rest on.
public struct FiledReport: Sendable {
    public static let reportName = "report.json"
    public static let evidenceName = "evidence.json"

    public let report: Report
    public let file: ReportFile
    /// SM3 over the bytes of `report.json`, lower-case hexadecimal.
    public let digest: String

    /// - Parameter path: `report.json`, or the folder it is in; `evidence.json` lies beside it, or one folder up.
    /// - Throws: `.reportDiffers` when the report is not, to the byte, what the evidence gives.
    public init(path: String) throws(ReportError) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists else { throw .file(path: path, problem: "is not there") }
        let reportPath = isFolder.boolValue ? path + "/" + Self.reportName : path
        let folder = (reportPath as NSString).deletingLastPathComponent
        let places = [folder, (folder as NSString).deletingLastPathComponent].map {
            ($0.isEmpty ? "." : $0) + "/" + Self.evidenceName
        }
        guard let evidencePath = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw .file(path: places[0], problem: "is not there: a report is checked against its evidence")
        }
        try self.init(
            report: Self.read(reportPath, atMost: SuiteEvidence.longestFile),
            evidence: Self.read(evidencePath, atMost: SuiteEvidence.longestFile), path: reportPath)
    }

    /// The same of bytes that were read before.
    ///
    /// - Parameter path: for messages.
    public init(report bytes: [UInt8], evidence: [UInt8], path: String = reportName) throws(ReportError) {
        let evidence = try SuiteEvidence(fileBytes: evidence)
        report = try Report(evidence)
        file = ReportFile(report)
        guard try file.bytes() == bytes else { throw .reportDiffers(path: path) }
        digest = Hex.encode(SM3.hash(bytes)).lowercased()
    }

    /// Opened once: what is checked is what is used.
    static func read(_ path: String, atMost limit: Int) throws(ReportError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: limit + 1)
        else { throw .file(path: path, problem: "cannot be read") }
        guard data.count <= limit else { throw .file(path: path, problem: "is longer than \(limit) bytes") }
        return Array(data)
    }
}
