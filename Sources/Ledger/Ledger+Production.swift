import Foundation
import Messages
import ShangMi

/// What a production line asks (``ProductionLedger``).
extension Ledger {
    public func beginRun(_ run: RunRecord) throws(LedgerError) -> Int64 {
        try keepHold()
        try checkMemory()
        let request = request(for: run)
        let begun = try write { database throws(StoreError) in
            if let entry = try Chain.entry(request: request, database) { return entry }
            guard try database.first("SELECT id FROM batches WHERE id = ?", [.text(run.batch)]) != nil else {
                throw .ledger(
                    .unknown(
                        "batch \(run.batch)",
                        "批次 \(run.batch)"))
            }
            try Self.checkRelease(of: run, database)
            return try self.chain.append(.run, batch: run.batch, request: request, to: database) { _, _ in
                var detail = EntryDetail()
                detail.run = run
                return detail
            }
        }
        answered(run)
        know(begun.sequence, run)
        try startNotes(begun)
        runBegan(begun.sequence)
        if let release = run.releaseDigest, !state.withLock({ $0.budget.isOpen(release) }) { try openBudget(release) }
        state.withLock { $0.budget.add(run: begun.sequence, release: run.releaseDigest) }
        return begun.sequence
    }

    public func standing(of chip: String) throws(LedgerError) -> ChipStanding {
        try read { database throws(StoreError) in try Self.standing(of: chip, database) }
    }

    public func begin(run: Int64, chip: String, lane: String) throws(LedgerError) -> Attempt? {
        guard !chip.isEmpty else {
            throw .misconfigured(
                "a chip without a serial number cannot be begun",
                "没有序列号的芯片不能开始制作")
        }
        let call = UUID()
        var begun: Begun?
        defer { state.withLock { $0.budget.settle(call, run: run, attempt: begun?.attempt.id) } }
        let quick = quickBegin(run: run, chip: chip, lane: lane, call: call)
        begun = try write(quick: quick) { database throws(StoreError) in
            let batch = try Self.batch(ofRun: run, database)
            switch try Self.standing(of: chip, database) {
            case .unknown: break
            case .open(let attempt):
                // Asked again, because the first answer was lost.
                let entry = try Chain.entry(attempt.id, database)
                if let entry, entry.run == run, entry.station == self.station.name {
                    return Begun(attempt: attempt, entry: entry)
                }
                throw .ledger(.chipUsed(chip: chip, entry: attempt.id))
            case .made(let entry), .rejected(let entry, _), .void(let entry, _):
                throw .ledger(.chipUsed(chip: chip, entry: entry))
            }
            guard let (order, attempts) = try self.nextOrder(of: batch, database) else { return nil }
            try self.reserve(call, run: run)
            try self.draw(run: run, lane: lane, database)
            try self.voidCards(of: order, run: run, lane: lane, database)
            let number = attempts + 1
            let entry = try self.chain.append(
                .begin, run: run, batch: batch, idNumber: order.idNumber, chip: chip, lane: lane,
                request: "begin/\(batch)/\(order.sequence)/\(number)", to: database
            ) { _, _ in
                var detail = EntryDetail()
                detail.sequence = order.sequence
                detail.number = number
                return detail
            }
            return Begun(
                attempt: Attempt(id: entry.sequence, order: order, chip: chip, number: number), entry: entry)
        }
        // Before anybody touches the chip: a ledger that is put back to before it is known again.
        if let begun { try note(begun.entry) }
        return begun?.attempt
    }

    struct Begun: Sendable {
        let attempt: Attempt
        let entry: LedgerEntry
    }

    func reserve(_ call: UUID, run: Int64) throws(StoreError) {
        do throws(LedgerError) {
            try state.withLock { state throws(LedgerError) in try state.budget.reserve(call, run: run) }
        } catch {
            throw .ledger(error)
        }
    }

    public func resume(_ attempt: Attempt, run: Int64, lane: String) throws(LedgerError) {
        let request = "resume/\(attempt.id)/\(run)/\(lane)"
        try write { database throws(StoreError) in
            try Self.requireOpen(attempt, database)
            if try Chain.entry(request: request, database) != nil { return }
            try self.append(.resume, attempt, run: run, lane: lane, request: request, database) { _ in }
        }
    }

    public func made(_ attempt: Attempt, _ card: MadeCard, run: Int64, lane: String) throws(LedgerError) {
        _ = try end(.made, attempt, run: run, lane: lane) { detail in detail.card = card }
    }

