import Files
import Foundation

/// A report and its evidence on disk, proved to belong together: what a release may rest on.
public struct FiledReport: Sendable {
    public static let reportName = "report.json"
    public static let evidenceName = "evidence.json"

    public let report: Report
    public let file: ReportFile
    /// SM3 over the bytes of `report.json`, lower-case hexadecimal.
    public let digest: String

    /// The station's; nil for evidence of older software.
    public let signature: EvidenceSignature?

    /// - Parameter path: `report.json`, or the folder it is in; `evidence.json` and its signature lie beside it, or one
    ///   folder up.
    /// - Throws: `.reportDiffers` when the report is not, to the byte, what the evidence gives; `.unsigned`, `.signature`.
    public init(path: String) throws(ReportError) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists else { throw .file(path: path, problem: .missing) }
        let reportPath = isFolder.boolValue ? path + "/" + Self.reportName : path
        let folder = reportPath.parentFolder
        let places = [folder, folder + "/.."].map { $0 + "/" + Self.evidenceName }
        let there = places.filter { FileManager.default.fileExists(atPath: $0) }
        guard let evidencePath = there.first else {
            throw .file(path: places[0], problem: .noEvidence)
        }
        // The report's own copy, and the campaign's: whoever looks at one takes it for the other.
        if let other = there.dropFirst().first, try Self.differ(evidencePath, other) {
            throw .file(
                path: evidencePath,
                problem: .differs(from: other))
        }
        try self.init(
            report: Self.read(reportPath, atMost: SuiteEvidence.longestFile),
            signed: SignedEvidence(path: evidencePath), path: reportPath)
    }

    /// The same of bytes that were read before.
    ///
    /// - Parameters:
    ///   - signature: the bytes of the file beside the evidence; nil: there is none.
    ///   - path: for messages.
    public init(
        report bytes: [UInt8], evidence: [UInt8], signature: [UInt8]?, path: String = reportName
    ) throws(ReportError) {
        try self.init(report: bytes, signed: SignedEvidence(evidence: evidence, signature: signature), path: path)
    }

    private init(report bytes: [UInt8], signed: SignedEvidence, path: String) throws(ReportError) {
        report = try Report(signed.evidence)
        file = ReportFile(report)
        guard try file.bytes() == bytes else { throw .reportDiffers(path: path) }
        digest = report.digest
        signature = signed.signature
    }

    private static func differ(_ path: String, _ other: String) throws(ReportError) -> Bool {
        try read(path, atMost: SuiteEvidence.longestFile) != read(other, atMost: SuiteEvidence.longestFile)
    }

    /// Opened once: what is checked is what is used.
    static func read(_ path: String, atMost limit: Int) throws(ReportError) -> [UInt8] {
        guard let bytes = try readIfPresent(path, atMost: limit) else {
            throw .file(path: path, problem: .missing)
        }
        return bytes
    }

    static func readIfPresent(_ path: String, atMost limit: Int) throws(ReportError) -> [UInt8]? {
        do throws(GuardedFileError) {
            return try GuardedFile.read(path, atMost: limit)
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
    }
}
