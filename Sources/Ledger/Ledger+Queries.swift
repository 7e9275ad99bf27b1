import Messages

/// Where an order stands.
public struct OrderStatus: Sendable, Hashable, Codable {
    public let order: Order
    public let state: OrderState
    /// The chip begun last; nil when there was none.
    public let chip: String?
    /// Chips begun for it.
    public let attempts: Int
    /// Whether its applicant's card, or a chip begun for one, is this order's: a made order without is of a card that
    /// was replaced or declared void.
    public let holdsCard: Bool
    /// The entry that brought it here; 0 for an order nothing has happened to.
    public let entry: Int64
}

/// A card on a packing list.
public struct IssuedCard: Sendable, Hashable, Codable {
    public let order: Order
    public let chip: String
    public let entry: Int64
    /// Whether it was replaced or declared void since.
    public let isVoid: Bool
}

/// An order or a chip of which nothing is made.
public struct Reject: Sendable, Hashable, Codable {
    /// Nil for a chip nobody's card was begun on.
    public let order: Order?
    /// Nil for an order whose chip can be used again.
    public let chip: String?
    public let reason: LedgerReason
    public let entry: Int64
    /// Whether no card is made of the order; false when another chip takes its place.
    public let isOrderRejected: Bool
}

extension Ledger {
    /// Rows read at a time.
    static var page: Int { 500 }

    public func counts(batch: String) throws(LedgerError) -> BatchCounts {
        try read { database throws(StoreError) in
            guard let known = try database.first("SELECT set_aside FROM batches WHERE id = ?", [.text(batch)]) else {
                throw .ledger(
                    .unknown(
                        "batch \(batch)",
                        "批次 \(batch)"))
            }
            var counts = BatchCounts()
            let states = try database.query(
                "SELECT state, COUNT(*) FROM orders WHERE batch = ? GROUP BY state", [.text(batch)])
            for row in states {
                let count = Int(clamping: row.integer(1))
                switch OrderState(rawValue: row.text(0)) {
                case .waiting: counts.waiting = count
                case .inWork: counts.inWork = count
                case .made: counts.made = count
                case .rejected: counts.rejected = count
                case .setAside: counts.setAside = count
                case nil:
                    throw .ledger(
                        .damaged(
                            "orders of batch \(batch) are in no state; run `healthcard ledger verify`",
                            "批次 \(batch) 中有申请没有状态；请运行 `healthcard ledger verify`"))
                }
            }
            counts.setAside += Int(clamping: known.integer(0))
            let chips = try database.first(
                """
                SELECT COUNT(*) FILTER (WHERE state = 'rejected'), COUNT(*) FILTER (WHERE counted = 1),
                    COUNT(*) FILTER (WHERE state = 'void') FROM chips
                WHERE batch = ? AND state IN ('rejected', 'void')
                """, [.text(batch)])
            counts.rejectedChips = Int(clamping: chips?.integer(0) ?? 0)
            counts.countedChips = Int(clamping: chips?.integer(1) ?? 0)
            counts.voidChips = Int(clamping: chips?.integer(2) ?? 0)
            // By way of the void chips, which are few: the orders that are made may be a million.
            let void = try database.first(
                """
                SELECT COUNT(*) FROM chips JOIN orders ON orders.batch = chips.batch
                    AND orders.sequence = chips.sequence AND orders.chip = chips.serial
                WHERE chips.batch = ? AND chips.state = 'void' AND orders.state = 'made'
                """, [.text(batch)])
            counts.void = Int(clamping: void?.integer(0) ?? 0)
            counts.made = max(0, counts.made - counts.void)
            return counts
        }
    }

