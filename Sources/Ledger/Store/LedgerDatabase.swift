import Messages

/// A value that goes into a statement or comes out of it. Everything a ledger keeps is a number or a text.
enum LedgerValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)

    init(_ text: String?) { self = text.map(LedgerValue.text) ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }

    /// Both stores end a text at U+0000: what was digested would be another text than what is kept, for good.
    ///
    /// - Throws: `.misconfigured` when a text has one.
    static func check(_ values: [LedgerValue]) throws(StoreError) {
        for case .text(let text) in values where text.utf8.contains(0) {
            throw .ledger(
                .misconfigured(
                    "a text with the character U+0000 cannot be entered in a ledger; remove it",
                    "含有字符 U+0000 的文本不能登记到台账，请去掉"))
        }
    }
}

/// One row of an answer. A column of another type reads as zero or empty: what it should have been is found by comparing
/// with the chain, not here.
struct LedgerRow: Sendable, Hashable {
    let values: [LedgerValue]

    func integer(_ column: Int) -> Int64 {
        if values.indices.contains(column), case .integer(let number) = values[column] { number } else { 0 }
    }

    func text(_ column: Int) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int) -> String? {
        guard values.indices.contains(column) else { return nil }
        return switch values[column] {
        case .null: nil
        case .integer(let number): String(number)
        case .text(let text): text
        }
    }
}

/// All that SQLite and PostgreSQL differ in, as far as a ledger is concerned.
enum Dialect: Sendable {
    case sqlite
    case postgreSQL

    /// Begins a transaction that writes.
    var begin: String { self == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN" }
    /// Begins a transaction that sees one state of everything; it writes to temporary tables alone.
    var beginSnapshot: String { self == .sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ" }
    /// Number, hash and entries since the last weave of a station's last entry, or of the root (''): held until the end of
    /// the transaction. A writing transaction of SQLite holds all; on PostgreSQL a function of the owner's holds the row,
    /// which no station may write.
    var heldHead: String {
        self == .sqlite
            ? "SELECT seq, hash, since FROM heads WHERE station = ?" : "SELECT seq, hash, since FROM ledger_head(?)"
    }
    /// The next entry's number: asked for when everything it rests on was read, it is greater than theirs.
    var nextNumber: String {
        self == .sqlite ? "SELECT COALESCE(MAX(seq), 0) + 1 FROM heads" : "SELECT nextval('entries_number')"
    }
    /// A release's limit and the places of it that were drawn, held as above.
    var heldRelease: String {
        self == .sqlite
            ? "SELECT quota, used FROM releases WHERE digest = ?" : "SELECT quota, used FROM ledger_hold_release(?)"
    }
    /// The places a run has drawn and not used, held as above.
    var heldPlaces: String {
        self == .sqlite ? "SELECT places FROM runs WHERE id = ?" : "SELECT places FROM ledger_hold_run(?)"
    }
    /// Held by one at a time who writes what others' acts rest on; nil where there is only one that writes.
    var actLock: String? { self == .sqlite ? nil : "SELECT pg_advisory_xact_lock(7810440818)" }
    /// The waiting order of a batch that comes next, held until the end of the transaction; orders other stations are
    /// holding are passed over, not waited for.
    ///
    /// - Parameter columns: of `orders`.
    func nextOrder(_ columns: String) -> String {
        self == .sqlite
            ? "SELECT \(columns) FROM orders WHERE batch = ? AND state = 'waiting' ORDER BY sequence LIMIT 1"
            : "SELECT \(columns) FROM ledger_next_order(?)"
    }
    /// Held by one transaction at a time until it ends; nil where there is only one that writes.
    var enrolmentLock: String? {
        // Another batch may be large.
        self == .sqlite
            ? nil
            : "SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(7810440816); "
                + "SET LOCAL lock_timeout = '\(LedgerWait.patience)s'"
    }
    /// Of rows that the same transaction wrote PostgreSQL has no statistics: looking up some by their number it would
    /// read the whole table each time.
    var trustsIndexes: String? { self == .sqlite ? nil : "SET LOCAL enable_seqscan = off" }
    var migrationLock: String? { self == .sqlite ? nil : "SELECT pg_advisory_xact_lock(7810440817)" }
    /// Counts the tables of this name that a ledger could have.
    var countTables: String {
        self == .sqlite
            ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
            : "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
    }

    /// A statement of the schema, which is written with SQLite's words, and `{schema}` where PostgreSQL has to be told
    /// where its tables are.
    ///
    /// - Parameter place: the schema's name, in quotes where it needs them.
    func schema(_ statement: String, in place: String) -> String {
        guard self == .postgreSQL else { return statement }
        return statement.replacing("INTEGER", with: "BIGINT").replacing(" STRICT", with: "")
            .replacing("{schema}", with: place)
    }
}

/// A connection to a database inside one use of it. Statements have `?` where values go.
protocol LedgerDatabase {
    var dialect: Dialect { get }
    /// What is known without asking; nil where asking costs nothing.
    var quick: QuickState? { get }
    /// - Returns: how many rows were written.
    @discardableResult
    func execute(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> Int
    /// All rows of the answer: a caller asks for as many as it wants in memory.
    func query(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> [LedgerRow]
}

extension LedgerDatabase {
    var quick: QuickState? { nil }

    /// Lets one at a time do what others' acts rest on.
    func holdActs() throws(StoreError) { if let lock = dialect.actLock { _ = try query(lock) } }

    @discardableResult
    func execute(_ statement: String) throws(StoreError) -> Int { try execute(statement, []) }

    func query(_ statement: String) throws(StoreError) -> [LedgerRow] { try query(statement, []) }

    func first(_ statement: String, _ values: [LedgerValue] = []) throws(StoreError) -> LedgerRow? {
        try query(statement, values).first
    }

    /// Runs `body` in a transaction begun with the statement; an error undoes it.
    func transaction<Result>(
        _ begin: String, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try execute(begin)
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            quick?.forget()
            // A connection that is gone has undone it already.
            _ = try? execute("ROLLBACK")
            throw error
        }
    }
}

/// What opens a database and hands it to one user at a time.
protocol LedgerStore: AnyObject, Sendable {
    /// Connects when there is no connection, and keeps it for the next use.
    func use<Result>(_ body: (any LedgerDatabase) throws(StoreError) -> Result) throws(StoreError) -> Result
}
