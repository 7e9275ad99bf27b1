import Foundation

/// Cards as single statements, on a server. Each is what the long way would write, with everything it rests on checked by
/// the server; when anything is not as it was thought to be, nothing is written and the long way says why.
extension Ledger {
    /// What is known of a run that goes on here.
    struct KnownRun: Sendable {
        let batch: String
        /// The digest of the release it rests on; nil in test mode.
        let release: String?
    }

    /// A card's beginning.
    func quickBegin(run: Int64, chip: String, lane: String, call: UUID) -> QuickWork<Begun?>? {
        guard let known = known(run) else { return nil }
        return { state, database throws(StoreError) in
            guard let head = try self.quickHead(state, database) else { return nil }
            guard known.release == nil || state.places[run, default: 0] > 0 else { return nil }
            guard let claim = try state.claim(known.batch, database), !claim.isReplacing,
                (try? self.reserve(call, run: run)) != nil
            else { return nil }
            let order = claim.order
            var detail = EntryDetail()
            detail.sequence = order.sequence
            detail.number = claim.attempts + 1
            detail.release = known.release
            let number = try state.number(after: max(head.last.sequence, claim.entry), database)
            let entry = try self.chain.draft(
                .begin, run: run, batch: known.batch, idNumber: order.idNumber, chip: chip, lane: lane,
                request: "begin/\(known.batch)/\(order.sequence)/\(claim.attempts + 1)", sequence: number,
                after: head.last.hash, detail)
            state.head = QuickState.Head(entry.head, since: head.since + 1)
            if known.release != nil { state.places[run, default: 0] -= 1 }
            let attempt = Attempt(id: number, order: order, chip: chip, number: claim.attempts + 1)
            return (entry, Begun(attempt: attempt, entry: entry))
        }
    }

    /// An attempt's outcome.
    func quickEnd(
        _ kind: LedgerEntry.Kind, _ attempt: Attempt, run: Int64, lane: String,
        _ fill: @escaping @Sendable (inout EntryDetail) -> Void
    ) -> QuickWork<Bool>? {
        guard let known = known(run) else { return nil }
        return { state, database throws(StoreError) in
            guard let head = try self.quickHead(state, database) else { return nil }
            var detail = Self.detail(of: attempt)
            fill(&detail)
            detail.release = known.release
            let number = try state.number(after: max(head.last.sequence, attempt.id), database)
            let entry = try self.chain.draft(
                kind, run: run, batch: attempt.order.batch, idNumber: attempt.order.idNumber, chip: attempt.chip,
                lane: lane, request: "end/\(attempt.id)", sequence: number, after: head.last.hash, detail)
            state.head = QuickState.Head(entry.head, since: head.since + 1)
            if detail.orderFate == .waiting { state.release(attempt.order.batch) }
            return (entry, true)
        }
    }

    /// Where the station's chain goes on; nil when the next entry is to be made the long way.
    private func quickHead(
        _ state: QuickState, _ database: any LedgerDatabase
    ) throws(StoreError) -> QuickState.Head? {
        if state.head == nil {
            let row = try database.first("SELECT seq, hash, since FROM heads WHERE station = ?", [.text(station.name)])
            state.head = row.map {
                QuickState.Head(LedgerHead(sequence: $0.integer(0), hash: $0.text(1)), since: $0.integer(2))
            }
        }
        guard let head = state.head, head.since + 1 < Chain.longestUnwoven else { return nil }
        return head
    }

    private func known(_ run: Int64) -> KnownRun? { state.withLock { $0.isEntered ? $0.known[run] : nil } }

    /// From here on the run's cards are written quickly.
    func know(_ run: Int64, _ record: RunRecord) {
        state.withLock { $0.known[run] = KnownRun(batch: record.batch, release: record.releaseDigest) }
    }
}