    public func failed(
        _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate, run: Int64, lane: String
    ) throws(LedgerError) {
        let isNew = try end(.failed, attempt, run: run, lane: lane) { detail in
            detail.reason = reason
            detail.chipFate = chip
            detail.orderFate = order
        }
        if isNew, chip != .spoiled { state.withLock { $0.budget.giveBack(run: run) } }
    }

    public func rejectChip(_ chip: String, _ reason: LedgerReason, run: Int64, lane: String) throws(LedgerError) {
        guard !chip.isEmpty else {
            throw .misconfigured(
                "a chip without a serial number cannot be entered",
                "没有序列号的芯片不能登记")
        }
        try write { database throws(StoreError) in
            let batch = try Self.batch(ofRun: run, database)
            let rejected = "reject/\(chip)"
            let mentioned = "mention/\(run)/\(chip)/\(reason.code)"
            if let entry = try Chain.entry(request: rejected, database), entry.run == run { return }
            if try Chain.entry(request: mentioned, database) != nil { return }
            let isNew = try Self.standing(of: chip, database) == .unknown
            try self.chain.append(
                isNew ? .reject : .mention, run: run, batch: batch, chip: chip, lane: lane,
                request: isNew ? rejected : mentioned, to: database
            ) { _, _ in
                var detail = EntryDetail()
                detail.reason = reason
                return detail
            }
        }
    }

    public func endRun(_ run: Int64, _ reason: LedgerReason) throws(LedgerError) {
        let seal = try write { database throws(StoreError) in
            let batch = try Self.batch(ofRun: run, database)
            if let seal = try Chain.entry(request: "seal/\(run)", database) { return seal }
            try database.quick?.end(database)
            try self.chain.append(.endRun, run: run, batch: batch, request: "endRun/\(run)", to: database) { _, _ in
                var detail = EntryDetail()
                detail.reason = reason
                return detail
            }
            return try self.chain.append(
                .seal, run: run, batch: batch, request: "seal/\(run)", to: database
            ) { _, head throws(StoreError) in
                var detail = EntryDetail()
                detail.head = head
                detail.signature = try self.signature(ofHead: head)
                return detail
            }
        }
        try remember(seal)
        try sealFile()
        runEnded(run)
    }
}

// MARK: - Pieces

extension Ledger {
    /// - Returns: whether it was not asked before.
    private func end(
        _ kind: LedgerEntry.Kind, _ attempt: Attempt, run: Int64, lane: String,
        _ fill: @escaping @Sendable (inout EntryDetail) -> Void
    ) throws(LedgerError) -> Bool {
        let request = "end/\(attempt.id)"
        return try write(quick: quickEnd(kind, attempt, run: run, lane: lane, fill)) { database throws(StoreError) in
            if let entry = try Chain.entry(request: request, database) {
                var detail = Self.detail(of: attempt)
                fill(&detail)
                detail.release = try Chain.release(ofRun: run, database)
                // Asked again, because the first answer was lost; or told something else, which is too late.
                guard entry.kind == kind.rawValue, entry.detail == (try detail.canonical) else {
                    throw .ledger(.attemptOver(attempt: attempt.id))
                }
                return false
            }
            try Self.requireOpen(attempt, database)
            try self.append(kind, attempt, run: run, lane: lane, request: request, database, fill)
            database.quick?.release(attempt.order.batch)
            return true
        }
    }

    func append(
        _ kind: LedgerEntry.Kind, _ attempt: Attempt, run: Int64, lane: String, request: String,
        _ database: any LedgerDatabase, _ fill: (inout EntryDetail) -> Void
    ) throws(StoreError) {
        if run != 0 { _ = try Self.batch(ofRun: run, database) }
        try chain.append(
            kind, run: run, batch: attempt.order.batch, idNumber: attempt.order.idNumber, chip: attempt.chip,
            lane: lane, request: request, to: database
        ) { _, _ in
            var detail = Self.detail(of: attempt)
            fill(&detail)
            return detail
        }
    }

    static func detail(of attempt: Attempt) -> EntryDetail {
        var detail = EntryDetail()
        detail.attempt = attempt.id
        detail.sequence = attempt.order.sequence
        return detail
    }

