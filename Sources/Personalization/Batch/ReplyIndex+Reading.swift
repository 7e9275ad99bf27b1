import CardProfiles
import GRDB

extension ReplyIndex {
    /// What goes on while the files are read, one after the other.
    struct Reading {
        let database: ScratchDatabase
        let matches: ReplyMatches
        /// Records so far, by kind.
        private(set) var orders: [Int: Int] = [:]
        private(set) var hasExceptions = false
        private(set) var hasRefusals = false

        init(database: ScratchDatabase, matches: ReplyMatches) {
            self.database = database
            self.matches = matches
        }

        /// Reads one file.
        mutating func read(
            _ folder: String, _ name: String, _ kind: VerificationFile, _ file: Int
        ) throws(BatchError) -> (problems: [BatchProblem], digest: [UInt8]) {
            var problems: [BatchProblem] = []
            var failure: BatchError?
            var reading = self
            let result = withoutActuallyEscaping({ (record: VerificationRecord) in
                guard failure == nil else { return }
                do throws(BatchError) {
                    try reading.insert(record, kind, name, file, &problems)
                } catch {
                    failure = error
                }
            }) { VerificationReplyReader.read(path: folder + "/" + name, kind: kind, each: $0) }
            self = reading
            if let failure { throw failure }
            return (problems + result.problems, result.digest)
        }

        private mutating func insert(
            _ record: VerificationRecord, _ kind: VerificationFile, _ name: String, _ file: Int,
            _ problems: inout [BatchProblem]
        ) throws(BatchError) {
            let place = BatchProblem.Place.record(file: name, number: record.number)
            guard let id = Self.packed(record.idNumber) else {
                guard kind == .exceptions else {
                    problems.append(
                        BatchProblem(.reply(.notAnIdentityNumber), place, item: record.verifier.idElement))
                    return
                }
                return try refuse(record, file)
            }
            let number = ReplyIndex.kind(record.verifier, isException: kind == .exceptions)
            let order = orders[number, default: 0]
            orders[number] = order + 1
            let earlier =
                kind == .exceptions
                ? try insertException(record, id, number, file, order)
                : try matches.insert(record, id, file: file, order: order)
            guard let earlier else { return }
            problems.append(
                BatchProblem(
                    .reply(.repeated(record: earlier.number, isSameFile: earlier.file == file)), place,
                    item: record.verifier.idElement))
        }

        /// Nil for a number that is none, in whatever spelling.
        private static func packed(_ text: String) -> UInt64? {
            var text = text
            // Most numbers are spelled as they should be.
            let plain = text.withUTF8 { PlainBytes.idNumber(UnsafeRawBufferPointer($0))?.packed }
            return plain ?? (try? IDNumber(anySpelling: text))?.packed
        }

        /// That there is no such number may be what the exception is about: then a row has it, which is refused for it.
        /// Which rows there are is known in the end.
        private mutating func refuse(_ record: VerificationRecord, _ file: Int) throws(BatchError) {
            hasRefusals = true
            try database.use {
                try $0.execute(
                    sql: "INSERT INTO refusal VALUES (?, ?, ?, ?)",
                    arguments: [
                        IDNumber.plainSpelling(of: record.idNumber), file, record.number,
                        record.verifier == .police ? 0 : 1,
                    ])
            }
        }

        /// - Returns: the record of the same number that came before, which stays.
        private mutating func insertException(
            _ record: VerificationRecord, _ id: UInt64, _ kind: Int, _ file: Int, _ order: Int
        ) throws(BatchError) -> (file: Int, number: Int)? {
            hasExceptions = true
            matches.markSpecial(id)
            return try database.use { database in
                let insertion = try ScratchStatement(
                    "INSERT OR IGNORE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?)", in: database)
                let numbers = [Int(id), kind, file, record.number, order]
                for (index, number) in numbers.enumerated() { try insertion.bind(number, at: CInt(index + 1)) }
                try insertion.bind(record.name, at: 6)
                try insertion.bind(record.exceptionCode, at: 7)
                try insertion.bind(record.reason, at: 8)
                guard try !insertion.execute() else { return nil }
                let earlier = try Row.fetchOne(
                    database, sql: "SELECT file, number FROM reply WHERE id = ? AND kind = ?",
                    arguments: [Int64(id), kind])
                return (earlier?["file"] ?? -1, earlier?["number"] ?? 0)
            }
        }
    }
}
