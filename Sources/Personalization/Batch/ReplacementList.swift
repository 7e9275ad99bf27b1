import CardProfiles
import Files
import Messages

/// Applicants of a batch who have a card and get another one: the rows of a CSV file, `row,reason`, with or without a
/// header. The file is read as `applications.csv` is.
public struct ReplacementList: Sendable, Equatable {
    /// Bytes a reason may have.
    public static let longestReason = 200

    /// By row of `applications.csv`.
    public let reasons: [Int: String]

    /// - Parameters:
    ///   - path: a file, or a pipe that the shell hands over.
    ///   - file: what problems call it.
    /// - Throws: ``BatchError`` with every line that names no row and reason, or a row twice; `InputFileError` for what is
    ///   no file, or cannot be read.
    public init(path: String, file: String) throws {
        // A pipe can be read once: the list is small, and read whole before it is looked at.
        let bytes = try InputFile.contents(of: path, atMost: Self.longestFile, .fileOrPipe)
        var reasons: [Int: String] = [:]
        var problems: [BatchProblem] = []
        func note(_ line: Int, _ finding: ChoiceFinding) {
            problems.append(BatchProblem(.choice(finding), .record(file: file, number: line)))
        }
        do throws(CSVError) {
            let csv = try Self.table(bytes)
            var isFirst = true
            while let record = try csv.next() {
                var fields = record.fields.map(EnteredText.trimmed)
                // Commas that a spreadsheet has left behind.
                while fields.count > 2, fields.last?.isEmpty == true { fields.removeLast() }
                if fields.allSatisfy(\.isEmpty) { continue }
                defer { isFirst = false }
                if isFirst, Self.isHeader(fields) { continue }
                guard fields.count == 2, let row = Self.row(fields[0]) else {
                    note(
                        record.line, (try? IDNumber(anySpelling: fields[0])) == nil ? .notARowAndReason : .numberForRow)
                    continue
                }
                if let problem = Self.problem(ofReason: fields[1]) {
                    note(record.line, .reason(problem))
                } else if reasons.updateValue(fields[1], forKey: row) != nil {
                    note(record.line, .rowTwice(row))
                }
            }
        } catch {
            problems.append(Self.problem(error, file))
        }
        guard problems.isEmpty else { throw BatchError(problems) }
        self.reasons = reasons
    }

    /// Bytes of the longest list.
    private static let longestFile = 1 << 26

    /// A reader of the list, with what stands between its fields.
    private static func table(_ bytes: [UInt8]) throws(CSVError) -> CSVReader {
        if let form = TableForm.ofBytes(bytes) { throw .form(form) }
        func isLine(_ fields: [String]) -> Bool {
            isHeader(fields) || fields.first.map { row(EnteredText.trimmed($0)) != nil } ?? false
        }
        let found = try TableSeparator.found(
            { () throws(CSVError) in try CSVReader(bytes: bytes) }, isHeader: isLine)
        if found == nil, let form = TableForm.ofText(bytes) { throw .form(form) }
        if found == nil {
            let text = String(decoding: bytes.prefix(TableForm.head), as: UTF8.self)
            let line = text.split(whereSeparator: \.isNewline).first { !EnteredText.isBlank(String($0)) } ?? ""
            if let foreign = TableSeparator.foreign(in: String(line), isHeader: isLine) {
                throw .form(.separator(foreign))
            }
        }
        let csv = try CSVReader(bytes: bytes)
        csv.separate(by: found ?? CSVReader.comma)
        return csv
    }

    /// Whether a line names the columns and no row.
    private static func isHeader(_ fields: [String]) -> Bool {
        fields.first.map { ListWords.isOfRow($0) } ?? false
    }

    /// A row as an editor counts lines; digits of any width.
    private static func row(_ text: String) -> Int? {
        let plain = IDNumber.plainSpelling(of: text)
        guard plain.utf8.count < 10, let row = Int(plain), row > 1 else { return nil }
        return row
    }

    /// What is wrong with a reason that is to stand in the ledger; nil when nothing is.
    public static func problem(ofReason text: String) -> ReplacementReasonProblem? {
        if EnteredText.isBlank(text) { return .blank }
        if text.utf8.count > longestReason { return .tooLong(limit: longestReason) }
        if IDNumber.isFound(in: text) { return .idNumber }
        do {
            try EnteredText.check(text)
            return SpreadsheetDamage.found(in: EnteredText.trimmed(text), isNumber: false).map { .damaged($0) }
        } catch {
            return .text(error)
        }
    }

    private static func problem(_ error: CSVError, _ file: String) -> BatchProblem {
        func problem(_ line: Int, _ finding: TableFinding) -> BatchProblem {
            BatchProblem(.table(finding), .record(file: file, number: line))
        }
        return switch error {
        case .unreadable(let problem): BatchProblem(.file(.unreadable(problem)), .file(file))
        case .form(let form): BatchProblem(.table(.form(form)), .file(file))
        case .noMemory: BatchProblem(.file(.noMemory), .file(file))
        case .malformed(let line, _): problem(line, .quote)
        case .notUTF8(let line, _): problem(line, .notUTF8)
        case .fieldTooLong(let line, _): problem(line, .fieldTooLong(limit: CSVReader.longestField))
        case .emptyLines(let line): problem(line, .emptyLines(limit: CSVReader.mostEmptyLines))
        }
    }
}

/// What people write over the first column of a list of rows.
enum ListWords {
    private static let ofRow: Set<String> = ["row", "rows", "line", "行", "行号", "行數", "行数"]
    private static let ofNumber: Set<String> = [
        "idnumber", "id", "身份证号", "身份证号码", "身份证", "公民身份号码", "居民身份证号码", "证件号码",
    ]

    static func isOfRow(_ text: String) -> Bool { ofRow.contains(EnteredText.trimmed(text).lowercased()) }
    static func isOfRowOrNumber(_ text: String) -> Bool {
        isOfRow(text) || ofNumber.contains(EnteredText.trimmed(text).lowercased())
    }
}

/// What is wrong with a reason that is to stand in the ledger.
public enum ReplacementReasonProblem: Message, Hashable {
    case blank
    case tooLong(limit: Int)
    /// Reasons stand in lists and messages.
    case idNumber
    case damaged(SpreadsheetDamage)
    case text(EnteredText.Problem)
}
