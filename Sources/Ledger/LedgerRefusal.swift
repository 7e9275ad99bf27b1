import Messages

/// Why the ledger does not do what was asked for, though nothing is wrong with it.
public enum LedgerRefusal: Message, Hashable {
    /// What the applicant of a void card has instead.
    public enum Instead: Sendable, Hashable {
        /// Another card is to be made in that batch.
        case order(batch: String)
        /// A valid card, made in that batch.
        case card(chip: String, batch: String)
        case nothing
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
    /// The batch was enrolled with these rows, which are now to be left out.
    case enrolledWith(batch: String, rows: [Int])

    /// The first rows of a list, for people.
    static func named(_ rows: [Int]) -> String {
        rows.prefix(20).map(String.init).joined(separator: ", ") + (rows.count > 20 ? " …" : "")
    }
}
