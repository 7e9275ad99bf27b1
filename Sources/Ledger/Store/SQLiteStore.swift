import Files
import Foundation
import GRDB
import Messages
import Synchronization

/// A ledger in a file, through GRDB: one connection, kept open.
final class SQLiteStore: LedgerStore {
    private let path: String
    private let isReadOnly: Bool
    private let queue = Mutex<DatabaseQueue?>(nil)

    init(path: String, isReadOnly: Bool = false) {
        self.path = path
        self.isReadOnly = isReadOnly
    }

    /// A database that is gone with the store.
    static func inMemory() -> SQLiteStore { SQLiteStore(path: ":memory:") }

    /// One on the disk that nobody else sees, gone with the store.
    static func temporary() -> SQLiteStore { SQLiteStore(path: "") }

    func use<Result>(_ body: (any LedgerDatabase) throws(StoreError) -> Result) throws(StoreError) -> Result {
        let queue = try queue.withLock { queue throws(StoreError) in
            if let open = queue { return open }
            let new = try Self.open(path, isReadOnly: isReadOnly)
            queue = new
            return new
        }
        // GRDB hands errors on without their type.
        let outcome: Swift.Result<Result, StoreError> = queue.writeWithoutTransaction { database in
            Swift.Result { () throws(StoreError) in try body(SQLiteConnection(database: database, path: path)) }
        }
        return try outcome.get()
    }

    private static func open(_ path: String, isReadOnly: Bool) throws(StoreError) -> DatabaseQueue {
        if isReadOnly {
            guard FileManager.default.fileExists(atPath: path) else {
                throw .ledger(
                    .misconfigured(
                        "there is no ledger at \(path)",
                        "\(path) 处没有台账"))
            }
        } else {
            try create(path)
        }
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .callback { tries in LedgerWait.rest(path, tries) }
        configuration.foreignKeysEnabled = true
        // A transaction that could not be ended is undone by whoever comes next, not a reason to end the process.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            if !isReadOnly, !path.isEmpty { try database.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.execute(sql: "PRAGMA synchronous = \(path.isEmpty ? "OFF" : "FULL")")
        }
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw SQLiteConnection.storeError(error, path: path)
        }
    }

    /// Makes an empty file with mode 0600, unless there is one.
    ///
    /// It is made under another name and closed before it gets its own: a process that closes any descriptor of a
    /// database loses the locks its connections hold on it.
    private static func create(_ path: String) throws(StoreError) {
        guard path != ":memory:", !path.isEmpty, !FileManager.default.fileExists(atPath: path) else { return }
        let draft = "\(path).\(UUID().uuidString)"
        let file = Foundation.open(draft, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        let isMade = file >= 0
        if isMade { close(file) }
        defer { if isMade { unlink(draft) } }
        guard isMade, link(draft, path) == 0 || errno == EEXIST else {
            let reason = SystemReason(errno)
            switch errno {
            case ENOSPC, EDQUOT:
                throw .ledger(
                    .full(
                        "\(path): \(reason)",
                        "\(path)：\(reason)"))
            case EMFILE, ENFILE:
                throw .ledger(.place(path, .tooManyFiles))
            case EFBIG: throw .ledger(.full("\(path): \(reason)", "\(path)：\(reason)"))
            case EINTR, EIO: throw .ledger(.unavailable("\(path): \(reason)", "\(path)：\(reason)"))
            case ENOENT, ENOTDIR: throw .ledger(.place(path, .noFolder))
            case EACCES, EPERM: throw .ledger(.place(path, .folderNotPermitted))
            case EROFS: throw .ledger(.place(path, .readOnlyMedium))
            case let code: throw .ledger(.place(path, .notMade(code: code)))
            }
        }
    }
}

/// The connection while it is in use.
struct SQLiteConnection: LedgerDatabase {
    let database: Database
    let path: String
    var dialect: Dialect { .sqlite }

    @discardableResult
    func execute(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> Int {
        do {
            try prepare(statement, values).execute()
            return database.changesCount
        } catch {
            throw Self.storeError(error, path: path)
        }
    }

    func query(_ statement: String, _ values: [LedgerValue]) throws(StoreError) -> [LedgerRow] {
        do {
            var rows: [LedgerRow] = []
            let cursor = try Row.fetchCursor(prepare(statement, values))
            while let row = try cursor.next() {
                rows.append(LedgerRow(values: row.databaseValues.map(Self.value)))
            }
            return rows
        } catch {
            throw Self.storeError(error, path: path)
        }
    }

    private func prepare(_ statement: String, _ values: [LedgerValue]) throws -> Statement {
        try LedgerValue.check(values)
        let prepared = try database.cachedStatement(sql: statement)
        let arguments = values.map { value -> DatabaseValue in
            switch value {
            case .null: .null
            case .integer(let number): number.databaseValue
            case .text(let text): text.databaseValue
            }
        }
        try prepared.setArguments(StatementArguments(arguments))
        return prepared
    }

    private static func value(_ value: DatabaseValue) -> LedgerValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .text("\(number)")
        case .string(let text): .text(text)
        case .blob(let data): .text("blob of \(data.count) bytes")
        }
    }

    /// SQLite's message can quote what was to be written, so only its code is told.
    static func storeError(_ error: any Error, path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return .ledger(.unavailable(AnyMessage(VerbatimText(path)))) }
        let code = "\(path): SQLite error \(error.extendedResultCode.rawValue)"
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            .ledger(.unavailable(AnyMessage(LedgerWait(path: path))))
        case .SQLITE_NOTADB:
            .ledger(.place(path, .notADatabase))
        case .SQLITE_FULL: .ledger(.full(AnyMessage(VerbatimText(code))))
        case .SQLITE_IOERR:
            .ledger(
                isShortOfRoom(path)
                    ? .full(AnyMessage(VerbatimText(code))) : .unavailable(AnyMessage(VerbatimText(code))))
        case .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_PROTOCOL:
            .ledger(.unavailable(AnyMessage(VerbatimText(code))))
        case .SQLITE_CANTOPEN where isShortOfDescriptors:
            .ledger(.place(path, .tooManyFiles))
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            .ledger(.place(path, LedgerPlaceProblem(at: path, code: Int(error.extendedResultCode.rawValue))))
        case .SQLITE_CONSTRAINT:
            error.extendedResultCode == .SQLITE_CONSTRAINT_TRIGGER
                ? .ledger(
                    .damaged(
                        "\(code): entries are never changed",
                        "\(code)：条目不得更改")) : .collision(code)
        default:
            .ledger(
                .damaged(
                    "\(code); keep the file as it is and run `healthcard ledger verify`",
                    "\(code)；请保持文件原状，并运行 `healthcard ledger verify`"))
        }
    }

    /// Writing past the room there is can also come back as a failed write.
    private static func isShortOfRoom(_ path: String) -> Bool {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return false }
        if UInt64(information.f_bavail) * UInt64(information.f_frsize) < 1 << 20 { return true }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        // A file that may not become longer (`ulimit -f`) is a full disk of its own.
        var file = stat()
        return limit.rlim_cur != UInt.max && stat(path, &file) == 0
            && Int(clamping: limit.rlim_cur) - file.st_size < 1 << 20
    }

    private static var isShortOfDescriptors: Bool {
        let copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
        if copy >= 0 { close(copy) }
        return copy < 0 && errno == EMFILE
    }
}
