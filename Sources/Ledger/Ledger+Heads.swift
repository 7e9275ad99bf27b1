/// How far all stations have come, in one place.
extension Ledger {
    /// An entry from which everything there is now goes on: the last one, and where several stations write, one of this
    /// station's that says how far the others are, which is written unless its last one does.
    ///
    /// - Returns: nil in an empty ledger.
    public func headOfAll() throws(LedgerError) -> LedgerHead? {
        let (last, isShared, own) = try read { database throws(StoreError) in
            let stations = try database.first("SELECT COUNT(*) FROM heads WHERE station <> ''")?.integer(0) ?? 0
            return (try Chain.last(database), stations > 1, try self.lastWeave(database))
        }
        guard isShared else { return last }
        if let own { return own }
        return try write { database throws(StoreError) in
            let own = try self.chain.held(database)
            return try self.chain.append(
                .heads, request: "heads/\(self.station.name)/\(own.last.sequence)", to: database
            ) { _, _ in EntryDetail() }.head
        }
    }

    /// This station's last entry, when it says how far the others are now.
    private func lastWeave(_ database: any LedgerDatabase) throws(StoreError) -> LedgerHead? {
        guard
            let row = try database.first(
                "SELECT seq FROM heads WHERE station = ? AND since = 0", [.text(station.name)]),
            let entry = try Chain.entry(row.integer(0), database),
            EntryDetail(entry.detail)?.heads == (try Chain.heads(otherThan: station.name, database))
        else { return nil }
        return entry.head
    }
}
