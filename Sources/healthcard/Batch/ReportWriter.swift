import Foundation
import Personalization

/// Writes a report problem by problem, so that one of a million problems needs no more memory than one of two.
final class ReportWriter {
    private let format: ReportFormat
    private let path: String?
    private let file: FileHandle?
    private var buffer = ""
    private var isFirst = true
    private var isLost = false

    /// To standard output.
    init(format: ReportFormat) {
        self.format = format
        path = nil
        file = nil
        begin()
    }

    /// - Parameters:
    ///   - inputs: what is read; none of it is written over.
    ///   - isForced: whether a file that is no report is written over.
    /// - Throws: ``Failure`` when the file cannot be made, is an input, or no report.
    init(path: String, format: ReportFormat, inputs: [String], isForced: Bool) throws {
        self.format = format
        self.path = path
        guard !Batch.isNameOfReply(path: path) else {
            throw Failure(.usage, CheckMessage.reportNamedReply(path))
        }
        file = try OutputFile.open(path, inputs: inputs, isForced: isForced, isOwn: Self.isReport)
        begin()
    }

    private static let jsonHead = "{\"problems\":["
    private static let csvHead = "file,row,column,code,what,remedy\r\n"

    /// Whether a file that begins so is a report, in any format and language.
    private static func isReport(_ text: String) -> Bool {
        if text.hasPrefix(jsonHead) || text.hasPrefix(csvHead) { return true }
        let first = text.prefix { $0 != "\n" }
        if first.hasPrefix("batch ") || first.hasPrefix("批次 ") { return true }
        guard first.hasSuffix("]"), let start = first.lastIndex(of: "[") else { return false }
        return BatchProblem.Code(rawValue: String(first[first.index(after: start)...].dropLast())) != nil
    }

    private func begin() {
        switch format {
        case .text: break
        case .json: buffer += Self.jsonHead
        case .csv: buffer += Self.csvHead
        }
    }

    func write(_ problem: BatchProblem) {
        switch format {
        case .text: buffer += "\(problem.text(in: Terminal.language)) [\(problem.code.rawValue)]\n"
        case .json:
            buffer += (isFirst ? "\n" : ",\n") + Self.json(ProblemEntry(problem))
            isFirst = false
        case .csv:
            let place = problem.place
            let fields = [
                place.file, place.number.map(String.init) ?? "", problem.item ?? "", problem.code.rawValue,
                problem.finding.what(in: Terminal.language), problem.finding.hint(in: Terminal.language) ?? "",
            ]
            buffer += fields.map(Self.quoted).joined(separator: ",") + "\r\n"
        }
        if buffer.utf8.count > 1 << 16 { flush() }
    }

    /// - Throws: ``Failure`` when not all of it could be written.
    func finish(_ report: BatchReport) throws {
        switch format {
        case .text: buffer += ReportSummary.counts(report).joined(separator: "\n") + "\n"
        case .json:
            buffer += "\n],\"setAside\":["
            for (index, row) in report.setAside.enumerated() {
                buffer += (index == 0 ? "\n" : ",\n") + Self.json(SetAsideEntry(row))
                if buffer.utf8.count > 1 << 16 { flush() }
            }
            buffer += "\n],\"summary\":" + Self.json(SummaryEntry(report)) + "}\n"
        case .csv: break
        }
        flush()
        guard isLost else { return }
        throw Failure(.badInput, CheckMessage.reportNotWhole(path))
    }

    private func flush() {
        defer { buffer = "" }
        guard let file else {
            if !Terminal.emit(buffer, as: format == .json ? .json : .csv) { isLost = true }
            return
        }
        do {
            try file.write(contentsOf: Data(buffer.utf8))
        } catch {
            isLost = true
        }
    }

    /// RFC 4180.
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

/// A problem in JSON (`Docs/batch.md`).
private struct ProblemEntry: Encodable {
    let file: String
    let row: Int?
    let column: String?
    let code: String
    let what: String
    let remedy: String

    init(_ problem: BatchProblem) {
        file = problem.place.file
        row = problem.place.number
        column = problem.item
        code = problem.code.rawValue
        what = problem.finding.what(in: Terminal.language)
        remedy = problem.finding.hint(in: Terminal.language) ?? ""
    }
}

private struct SetAsideEntry: Encodable {
    let row: Int
    let code: String
    let reason: String

    init(_ row: RowSetAside) {
        self.row = row.row
        code = row.code
        reason = row.reason.text(in: Terminal.language)
    }
}

/// A reply that was read.
private struct ReplyEntry: Encodable {
    let file: String
    let from: String?
    let exceptions: Bool
    let records: Int

    init(_ reply: HeardReply) {
        file = reply.file
        from = reply.verifier.map(\.description)
        exceptions = reply.isException
        records = reply.records
    }
}

private struct SummaryEntry: Encodable {
    let batch: String
    let rows: Int
    let sound: Int
    let faulty: Int
    let setAside: Int
    let problems: Int
    let byCode: [String: Int]
    let isCutShort: Bool
    let replies: [ReplyEntry]
    let isUnverified: Bool
    let contentDigest: String?

    init(_ report: BatchReport) {
        batch = report.batch
        rows = report.rows
        sound = report.sound
        faulty = report.faulty
        setAside = report.setAside.count
        problems = report.problemCount
        byCode = Dictionary(uniqueKeysWithValues: report.problems.map { ($0.key.rawValue, $0.value) })
        isCutShort = report.isCutShort
        replies = report.replies.map(ReplyEntry.init)
        isUnverified = report.isUnverified
        contentDigest = report.prepared?.contentDigest
    }
}
