import Messages

/// A chip that is nobody's card and never will be: it is to be destroyed.
public struct ScrapChip: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        /// Its production failed, or it was not fit for use.
        case rejected
        /// It was somebody's card, or begun for one, and was replaced or declared void.
        case void
        /// Two people have entered that it was destroyed.
        case destroyed
    }

    /// 16 hexadecimal digits in capitals.
    public let chip: String
    public let state: State
    /// The order it was begun for; nil for a chip that nobody's card was begun on.
    public let sequence: Int?
    /// The row of `applications.csv` of that order.
    public let row: Int?
    public let reason: LedgerReason
    /// Whether it counts against a release until its destruction is entered.
    public let isCounted: Bool
    /// The entry that made it scrap.
    public let entry: Int64

    public init(
        chip: String, state: State, sequence: Int?, row: Int?, reason: LedgerReason, isCounted: Bool, entry: Int64
    ) {
        self.chip = chip
        self.state = state
        self.sequence = sequence
        self.row = row
        self.reason = reason
        self.isCounted = isCounted
        self.entry = entry
    }
}

extension Ledger {
    /// The next chips of a batch that are to be destroyed, in the order in which they became scrap.
    ///
    /// - Parameters:
    ///   - entry: the last one's ``ScrapChip/entry``; 0 for the first.
    ///   - limit: 1 or more.
    /// - Returns: nothing behind the last.
    public func scrapChips(
        batch: String, after entry: Int64, limit: Int
    ) throws(LedgerError) -> [ScrapChip] {
        let rows = try read { database throws(StoreError) in
            try database.query(
                """
                SELECT chips.serial, chips.state, chips.counted, chips.entry, entries.detail, orders.sequence,
                    orders.row_number, (SELECT COUNT(*) FROM entries destroyed
                        WHERE destroyed.chip = chips.serial AND destroyed.kind = 'destroy') FROM chips
                LEFT JOIN entries ON entries.seq = chips.entry
                LEFT JOIN orders ON orders.batch = chips.batch AND orders.sequence = chips.sequence
                WHERE chips.batch = ? AND chips.state IN ('rejected', 'void') AND chips.entry > ?
                ORDER BY chips.entry LIMIT \(max(1, limit))
                """, [.text(batch), .integer(entry)])
        }
        var chips: [ScrapChip] = []
        for row in rows {
            guard let reason = EntryDetail(row.text(4))?.reason else {
                throw .damaged(
                    "entry \(row.integer(3)) gives no reason; run `healthcard ledger verify`",
                    "条目 \(row.integer(3)) 没有给出原因；请运行 `healthcard ledger verify`")
            }
            let state: ScrapChip.State = row.text(1) == "void" ? .void : .rejected
            chips.append(
                ScrapChip(
                    chip: row.text(0), state: row.integer(7) > 0 ? .destroyed : state,
                    sequence: row.optionalText(5).flatMap { Int($0) }, row: row.optionalText(6).flatMap { Int($0) },
                    reason: reason, isCounted: row.integer(2) == 1, entry: row.integer(3)))
        }
        return chips
    }
}
