/// Cards that are no longer valid.
extension Ledger {
    /// Declares a chip's card lost, destroyed or never issued. An attempt that is open ends, and its order waits again.
    ///
    /// - Parameters:
    ///   - remaking: whether the order of a finished card waits again too; else its applicant has none until another
    ///     batch makes one.
    ///   - operatorName: who declares it; nil where nobody says.
    /// - Throws: `.unknown` when no attempt is open on the chip and no card was made of it; `.applicantHasCard` when the
    ///   order cannot wait again because its applicant has another one; `.refused` for a card that is void already and
    ///   is to be made again, or was declared void for another reason.
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
                throw .ledger(.unknown("card on chip \(chip), and no attempt that is open"))
            }
            let waits = isOpen || remaking
            if isMade, remaking {
                let other = try database.first(
                    "SELECT id_number FROM orders WHERE id_number = ? AND state IN ('waiting', 'inWork')",
                    [.text(attempt.order.idNumber)])
                guard other == nil else { throw .ledger(.applicantHasCard(rows: [attempt.order.row])) }
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
        let waiting = try database.first(
            """
            SELECT 1 FROM chips JOIN orders ON orders.batch = chips.batch AND orders.sequence = chips.sequence
            WHERE chips.serial = ? AND orders.state IN ('waiting', 'inWork')
            """, [.text(chip)])
        if former == reason, !remaking || waiting != nil { return }
        throw .ledger(
            .refused(.alreadyVoid(chip: chip, entry: entry, reason: former.text, isWaiting: waiting != nil)))
    }

    /// Makes a person's card of a batch void and has its order wait for another one, with the reason it is replaced for.
    ///
    /// - Parameters:
    ///   - idNumber: 18 characters.
    ///   - operatorName: who replaces it.
    /// - Returns: the order that waits now.
    /// - Throws: `.unknown` when the batch has no order of this person; `.refused` when the order has no valid card;
    ///   `.applicantHasCard` as ``void(chip:reason:remaking:operatorName:)``.
    public func replaceCard(
        of idNumber: String, batch: String, reason: String, operatorName: String? = nil
    ) throws(LedgerError) -> Order {
        guard let status = try state(of: idNumber).first(where: { $0.order.batch == batch }) else {
            throw .unknown("order of this person in batch \(batch)")
        }
        let (sequence, row) = (status.order.sequence, status.order.row)
        switch status.state {
        case .waiting, .inWork: throw .refused(.noCardYet(batch: batch, sequence: sequence, row: row))
        case .rejected, .setAside: throw .refused(.noCardMade(batch: batch, sequence: sequence, row: row))
        case .made: break
        }
        guard status.holdsCard, let chip = status.chip else {
            throw .refused(.closed(batch: batch, sequence: sequence, row: row, entry: status.entry))
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
    }
}
