import Messages
import ShangMi

/// A report in all its forms in one folder, the evidence among them.
public struct ReportFolder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// The digest of every file that was written, in the order of their names: the same evidence gives the same list.
    public struct Written: Sendable, Hashable {
        public let name: String
        public let bytes: Int
        /// SM3, lower-case hexadecimal.
        public let digest: String
    }

    /// Writes `evidence.json` and its signature, `report.json`, `junit.xml`, and HTML and PDF in both languages; each for
    /// its owner only.
    ///
    /// - Parameters:
    ///   - signature: of the report's evidence; nil for that of older software.
    ///   - hasShort: also `short.*.html` and `short.*.pdf`: the first page and the failures.
    public func write(
        _ report: Report, signature: EvidenceSignature?, hasShort: Bool = false
    ) throws(ReportError) -> [Written] {
        var files: [(name: String, bytes: [UInt8])] = [
            (FiledReport.evidenceName, try report.evidence.fileBytes()),
            ("junit.xml", Array(JUnitReport(report).text.utf8)),
            (FiledReport.reportName, try ReportFile(report).bytes()),
        ]
        if let signature { files.append((FiledReport.evidenceName + EvidenceSignature.suffix, signature.fileBytes)) }
        for language in Language.allCases {
            let name = "report.\(language.rawValue)"
            files.append((name + ".html", Array(HTMLReport(report, language: language).text.utf8)))
            files.append((name + ".pdf", try PDFReport(report, language: language).bytes()))
            guard hasShort else { continue }
            let short = "short.\(language.rawValue)"
            let html = HTMLReport(report, language: language, isShort: true).text
            files.append((short + ".html", Array(html.utf8)))
            files.append((short + ".pdf", try PDFReport(report, language: language, isShort: true).bytes()))
        }
        let sorted = files.sorted { $0.name < $1.name }
        do throws(GuardedFileError) {
            try GuardedFile.makeFolder(path)
            for (name, _) in sorted { try GuardedFile.checkReplaceable(path + "/" + name) }
            for (name, bytes) in sorted { try GuardedFile.replace(path + "/" + name, with: bytes) }
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
        return sorted.map { name, bytes in
            Written(name: name, bytes: bytes.count, digest: SuiteEvidence.hex(SM3.hash(bytes)))
        }
    }
}