    public func openAttempts(batch: String) throws(LedgerError) -> [Attempt] {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT \(Self.orderColumnsOfOrders), orders.attempts, chips.attempt, chips.serial FROM chips
                JOIN orders ON orders.batch = chips.batch AND orders.sequence = chips.sequence
                WHERE chips.batch = ? AND chips.state = 'open' ORDER BY chips.attempt
                """, [.text(batch)]
            ).map(Self.attempt)
        }
    }

    /// All batches, in the order they were enrolled.
    public func batches() throws(LedgerError) -> [LedgerBatch] {
        try read { database throws(StoreError) in
            try database.query("SELECT id, mode, profile, profile_digest, content_digest FROM batches ORDER BY entry")
                .map {
                    LedgerBatch(
                        id: $0.text(0), mode: $0.text(1), profile: $0.text(2), profileDigest: $0.text(3),
                        contentDigest: $0.text(4))
                }
        }
    }

    /// Hands out a batch's orders in their sequence, those in one state or all; memory does not grow with their number.
    public func orders(
        batch: String, state: OrderState? = nil, _ body: (OrderStatus) throws -> Void
    ) throws {
        let condition = state == nil ? "" : " AND state = ?"
        try pages { last throws(LedgerError) in
            try self.read { database throws(StoreError) in
                try database.query(
                    """
                    SELECT \(Self.orderColumns), attempts, state, chip, holds_card, entry FROM orders
                    WHERE batch = ? AND sequence > ?\(condition) ORDER BY sequence LIMIT \(Self.page)
                    """, [.text(batch), .integer(last)] + (state.map { [.text($0.rawValue)] } ?? []))
            }
        } each: { row in
            try body(Self.status(row))
            return row.integer(1)
        }
    }

    /// Where a person's orders stand, oldest first.
    public func state(of idNumber: String) throws(LedgerError) -> [OrderStatus] {
        let rows = try read { database throws(StoreError) in
            try database.query(
                """
                SELECT \(Self.orderColumnsOfOrders), orders.attempts, orders.state, orders.chip, orders.holds_card,
                orders.entry FROM orders JOIN batches ON batches.id = orders.batch
                WHERE orders.id_number = ? ORDER BY batches.entry
                """, [.text(idNumber)])
        }
        var states: [OrderStatus] = []
        for row in rows { states.append(try Self.status(row)) }
        return states
    }

    /// All entries about a person: of the batches they are in, of their orders, and of the chips begun for them.
    public func why(idNumber: String) throws(LedgerError) -> [LedgerEntry] {
        try read { database throws(StoreError) in
            let columns = LedgerEntry.columns
            return try database.query(
                """
                SELECT \(columns) FROM entries WHERE id_number = ?
                UNION SELECT \(columns) FROM entries WHERE chip <> '' AND chip IN
                    (SELECT chip FROM entries WHERE id_number = ? AND chip <> '')
                    AND (id_number = ? OR id_number = '')
                UNION SELECT \(columns) FROM entries WHERE seq IN (SELECT batches.entry FROM batches
                    JOIN orders ON orders.batch = batches.id WHERE orders.id_number = ?)
                UNION SELECT \(columns) FROM entries WHERE seq IN (SELECT batches.entry FROM batches
                    JOIN set_aside_rows ON set_aside_rows.batch = batches.id WHERE set_aside_rows.id_number = ?)
                ORDER BY seq
                """, Array(repeating: .text(idNumber), count: 5)
            ).map(LedgerEntry.init)
        }
    }

    /// Hands out entries in their order.
    public func entries(
        from first: Int64 = 1, through last: Int64 = .max, _ body: (LedgerEntry) throws -> Void
    ) throws {
        try pages(after: first - 1) { previous throws(LedgerError) in
            try self.read { database throws(StoreError) in
                try database.query(
                    "SELECT \(LedgerEntry.columns) FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT \(Self.page)",
                    [.integer(previous), .integer(last)])
            }
        } each: { row in
            try body(LedgerEntry(row))
            return row.integer(0)
        }
    }

    /// Cards a batch's orders became, in their sequence.
    public func issuedCards(batch: String, _ body: (IssuedCard) throws -> Void) throws {
        try orders(batch: batch, state: .made) { status in
            guard let chip = status.chip else { return }
            try body(
                IssuedCard(order: status.order, chip: chip, entry: status.entry, isVoid: !status.holdsCard))
        }
    }

    /// Rows of a batch no order was made of, as they were enrolled.
    public func setAsideRows(batch: String, _ body: (SetAsideRow) throws -> Void) throws {
        try pages { last throws(LedgerError) in
            try self.read { database throws(StoreError) in
                try database.query(
                    """
                    SELECT position, row_number, id_number, code, reason FROM set_aside_rows
                    WHERE batch = ? AND position > ? ORDER BY position LIMIT \(Self.page)
                    """, [.text(batch), .integer(last)])
            }
        } each: { row in
            try body(
                SetAsideRow(
                    row: Int(clamping: row.integer(1)), idNumber: row.optionalText(2),
                    reason: LedgerReason(code: row.text(3), text: row.text(4))))
            return row.integer(0)
        }
    }

    /// Chips that are never used again and orders no card is made of, with their reasons, as they happened.
    public func rejects(batch: String, _ body: (Reject) throws -> Void) throws {
        try pages { last throws(LedgerError) in
            try self.read { database throws(StoreError) in
                try database.query(
                    """
                    SELECT entries.seq, entries.kind, entries.chip, entries.detail, \(Self.orderColumnsOfOrders)
                    FROM entries LEFT JOIN orders
                        ON orders.batch = entries.batch AND orders.id_number = entries.id_number
                    WHERE entries.batch = ? AND entries.kind IN ('failed', 'reject') AND entries.seq > ?
                    ORDER BY entries.seq LIMIT \(Self.page)
                    """, [.text(batch), .integer(last)])
            }
        } each: { row in
            guard let detail = EntryDetail(row.text(3)), let reason = detail.reason else {
                throw LedgerError.damaged(
                    "entry \(row.integer(0)) gives no reason; run `healthcard ledger verify`",
                    "条目 \(row.integer(0)) 没有给出原因；请运行 `healthcard ledger verify`")
            }
            let isChipRejected =
                row.text(1) == "reject" || detail.chipFate == .rejected
                || detail.chipFate == .spoiled
            let isOrderRejected = detail.orderFate == .rejected
            if isChipRejected || isOrderRejected {
                let order = row.optionalText(4).map { _ in Order(LedgerRow(values: Array(row.values.dropFirst(4)))) }
                try body(
                    Reject(
                        order: order, chip: isChipRejected ? row.text(2) : nil, reason: reason, entry: row.integer(0),
                        isOrderRejected: isOrderRejected))
            }
            return row.integer(0)
        }
    }

    /// - Parameters:
    ///   - rows: the next rows behind a key.
    ///   - each: takes a row and gives its key.
    private func pages(
        after first: Int64 = 0, rows: (Int64) throws(LedgerError) -> [LedgerRow], each: (LedgerRow) throws -> Int64
    ) throws {
        var last = first
        while true {
            let page = try rows(last)
            for row in page { last = try each(row) }
            if page.count < Self.page { return }
        }
    }

    private static func status(_ row: LedgerRow) throws(LedgerError) -> OrderStatus {
        guard let state = OrderState(rawValue: row.text(9)) else {
            throw .damaged(
                "an order is in no state; run `healthcard ledger verify`",
                "有一份申请没有状态；请运行 `healthcard ledger verify`")
        }
        return OrderStatus(
            order: Order(row), state: state, chip: row.optionalText(10), attempts: Int(clamping: row.integer(8)),
            holdsCard: row.integer(11) == 1, entry: row.integer(12))
    }
}
