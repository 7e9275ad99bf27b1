import CardProfiles

/// Hands out the rows of `applications.csv` one by one.
public final class ApplicationReader {
    private let rows: RowReader
    private let book: RowBook
    private let photos: PhotoChecker
    private let idNumberColumn: String
    private var isFinished = false

    init(batch: Batch) throws(BatchError) {
        rows = try RowReader(batch: batch)
        guard rows.headerProblems.isEmpty else { throw BatchError(rows.headerProblems) }
        book = try RowBook(replies: batch.replies)
        photos = PhotoChecker(batch: batch)
        idNumberColumn = batch.profile.application.idNumber.item
    }

    /// What became of the next row; `nil` after the last.
    ///
    /// - Throws: when the file cannot be read on: a quote that never ends, a byte that is not UTF-8.
    public func next() throws(BatchError) -> ApplicationOutcome? {
        guard var row = try rows.next() else {
            isFinished = true
            return nil
        }
        let photo = photos.check(&row)
        if let earlier = try book.note(row, state: .sound) {
            row.refuse(
                .duplicateRow, idNumberColumn, "stands in an earlier row too (\(earlier))",
                remedy: "find out which of the two is right and remove the other")
        }
        return row.outcome(photo: photo)
    }

    /// After the last row: records of replies that belong to no row, which is an error of the whole batch.
    public func mismatches() throws(BatchError) -> [BatchProblem] {
        guard isFinished else { return [] }
        var problems: [BatchProblem] = []
        try book.strangers { problems.append($0) }
        return problems
    }
}

/// Reads and checks rows, from the beginning of the file or one at a known place.
final class RowReader {
    private let csv: CSVReader
    private let validator: ApplicationValidator
    private let meanings: [ApplicationColumns.Meaning?]
    private let columnNames: [String]
    /// What is wrong with the header.
    let headerProblems: [BatchProblem]
    /// Whether rows can be told apart at all: a file without a header has none of its columns.
    let canReadRows: Bool

    init(batch: Batch, hashes: Bool = false) throws(BatchError) {
        let columns = ApplicationColumns(profile: batch.profile)
        let header: CSVRecord?
        do {
            csv = try CSVReader(path: batch.folder + "/" + Batch.applicationsFile, hashes: hashes)
            header = try csv.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: [])])
        }
        guard let header else {
            throw BatchError([
                BatchProblem(
                    .fileMalformed, .file(Batch.applicationsFile), "is empty",
                    remedy: "ask the sender for the file again")
            ])
        }
        (meanings, headerProblems) = columns.meanings(of: header)
        canReadRows = meanings.contains(.item(batch.profile.application.idNumber))
        columnNames = header.fields
        validator = ApplicationValidator(
            profile: batch.profile, columns: columns, manifest: batch.manifest, replies: batch.replies)
    }

    /// Bytes of the file read so far.
    var offset: Int { csv.offset }
    /// The SM3 of what was read.
    var digest: [UInt8]? { csv.digest }

    /// The next row with everything but its photo checked; `nil` after the last.
    func next() throws(BatchError) -> CheckedRow? {
        let record: CSVRecord?
        do {
            record = try csv.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: columnNames)])
        }
        guard let record else { return nil }
        return try validator.check(record, meanings)
    }

    /// The row that begins at a byte of the file.
    func row(at offset: Int, line: Int, of path: String) throws(BatchError) -> CheckedRow? {
        let record: CSVRecord?
        do {
            record = try CSVReader(path: path, offset: offset, line: line, chunk: 4096).next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: columnNames)])
        }
        guard let record else { return nil }
        return try validator.check(record, meanings)
    }

    private static func problem(_ error: CSVError, columnNames: [String]) -> BatchProblem {
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
        case .notUTF8(let line, let field): problem(line, field, "is not UTF-8", "save the file as UTF-8")
        case .fieldTooLong(let line, let field):
            problem(line, field, "is longer than \(CSVReader.longestField) bytes", "look for a quote that never ends")
        }
    }
}
