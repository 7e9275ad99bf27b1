import Foundation
import ISO7816
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

    /// Writes `evidence.json`, `report.json`, `junit.xml`, and HTML and PDF in both languages.
    public func write(_ report: Report) throws(ReportError) -> [Written] {
        var files: [(name: String, bytes: [UInt8])] = [
            (FiledReport.evidenceName, try report.evidence.fileBytes()),
            ("junit.xml", Array(JUnitReport(report).text.utf8)),
            (FiledReport.reportName, try ReportFile(report).bytes()),
        ]
        for language in ReportLanguage.allCases {
            let name = "report.\(language.rawValue)"
            files.append((name + ".html", Array(HTMLReport(report, language: language).text.utf8)))
            files.append((name + ".pdf", try PDFReport(report, language: language).bytes()))
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, problem: "the folder cannot be made")
        }
        var written: [Written] = []
        for (name, bytes) in files.sorted(by: { $0.name < $1.name }) {
            do {
                try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name), options: .atomic)
            } catch {
                throw .file(path: path + "/" + name, problem: "cannot be written")
            }
            written.append(Written(name: name, bytes: bytes.count, digest: Hex.encode(SM3.hash(bytes)).lowercased()))
        }
        return written
    }
}
