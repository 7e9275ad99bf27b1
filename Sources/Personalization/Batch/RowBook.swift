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
    private let query: String
    private let insertion: String
    private let spoiling: String

    init(replies: ReplyIndex) throws(BatchError) {
        self.replies = replies
        database = replies.database
        let table = database.tableName("applicant")
        self.table = table
        query = "SELECT row FROM \(table) WHERE id = ? AND state <> 2 ORDER BY row LIMIT 1"
        insertion = "INSERT OR REPLACE INTO \(table) VALUES (?, ?, ?, ?, ?, ?, ?)"
        spoiling = "UPDATE \(table) SET state = 1 WHERE id = ? AND row = ? AND state = 0"
        try database.use {
            try $0.execute(
                sql: """
                    CREATE TABLE \(table)(id INTEGER, row INTEGER, state INTEGER, offset INTEGER, place INTEGER,
                        point TEXT, digest BLOB, PRIMARY KEY(id, row)) WITHOUT ROWID
                    """)
        }
    }

    deinit {
        // Statements of a database that is used by others too; a table that stays is room in a file without a name.
        _ = try? database.use { try $0.execute(sql: "DROP TABLE IF EXISTS \(table)") }
    }

    /// Notes a row; one without a right number is of nobody, and takes the exceptions that name the same wrong number.
    ///
    /// - Parameter digest: of a row a card can be made of, and its photo.
    /// - Returns: the first row of the same applicant that is not set aside, where the row itself is not. Both are
    ///   faulty from here on: nobody here can say which of the two is right.
    func note(_ row: CheckedRow, state: State, digest: [UInt8]? = nil) throws(BatchError) -> Int? {
        guard let idNumber = row.idNumber else {
            guard let number = row.wrongNumber else { return nil }
            try database.use {
                try $0.execute(sql: "DELETE FROM refusal WHERE number = ?", arguments: [number])
            }
            return nil
        }
        let id = Int64(idNumber.packed)
        let own: State = state == .sound && !row.problems.isEmpty ? .faulty : state
        return try database.use { database in
            let earlier = own == .setAside ? nil : try earlierRow(of: id, database)
            let state: State = earlier == nil ? own : .faulty
            let insertion = try ScratchStatement(self.insertion, in: database)
            try insertion.bind(id, at: 1)
            try insertion.bind(row.line, at: 2)
            try insertion.bind(state.rawValue, at: 3)
            try insertion.bind(row.offset, at: 4)
            try insertion.bind(row.order ?? row.line, at: 5)
            try insertion.bind(state == .sound ? row.collectionPoint : nil, at: 6)
            try insertion.bind(state == .sound ? digest : nil, at: 7)
            try insertion.execute()
            if let earlier {
                let spoiling = try ScratchStatement(self.spoiling, in: database)
                try spoiling.bind(id, at: 1)
                try spoiling.bind(earlier, at: 2)
                if try spoiling.execute() { spoiled += 1 }
            }
            return earlier
        }
    }

    private func earlierRow(of id: Int64, _ database: Database) throws -> Int? {
        let query = try ScratchStatement(self.query, in: database)
        defer { query.reset() }
        try query.bind(id, at: 1)
        return try query.step() ? query.integer(0) : nil
    }

    /// Rows that were sound until another of the same applicant came.
    private(set) var spoiled = 0

    /// Records of replies that belong to no row. An exception nobody applied with is no mismatch: whom a verifier did
    /// not match may have been left out of the batch for that.
    ///
    /// One whose number nobody has is another thing: the number may be a mistake for an applicant's.
    func strangers(_ report: (BatchProblem) -> Void) throws(BatchError) {
        try database.use { database in
            let refusals = try Row.fetchCursor(
                database, sql: "SELECT file, record, verifier, number FROM refusal ORDER BY file, record")
            while let row = try refusals.next() {
                let verifier: Verifier = row[2] == 0 ? .police : .bank
                let hasShape = IDNumber.hasShape(anySpelling: row[3])
                report(
                    BatchProblem(
                        .reply(.unattributed(hasShape: hasShape, verifier)),
                        .record(file: replies.name(row[0]), number: row[1]), item: verifier.idElement))
            }
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
                        .reply(.stranger(verifier)), .record(file: replies.name(row[0]), number: row[1])))
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
                        point TEXT, digest BLOB);
                    INSERT INTO \(production)(id, row, offset, point, digest)
                        SELECT id, row, offset, point, digest FROM \(table) WHERE state = 0 ORDER BY place, row
                    """)
        }
        return production
    }
}
