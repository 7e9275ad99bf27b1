import Messages

/// An order and, when it has no card, why.
public struct OrderConclusion: Sendable, Hashable {
    public let order: Order
    public let state: OrderState
    /// The chip begun last; nil when there was none.
    public let chip: String?
    /// Of a rejected order, and of one whose card is void.
    public let reason: LedgerReason?
    /// Whether its card was replaced or declared void since.
    public let isVoid: Bool
}

extension Ledger {
    /// The next orders of a batch behind a sequence number, for those who ask for more when they are done with some.
    ///
    /// - Parameter limit: 1 or more.
    /// - Returns: nothing behind the last.
    public func conclusions(
        batch: String, after sequence: Int, limit: Int
    ) throws(LedgerError) -> [OrderConclusion] {
        let rows = try read { database throws(StoreError) in
            try database.query(
                """
                SELECT \(Self.orderColumnsOfOrders), orders.state, orders.chip, orders.holds_card, entries.detail FROM orders
                LEFT JOIN entries ON entries.seq = orders.entry
                WHERE orders.batch = ? AND orders.sequence > ? ORDER BY orders.sequence LIMIT \(max(1, limit))
                """, [.text(batch), .integer(Int64(clamping: sequence))])
        }
        var conclusions: [OrderConclusion] = []
        for row in rows {
            guard let state = OrderState(rawValue: row.text(8)) else {
                throw .damaged(
                    "an order is in no state; run `healthcard ledger verify`",
                    "有一份申请没有状态；请运行 `healthcard ledger verify`")
            }
            let isVoid = state == .made && row.integer(10) == 0
            let isExplained = isVoid || state == .rejected
            conclusions.append(
                OrderConclusion(
                    order: Order(row), state: state, chip: row.optionalText(9),
                    reason: isExplained ? row.optionalText(11).flatMap { EntryDetail($0)?.reason } : nil,
                    isVoid: isVoid))
        }
        return conclusions
    }

    /// The next rows of a batch that no order was made of, behind as many.
    public func setAsideRows(
        batch: String, after count: Int, limit: Int
    ) throws(LedgerError) -> [SetAsideRow] {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT row_number, id_number, code, reason FROM set_aside_rows
                WHERE batch = ? ORDER BY position LIMIT \(max(1, limit)) OFFSET \(max(0, count))
                """, [.text(batch)]
            ).map {
                SetAsideRow(
                    row: Int(clamping: $0.integer(0)), idNumber: $0.optionalText(1),
                    reason: LedgerReason(code: $0.text(2), text: $0.text(3)))
            }
        }
    }
}
