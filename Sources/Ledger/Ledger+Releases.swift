import Messages

/// A release as the ledger keeps it: what is counted, and what must never be put back.
public struct ReleaseAdmission: Sendable, Hashable, Codable {
    public struct List: Sendable, Hashable, Codable {
        public let number: Int64
        /// SM3 over the list's file, 64 lowercase hexadecimal digits.
        public let digest: String

        public init(number: Int64, digest: String) {
            self.number = number
            self.digest = digest
        }
    }

    /// SM3 over the release's file, 64 lowercase hexadecimal digits.
    public let digest: String
    /// The authority's own name for it.
    public let id: String
    /// Cards that may be made in all; nil: as many as are wanted.
    public let limit: Int?
    /// The digest of the authority's key, or of its root's, a blank, and its name.
    public let authority: String
    /// The authority's revocation list it was verified with.
    public let revocationList: List?

    public init(digest: String, id: String, limit: Int?, authority: String, revocationList: List?) {
        self.digest = digest
        self.id = id
        self.limit = limit
        self.authority = authority
        self.revocationList = revocationList
    }
}

/// A revocation list that was shown to a ledger.
struct SeenRevocationList: Sendable, Hashable, Codable {
    /// As in ``ReleaseAdmission/authority``.
    let authority: String
    let list: ReleaseAdmission.List
}

/// Who may release cards that this ledger counts, as it was entered.
public struct EnrolledAuthority: Sendable, Hashable, Codable {
    /// From 1, one more with each change.
    public let number: Int64
    /// SM3 over the document, 64 lowercase hexadecimal digits.
    public let digest: String
    /// The `AuthorityEnrolment`, to the byte.
    public let document: String

    public init(number: Int64, digest: String, document: String) {
        self.number = number
        self.digest = digest
        self.document = document
    }
}

/// A release a ledger counts by.
public struct CountedRelease: Sendable, Hashable, Codable {
    public let digest: String
    public let id: String
    public let limit: Int?
    /// Cards begun under it and not failed, and chips that count without being anybody's card.
    public let used: Int
    /// Of these: chips that make no card, and count until two people have entered that they were destroyed.
    public let withoutCard: Int
    /// Places that runs have drawn and not used, beside ``used``: they go back at a run's end. A run that was cut off keeps
    /// them until another one needs them.
    public let drawn: Int
}

/// What a ledger knows of releases.
public struct ReleaseBooks: Sendable, Hashable {
    /// The hash of the ledger's first entry: the name a release binds itself to.
    public let firstHash: String?
    /// When the last entry was written, as it stands there.
    public let lastTime: String?
    /// Cards begun under the release and not failed.
    public let used: Int
    /// The highest list of the authority that was used here.
    public let revocationList: ReleaseAdmission.List?
    /// Who may release here, as it was entered last; nil in a ledger that has nobody.
    public let authority: EnrolledAuthority?
}

extension Ledger {
    /// The name a release binds itself to: the hash of the first entry. In an empty ledger this station makes it.
    public func identity() throws(LedgerError) -> String {
        try write { database throws(StoreError) in
            try self.enter(database)
            guard let first = try Chain.entry(1, database) else {
                throw .ledger(
                    .damaged(
                        "it has no first entry; run `healthcard ledger verify`",
                        "没有首条；请运行 `healthcard ledger verify`"))
            }
            return first.hash
        }
    }

    /// - Parameters:
    ///   - release: the digest of its file.
    ///   - authority: as in ``ReleaseAdmission/authority``.
    /// - Throws: `.damaged` when the count does not follow from the chips.
    public func books(release: String, authority: String) throws(LedgerError) -> ReleaseBooks {
        try read { database throws(StoreError) in
            try Self.checkCount(of: release, database)
            let last = try database.first("SELECT time FROM entries ORDER BY seq DESC LIMIT 1")
            let used = try database.first("SELECT used FROM releases WHERE digest = ?", [.text(release)])
            let list = try database.first(
                "SELECT number, digest FROM revocation_lists WHERE authority = ?", [.text(authority)])
            return ReleaseBooks(
                firstHash: try Chain.entry(1, database)?.hash, lastTime: last?.optionalText(0),
                used: Int(clamping: max(0, (used?.integer(0) ?? 0) - (try Self.drawnPlaces(of: release, database)))),
                revocationList: list.map { ReleaseAdmission.List(number: $0.integer(0), digest: $0.text(1)) },
                authority: try Self.authority(database))
        }
    }

    /// In the order they came.
    public func releases() throws(LedgerError) -> [CountedRelease] {
        try read { database throws(StoreError) in
            try database.query(
                """
                SELECT digest, id, quota, used, (SELECT COUNT(*) FROM chips WHERE release_digest = releases.digest
                    AND counted = 1 AND state IN ('rejected', 'void')), (SELECT CAST(COALESCE(SUM(places), 0) AS BIGINT)
                    FROM runs WHERE runs.release_digest = releases.digest) FROM releases ORDER BY entry
                """
            ).map {
                CountedRelease(
                    digest: $0.text(0), id: $0.text(1), limit: $0.optionalText(2).flatMap { Int($0) },
                    used: Int(clamping: $0.integer(3) - $0.integer(5)), withoutCard: Int(clamping: $0.integer(4)),
                    drawn: Int(clamping: $0.integer(5)))
            }
        }
    }

