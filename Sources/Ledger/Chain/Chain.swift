import Foundation
import Messages

/// Appends entries. The head's row is held from the first entry of a transaction to its end: stations write one after
/// the other, and claim their orders before.
struct Chain {
    let station: String

    /// What a call wrote under this identity earlier.
    static func entry(request: String, _ database: any LedgerDatabase) throws(StoreError) -> LedgerEntry? {
        try database.first("SELECT \(LedgerEntry.columns) FROM entries WHERE request = ?", [.text(request)])
            .map(LedgerEntry.init)
    }

    static func entry(_ sequence: Int64, _ database: any LedgerDatabase) throws(StoreError) -> LedgerEntry? {
        try database.first("SELECT \(LedgerEntry.columns) FROM entries WHERE seq = ?", [.integer(sequence)])
            .map(LedgerEntry.init)
    }

    /// The digest of the release a run rests on; nil in test mode.
    static func release(ofRun run: Int64, _ database: any LedgerDatabase) throws(StoreError) -> String? {
        try database.first("SELECT release_digest FROM runs WHERE id = ?", [.integer(run)])?.optionalText(0)
    }

    /// The last entry's number and hash; held by this transaction when it is to append.
    static func head(
        _ database: any LedgerDatabase, held: Bool
    ) throws(StoreError) -> (sequence: Int64, hash: String) {
        guard let row = try database.first(held ? database.dialect.heldHead : "SELECT seq, hash FROM head WHERE id = 1")
        else {
            throw .ledger(
                .damaged(
                    "its table head is empty; run `healthcard ledger verify` and restore a backup",
                    "表 head 为空；请运行 `healthcard ledger verify`，并从备份恢复"))
        }
        return (row.integer(0), row.text(1))
    }

    /// - Parameter detail: made with the number and the previous hash the entry is going to have.
    @discardableResult
    func append(
        _ kind: LedgerEntry.Kind, run: Int64 = 0, batch: String = "", idNumber: String = "", chip: String = "",
        lane: String = "", request: String, to database: any LedgerDatabase,
        detail: (Int64, String) throws(StoreError) -> EntryDetail
    ) throws(StoreError) -> LedgerEntry {
        let head = try Self.head(database, held: true)
        var detail = try detail(head.sequence + 1, head.hash)
        if run != 0 { detail.release = try Self.release(ofRun: run, database) }
        let draft = LedgerEntry(
            sequence: head.sequence + 1, time: Self.now(), station: station, run: run, kind: kind.rawValue,
            batch: batch, idNumber: idNumber, chip: chip, lane: lane, detail: try detail.canonical, request: request,
            previousHash: head.hash, hash: "")
        try LedgerText.check(draft)
        let entry = draft.sealed
        try database.execute(
            "INSERT INTO entries (\(LedgerEntry.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entry.values)
        // What follows is the server's business there, which lets no station write it.
        guard database.dialect == .sqlite else { return entry }
        try database.execute(
            "UPDATE head SET seq = ?, hash = ? WHERE id = 1", [.integer(entry.sequence), .text(entry.hash)])
        try Projection().apply(entry, detail, to: database)
        return entry
    }

    private static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func now() -> String { Date.now.formatted(timeFormat) }
}

extension LedgerEntry {
    /// The same with its hash.
    fileprivate var sealed: LedgerEntry {
        LedgerEntry(
            sequence: sequence, time: time, station: station, run: run, kind: kind, batch: batch, idNumber: idNumber,
            chip: chip, lane: lane, detail: detail, request: request, previousHash: previousHash, hash: computedHash)
    }
}
