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
        book = RowBook(replies: batch.replies)
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
            row.refuse(.row(.duplicate(earlier: earlier)), idNumberColumn)
        }
        return row.outcome(photo: photo, rules: rows.rules)
    }

    /// After the last row: records of replies that belong to no row, which is an error of the whole batch.
    public func mismatches() throws(BatchError) -> [BatchProblem] {
        guard isFinished else { return [] }
        var problems: [BatchProblem] = []
        try book.strangers { problems.append($0) }
        return problems
    }
}