    /// Writes that a release was verified for a run that is to begin. Coming again with the same list it writes nothing.
    ///
    /// - Throws: `.releaseRefused` when the ledger has the release with another limit, or a later revocation list; for a
    ///   station that came to the ledger without two people's word, and for a role that could change a shared ledger.
    public func admit(_ admission: ReleaseAdmission) throws(LedgerError) {
        guard remembers else {
            throw .releaseRefused(
                "formal cards stand in a ledger that is kept, not in a rehearsal's",
                "正式卡须登记在保留的台账中，不能登记在演练的台账中")
        }
        try keepHold()
        try checkMemory()
        let excess = try read { database throws(StoreError) in try DatabaseRights.excess(database) }
        guard excess.isEmpty else { throw DatabaseRights.refusal(nil, excess) }
        let list = admission.revocationList
        let request =
            "release/\(admission.digest)/\(admission.authority)/\(list.map { "\($0.number)/\($0.digest)" } ?? "")"
        let entry = try write { database throws(StoreError) -> LedgerEntry? in
            try database.holdActs()
            try self.requireStanding(database)
            if let known = try database.first("SELECT quota FROM releases WHERE digest = ?", [.text(admission.digest)]),
                known.optionalText(0) != admission.limit.map(String.init)
            {
                throw .ledger(
                    .damaged(
                        "it has the release with another limit; run `healthcard ledger verify`",
                        "其中该放行书的数量上限不同；请运行 `healthcard ledger verify`"))
            }
            let seen = try database.first(
                "SELECT number, digest FROM revocation_lists WHERE authority = ?", [.text(admission.authority)])
            if let seen {
                let number = seen.integer(0)
                guard let list, list.number > number || list.number == number && list.digest == seen.text(1) else {
                    throw .ledger(
                        .releaseRefused(
                            "revocation list \(number) of the authority, or a later one, is wanted: get the last one",
                            "需要放行机构第 \(number) 号或更新的撤销清单，请索取最新的一份"))
                }
            }
            if try Chain.entry(request: request, database) != nil { return nil }
            return try self.chain.append(.release, request: request, to: database) { _, _ in
                var detail = EntryDetail()
                detail.admission = admission
                return detail
            }
        }
        if let entry { try note(entry) }
        try openBudget(admission.digest)
    }

    /// Writes that a list of an authority was seen: leaving it out the next time brings nothing back. One that is no
    /// later than what is known is passed over.
    ///
    /// - Parameter authority: as in ``ReleaseAdmission/authority``.
    public func remember(_ list: ReleaseAdmission.List, of authority: String) throws(LedgerError) {
        let entry = try write { database throws(StoreError) -> LedgerEntry? in
            try database.holdActs()
            let seen = try database.first("SELECT number FROM revocation_lists WHERE authority = ?", [.text(authority)])
            guard seen.map({ $0.integer(0) < list.number }) ?? true else { return nil }
            return try self.chain.append(
                .revocationList, request: "list/\(authority)/\(list.number)/\(list.digest)", to: database
            ) { _, _ in
                var detail = EntryDetail()
                detail.seenList = SeenRevocationList(authority: authority, list: list)
                return detail
            }
        }
        if let entry { try note(entry) }
    }

    /// - Throws: unless a formal run rests on a release that was verified, and a test run on none.
    static func checkRelease(of run: RunRecord, _ database: any LedgerDatabase) throws(StoreError) {
        let mode = try database.first("SELECT mode FROM batches WHERE id = ?", [.text(run.batch)])?.text(0)
        guard mode == run.mode else {
            throw .ledger(
                .releaseRefused(
                    "batch \(run.batch) was enrolled in mode \"\(mode ?? "")\", not \"\(run.mode)\"",
                    "批次 \(run.batch) 登记的模式是“\(mode ?? "")”，不是“\(run.mode)”"))
        }
        guard let digest = run.releaseDigest else {
            guard run.mode != formalMode else {
                throw .ledger(
                    .releaseRefused(
                        "a formal run wants a release; this one has none",
                        "正式制卡需要放行书，本次没有"))
            }
            return
        }
        guard run.mode == formalMode else {
            throw .ledger(
                .releaseRefused(
                    "a run of test cards rests on no release",
                    "测试卡的制作不依据放行书"))
        }
        guard try database.first("SELECT entry FROM releases WHERE digest = ?", [.text(digest)]) != nil else {
            throw .ledger(
                .releaseRefused(
                    "the release of the run was not verified against this ledger",
                    "本次运行的放行书没有对照此台账核验"))
        }
    }

    private static let formalMode = "formal"

    /// A count that was set back without the chips is seen at once; `verify` sees all else.
    private static func checkCount(of release: String, _ database: any LedgerDatabase) throws(StoreError) {
        guard let row = try database.first("SELECT used FROM releases WHERE digest = ?", [.text(release)]) else {
            return
        }
        let begun = try database.first(
            "SELECT COUNT(*) FROM chips WHERE release_digest = ? AND counted = 1", [.text(release)])
        let drawn = try drawnPlaces(of: release, database)
        guard row.integer(0) >= (begun?.integer(0) ?? 0) + drawn else {
            throw .ledger(
                .damaged(
                    "it has more cards under the release than it counts; run `healthcard ledger verify`",
                    "其中该放行书下的卡多于所计的张数；请运行 `healthcard ledger verify`"))
        }
    }
}
