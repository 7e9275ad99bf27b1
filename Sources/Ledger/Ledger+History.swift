/// Something that happened to a person's cards: an entry of the ledger, with what other entries say of it. Without the
/// person's number.
public struct PersonEvent: Sendable, Hashable, Codable {
    /// The entry's number.
    public let entry: Int64
    /// UTC, `2026-01-31T23:59:59.999Z`.
    public let time: String
    /// A ``LedgerEntry/Kind``, unless the ledger was changed or is newer.
    public let kind: String
    public let station: String
    /// Who ran the line, or did it by hand; nil where the ledger does not say.
    public let operatorName: String?
    /// The lane's reader; nil outside of one.
    public let lane: String?
    /// The entry that began the run; nil outside of one.
    public let run: Int64?
    public let batch: String?
    /// The order's place in its batch, from 1.
    public let sequence: Int?
    /// The row of `applications.csv`.
    public let row: Int?
    /// 16 hexadecimal digits in capitals.
    public let chip: String?
    public let reason: LedgerReason?
    /// What became of the chip, and of the order, of an attempt that made no card or a card that is void.
    public let chipFate: ChipFate?
    public let orderFate: OrderFate?
}

/// Whether a person has a card now.
public struct PersonStanding: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        /// There is a valid card.
        case made
        /// A card is to be made, or is in the making; there is no valid one.
        case waiting, inWork
        /// A card was made and is void; no other one is to be made.
        case void
        /// No card is made, for the reason given.
        case rejected
        /// The row was excluded by the operator.
        case setAside
    }

    public let state: State
    public let batch: String
    /// nil for a row that was excluded.
    public let sequence: Int?
    public let row: Int
    /// The chip of the valid card, of the void one, or of the one in the making.
    public let chip: String?
    public let reason: LedgerReason?
    /// When it came to this, UTC; nil when nothing has happened yet.
    public let since: String?
    /// Of a person with a valid card, the batch in which another one is to be made.
    public let replacementBatch: String?
}

/// All that the ledger knows of a person.
public struct PersonHistory: Sendable, Hashable, Codable {
    /// In the order in which it happened.
    public let events: [PersonEvent]
    /// nil for a person of whom it knows nothing.
    public let now: PersonStanding?
}

extension Ledger {
    /// What happened to a person's cards, by whom and where, and how things are now.
    ///
    /// - Parameter idNumber: 18 characters.
    public func history(of idNumber: String) throws(LedgerError) -> PersonHistory {
        let entries = try why(idNumber: idNumber)
        guard !entries.isEmpty else { return PersonHistory(events: [], now: nil) }
        let states = try state(of: idNumber)
        let aside = try setAsideRows(of: idNumber)
        var operators: [Int64: String] = [:]
        for run in Set(entries.map(\.run)) where run != 0 {
            operators[run] = try entry(run).flatMap { EntryDetail($0.detail) }?.run?.operatorName
        }
        let orders = Dictionary(states.map { ($0.order.batch, $0.order) }) { first, _ in first }
        let events = entries.map { Self.event($0, orders[$0.batch], operators[$0.run]) }
        return PersonHistory(events: events, now: try standing(states, aside))
    }

    private static func event(_ entry: LedgerEntry, _ order: Order?, _ operatorName: String?) -> PersonEvent {
        let detail = EntryDetail(entry.detail)
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        // A chip that nobody began is not this person's in this batch.
        let isOfOrder = entry.kind == LedgerEntry.Kind.enrol.rawValue || !entry.idNumber.isEmpty
        return PersonEvent(
            entry: entry.sequence, time: entry.time, kind: entry.kind, station: entry.station,
            operatorName: operatorName ?? detail?.operatorName, lane: given(entry.lane),
            run: entry.run == 0 ? nil : entry.run, batch: given(entry.batch),
            sequence: isOfOrder ? order?.sequence : nil, row: isOfOrder ? order?.row : nil, chip: given(entry.chip),
            reason: detail?.reason, chipFate: detail?.chipFate, orderFate: detail?.orderFate)
    }

    private func standing(
        _ states: [OrderStatus], _ aside: [(batch: String, row: SetAsideRow)]
    ) throws(LedgerError) -> PersonStanding? {
        let open = states.last { $0.state == .waiting || $0.state == .inWork }
        // A card counts as the applicant's until the next one is begun.
        let valid = states.last { $0.state == .made && $0.holdsCard }
        if let status = valid ?? open ?? states.last {
            let state: PersonStanding.State =
                switch status.state {
                case .made: status.holdsCard ? .made : .void
                case .waiting: .waiting
                case .inWork: .inWork
                case .rejected: .rejected
                case .setAside: .setAside
                }
            let entry = status.entry == 0 ? nil : try entry(status.entry)
            return PersonStanding(
                state: state, batch: status.order.batch, sequence: status.order.sequence, row: status.order.row,
                chip: state == .waiting ? nil : status.chip, reason: entry.flatMap { EntryDetail($0.detail) }?.reason,
                since: entry?.time, replacementBatch: valid == nil ? nil : open?.order.batch)
        }
        guard let last = aside.last else { return nil }
        return PersonStanding(
            state: .setAside, batch: last.batch, sequence: nil, row: last.row.row, chip: nil, reason: last.row.reason,
            since: nil, replacementBatch: nil)
    }

    private func entry(_ sequence: Int64) throws(LedgerError) -> LedgerEntry? {
        try read { database throws(StoreError) in try Chain.entry(sequence, database) }
    }

    /// In the order in which their batches were enrolled.
    private func setAsideRows(of idNumber: String) throws(LedgerError) -> [(batch: String, row: SetAsideRow)] {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT batches.id, set_aside_rows.row_number, set_aside_rows.code, set_aside_rows.reason
                FROM set_aside_rows JOIN batches ON batches.id = set_aside_rows.batch
                WHERE set_aside_rows.id_number = ? ORDER BY batches.entry
                """, [.text(idNumber)]
            ).map {
                (
                    $0.text(0),
                    SetAsideRow(
                        row: Int(clamping: $0.integer(1)), idNumber: idNumber,
                        reason: LedgerReason(code: $0.text(2), text: $0.text(3)))
                )
            }
        }
    }
}
