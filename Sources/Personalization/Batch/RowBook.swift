import CardProfiles
import GRDB

/// The rows met so far, noted in the scratch database: who they are of, where they stand, what becomes of them.
final class RowBook {
    enum State: Int {
        case sound, faulty, setAside
    }

    private let replies: ReplyIndex
    private let database: ScratchDatabase
    private let table: String

    init(replies: ReplyIndex) throws(BatchError) {
        self.replies = replies
        database = replies.database
        let table = database.tableName("applicant")
        self.table = table
        try database.use {
            try $0.execute(
                sql: """
                    CREATE TABLE \(table)(id INTEGER, row INTEGER, state INTEGER, offset INTEGER, place INTEGER,
                        point TEXT, PRIMARY KEY(id, row)) WITHOUT ROWID
                    """)
        }
    }

    deinit {
        // Statements of a database that is used by others too; a table that stays is room in a file without a name.
        _ = try? database.use { try $0.execute(sql: "DROP TABLE IF EXISTS \(table)") }
    }

    /// Notes a row; one without a right number is of nobody and is not noted.
    ///
    /// - Parameter collectionPoint: where the card is to go.
    /// - Returns: the first row of the same applicant that is not set aside, where the row itself is not. Both are
    ///   faulty from here on: nobody here can say which of the two is right.
    func note(_ row: CheckedRow, state: State, collectionPoint: String = "") throws(BatchError) -> Int? {
        guard let idNumber = row.idNumber else { return nil }
        let id = Int64(idNumber.packed)
        let own: State = state == .sound && !row.problems.isEmpty ? .faulty : state
        return try database.use { database in
            let earlier =
                own == .setAside
                ? nil
                : try Int.fetchOne(
                    database.cachedStatement(
                        sql: "SELECT row FROM \(table) WHERE id = ? AND state <> 2 ORDER BY row LIMIT 1"),
                    arguments: [id])
            let state: State = earlier == nil ? own : .faulty
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO \(table) VALUES (?, ?, ?, ?, ?, ?)").execute(
                arguments: [
                    id, row.line, state.rawValue, row.offset, row.order ?? row.line,
                    state == .sound ? collectionPoint : nil,
                ])
            if let earlier {
                try database.cachedStatement(
                    sql: "UPDATE \(table) SET state = 1 WHERE id = ? AND row = ? AND state = 0"
                )
                .execute(arguments: [id, earlier])
                if database.changesCount > 0 { spoiled += 1 }
            }
            return earlier
        }
    }

    /// Rows that were sound until another of the same applicant came.
    private(set) var spoiled = 0

    /// Records of replies that belong to no row. An exception nobody applied with is no mismatch: whom a verifier did
    /// not match may have been left out of the batch for that.
    func strangers(_ report: (BatchProblem) -> Void) throws(BatchError) {
        try database.use { database in
            let strangers = try Row.fetchCursor(
                database,
                sql: """
                    SELECT file, number, kind FROM reply WHERE kind < 2
                        AND NOT EXISTS (SELECT 1 FROM \(table) WHERE \(table).id = reply.id) ORDER BY file, number
                    """)
            while let row = try strangers.next() {
                let verifier: Verifier = row[2] == 0 ? .police : .bank
                report(
                    BatchProblem(
                        .stranger, .record(file: replies.name(row[0]), number: row[1]),
                        "is of nobody in applications.csv",
                        remedy: "send the application or ask the \(verifier) for the right reply"))
            }
        }
    }

    /// Numbers the sound rows in production order: the bank reply's, or without one the file's.
    ///
    /// - Returns: the name of the table with them.
    func production() throws(BatchError) -> String {
        let production = database.tableName("production")
        try database.use {
            try $0.execute(
                sql: """
                    CREATE TABLE \(production)(sequence INTEGER PRIMARY KEY, id INTEGER, row INTEGER, offset INTEGER,
                        point TEXT);
                    INSERT INTO \(production)(id, row, offset, point)
                        SELECT id, row, offset, point FROM \(table) WHERE state = 0 ORDER BY place, row
                    """)
        }
        return production
    }
}
