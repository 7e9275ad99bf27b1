import Foundation
import Messages

/// Appends entries, each to the last one of its own station: a station's entries wait for no other's. The head of the
/// station is held from the first entry of a transaction to its end.
struct Chain {
    let station: String

    /// A station's entries without the others' heads, at most: so often each says how far it has seen them.
    static let longestUnwoven: Int64 = 1000
    /// The name under which the root's head stands.
    static let root = ""

    /// What a chain goes on from.
    struct Own {
        /// The station's last entry, or the root: 0 and zeros in an empty ledger.
        let last: LedgerHead
        /// Entries since the last with the others' heads.
        let since: Int64
        /// Whether the station has none of its own since the root.
        let isFirst: Bool
    }

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

    /// The entry with the highest number; nil in an empty ledger.
    static func last(_ database: any LedgerDatabase) throws(StoreError) -> LedgerHead? {
        guard let row = try database.first("SELECT seq, hash FROM heads ORDER BY seq DESC LIMIT 1") else {
            throw noRoot
        }
        return row.integer(0) == 0 ? nil : LedgerHead(sequence: row.integer(0), hash: row.text(1))
    }

    /// The last entries of all stations but one, by name.
    static func heads(otherThan station: String, _ database: any LedgerDatabase) throws(StoreError) -> [StationHead] {
        try database.query(
            "SELECT station, seq, hash FROM heads WHERE station <> ? AND station <> ''", [.text(station)]
        )
        .map { StationHead(station: $0.text(0), sequence: $0.integer(1), hash: $0.text(2)) }
        .sorted { $0.station.utf8.lexicographicallyPrecedes($1.station.utf8) }
    }

    private static var noRoot: StoreError {
        .ledger(
            .damaged(
                "its table heads has no root; run `healthcard ledger verify` and restore a backup",
                "表 heads 中没有起点；请运行 `healthcard ledger verify`，并从备份恢复"))
    }

    /// Where the station's chain goes on, held until the end of the transaction.
    func held(_ database: any LedgerDatabase) throws(StoreError) -> Own {
        if let row = try database.first(database.dialect.heldHead, [.text(station)]) {
            return Own(
                last: LedgerHead(sequence: row.integer(0), hash: row.text(1)), since: row.integer(2), isFirst: false)
        }
        guard let row = try database.first(database.dialect.heldHead, [.text(Self.root)]) else { throw Self.noRoot }
        return Own(last: LedgerHead(sequence: row.integer(0), hash: row.text(1)), since: 0, isFirst: true)
    }

    /// - Parameter detail: made with the number and the previous hash the entry is going to have.
    @discardableResult
    func append(
        _ kind: LedgerEntry.Kind, run: Int64 = 0, batch: String = "", idNumber: String = "", chip: String = "",
        lane: String = "", request: String, to database: any LedgerDatabase,
        detail: (Int64, String) throws(StoreError) -> EntryDetail
    ) throws(StoreError) -> LedgerEntry {
        var own = try held(database)
        if own.since + 1 >= Self.longestUnwoven, !kind.isWoven {
            try append(.heads, request: "heads/\(station)/\(own.last.sequence)", to: database) { _, _ in EntryDetail() }
            own = try held(database)
        }
        // Read before the number is drawn: what is named lies before the entry that names it.
        let heads = kind.isWoven ? try Self.heads(otherThan: station, database) : nil
        let isRoot = own.last.sequence == 0
        let sequence = isRoot ? 1 : try database.first(database.dialect.nextNumber)?.integer(0) ?? 0
        var detail = try detail(sequence, own.last.hash)
        if run != 0 { detail.release = try Self.release(ofRun: run, database) }
        detail.heads = heads
        if own.isFirst, !isRoot { detail.root = own.last }
        let entry = try draft(
            kind, run: run, batch: batch, idNumber: idNumber, chip: chip, lane: lane, request: request,
            sequence: sequence, after: own.last.hash, detail)
        try database.execute(
            "INSERT INTO entries (\(LedgerEntry.columns)) VALUES (\(LedgerEntry.places))", entry.values)
        let since = heads == nil ? own.since + 1 : 0
        database.quick?.head = QuickState.Head(entry.head, since: since)
        // What follows is the server's business there, which lets no station write it.
        guard database.dialect == .sqlite else { return entry }
        try Self.write(entry, since: since, isRoot: isRoot, isFirst: own.isFirst, to: database)
        try Projection().apply(entry, detail, to: database)
        return entry
    }

    /// An entry with its hash.
    func draft(
        _ kind: LedgerEntry.Kind, run: Int64, batch: String, idNumber: String, chip: String, lane: String,
        request: String, sequence: Int64, after previous: String, _ detail: EntryDetail
    ) throws(StoreError) -> LedgerEntry {
        let draft = LedgerEntry(
            sequence: sequence, time: Self.now(), station: station, run: run, kind: kind.rawValue, batch: batch,
            idNumber: idNumber, chip: chip, lane: lane, detail: try detail.canonical, request: request,
            previousHash: previous, hash: "")
        try LedgerText.check(draft)
        return draft.sealed
    }

    private static func write(
        _ entry: LedgerEntry, since: Int64, isRoot: Bool, isFirst: Bool, to database: any LedgerDatabase
    ) throws(StoreError) {
        let values: [LedgerValue] = [
            .integer(entry.sequence), .text(entry.hash), .integer(since), .text(entry.station),
        ]
        if isRoot {
            try database.execute(
                "UPDATE heads SET seq = ?, hash = ? WHERE station = ''", [.integer(entry.sequence), .text(entry.hash)])
        }
        try database.execute(
            isFirst
                ? "INSERT INTO heads (seq, hash, since, station) VALUES (?, ?, ?, ?)"
                : "UPDATE heads SET seq = ?, hash = ?, since = ? WHERE station = ?", values)
    }

    private static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func now() -> String { Date.now.formatted(timeFormat) }
}

/// How far a station was seen to have come.
struct StationHead: Codable, Hashable, Sendable {
    let station: String
    let sequence: Int64
    let hash: String
}

extension LedgerEntry.Kind {
    /// Whether an entry says how far its station has seen the others.
    var isWoven: Bool { self == .run || self == .endRun || self == .heads }
}

extension LedgerEntry {
    static let places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

    /// The same with its hash.
    fileprivate var sealed: LedgerEntry {
        LedgerEntry(
            sequence: sequence, time: time, station: station, run: run, kind: kind, batch: batch, idNumber: idNumber,
            chip: chip, lane: lane, detail: detail, request: request, previousHash: previousHash, hash: computedHash)
    }
}
