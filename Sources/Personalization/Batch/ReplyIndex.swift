import CardProfiles
import Foundation
import GRDB

/// All verification replies of a batch, to be asked by identity number.
///
/// Several files of one kind are packets of one reply, in the order of their names (`Docs/card.md §5.2`). The records
/// are kept in a ``ScratchDatabase``; asking takes microseconds and may be done from any thread.
struct ReplyIndex: Sendable {
    struct Entry: Sendable, Hashable {
        let verifier: Verifier
        /// A record of an exception file.
        let isException: Bool
        /// Which of the files.
        let file: Int
        /// The record in it, from 1.
        let number: Int
        /// Where the applicant comes among all of this verifier's records, from 0.
        let order: Int
        let name: String
        let exceptionCode: String?
        let reason: String?
    }

    let files: [String]
    /// SM3 of each file's bytes as they were parsed.
    let digests: [[UInt8]]
    /// The verifiers that have replied.
    let verifiers: [Verifier]
    /// What was read, of whom, in the order of ``files``.
    let heard: [HeardReply]
    let database: ScratchDatabase

    /// Reads every reply in the folder. Records with a problem are not kept.
    ///
    /// - Parameter report: takes each problem as it is found.
    init(
        folder: String, database: ScratchDatabase, report: (BatchProblem) -> Void
    ) throws(BatchError) {
        self.database = database
        let search = BatchFolderSearch(folder: folder)
        search.problems.forEach(report)
        let found = search.replies.compactMap { name in VerificationFile(name: name).map { (name: name, kind: $0) } }
        files = found.map(\.name)
        verifiers = Verifier.allCases.filter { verifier in found.contains { $0.kind == .reply(verifier) } }
        try Self.makeTables(in: database)
        var orders: [Int: Int] = [:]
        var digests: [[UInt8]] = []
        var heard: [HeardReply] = []
        for (index, file) in found.enumerated() {
            let before = orders
            let (problems, digest) = try database.use { database in
                try Self.read(folder, file.name, file.kind, index, database, &orders)
            }
            problems.forEach(report)
            digests.append(digest)
            heard += Self.heard(file.name, file.kind, before, orders)
        }
        self.digests = digests
        self.heard = heard
        try contradictions().forEach(report)
    }

    /// Where nobody has replied yet, nor can have: an application that is being filled in.
    init(withoutRepliesIn database: ScratchDatabase) throws(BatchError) {
        (files, digests, verifiers, heard) = ([], [], [], [])
        self.database = database
        try Self.makeTables(in: database)
    }

    private static func makeTables(in database: ScratchDatabase) throws(BatchError) {
        try database.use {
            try $0.execute(
                sql: """
                    CREATE TABLE reply(id INTEGER, kind INTEGER, file INTEGER, number INTEGER, place INTEGER, name TEXT,
                        code TEXT, reason TEXT, PRIMARY KEY(id, kind)) WITHOUT ROWID;
                    CREATE TABLE refusal(number TEXT, file INTEGER, record INTEGER, verifier INTEGER,
                        PRIMARY KEY(number, file, record)) WITHOUT ROWID
                    """)
        }
    }

    private static func kind(_ verifier: Verifier, isException: Bool) -> Int {
        (verifier == .police ? 0 : 1) + (isException ? 2 : 0)
    }

    /// What one file has added to the records of each kind.
    private static func heard(
        _ name: String, _ kind: VerificationFile, _ before: [Int: Int], _ after: [Int: Int]
    ) -> [HeardReply] {
        let isException = kind == .exceptions
        let replies = Verifier.allCases.compactMap { verifier -> HeardReply? in
            let kind = Self.kind(verifier, isException: isException)
            let records = after[kind, default: 0] - before[kind, default: 0]
            return records > 0
                ? HeardReply(file: name, verifier: verifier, isException: isException, records: records) : nil
        }
        guard replies.isEmpty else { return replies }
        var verifier: Verifier?
        if case .reply(let sender) = kind { verifier = sender }
        return [HeardReply(file: name, verifier: verifier, isException: isException, records: 0)]
    }

    /// Reads one file into the table.
    private static func read(
        _ folder: String, _ name: String, _ kind: VerificationFile, _ file: Int, _ database: Database,
        _ orders: inout [Int: Int]
    ) throws -> (problems: [BatchProblem], digest: [UInt8]) {
        let insertion = try ScratchStatement(
            "INSERT OR IGNORE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?)", in: database)
        var problems: [BatchProblem] = []
        var failure: (any Error)?
        let result = withoutActuallyEscaping({ (record: VerificationRecord) in
            guard failure == nil else { return }
            do {
                try insert(record, kind, name, file, insertion, database, &orders, &problems)
            } catch {
                failure = error
            }
        }) { VerificationReplyReader.read(path: folder + "/" + name, kind: kind, each: $0) }
        if let failure { throw failure }
        return (problems + result.problems, result.digest)
    }

