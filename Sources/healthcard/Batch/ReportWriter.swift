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

    /// Opens what the name stands for: a link is followed and a device written to, neither is replaced. A new file is its
    /// owner's alone.
    ///
    /// - Parameter inputs: what is read; none of it is written over.
    /// - Throws: ``Failure`` when the file cannot be made, or is an input.
    init(path: String, format: ReportFormat, inputs: [String]) throws {
        self.format = format
        self.path = path
        guard !Self.isOne(of: inputs, path) else {
            throw Failure(
                .usage,
                Terminal.text(
                    "\(path) is a file that is read here: name another one for the report",
                    "\(path) 是本次要读取的文件：请为报告指定其他文件"))
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .badInput,
                Terminal.text("the report cannot be written to \(path)", "无法将报告写入 \(path)"))
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        begin()
    }

    /// Whatever names lead there.
    private static func isOne(of inputs: [String], _ path: String) -> Bool {
        var report = stat()
        guard stat(path, &report) == 0 else { return false }
        return inputs.contains { input in
            var status = stat()
            return stat(input, &status) == 0 && status.st_dev == report.st_dev && status.st_ino == report.st_ino
        }
    }

    private func begin() {
        switch format {
        case .text: break
        case .json: buffer += "{\"problems\":["
        case .csv: buffer += "file,row,column,code,what,remedy\r\n"
        }
    }

    func write(_ problem: BatchProblem) {
        switch format {
        case .text: buffer += "\(problem) [\(problem.code.rawValue)]\n"
        case .json:
            buffer += (isFirst ? "\n" : ",\n") + Self.json(ProblemEntry(problem))
            isFirst = false
        case .csv:
            let place = problem.place
            let fields = [
                place.file, place.number.map(String.init) ?? "", problem.item ?? "", problem.code.rawValue,
                problem.what, problem.remedy,
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
        throw Failure(
            .badInput,
            Terminal.text(
                "the report cannot be written whole to \(path ?? "standard output")",
                "报告未能完整写入 \(path ?? "标准输出")"))
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
        what = problem.what
        remedy = problem.remedy
    }
}

private struct SetAsideEntry: Encodable {
    let row: Int
    let code: String
    let reason: String

    init(_ row: RowSetAside) {
        self.row = row.row
        code = row.code
        reason = row.reason
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
        contentDigest = report.prepared?.contentDigest
    }
}
