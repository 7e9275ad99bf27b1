/// Why the ledger does not do what was asked for, though nothing is wrong with it.
public enum LedgerRefusal: Sendable, Hashable, CustomStringConvertible {
    /// What the applicant of a void card has instead.
    public enum Instead: Sendable, Hashable {
        /// Another card is to be made in that batch.
        case order(batch: String)
        /// A valid card, made in that batch.
        case card(chip: String, batch: String)
        case nothing

        var advice: String {
            switch self {
            case .order(let batch):
                "Its applicant waits for another card, in batch \(batch): go on with that batch, with --resume"
            case .card(let chip, let batch):
                "Its applicant has another card since, on chip \(chip) of batch \(batch); replace that one if it is lost"
            case .nothing: "Its order is closed; make the applicant's next card in a new batch"
            }
        }
    }

    /// The card on the chip is void since that entry, for that reason.
    case alreadyVoid(chip: String, entry: Int64, reason: String, instead: Instead)
    /// The order cannot wait for another card: its applicant has an order that is still to be made in that batch.
    case hasOrder(row: Int, batch: String)
    /// The order has no card yet that could be replaced.
    case noCardYet(batch: String, sequence: Int, row: Int)
    /// No card was made of the order.
    case noCardMade(batch: String, sequence: Int, row: Int)
    /// The order's card is void since that entry, and the order is closed.
    case closed(batch: String, sequence: Int, row: Int, entry: Int64, instead: Instead)
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
        case .alreadyVoid(let chip, let entry, let reason, let instead):
            "the card on chip \(chip) is void already (entry \(entry)): \(reason). \(instead.advice)"
        case .hasOrder(let row, let batch):
            "the applicant of row \(row) has an order in batch \(batch) that is still to be made: go on with that batch, or "
                + "declare the card void without --remake"
        case .noCardYet(let batch, let sequence, let row):
            "order \(sequence) (row \(row)) of batch \(batch) has no card yet; make it with --resume, without --replace"
        case .noCardMade(let batch, let sequence, let row):
            "no card was made of order \(sequence) (row \(row)) of batch \(batch); make one in a new batch"
        case .closed(let batch, let sequence, let row, let entry, let instead):
            "the card of order \(sequence) (row \(row)) of batch \(batch) is void already (entry \(entry)). "
                + instead.advice
        case .noOrder(let rows):
            "no card is made of rows \(Self.named(rows)), for which reasons are given; remove them from the list"
        case .enrolledWithout(let batch, let rows):
            "batch \(batch) is enrolled, without these reasons for rows \(Self.named(rows)): no card of them would be "
                + "replaced. Replace single cards with --replace IDNUMBER --reason TEXT, or give the applicants a new batch"
        }
    }
}
