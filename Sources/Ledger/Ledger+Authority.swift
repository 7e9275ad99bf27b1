import Messages
import Releases

/// Who may release cards that this ledger counts.
extension Ledger {
    /// The authority that is enrolled; nil in a ledger that has none.
    public func authority() throws(LedgerError) -> EnrolledAuthority? {
        try read { database throws(StoreError) in try Self.authority(database) }
    }

    /// Enters an authority, or the one that follows it. One that is there already is left as it is.
    ///
    /// - Throws: `.releaseRefused` for a document that is none, that those who have to have not signed, and for one that
    ///   does not follow the last.
    public func enrol(_ authority: EnrolledAuthority) throws(LedgerError) {
        try keepHold()
        try checkMemory()
        let entry = try write { database throws(StoreError) -> LedgerEntry? in
            try database.holdActs()
            if try database.first("SELECT number FROM authorities WHERE digest = ?", [.text(authority.digest)]) != nil {
                return nil
            }
            let last = try Self.authority(database)
            do throws(ReleaseRefusal) {
                let next = try authority.enrolment
                try next.check(after: last.map { before throws(ReleaseRefusal) in try before.enrolment })
            } catch {
                throw .ledger(.releaseRefused(AnyMessage(error)))
            }
            return try self.chain.append(
                .authority, request: "authority/\(authority.number)", to: database
            ) { _, _ in
                var detail = EntryDetail()
                detail.authority = authority
                return detail
            }
        }
        if let entry { try note(entry) }
    }

    static func authority(_ database: any LedgerDatabase) throws(StoreError) -> EnrolledAuthority? {
        try database.first("SELECT number, digest, document FROM authorities ORDER BY number DESC LIMIT 1").map {
            EnrolledAuthority(number: $0.integer(0), digest: $0.text(1), document: $0.text(2))
        }
    }

    /// The people two of whom may act here; nil where no authority is enrolled.
    static func persons(_ database: any LedgerDatabase) throws(StoreError) -> [Signatory]? {
        guard let authority = try authority(database) else { return nil }
        do throws(ReleaseRefusal) {
            return try authority.enrolment.persons
        } catch {
            throw .ledger(
                .damaged(
                    "the authority in it is none; run `healthcard ledger verify`",
                    "其中的放行机构无效；请运行 `healthcard ledger verify`"))
        }
    }

    /// Whether this station may enter releases: it made the ledger, or two of the enrolled people have had it take the
    /// ledger up. Any other could be working with a copy, which counts from its own beginning.
    ///
    /// - Throws: `.releaseRefused`.
    func requireStanding(_ database: any LedgerDatabase) throws(StoreError) {
        guard
            let row = try database.first("SELECT entry, adopted FROM stations WHERE name = ?", [.text(station.name)])
        else {
            throw .ledger(
                .unknown(
                    "station \(station.name)",
                    "工作站 \(station.name)"))
        }
        let (entry, adopted) = (row.integer(0), row.integer(1))
        if adopted == 0 {
            // In ledgers of earlier software the stations that are in it may go on.
            let marks = try [1, entry].map { sequence throws(StoreError) in
                try Chain.entry(sequence, database).flatMap { EntryDetail($0.detail)?.memory }
            }
            if entry == 1 || marks == [nil, nil] { return }
            throw .ledger(.releaseRefused(LedgerAdoption.wanted(station.name)))
        }
        let act = try Chain.entry(adopted, database).flatMap { EntryDetail($0.detail)?.act }
        guard act != nil else { throw .ledger(.releaseRefused(LedgerAdoption.wanted(station.name))) }
    }
}

extension EnrolledAuthority {
    public init(_ enrolment: AuthorityEnrolment) {
        self.init(
            number: enrolment.number, digest: enrolment.digest,
            document: String(decoding: enrolment.bytes, as: UTF8.self))
    }

    /// - Throws: `.enrolment` when the document is none, or not the one the number and the digest say.
    public var enrolment: AuthorityEnrolment {
        get throws(ReleaseRefusal) {
            let enrolment: AuthorityEnrolment
            do throws(ReleaseFileError) {
                enrolment = try AuthorityEnrolment(Array(document.utf8))
            } catch {
                throw .enrolment(.file(error))
            }
            guard enrolment.number == number, enrolment.digest == digest else {
                throw .enrolment(.enteredOtherwise)
            }
            return enrolment
        }
    }
}
