import Ledger

/// What became of the rows of a batch, one after the other: what the lists after production are made of. Memory does
/// not grow with their number.
public protocol BatchOutcomes {
    /// The next row's outcome in production order, rows that were set aside at the end; nil after the last.
    mutating func next() throws(LedgerError) -> OrderOutcome?

    /// The next chip that is to be destroyed, asked for once there are no more rows; nil after the last.
    mutating func nextScrap() throws(LedgerError) -> ScrapChip?
}

extension BatchOutcomes {
    public mutating func nextScrap() throws(LedgerError) -> ScrapChip? { nil }
}

/// What became of one row.
public struct OrderOutcome: Sendable, Hashable {
    public enum Result: Sendable, Hashable {
        case made(chip: String)
        /// A card was made, and replaced or declared void since.
        case void(chip: String, LedgerReason)
        case rejected(LedgerReason)
        case setAside(LedgerReason)
        /// Not begun yet, or begun on this chip with no outcome known.
        case open(chip: String?)
    }

    /// nil for a row that was set aside: no order was made of it.
    public let sequence: Int?
    public let row: Int
    /// 18 characters; nil when the row has no right number.
    public let idNumber: String?
    /// Empty when the application does not say.
    public let collectionPoint: String
    public let result: Result

    public init(sequence: Int?, row: Int, idNumber: String?, collectionPoint: String, result: Result) {
        self.sequence = sequence
        self.row = row
        self.idNumber = idNumber
        self.collectionPoint = collectionPoint
        self.result = result
    }
}
