import CardProfiles
import GRDB

/// The rows met so far: who they are of, where they stand, what becomes of them.
final class RowBook {
    enum State: Int {
        case sound, faulty, setAside
    }

    /// In ``PersonTable/Person/marks``.
    private enum Mark {
        static let isMet: UInt32 = 1
        /// The row in ``PersonTable/Person/row`` is sound.
        static let isSound: UInt32 = 2
    }

    /// What a card is made of, and where it is to go.
    struct Order {
        let offset: Int
        /// By which orders are sorted, and those of one place by their rows.
        let place: UInt32
        /// UTF-8.
        let point: ArraySlice<UInt8>
        /// 32 bytes.
        let digest: [UInt8]
    }

    private let replies: ReplyIndex
    private let people: PersonTable
    /// The orders of sound rows, where they were given.
    let orders = OrderBook()

    /// - Parameter isAlone: nobody else has a book of these replies: rows are noted beside them, which saves room.
    init(replies: ReplyIndex, isAlone: Bool = false) {
        self.replies = replies
        people = isAlone ? replies.matches.people : PersonTable()
    }

    /// Notes a row; one without a right number is of nobody, and takes the exceptions that name the same wrong number.
    ///
    /// - Returns: the first row of the same applicant that is not set aside, where the row itself is not. Both are
    ///   faulty from here on: nobody here can say which of the two is right.
    func note(_ row: CheckedRow, state: State, order: Order? = nil) throws(BatchError) -> Int? {
        guard let idNumber = row.idNumber else {
            guard replies.hasRefusals, let number = row.wrongNumber else { return nil }
            try replies.database.use {
                try $0.execute(sql: "DELETE FROM refusal WHERE number = ?", arguments: [number])
            }
            return nil
        }
        let own: State = state == .sound && !row.problems.isEmpty ? .faulty : state
        return try note(idNumber.packed, row: row.line, state: own, order: order)
    }

    /// Notes the row of an applicant.
    func note(_ id: UInt64, row: Int, state: State, order: Order?) throws(BatchError) -> Int? {
        let line = UInt32(clamping: row)
        let (earlier, isSpoiled) = people.update(id) { person -> (UInt32?, Bool) in
            person.marks |= Mark.isMet
            guard state != .setAside else { return (nil, false) }
            guard person.row == 0 else {
                defer { person.marks &= ~Mark.isSound }
                return (person.row, person.marks & Mark.isSound != 0)
            }
            person.row = line
            if state == .sound { person.marks |= Mark.isSound }
            return (nil, false)
        }
        if isSpoiled { spoiled += 1 }
        if earlier == nil, state == .sound, let order { try orders.append(id, row: line, order) }
        return earlier.map(Int.init)
    }

    /// Rows that were sound until another of the same applicant came.
    private(set) var spoiled = 0

    /// Records of replies that belong to no row. An exception nobody applied with is no mismatch: whom a verifier did
    /// not match may have been left out of the batch for that.
    ///
    /// One whose number nobody has is another thing: the number may be a mistake for an applicant's.
    func strangers(_ report: (BatchProblem) -> Void) throws(BatchError) {
        if replies.hasRefusals {
            try replies.database.use { database in
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
            }
        }
        func isMet(_ person: PersonTable.Person) -> Bool { person.marks & Mark.isMet != 0 }
        let isShared = people === replies.matches.people
        try replies.matches.strangers(
            isKnown: { isShared ? isMet($1) : people.person($0).map(isMet) ?? false },
            { entry in
                report(
                    BatchProblem(
                        .reply(.stranger(entry.verifier)),
                        .record(file: replies.name(entry.file), number: entry.number)))
            })
    }
}
