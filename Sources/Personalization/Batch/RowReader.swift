import CardProfiles
import Files
import Glibc

/// Reads and checks rows from the beginning of the file on.
final class RowReader {
    private let csv: CSVReader
    private var accepted = AcceptedTexts()
    private let screen: RowScreen?
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
            throw BatchError([Self.problem(error, folder: batch.folder)])
        }
        guard let header else {
            throw BatchError([BatchProblem(.file(.empty), .file(Batch.applicationsFile))])
        }
        let (meanings, problems) = columns.meanings(of: header)
        headerProblems = Self.problems(beside: batch.folder) + problems
        canReadRows =
            columns.place(of: batch.profile.application.idNumber).map { meanings.contains(.item($0)) } ?? false
        rules = RowRules(
            path: path, separator: separator, columnNames: header.fields, meanings: meanings,
            validator: ApplicationValidator(
                profile: batch.profile, columns: columns, manifest: batch.manifest, replies: batch.replies),
            content: OrderContent(columns: columns))
        screen = canReadRows ? RowScreen(rules) : nil
    }

    /// What stands between the fields: a comma, or a semicolon or tab where only that makes columns of the first line.
    ///
    /// - Throws: also `form` for a file that is something else.
    private static func separator(of path: String, _ columns: ApplicationColumns) throws(CSVError) -> UInt8 {
        let head: [UInt8]
        do {
            head = try InputFile(path, atMost: CSVReader.longestFile).read(upTo: TableForm.head)
        } catch {
            throw .unreadable(error.problem)
        }
        if let form = TableForm.ofBytes(head) { throw .form(form) }
        let found = try TableSeparator.found(
            { () throws(CSVError) in try CSVReader(path: path) }, isHeader: columns.isHeader)
        if let found { return found }
        if let form = TableForm.ofText(head) { throw .form(form) }
        let line = String(decoding: head.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        if let foreign = TableSeparator.foreign(in: line, isHeader: columns.isHeader) {
            throw .form(.separator(foreign))
        }
        // A line of several fields may be somebody's data: each is said to be no column.
        let separators = [CSVReader.comma] + CSVReader.otherSeparators
        let isTable = head.contains { separators.contains($0) } || columns.isHeader([line])
        guard isTable || EnteredText.isBlank(line) else { throw .form(.noTable) }
        return CSVReader.comma
    }

    /// Why the file cannot be read, in view of what else lies there.
    private static func problem(_ error: CSVError, folder: String) -> BatchProblem {
        let name = Batch.applicationsFile
        guard case .unreadable(.missing) = error else { return RowRules.problem(error, columnNames: []) }
        var status = stat()
        guard lstat(folder + "/" + name, &status) != 0 else {
            return BatchProblem(.file(.linkToNothing), .file(name))
        }
        let near = NearFiles(folder: folder).meant(by: name)
        return near.isEmpty
            ? RowRules.problem(error, columnNames: []) : BatchProblem(.file(.namedOtherwise(near)), .file(name))
    }

    /// What may be meant in place of what is read.
    private static func problems(beside folder: String) -> [BatchProblem] {
        var problems: [BatchProblem] = []
        let name = Batch.applicationsFile
        let others = NearFiles(folder: folder).like(name).filter { !isSame(folder + "/" + $0, folder + "/" + name) }
        if !others.isEmpty { problems.append(BatchProblem(.file(.otherOfAlmostTheName(others)), .file(name))) }
        let photos = PhotoFolder(folder: folder)
        if !photos.ambiguous.isEmpty {
            problems.append(BatchProblem(.file(.photoFolders(photos.ambiguous)), .file(photos.name)))
        }
        return problems
    }

    /// Whether two files hold the same; what cannot be read is not the same.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard let one = try? InputFile(one, atMost: CSVReader.longestFile),
            let other = try? InputFile(other, atMost: CSVReader.longestFile), one.size == other.size
        else { return false }
        while true {
            guard let first = try? one.read(upTo: TableForm.head), let second = try? other.read(upTo: TableForm.head),
                first == second
            else { return false }
            if first.isEmpty { return true }
        }
    }

    /// Bytes of the file read so far.
    var offset: Int { csv.offset }
    /// The SM3 of what was read.
    var digest: [UInt8]? { csv.digest }

    /// A row with everything but its photo checked.
    enum Found {
        /// Nothing is wrong with it.
        case plain(RowScreen.Row)
        case checked(CheckedRow)
    }

    /// The next row with everything but its photo checked; `nil` after the last.
    func next() throws(BatchError) -> CheckedRow? {
        while let record = try record({ () throws(CSVError) in try csv.next() }) {
            if let row = try check(record) { return row }
        }
        return nil
    }

    /// As ``next()``; the content of a row with nothing wrong is appended to `bytes`.
    func nextFound(_ bytes: inout [UInt8]) throws(BatchError) -> Found? {
        while let found = try record({ () throws(CSVError) in try csv.nextFound() }) {
            let record: CSVRecord
            switch found {
            case .plain(let plain):
                if let row = screen?.row(plain, &bytes) { return .plain(row) }
                record = plain.record
            case .record(let other): record = other
            }
            if let row = try check(record) { return .checked(row) }
        }
        return nil
    }

    private func record<Record>(_ read: () throws(CSVError) -> Record?) throws(BatchError) -> Record? {
        do {
            return try read()
        } catch {
            throw BatchError([RowRules.problem(error, columnNames: rules.columnNames)])
        }
    }

    /// Nil for a row of nothing but separators, which is what a spreadsheet makes of an empty line.
    private func check(_ record: CSVRecord) throws(BatchError) -> CheckedRow? {
        guard !record.fields.allSatisfy(EnteredText.isBlank) else { return nil }
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
            let headerReader = try CSVReader(path: path, chunk: Self.chunk)
            headerReader.separate(by: separator)
            guard try headerReader.next()?.fields == columnNames else { return nil }
            let reader = try CSVReader(path: path, offset: offset, line: line, chunk: Self.chunk)
            reader.separate(by: separator)
            record = try reader.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: columnNames)])
        }
        var accepted = AcceptedTexts()
        return try record.map { (record) throws(BatchError) in try validator.check(record, meanings, &accepted) }
    }

    static func problem(_ error: CSVError, columnNames: [String]) -> BatchProblem {
        func problem(_ line: Int, _ field: Int, _ finding: TableFinding) -> BatchProblem {
            columnNames.indices.contains(field - 1) && ApplicationColumns.isName(columnNames[field - 1])
                ? BatchProblem(.table(finding), .row(line), item: columnNames[field - 1])
                : BatchProblem(.table(finding), .row(line), column: field)
        }
        let file = BatchProblem.Place.file(Batch.applicationsFile)
        return switch error {
        case .unreadable(let problem): BatchProblem(.file(.unreadable(problem)), file)
        case .form(let form): BatchProblem(.table(.form(form)), file)
        case .noMemory: BatchProblem(.file(.noMemory), file)
        case .malformed(let line, let field): problem(line, field, .quote)
        case .notUTF8(let line, let field): problem(line, field, .notUTF8)
        case .emptyLines(let line):
            BatchProblem(.table(.emptyLines(limit: CSVReader.mostEmptyLines)), .row(line))
        case .fieldTooLong(let line, let field):
            problem(line, field, .fieldTooLong(limit: CSVReader.longestField))
        }
    }
}
