import Messages

/// A batch and its orders.
extension Ledger {
    /// Orders written with one statement.
    private static var chunk: Int { 200 }

    public func enrol(
        _ batch: LedgerBatch, setAside: [SetAsideRow], next: () throws -> Order?
    ) throws {
        try checkMemory()
        var foreign: (any Error)?
        do {
            try exclusively { database throws(StoreError) in
                do throws(StoreError) {
                    try enrol(batch, setAside, database) { () throws(StoreError) in
                        do { return try next() } catch {
                            foreign = error
                            throw .ledger(
                                .unknown(
                                    "order: they could not be read",
                                    "申请：未能读出"))
                        }
                    }
                } catch .collision {
                    // The orders are spent; only the caller can begin them again.
                    throw .ledger(
                        .unavailable(
                            "another station wrote about the same applicants at this moment",
                            "另一工作站此刻正在写入同一批申请人"))
                }
            }
        } catch {
            throw foreign ?? error
        }
        try settleEntry()
    }

    private func enrol(
        _ batch: LedgerBatch, _ setAside: [SetAsideRow], _ database: any LedgerDatabase,
        next: () throws(StoreError) -> Order?
    ) throws(StoreError) {
        try database.transaction(database.dialect.begin) { () throws(StoreError) in
            if let lock = database.dialect.enrolmentLock { _ = try database.query(lock) }
            if let setting = database.dialect.trustsIndexes { try database.execute(setting) }
            let known = try database.first("SELECT content_digest FROM batches WHERE id = ?", [.text(batch.id)])
            if let known {
                guard known.text(0) == batch.contentDigest else { throw .ledger(.batchChanged(batch: batch.id)) }
                return
            }
            let rows = try write(setAside, batch: batch.id, database)
            let orders = try write(ordersOf: batch.id, database, next: next)
            try enter(database)
            try chain.append(.enrol, batch: batch.id, request: "enrol/\(batch.id)", to: database) { _, _ in
                var detail = EntryDetail()
                detail.batch = batch
                detail.orders = orders.count
                detail.ordersDigest = orders.value
                detail.setAside = rows.count
                detail.setAsideDigest = rows.value
                return detail
            }
        }
    }

    private func write(
        _ setAside: [SetAsideRow], batch: String, _ database: any LedgerDatabase
    ) throws(StoreError) -> OrderDigest {
        var digest = OrderDigest()
        for row in setAside {
            try LedgerText.check(row)
            digest.append(row, batch: batch)
            try database.execute(
                """
                INSERT INTO set_aside_rows (batch, position, row_number, id_number, code, reason, digest)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(batch), LedgerValue(digest.count), LedgerValue(row.row), LedgerValue(row.idNumber),
                    .text(row.reason.code), .text(row.reason.text), .text(digest.value),
                ])
        }
        return digest
    }

    /// - Throws: `.applicantHasCard` with all rows that cannot be, when the last order is seen.
    private func write(
        ordersOf batch: String, _ database: any LedgerDatabase, next: () throws(StoreError) -> Order?
    ) throws(StoreError) -> OrderDigest {
        var digest = OrderDigest()
        var conflicts: [Int] = []
        var chunk: [(order: Order, digest: String)] = []
        func flush() throws(StoreError) {
            guard !chunk.isEmpty else { return }
            let rows = try self.conflicts(of: chunk.map(\.order), batch: batch, database)
            conflicts += rows
            // Once a row is refused the batch is, and the rest is only looked at.
            if conflicts.isEmpty { try insert(chunk, database) }
            chunk.removeAll(keepingCapacity: true)
        }
        while let order = try next() {
            guard order.batch == batch, order.sequence == digest.count + 1 else {
                throw .ledger(
                    .misconfigured(
                        "order of row \(order.row) is number \(order.sequence) of batch \(order.batch) where \(digest.count + 1) of \(batch) comes next; orders are enrolled in their sequence",
                        "第 \(order.row) 行的申请是批次 \(order.batch) 的第 \(order.sequence) 号，而接下来应是 \(batch) 的第 \(digest.count + 1) 号；申请须按顺序登记"
                    ))
            }
            try LedgerText.check(order)
            digest.append(order)
            chunk.append((order, digest.value))
            if chunk.count == Self.chunk { try flush() }
        }
        try flush()
        guard conflicts.isEmpty else { throw .ledger(.applicantHasCard(rows: conflicts)) }
        return digest
    }

    private func insert(
        _ chunk: [(order: Order, digest: String)], _ database: any LedgerDatabase
    ) throws(StoreError) {
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, NULL, 0, 0)"
        try database.execute(
            "INSERT INTO orders (\(Projection.orderColumns)) VALUES "
                + repeatElement(row, count: chunk.count).joined(separator: ", "),
            chunk.flatMap { order, digest -> [LedgerValue] in
                [
                    .text(order.batch), LedgerValue(order.sequence), .text(order.idNumber), LedgerValue(order.row),
                    LedgerValue(order.offset), .text(order.collectionPoint), LedgerValue(order.replacementReason),
                    LedgerValue(order.contentDigest), .text(digest),
                ]
            })
    }

    /// Rows whose applicants are in this batch already, have an order that is still to be made, or a card and no reason
    /// for another one.
    private func conflicts(
        of orders: [Order], batch: String, _ database: any LedgerDatabase
    ) throws(StoreError) -> [Int] {
        let places = repeatElement("?", count: orders.count).joined(separator: ", ")
        // Everything of these people and nothing else: a condition more, and a planner without statistics takes another
        // index, through which it reads the whole batch.
        let rows = try database.query(
            "SELECT id_number, batch, holds_card, state FROM orders WHERE id_number IN (\(places))",
            orders.map { .text($0.idNumber) })
        var blocking: [String: Bool] = [:]
        for row in rows {
            let isOpen = OrderState(rawValue: row.text(3)).map { $0 == .waiting || $0 == .inWork } ?? true
            let isBlocked = row.text(1) == batch || isOpen
            guard isBlocked || row.integer(2) == 1 else { continue }
            blocking[row.text(0), default: false] = blocking[row.text(0)] == true || isBlocked
        }
        var seen: Set<String> = []
        return orders.compactMap { order in
            let isFirst = seen.insert(order.idNumber).inserted
            let isFree = blocking[order.idNumber].map { !$0 && order.replacementReason != nil } ?? true
            return isFirst && isFree ? nil : order.row
        }
    }
}
