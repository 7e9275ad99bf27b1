import Messages

/// Cards that are no longer valid.
extension Ledger {
    /// Declares a chip's card lost, destroyed or never issued. An attempt that is open ends, and its order waits again.
    ///
    /// - Parameters:
    ///   - remaking: whether the order of a finished card waits again too; else its applicant has none until another
    ///     batch makes one.
    ///   - operatorName: who declares it; nil where nobody says.
    /// - Throws: `.unknown` when no attempt is open on the chip and no card was made of it; `.refused` when the order
    ///   cannot wait again because its applicant has another one, and for a card that is void already and is to be made
    ///   again, or was declared void for another reason.
    public func void(
        chip: String, reason: LedgerReason, remaking: Bool = false, operatorName: String? = nil
    ) throws(LedgerError) {
        try write { database throws(StoreError) in
            let standing = try Self.standing(of: chip, database)
            if case .void(let entry, let former) = standing {
                try Self.requireSame(chip, entry, former, reason, remaking: remaking, database)
                return
            }
            let isOpen = if case .open = standing { true } else { false }
            let isMade = if case .made = standing { true } else { false }
            guard isOpen || isMade, let attempt = try Self.attempt(onChip: chip, database) else {
                throw .ledger(
                    .unknown(
                        "card on chip \(chip), and no attempt that is open",
                        "芯片 \(chip) 上的卡，也没有未定的制作"))
            }
            let waits = isOpen || remaking
            if isMade, remaking {
                if case .order(let batch) = try Self.instead(of: attempt.order.idNumber, database) {
                    throw .ledger(.refused(.hasOrder(row: attempt.order.row, batch: batch)))
                }
            }
            try self.appendVoid(
                attempt, reason, orderFate: waits ? .waiting : nil, run: 0, lane: "", operatorName: operatorName,
                database)
        }
    }

    /// What is void already is not declared void again; asked for the same once more, it is done.
    private static func requireSame(
        _ chip: String, _ entry: Int64, _ former: LedgerReason, _ reason: LedgerReason, remaking: Bool,
        _ database: any LedgerDatabase
    ) throws(StoreError) {
        let owner = try attempt(onChip: chip, database)?.order
        let instead = try owner.map { order throws(StoreError) in try Self.instead(of: order.idNumber, database) }
        let waits = owner.map { instead == .order(batch: $0.batch) } ?? false
        if former == reason, !remaking || waits { return }
        throw .ledger(
            .refused(.alreadyVoid(chip: chip, entry: entry, reason: former.text, instead: instead ?? .nothing)))
    }

    /// What a person whose card is void has instead of it.
    private static func instead(
        of idNumber: String, _ database: any LedgerDatabase
    ) throws(StoreError) -> LedgerRefusal.Instead {
        let rows = try database.query(
            """
            SELECT batch, chip, holds_card FROM orders
            WHERE id_number = ? AND (holds_card = 1 OR state IN ('waiting', 'inWork'))
            """, [.text(idNumber)])
        if let open = rows.first(where: { $0.integer(2) == 0 }) { return .order(batch: open.text(0)) }
        return rows.first.map { .card(chip: $0.text(1), batch: $0.text(0)) } ?? .nothing
    }

    /// Makes a person's card of a batch void and has its order wait for another one, with the reason it is replaced for.
    ///
    /// - Parameters:
    ///   - idNumber: 18 characters.
    ///   - operatorName: who replaces it.
    /// - Returns: the order that waits now.
    /// - Throws: `.unknown` when the batch has no order of this person; `.refused` when the order has no valid card, and
    ///   as ``void(chip:reason:remaking:operatorName:)``.
    public func replaceCard(
        of idNumber: String, batch: String, reason: String, operatorName: String? = nil
    ) throws(LedgerError) -> Order {
        guard let status = try state(of: idNumber).first(where: { $0.order.batch == batch }) else {
            throw .unknown(
                "order of this person in batch \(batch)",
                "此人在批次 \(batch) 中的申请")
        }
        let (sequence, row) = (status.order.sequence, status.order.row)
        switch status.state {
        case .waiting, .inWork: throw .refused(.noCardYet(batch: batch, sequence: sequence, row: row))
        case .rejected, .setAside: throw .refused(.noCardMade(batch: batch, sequence: sequence, row: row))
        case .made: break
        }
        guard status.holdsCard, let chip = status.chip else {
            let instead = try read { database throws(StoreError) in try Self.instead(of: idNumber, database) }
            throw .refused(
                .closed(batch: batch, sequence: sequence, row: row, entry: status.entry, instead: instead))
        }
        try void(
            chip: chip, reason: LedgerReason(code: "replaced", text: reason), remaking: true, operatorName: operatorName
        )
        return status.order
    }

    func appendVoid(
        _ attempt: Attempt, _ reason: LedgerReason, orderFate: OrderFate?, run: Int64, lane: String,
        operatorName: String? = nil, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try append(.void, attempt, run: run, lane: lane, request: "void/\(attempt.id)", database) { detail in
            detail.reason = reason
            detail.orderFate = orderFate
            detail.operatorName = operatorName
        }
        if orderFate == .waiting { database.quick?.release(attempt.order.batch) }
    }
}