    private static func insert(
        _ record: VerificationRecord, _ kind: VerificationFile, _ name: String, _ file: Int,
        _ insertion: ScratchStatement,
        _ database: Database, _ orders: inout [Int: Int], _ problems: inout [BatchProblem]
    ) throws {
        let place = BatchProblem.Place.record(file: name, number: record.number)
        guard let idNumber = try? IDNumber(anySpelling: record.idNumber) else {
            guard kind == .exceptions else {
                problems.append(
                    BatchProblem(.reply(.notAnIdentityNumber), place, item: record.verifier.idElement))
                return
            }
            // That there is no such number may be what the exception is about: then a row has it, which is refused for
            // it. Which rows there are is known in the end.
            try database.execute(
                sql: "INSERT INTO refusal VALUES (?, ?, ?, ?)",
                arguments: [
                    IDNumber.plainSpelling(of: record.idNumber), file, record.number,
                    record.verifier == .police ? 0 : 1,
                ])
            return
        }
        let number = Self.kind(record.verifier, isException: kind == .exceptions)
        let order = orders[number, default: 0]
        orders[number] = order + 1
        let numbers = [Int(idNumber.packed), number, file, record.number, order]
        for (index, number) in numbers.enumerated() { try insertion.bind(number, at: CInt(index + 1)) }
        try insertion.bind(record.name, at: 6)
        try insertion.bind(record.exceptionCode, at: 7)
        try insertion.bind(record.reason, at: 8)
        guard try !insertion.execute() else { return }
        let earlier = try Row.fetchOne(
            database, sql: "SELECT file, number FROM reply WHERE id = ? AND kind = ?",
            arguments: [Int64(idNumber.packed), number])
        problems.append(
            BatchProblem(
                .reply(.repeated(record: earlier?["number"] ?? 0, isSameFile: earlier?["file"] == file)), place,
                item: record.verifier.idElement))
    }

    /// Applicants a verifier both matched and did not match.
    private func contradictions() throws(BatchError) -> [BatchProblem] {
        try database.use { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT e.file, e.number, e.kind, m.file AS matchFile, m.number AS matchNumber
                    FROM reply e JOIN reply m ON m.id = e.id AND m.kind = e.kind - 2
                    WHERE e.kind >= 2 ORDER BY e.file, e.number
                    """
            ).map { row in
                let verifier: Verifier = row["kind"] == 2 ? .police : .bank
                return BatchProblem(
                    .reply(.contradiction(record: row["matchNumber"], file: name(row["matchFile"]), verifier)),
                    .record(file: name(row["file"]), number: row["number"]), item: verifier.idElement)
            }
        }
    }

    func name(_ file: Int) -> String { files.indices.contains(file) ? files[file] : "reply" }

    func file(of entry: Entry) -> String { name(entry.file) }

    /// All records of one applicant, matches first.
    func entries(of idNumber: IDNumber) throws(BatchError) -> [Entry] {
        guard !files.isEmpty else { return [] }
        return try database.use { database in
            let query = try ScratchStatement(
                "SELECT kind, file, number, place, name, code, reason FROM reply WHERE id = ? ORDER BY kind",
                in: database)
            try query.bind(Int64(idNumber.packed), at: 1)
            var entries: [Entry] = []
            while try query.step() {
                let kind = query.integer(0)
                entries.append(
                    Entry(
                        verifier: kind & 1 == 0 ? .police : .bank, isException: kind >= 2, file: query.integer(1),
                        number: query.integer(2), order: query.integer(3), name: query.text(4) ?? "",
                        exceptionCode: query.text(5), reason: query.text(6)))
            }
            return entries
        }
    }

    /// Where an applicant comes in the bank's reply, from 0.
    func order(of idNumber: IDNumber) -> Int? {
        let entries = (try? entries(of: idNumber)) ?? []
        return entries.first { $0.verifier == .bank && !$0.isException }?.order
    }
}

extension IDNumber {
    /// The number behind ``packed``; nil for what no number packs to.
    init?(packed: UInt64) {
        var rest = packed
        var characters: [UInt8] = []
        for _ in 0..<18 {
            let digit = UInt8(rest % 11)
            characters.append(digit == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + digit)
            rest /= 11
        }
        guard rest == 0, let number = try? IDNumber(String(decoding: characters.reversed(), as: UTF8.self)) else {
            return nil
        }
        self = number
    }
}