    /// The applicant's earlier card ends where the new one begins: at no instant are there two.
    private func voidCards(
        of order: Order, run: Int64, lane: String, _ database: any LedgerDatabase
    ) throws(StoreError) {
        let held = try database.query(
            "SELECT chip FROM orders WHERE id_number = ? AND holds_card = 1", [.text(order.idNumber)])
        for row in held {
            guard let attempt = try Self.attempt(onChip: row.text(0), database) else { continue }
            let reason = LedgerReason(code: "replaced", text: order.replacementReason ?? "another card is made")
            try appendVoid(attempt, reason, orderFate: nil, run: run, lane: lane, database)
        }
    }

    private func nextOrder(
        of batch: String, _ database: any LedgerDatabase
    ) throws(StoreError) -> (Order, Int)? {
        if let quick = database.quick, let claim = try quick.claim(batch, database) {
            return (claim.order, claim.attempts)
        }
        // What is left others have claimed: whoever begins it first has it.
        return try database.first(database.dialect.nextOrder("\(Self.orderColumns), attempts"), [.text(batch)])
            .map { (Order($0), Int(clamping: $0.integer(8))) }
    }

    static func batch(ofRun run: Int64, _ database: any LedgerDatabase) throws(StoreError) -> String {
        guard let row = try database.first("SELECT batch FROM runs WHERE id = ?", [.integer(run)]) else {
            throw .ledger(
                .unknown(
                    "run \(run)",
                    "第 \(run) 次运行"))
        }
        return row.text(0)
    }

    /// - Throws: `.attemptOver` unless the attempt is the one that is open on its chip.
    private static func requireOpen(_ attempt: Attempt, _ database: any LedgerDatabase) throws(StoreError) {
        guard case .open(let open) = try standing(of: attempt.chip, database), open.id == attempt.id else {
            throw .ledger(.attemptOver(attempt: attempt.id))
        }
    }

    static func standing(of chip: String, _ database: any LedgerDatabase) throws(StoreError) -> ChipStanding {
        guard let row = try database.first("SELECT state, entry FROM chips WHERE serial = ?", [.text(chip)]) else {
            return .unknown
        }
        let entry = row.integer(1)
        switch row.text(0) {
        case "unused": return .unknown
        case "made": return .made(entry: entry)
        case "rejected": return .rejected(entry: entry, try reason(inEntry: entry, database))
        case "void": return .void(entry: entry, try reason(inEntry: entry, database))
        default:
            guard let attempt = try attempt(onChip: chip, database) else {
                throw .ledger(
                    .damaged(
                        "chip \(chip) is open without an order; run `healthcard ledger verify`",
                        "芯片 \(chip) 未定，却没有申请；请运行 `healthcard ledger verify`"))
            }
            return .open(attempt)
        }
    }

    private static func reason(inEntry entry: Int64, _ database: any LedgerDatabase) throws(StoreError) -> LedgerReason
    {
        guard let text = try Chain.entry(entry, database)?.detail, let reason = EntryDetail(text)?.reason else {
            throw .ledger(
                .damaged(
                    "entry \(entry) gives no reason; run `healthcard ledger verify`",
                    "条目 \(entry) 没有给出原因；请运行 `healthcard ledger verify`"))
        }
        return reason
    }

    /// The last attempt on a chip, over or not.
    static func attempt(onChip chip: String, _ database: any LedgerDatabase) throws(StoreError) -> Attempt? {
        try database.first(
            """
            SELECT \(orderColumnsOfOrders), orders.attempts, chips.attempt, chips.serial FROM chips
            JOIN orders ON orders.batch = chips.batch AND orders.sequence = chips.sequence WHERE chips.serial = ?
            """, [.text(chip)]
        ).map(attempt)
    }

    static func attempt(_ row: LedgerRow) -> Attempt {
        Attempt(id: row.integer(9), order: Order(row), chip: row.text(10), number: Int(clamping: row.integer(8)))
    }

    static let orderColumns =
        "batch, sequence, id_number, row_number, row_offset, collection_point, replacement_reason, content_digest"
    static let orderColumnsOfOrders = orderColumns.split(separator: ", ").map { "orders." + $0 }
        .joined(separator: ", ")
}

extension Order {
    /// - Parameter row: begins with ``Ledger/orderColumns``.
    init(_ row: LedgerRow) {
        self.init(
            batch: row.text(0), sequence: Int(clamping: row.integer(1)), idNumber: row.text(2),
            row: Int(clamping: row.integer(3)), offset: Int(clamping: row.integer(4)), collectionPoint: row.text(5),
            replacementReason: row.optionalText(6), contentDigest: row.optionalText(7))
    }
}
