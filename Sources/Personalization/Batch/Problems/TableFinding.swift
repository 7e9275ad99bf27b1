import Messages

/// What is wrong with the form of `applications.csv` or of a list.
public enum TableFinding: BatchFindingPart {
    case columnUnknown
    case columnRepeated
    case columnMissing
    /// A value under no column name.
    case valueWithoutColumn
    case fieldCount(Int, header: Int)
    /// The file is something else, or a table of another kind.
    case form(TableForm)
    /// A quote where none may stand, or one that never ends.
    case quote
    case notUTF8
    case emptyLines(limit: Int)
    case fieldTooLong(limit: Int)
    /// All of so many numbers of a column were rounded.
    case roundedColumn(numbers: Int)
    /// So many values that a spreadsheet has spoiled, and the columns they are in, some of them left out.
    case spreadsheet(values: Int, columns: [String], hasMore: Bool)

    public var code: BatchProblem.Code {
        switch self {
        case .columnUnknown, .valueWithoutColumn: .columnUnknown
        case .columnRepeated: .columnRepeated
        case .columnMissing: .columnMissing
        case .fieldCount: .fieldCount
        case .form, .quote, .notUTF8, .emptyLines, .fieldTooLong: .fileMalformed
        case .roundedColumn, .spreadsheet: .spreadsheet
        }
    }
}

/// What is wrong with a list of rows that an operator gives.
public enum ChoiceFinding: BatchFindingPart {
    /// A line of a list to set aside that is no row and no identity number.
    case notARow
    /// A row to set aside that is not there.
    case noSuchRow(Int)
    /// An applicant to set aside who is not there, by the line of the list.
    case noSuchApplicant(line: Int)
    /// A line of a list of replacements that is not a row and a reason.
    case notARowAndReason
    /// An identity number where the row belongs.
    case numberForRow
    case rowTwice(Int)
    case reason(ReplacementReasonProblem)
    /// No sound row has the number that was asked for.
    case notInBatch

    public var code: BatchProblem.Code {
        switch self {
        case .notARow, .noSuchRow, .noSuchApplicant: .setAsideUnknown
        case .notARowAndReason, .numberForRow, .rowTwice, .reason: .fileMalformed
        case .notInBatch: .notInBatch
        }
    }
}
