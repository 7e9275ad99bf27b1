import Foundation
import GRDB
import GRDBSQLite

/// A statement of a ``ScratchDatabase`` that is run for every row: by SQLite's own calls, for GRDB's arguments and rows
/// take several times as long as the work. Used only where the database is, inside ``ScratchDatabase/use(_:)``.
struct ScratchStatement {
    private let handle: OpaquePointer

    /// SQLite makes a copy of the text.
    private static let isCopied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Prepared once and kept by the database.
    init(_ sql: String, in database: Database) throws {
        handle = try database.cachedStatement(sql: sql).sqliteStatement
        sqlite3_reset(handle)
    }

    /// - Parameter index: counted from 1.
    func bind(_ number: Int64, at index: CInt) throws { try check(sqlite3_bind_int64(handle, index, number)) }

    func bind(_ number: Int, at index: CInt) throws { try bind(Int64(number), at: index) }

    func bind(_ text: String?, at index: CInt) throws {
        guard var text else { return try check(sqlite3_bind_null(handle, index)) }
        try check(
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(handle, index, $0.baseAddress, CInt(clamping: $0.count), Self.isCopied)
                }
            })
    }

    func bind(_ bytes: [UInt8]?, at index: CInt) throws {
        guard let bytes else { return try check(sqlite3_bind_null(handle, index)) }
        try check(
            bytes.withUnsafeBytes {
                sqlite3_bind_blob(handle, index, $0.baseAddress, CInt(clamping: $0.count), Self.isCopied)
            })
    }

    /// - Returns: whether there is a row, whose columns may be read now.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default: throw DatabaseError(resultCode: ResultCode(rawValue: sqlite3_reset(handle)))
        }
    }

    /// Runs a statement that gives no rows.
    ///
    /// - Returns: whether it changed a row.
    @discardableResult
    func execute() throws -> Bool {
        _ = try step()
        return sqlite3_changes(sqlite3_db_handle(handle)) > 0
    }

    /// Gives up the rows that were not asked for.
    func reset() { sqlite3_reset(handle) }

    /// - Parameter column: counted from 0.
    func integer(_ column: CInt) -> Int { Int(sqlite3_column_int64(handle, column)) }

    /// Nil for NULL.
    func text(_ column: CInt) -> String? {
        sqlite3_column_text(handle, column).map {
            String(
                decoding: UnsafeBufferPointer(start: $0, count: Int(sqlite3_column_bytes(handle, column))),
                as: UTF8.self)
        }
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
