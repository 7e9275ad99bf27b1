/// Why the ledger does not do what was asked for, though nothing is wrong with it.
public enum LedgerRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The card on the chip is void since that entry, for that reason; its applicant waits for another one, or does not.
    case alreadyVoid(chip: String, entry: Int64, reason: String, isWaiting: Bool)
    /// The order has no card yet that could be replaced.
    case noCardYet(batch: String, sequence: Int, row: Int)
    /// No card was made of the order.
    case noCardMade(batch: String, sequence: Int, row: Int)
    /// The order's card is void since that entry, and the order is closed.
    case closed(batch: String, sequence: Int, row: Int, entry: Int64)
    /// Reasons for replacements are given for rows of which no card is made.
    case noOrder(rows: [Int])
    /// The batch was enrolled without these rows' reasons for a replacement.
    case enrolledWithout(batch: String, rows: [Int])

    /// The first rows of a list, for people.
    public static func named(_ rows: [Int]) -> String {
        rows.prefix(20).map(String.init).joined(separator: ", ") + (rows.count > 20 ? " …" : "")
    }

    public var description: String {
        switch self {
        case .alreadyVoid(let chip, let entry, let reason, let isWaiting):
            "the card on chip \(chip) is void already (entry \(entry)): \(reason). "
                + (isWaiting
                    ? "Its applicant waits for another card"
                    : "Its order is closed; make the applicant's next card in a new batch")
        case .noCardYet(let batch, let sequence, let row):
            "order \(sequence) (row \(row)) of batch \(batch) has no card yet; make it with --resume, without --replace"
        case .noCardMade(let batch, let sequence, let row):
            "no card was made of order \(sequence) (row \(row)) of batch \(batch); make one in a new batch"
        case .closed(let batch, let sequence, let row, let entry):
            "the card of order \(sequence) (row \(row)) of batch \(batch) is void already (entry \(entry)); make the "
                + "applicant's next card in a new batch"
        case .noOrder(let rows):
            "no card is made of rows \(Self.named(rows)), for which reasons are given; remove them from the list"
        case .enrolledWithout(let batch, let rows):
            "batch \(batch) is enrolled, without these reasons for rows \(Self.named(rows)): no card of them would be "
                + "replaced. Replace single cards with --replace IDNUMBER --reason TEXT, or give the applicants a new batch"
        }
    }
}
