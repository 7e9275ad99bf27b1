import Foundation
import GRDB
import Synchronization

/// Where a batch's replies and rows are noted while it is looked through, so that memory does not grow with them.
///
/// SQLite's private temporary database: nothing touches a disk until its cache is full; what is written then goes to a
/// file of mode 0600 in SQLite's temporary folder (`SQLITE_TMPDIR`, `TMPDIR`, `/var/tmp`) that has no name any more from
/// the moment it is opened.
final class ScratchDatabase: Sendable {
    /// Kibibytes of pages in memory.
    private static let cache = 16 * 1024

    private let queue: DatabaseQueue
    private let tables = Atomic<Int>(0)

    init() throws(BatchError) {
        var configuration = Configuration()
        // What is in here is worth nothing once the process has ended: no journal, one transaction for ever.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -\(Self.cache);
                    PRAGMA temp_store = FILE; BEGIN
                    """)
        }
        do {
            queue = try DatabaseQueue(path: "", configuration: configuration)
        } catch {
            throw Self.failure(error)
        }
    }

    /// A name for a table that nobody else has.
    func tableName(_ kind: String) -> String {
        "\(kind)\(tables.add(1, ordering: .relaxed).newValue)"
    }

    /// Runs `body` while nobody else uses the database.
    func use<Result>(_ body: (Database) throws -> Result) throws(BatchError) -> Result {
        do {
            return try queue.inDatabase(body)
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> BatchError {
        // SQLite's own text may repeat what was to be written: its code says enough.
        let code = (error as? DatabaseError).map { Int($0.extendedResultCode.rawValue) }
        return BatchError([BatchProblem(.file(.noRoomForNotes(code)), .temporaryFolder)])
    }
}
