import CardProfiles
import Files

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
        // The reader of CSV does not say why it cannot read.
        _ = try InputFile(path, atMost: CSVReader.longestFile, .fileOrPipe)
        var reasons: [Int: String] = [:]
        var problems: [BatchProblem] = []
        func note(_ line: Int, _ what: String, _ remedy: String) {
            problems.append(
                BatchProblem(.fileMalformed, .record(file: file, number: line), what, remedy: remedy))
        }
        do throws(CSVError) {
            let csv = try CSVReader(path: path, kind: .fileOrPipe)
            var isFirst = true
            while let record = try csv.next() {
                defer { isFirst = false }
                let fields = record.fields.map(EnteredText.trimmed)
                if isFirst, fields.first?.lowercased() == "row" { continue }
                guard fields.count == 2, fields[0].utf8.count < 10, let row = Int(fields[0]), row > 1 else {
                    note(record.line, "is not a row and a reason", "write `row,reason`; the header is row 1")
                    continue
                }
                if let problem = Self.problem(ofReason: fields[1]) {
                    note(record.line, problem, "write 1 to \(Self.longestReason) bytes of text")
                } else if reasons.updateValue(fields[1], forKey: row) != nil {
                    note(record.line, "names row \(row) again", "name each row once")
                }
            }
        } catch {
            problems.append(Self.problem(error, file))
        }
        guard problems.isEmpty else { throw BatchError(problems) }
        self.reasons = reasons
    }

    /// What is wrong with a reason that is to stand in the ledger; nil when nothing is.
    public static func problem(ofReason text: String) -> String? {
        if EnteredText.isBlank(text) { return "has no reason" }
        if text.utf8.count > longestReason { return "has a reason of more than \(longestReason) bytes" }
        do {
            try EnteredText.check(text)
            let damage = SpreadsheetDamage.found(in: EnteredText.trimmed(text), isNumber: false)
            return damage == nil ? nil : "has a reason that a spreadsheet has damaged"
        } catch {
            return "\(error), in its reason"
        }
    }

    private static func problem(_ error: CSVError, _ file: String) -> BatchProblem {
        let (line, what, remedy): (Int?, String, String) =
            switch error {
            case .unreadable: (nil, "cannot be read", "check that it is there")
            case .noMemory: (nil, "needs more memory than there is", "free some")
            case .malformed(let line, _):
                (line, "has a quote in the wrong place, or one that never ends", "double quotes inside quotes")
            case .notUTF8(let line, _): (line, "is not UTF-8", "save the file as UTF-8")
            case .fieldTooLong(let line, _): (line, "is too long", "look for a quote that never ends")
            case .emptyLines(let line): (line, "is the end of too many empty lines in a row", "remove them")
            }
        let place = line.map { BatchProblem.Place.record(file: file, number: $0) } ?? .file(file)
        return BatchProblem(error == .unreadable ? .fileUnreadable : .fileMalformed, place, what, remedy: remedy)
    }
}
