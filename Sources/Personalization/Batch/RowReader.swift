import CardProfiles

/// Reads and checks rows from the beginning of the file on.
final class RowReader {
    private let csv: CSVReader
    private var accepted = AcceptedTexts()
    let rules: RowRules
    /// What is wrong with the header.
    let headerProblems: [BatchProblem]
    /// Whether rows can be told apart at all: a file without a header has none of its columns.
    let canReadRows: Bool

    init(batch: Batch, hashes: Bool = false) throws(BatchError) {
        let columns = ApplicationColumns(profile: batch.profile)
        let path = batch.folder + "/" + Batch.applicationsFile
        let header: CSVRecord?
        let separator: UInt8
        do {
            separator = try Self.separator(of: path, columns)
            csv = try CSVReader(path: path, hashes: hashes)
            csv.separate(by: separator)
            header = try csv.next()
        } catch {
            throw BatchError([RowRules.problem(error, columnNames: [])])
        }
        guard let header else {
            throw BatchError([
                BatchProblem(
                    .fileMalformed, .file(Batch.applicationsFile), "is empty",
                    remedy: "ask the sender for the file again")
            ])
        }
        let (meanings, problems) = columns.meanings(of: header)
        headerProblems = problems
        canReadRows =
            columns.place(of: batch.profile.application.idNumber).map { meanings.contains(.item($0)) } ?? false
        rules = RowRules(
            path: path, separator: separator, columnNames: header.fields, meanings: meanings,
            validator: ApplicationValidator(
                profile: batch.profile, columns: columns, manifest: batch.manifest, replies: batch.replies),
            content: OrderContent(columns: columns))
    }

    /// What stands between the fields: a comma, or a semicolon or tab where only that makes columns of the first line.
    private static func separator(of path: String, _ columns: ApplicationColumns) throws(CSVError) -> UInt8 {
        for separator in [CSVReader.comma] + CSVReader.otherSeparators {
            let reader = try CSVReader(path: path, isForOne: true)
            reader.separate(by: separator)
            // A quote in the wrong place is told of the comma, which is what is expected.
            guard let header = (try? reader.next()) ?? nil else { continue }
            if header.fields.count > 1, columns.isHeader(header.fields) { return separator }
        }
        return CSVReader.comma
    }

    /// Bytes of the file read so far.
    var offset: Int { csv.offset }
    /// The SM3 of what was read.
    var digest: [UInt8]? { csv.digest }

    /// The next row with everything but its photo checked; `nil` after the last.
    func next() throws(BatchError) -> CheckedRow? {
        var next: CSVRecord?
        do {
            // A row of nothing but separators is what a spreadsheet makes of an empty line.
            repeat { next = try csv.next() } while next?.fields.allSatisfy(EnteredText.isBlank) ?? false
        } catch {
            throw BatchError([RowRules.problem(error, columnNames: rules.columnNames)])
        }
        guard let record = next else { return nil }
        return try rules.validator.check(record, rules.meanings, &accepted)
    }
}

/// What rows of one file mean and are held to. A value: several threads may read rows at once.
struct RowRules: Sendable {
    let path: String
    /// What stands between the fields.
    let separator: UInt8
    /// The header.
    let columnNames: [String]
    let meanings: [ApplicationColumns.Meaning?]
    let validator: ApplicationValidator
    let content: OrderContent

    /// Bytes read at once where one row is wanted.
    private static let chunk = 2048

    /// The row that begins at a byte of the file, checked as it is now; nil when none does or the header has changed.
    func row(at offset: Int, line: Int) throws(BatchError) -> CheckedRow? {
        let record: CSVRecord?
        do {
            let headerReader = try CSVReader(path: path, chunk: Self.chunk, isForOne: true)
            headerReader.separate(by: separator)
            guard try headerReader.next()?.fields == columnNames else { return nil }
            let reader = try CSVReader(path: path, offset: offset, line: line, chunk: Self.chunk, isForOne: true)
            reader.separate(by: separator)
            record = try reader.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: columnNames)])
        }
        var accepted = AcceptedTexts()
        return try record.map { (record) throws(BatchError) in try validator.check(record, meanings, &accepted) }
    }

    static func problem(_ error: CSVError, columnNames: [String]) -> BatchProblem {
        func problem(_ line: Int, _ field: Int, _ what: String, _ remedy: String) -> BatchProblem {
            let name =
                columnNames.indices.contains(field - 1) && ApplicationColumns.isName(columnNames[field - 1])
                ? columnNames[field - 1] : "column \(field)"
            return BatchProblem(.fileMalformed, .row(line), item: name, what, remedy: remedy)
        }
        let file = BatchProblem.Place.file(Batch.applicationsFile)
        return switch error {
        case .unreadable:
            BatchProblem(.fileUnreadable, file, "cannot be read", remedy: "check that it is there")
        case .noMemory: BatchProblem(.fileUnreadable, file, "needs more memory than there is", remedy: "free some")
        case .malformed(let line, let field):
            problem(
                line, field, "has a quote where none may stand, or one that never ends", "double quotes inside quotes")
        case .notUTF8(let line, let field): problem(line, field, "is not UTF-8", "save the file as \"CSV UTF-8\"")
        case .emptyLines(let line):
            BatchProblem(
                .fileMalformed, .row(line), "is the end of more than \(CSVReader.mostEmptyLines) empty lines in a row",
                remedy: "remove them")
        case .fieldTooLong(let line, let field):
            problem(line, field, "is longer than \(CSVReader.longestField) bytes", "look for a quote that never ends")
        }
    }
}
