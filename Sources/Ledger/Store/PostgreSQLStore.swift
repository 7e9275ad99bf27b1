import CPostgreSQL
import Foundation
import Messages

/// A ledger in a PostgreSQL database, through libpq: one connection, made when it is first used and after it was lost.
final class PostgreSQLStore: LedgerStore {
    private let address: PostgreSQLAddress
    private let lock = NSLock()
    // Read and written while `lock` is held.
    nonisolated(unsafe) private var connection: PostgreSQLConnection?

    init(_ address: PostgreSQLAddress) { self.address = address }

    func use<Result>(_ body: (any LedgerDatabase) throws(StoreError) -> Result) throws(StoreError) -> Result {
        lock.lock()
        defer { lock.unlock() }
        if connection?.isUsable != true {
            connection = nil
            connection = try PostgreSQLConnection(address)
        }
        guard let connection else { throw .ledger(.unavailable(AnyMessage(VerbatimText(address.name)))) }
        return try body(connection)
    }
}

/// A connection and the statements prepared on it.
final class PostgreSQLConnection: LedgerDatabase {
    private let handle: OpaquePointer
    private let address: PostgreSQLAddress
    private let name: String
    /// Whether it asks, over another connection, what it waits for.
    private let asks: Bool
    /// Who held what was waited for last.
    private var wait: LedgerWait?
    private var prepared: [String: String] = [:]
    private let state = QuickState()
    var quick: QuickState? { state }
    var dialect: Dialect { .postgreSQL }

    /// For the session: nothing waits for ever, commits are durable, and the server's remarks stay with the server.
    private static let settings = [
        "SET client_min_messages = warning", "SET synchronous_commit = on", "SET statement_timeout = '60s'",
        "SET lock_timeout = '\(LedgerWait.patience)s'", "SET idle_in_transaction_session_timeout = '10min'",
    ]
    /// Milliseconds after which whoever waits asks what for.
    private static let silence: Int32 = 1000
    private static let mostPrepared = 200

    init(_ address: PostgreSQLAddress, asks: Bool = true) throws(StoreError) {
        self.asks = asks
        self.address = address
        name = address.name
        handle = try PostgreSQLSignIn.connect(to: address)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        for setting in Self.settings { try execute(setting) }
    }

    deinit { PQfinish(handle) }

    var isUsable: Bool {
        guard PQstatus(handle) == CONNECTION_OK else { return false }
        // A transaction somebody could not end is undone before the next one begins.
        if PQtransactionStatus(handle) == PQTRANS_IDLE { return true }
        return (try? execute("ROLLBACK")) != nil && PQstatus(handle) == CONNECTION_OK
    }

