import Foundation
import Messages

/// A release's limit. Runs draw places of it, a few at a time and fewer the nearer the limit is; a card that is begun takes
/// one of its run's. What is drawn and what was begun never exceed the limit together, whoever dies when.
extension Ledger {
    /// Places a run draws at once, at most.
    private static var mostPlaces: Int { 16 }
    /// The part of what is left that a run draws at once, at most.
    private static var share: Int { 8 }

    /// Has the run a place for the card it is about to begin.
    ///
    /// - Throws: `.releaseUsedUp` when the limit has none left, nor any other run.
    func draw(run: Int64, lane: String, _ database: any LedgerDatabase) throws(StoreError) {
        guard let release = try Chain.release(ofRun: run, database) else { return }
        var places = Int(clamping: try Self.places(of: run, database))
        if places < 1 { places = try drawPlaces(of: release, run: run, lane: lane, database) }
        database.quick?.places[run] = places - 1
    }

    private static func places(of run: Int64, _ database: any LedgerDatabase) throws(StoreError) -> Int64 {
        try database.first("SELECT places FROM runs WHERE id = ?", [.integer(run)])?.integer(0) ?? 0
    }

    /// - Returns: how many; the run has none before.
    private func drawPlaces(
        of release: String, run: Int64, lane: String, _ database: any LedgerDatabase
    ) throws(StoreError) -> Int {
        guard let row = try database.first(database.dialect.heldRelease, [.text(release)]) else {
            throw .ledger(
                .damaged(
                    "it does not have the release of run \(run); run `healthcard ledger verify`",
                    "其中没有第 \(run) 次运行的放行书；请运行 `healthcard ledger verify`"))
        }
        let batch = try Self.batch(ofRun: run, database)
        var drawn = Self.mostPlaces
        if let quota = row.optionalText(0).flatMap({ Int($0) }) {
            var rest = quota - Int(clamping: row.integer(1))
            if rest < 1 { rest = try takeBack(of: release, for: run, batch, lane: lane, limit: quota, database) }
            drawn = min(Self.mostPlaces, max(1, rest / Self.share))
        }
        try chain.append(
            .draw, run: run, batch: batch, lane: lane, request: "draw/\(run)/\(UUID().uuidString.lowercased())",
            to: database
        ) { [drawn] _, _ in
            var detail = EntryDetail()
            detail.places = drawn
            return detail
        }
        return drawn
    }

    /// Brings back what another run has drawn and not used: it draws anew if it still goes on.
    ///
    /// - Returns: how many, one at least.
    private func takeBack(
        of release: String, for run: Int64, _ batch: String, lane: String, limit: Int, _ database: any LedgerDatabase
    ) throws(StoreError) -> Int {
        let rows = try database.query(
            "SELECT id FROM runs WHERE release_digest = ? AND places > 0 AND id <> ? ORDER BY places DESC, id",
            [.text(release), .integer(run)])
        for other in rows.map({ $0.integer(0) }) {
            // Held from here on; its own station may have used them meanwhile.
            let places = Int(
                clamping: try database.first(database.dialect.heldPlaces, [.integer(other)])?.integer(0) ?? 0)
            guard places > 0 else { continue }
            try chain.append(
                .giveBack, run: run, batch: batch, lane: lane,
                request: "giveBack/\(other)/\(UUID().uuidString.lowercased())", to: database
            ) { _, _ in
                var detail = EntryDetail()
                detail.places = places
                detail.fromRun = other
                return detail
            }
            return places
        }
        throw .ledger(.releaseUsedUp(limit: limit))
    }
}

extension Ledger {
    /// Places of a release that runs have drawn and not used, of all runs together.
    static func drawnPlaces(of release: String, _ database: any LedgerDatabase) throws(StoreError) -> Int64 {
        // A sum of PostgreSQL's is of a type of its own.
        let sum = "SELECT CAST(COALESCE(SUM(places), 0) AS BIGINT) FROM runs WHERE release_digest = ?"
        return try database.first(sum, [.text(release)])?.integer(0) ?? 0
    }
}
