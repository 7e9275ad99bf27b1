import CardProfiles
import Foundation
import GRDB

/// All verification replies of a batch, to be asked by identity number.
///
/// Several files of one kind are packets of one reply, in the order of their names (`Docs/card.md §5.2`). The records
/// are kept in files without names; asking takes microseconds and may be done from any thread.
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
    /// Exceptions, of which there are few.
    let database: ScratchDatabase
    let matches: ReplyMatches
    /// Whether there are exceptions, and some whose number is nobody's.
    let hasExceptions: Bool
    let hasRefusals: Bool

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
        let matches = ReplyMatches()
        self.matches = matches
        try database.use {
            try $0.execute(
                sql: """
                    CREATE TABLE reply(id INTEGER, kind INTEGER, file INTEGER, number INTEGER, place INTEGER, name TEXT,
                        code TEXT, reason TEXT, PRIMARY KEY(id, kind)) WITHOUT ROWID;
                    CREATE TABLE refusal(number TEXT, file INTEGER, record INTEGER, verifier INTEGER,
                        PRIMARY KEY(number, file, record)) WITHOUT ROWID
                    """)
        }
        var reading = Reading(database: database, matches: matches)
        var digests: [[UInt8]] = []
        var heard: [HeardReply] = []
        for (index, file) in found.enumerated() {
            let before = reading.orders
            let (problems, digest) = try reading.read(folder, file.name, file.kind, index)
            problems.forEach(report)
            digests.append(digest)
            heard += Self.heard(file.name, file.kind, before, reading.orders)
        }
        try matches.finish()
        self.digests = digests
        self.heard = heard
        hasExceptions = reading.hasExceptions
        hasRefusals = reading.hasRefusals
        try contradictions().forEach(report)
    }

    static func kind(_ verifier: Verifier, isException: Bool) -> Int {
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

    /// Applicants a verifier both matched and did not match.
    private func contradictions() throws(BatchError) -> [BatchProblem] {
        guard hasExceptions else { return [] }
        let exceptions = try database.use { database in
            try Row.fetchAll(
                database, sql: "SELECT id, kind, file, number FROM reply WHERE kind >= 2 ORDER BY file, number"
            ).map { row -> (id: UInt64, kind: Int, file: Int, number: Int) in
                (UInt64(bitPattern: row[0] as Int64), row[1], row[2], row[3])
            }
        }
        var problems: [BatchProblem] = []
        for exception in exceptions {
            let verifier: Verifier = exception.kind == 2 ? .police : .bank
            guard let match = try matches.entry(of: exception.id, verifier) else { continue }
            problems.append(
                BatchProblem(
                    .reply(.contradiction(record: match.number, file: name(match.file), verifier)),
                    .record(file: name(exception.file), number: exception.number), item: verifier.idElement))
        }
        return problems
    }

    func name(_ file: Int) -> String { files.indices.contains(file) ? files[file] : "reply" }

    func file(of entry: Entry) -> String { name(entry.file) }

    /// All records of one applicant, matches first.
    func entries(of idNumber: IDNumber) throws(BatchError) -> [Entry] {
        guard !files.isEmpty else { return [] }
        var entries: [Entry] = []
        for verifier in Verifier.allCases {
            if let entry = try matches.entry(of: idNumber.packed, verifier) { entries.append(entry) }
        }
        guard hasExceptions else { return entries }
        return entries + (try exceptions(of: idNumber))
    }

    private func exceptions(of idNumber: IDNumber) throws(BatchError) -> [Entry] {
        try database.use { database in
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