    @discardableResult
    func execute(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> Int {
        let result = try run(statement, values)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    func query(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> [LedgerRow] {
        let result = try run(statement, values)
        defer { PQclear(result) }
        let columns = PQnfields(result)
        let isNumber = (0..<columns).map { [20, 21, 23].contains(PQftype(result, $0)) }
        return (0..<PQntuples(result)).map { row in
            LedgerRow(
                values: (0..<columns).map { column in
                    guard PQgetisnull(result, row, column) == 0 else { return .null }
                    let text = String(cString: PQgetvalue(result, row, column))
                    return isNumber[Int(column)] ? Int64(text).map(LedgerValue.integer) ?? .text(text) : .text(text)
                })
        }
    }

    private func run(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> OpaquePointer? {
        let result: OpaquePointer?
        if values.isEmpty {
            result = answer { PQsendQuery(handle, statement) }
        } else {
            try LedgerValue.check(values)
            let prepared = try prepare(statement, values.count)
            let texts = values.map { value -> UnsafeMutablePointer<CChar>? in
                switch value {
                case .null: nil
                case .integer(let number): strdup(String(number))
                case .text(let text): strdup(text)
                }
            }
            defer { for text in texts { free(text) } }
            let pointers = texts.map { UnsafePointer($0) }
            result = answer {
                PQsendQueryPrepared(handle, prepared, CInt(clamping: values.count), pointers, nil, nil, 0)
            }
        }
        try check(result)
        return result
    }

    /// Sends a statement and waits for its answer; somebody is told whom for, when that takes longer than a second because
    /// another session holds what it needs.
    private func answer(_ send: () -> CInt) -> OpaquePointer? {
        wait = nil
        guard send() == 1 else { return nil }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        while PQisBusy(handle) == 1 {
            let count = poll(&socket, 1, asks && wait == nil ? Self.silence : -1)
            if count < 0, errno == EINTR { continue }
            if count == 0 {
                if let wait = holders() {
                    self.wait = wait
                    LedgerWait.tell(wait)
                }
            } else if PQconsumeInput(handle) == 0 {
                break
            }
        }
        var last: OpaquePointer?
        while let result = PQgetResult(handle) {
            // What follows an error is not run; the last result is the answer.
            if let former = last { PQclear(former) }
            last = result
            if PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_OUT { break }
        }
        return last
    }

    /// Who holds what this session waits for; nil when it only takes long.
    private func holders() -> LedgerWait? {
        guard let other = try? PostgreSQLConnection(address, asks: false),
            let rows = try? other.query(
                "SELECT pid, application_name, usename FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(?)) ORDER BY pid",
                [.integer(Int64(PQbackendPID(handle)))]), !rows.isEmpty
        else { return nil }
        return LedgerWait(
            place: name,
            holders: rows.map { row in
                LedgerWait.Holder(
                    process: Int32(clamping: row.integer(0)),
                    program: row.text(1).isEmpty ? row.text(2) : "\(row.text(1)), \(row.text(2))")
            })
    }

    private func prepare(_ statement: String, _ count: Int) throws(StoreError) -> String {
        if let name = prepared[statement] { return name }
        if prepared.count >= Self.mostPrepared {
            try check(clearing: PQexec(handle, "DEALLOCATE ALL"))
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        // What is prepared can have to wait for a table as well.
        let text = Self.numbered(statement)
        try check(clearing: answer { PQsendPrepare(handle, name, text, CInt(clamping: count), nil) })
        prepared[statement] = name
        return name
    }

    /// `$1`, `$2` … for the question marks, none of which stands in a literal.
    private static func numbered(_ statement: String) -> String {
        var text = ""
        for (index, piece) in statement.split(separator: "?", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text += "$\(index)" }
            text += piece
        }
        return text
    }

    private func check(clearing result: OpaquePointer?) throws(StoreError) {
        try check(result)
        PQclear(result)
    }

    /// Clears a result that is an error, and throws it.
    private func check(_ result: OpaquePointer?) throws(StoreError) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
        default: break
        }
        let state = PQresultErrorField(result, CInt(UInt8(ascii: "C"))).map { String(cString: $0) }
        PQclear(result)
        if state == "55P03", let wait { throw .ledger(.unavailable(AnyMessage(wait))) }
        guard let state else {
            throw .ledger(
                .unavailable(
                    "\(name): the connection was lost",
                    "\(name)：连接已断开"))
        }
        throw Self.storeError(state, name)
    }

    /// The server's messages quote what was to be written, so only the SQLSTATE is told.
    static func storeError(_ state: String, _ name: String) -> StoreError {
        let code = "\(name): SQLSTATE \(state)"
        switch state {
        case "23505", "40001", "40P01": return .collision(code)
        case "53100": return .ledger(.full(AnyMessage(VerbatimText(code))))
        case "25006":
            return .ledger(
                .unavailable(
                    "\(code), the server takes no changes at present",
                    "\(code)，服务器目前不接受写入"))
        case "42501":
            return .ledger(
                .misconfigured(
                    "\(code): this user lacks a right in the database; the ledger's owner gives it (`healthcard ledger create --station-role`)",
                    "\(code)：该用户在数据库中缺少权限，由台账所有者授予（`healthcard ledger create --station-role`）"))
        default: break
        }
        switch state.prefix(2) {
        case "08", "53", "55", "57", "58": return .ledger(.unavailable(AnyMessage(VerbatimText(code))))
        case "22" where state == "22021" || state == "22P05":
            return .ledger(
                .misconfigured(
                    "\(code): the database cannot hold this text; make it anew with the encoding UTF8",
                    "\(code)：数据库不能存放此文本，请以 UTF8 编码重建"))
        case "28", "3D":
            return .ledger(
                .misconfigured(
                    "\(code): the server does not let this user in, or has no such database",
                    "\(code)：服务器不允许该用户登录，或没有该数据库"))
        default:
            return .ledger(
                .damaged(
                    "\(code); run `healthcard ledger verify`",
                    "\(code)；请运行 `healthcard ledger verify`"))
        }
    }
}
