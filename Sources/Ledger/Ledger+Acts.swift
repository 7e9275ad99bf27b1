import Foundation
import Messages
import Releases

/// That a station took the ledger up without its memory.
public struct LedgerAdoption: Sendable, Hashable, Codable {
    /// Name and key: `NAME@0123456789abcdef`.
    public let station: String
    /// The last entry there was.
    public let sequence: Int64
    public let hash: String
    public let reason: String

    static func wanted(_ station: String) -> AnyMessage {
        AnyMessage(
            """
            station \(station) came to this ledger later, or took it up on its own word: it could be a copy. Formal cards \
            are made by the station that began the ledger, or when two of the enrolled people say so \
            (`healthcard ledger adopt --out FILE`, `healthcard sign`, `healthcard ledger enter`)
            """,
            """
            工作站 \(station) 后来才使用此台账，或自行接管了它：它可能是副本。正式卡须由开始此台账的工作站制作，或经两名登记人员\
            签署同意（`healthcard ledger adopt --out FILE`、`healthcard sign`、`healthcard ledger enter`）
            """)
    }
}

/// What people do to a ledger.
extension Ledger {
    /// Days an adoption may lie between its signing and its entering: one that was used before is not used again long after.
    public static var daysOfAdoption: Int { 7 }

    /// The last entry; nil in an empty ledger.
    public func head() throws(LedgerError) -> LedgerHead? {
        try read { database throws(StoreError) in try Chain.last(database) }
    }

    /// The last signature of a station's; nil when there is none.
    public func lastSeal() throws(LedgerError) -> LedgerHead? {
        try read { database throws(StoreError) in
            try database.first("SELECT seq, hash FROM entries WHERE kind = 'seal' ORDER BY seq DESC LIMIT 1").map {
                LedgerHead(sequence: $0.integer(0), hash: $0.text(1))
            }
        }
    }

    /// Who this station is to a release and to an act.
    public var stationLabel: String {
        ReleaseTerms.StationName(name: station.name, publicKey: station.publicKey.bytes).description
    }

    /// The text by which two people have this station take the ledger up as it is, to be signed.
    ///
    /// - Throws: ``LedgerError``; ``ReleaseFileError`` for a reason that is no line of text.
    public func draftOfAdoption(reason: String, at time: ReleaseTime = .now) throws -> TwoPersonAct {
        guard let head = try head() else {
            throw LedgerError.unknown(
                "entry: an empty ledger needs no taking up",
                "条目：空台账不需要接管")
        }
        return try TwoPersonAct.draft(
            .adoptLedger(station: stationLabel, sequence: head.sequence, hash: head.hash), ledger: firstHash(),
            reason: reason, at: time)
    }

    /// The text by which two people say that chips were destroyed, to be signed.
    ///
    /// - Throws: ``LedgerError`` when a chip does not count, or is still open or somebody's card; ``ReleaseFileError``.
    public func draftOfDestruction(chips: [String], reason: String, at time: ReleaseTime = .now) throws -> TwoPersonAct
    {
        let act = try TwoPersonAct.draft(.destroyChips(chips), ledger: firstHash(), reason: reason, at: time)
        try read { database throws(StoreError) in
            for chip in chips { try Self.requireDestructible(chip, database) }
        }
        return act
    }

    /// Enters what two people have signed.
    public func enter(_ act: TwoPersonAct) throws(LedgerError) {
        switch act.deed {
        case .destroyChips: try destroy(act)
        case .adoptLedger: try adopt(act)
        }
    }

    // MARK: - Destruction

    /// Writes that chips were destroyed: they no longer count against the release they were begun under. All of them or
    /// none; the same act again writes nothing.
    ///
    /// - Throws: `.releaseRefused` unless two of the enrolled people have signed it for this ledger, and for a chip that
    ///   is open, somebody's card, unknown, or counts no more.
    public func destroy(_ act: TwoPersonAct) throws(LedgerError) {
        guard case .destroyChips(let chips) = act.deed else {
            throw .releaseRefused(
                "the act is of something else than chips that were destroyed",
                "文书不是关于芯片销毁的")
        }
        try keepHold()
        try checkMemory()
        let first = try firstHash()
        let requests = chips.map { "destroy/\($0)/\(act.digest)" }
        try write { database throws(StoreError) in
            try database.holdActs()
            try Self.check(act, ledger: first, database)
            if try Chain.entry(request: requests[0], database) != nil { return }
            var actEntry: Int64?
            for (chip, request) in zip(chips, requests) {
                try Self.requireDestructible(chip, database)
                let entry = try self.chain.append(.destroy, chip: chip, request: request, to: database) { _, _ in
                    var detail = EntryDetail()
                    if let actEntry { detail.actEntry = actEntry } else { detail.act = act.text }
                    return detail
                }
                actEntry = actEntry ?? entry.sequence
            }
        }
    }

    private static func requireDestructible(_ chip: String, _ database: any LedgerDatabase) throws(StoreError) {
        let row = try database.first("SELECT state, counted FROM chips WHERE serial = ?", [.text(chip)])
        let why: AnyMessage
        switch (row?.text(0), row?.integer(1)) {
        case (nil, _): why = AnyMessage("is not in the ledger", "不在台账中")
        case ("open", _):
            why = AnyMessage(
                "is open: it may be somebody's card. Look at it, or declare it void first", "尚未定：可能是某人的卡。请先查看，或先登记作废")
        case ("made", _): why = AnyMessage("is somebody's card: declare it void first", "是某人的卡：请先登记作废")
        case (_, 1): return
        default: why = AnyMessage("counts against no release, or no more", "不占用任何放行书的数量，或已不再占用")
        }
        throw .ledger(
            .releaseRefused(
                "chip \(chip) \(why)",
                "芯片 \(chip) \(why)"))
    }

    /// - Throws: unless two of the people who are enrolled have signed the act for this ledger.
    private static func check(
        _ act: TwoPersonAct, ledger: String, _ database: any LedgerDatabase
    ) throws(StoreError) {
        guard act.ledger == ledger else {
            throw .ledger(
                .releaseRefused(
                    "the act is for another ledger",
                    "文书针对另一本台账"))
        }
        guard let persons = try persons(database) else {
            throw .ledger(
                .releaseRefused(
                    "no authority is enrolled in this ledger, and so nobody is who could sign for two people",
                    "此台账没有登记放行机构，因此无人可以代表两人签署"))
        }
        do throws(ReleaseRefusal) {
            try act.check(persons: persons)
        } catch {
            throw .ledger(.releaseRefused(AnyMessage(error)))
        }
    }

    // MARK: - Adoption

    /// Takes the ledger up as it is, on this station's own word: where no authority is enrolled. Test cards may be made
    /// from then on; formal ones when two people say so too.
    ///
    /// - Throws: `.releaseRefused` where it takes an act of two people.
    public func adopt(reason: String) throws(LedgerError) {
        try adopt(nil, reason: reason)
    }

    /// Takes the ledger up as it is, on the word of two people.
    ///
    /// - Throws: `.releaseRefused` unless the act is for this station and this ledger, of the last days, and signed.
    public func adopt(_ act: TwoPersonAct) throws(LedgerError) {
        try adopt(act, reason: act.reason)
    }

    private func adopt(_ act: TwoPersonAct?, reason: String) throws(LedgerError) {
        guard remembers else {
            throw .misconfigured(
                "a rehearsal's ledger is not kept in mind",
                "演练的台账不作保留")
        }
        guard try head() != nil else {
            throw .unknown(
                "entry: an empty ledger needs no taking up",
                "条目：空台账不需要接管")
        }
        let first = try firstHash()
        // Not while the station works with another copy.
        let hold = try hold()
        let now = ReleaseTime.now
        let label = stationLabel
        let entry = try write(isAdopting: true) { database throws(StoreError) in
            try database.holdActs()
            guard let head = try Chain.last(database) else { throw .collision("an empty ledger") }
            var adoption = LedgerAdoption(station: label, sequence: head.sequence, hash: head.hash, reason: reason)
            var request = "adopt/\(label)/\(head.sequence)"
            if let act {
                try Self.check(act, ledger: first, database)
                adoption = try Self.adoption(act, by: label, at: now, database)
                request = "adopt/\(act.digest)"
                if let former = try Chain.entry(request: request, database) {
                    // Asked again, because the first answer was lost: nothing of the station's came since.
                    let later = try database.first(
                        "SELECT 1 FROM entries WHERE seq > ? AND station = ? LIMIT 1",
                        [.integer(former.sequence), .text(self.station.name)])
                    guard later == nil else {
                        throw .ledger(
                            .releaseRefused(
                                "the act was entered before: have another one signed",
                                "文书此前已登记，请另行签署"))
                    }
                    return former
                }
            } else if try Self.authority(database) != nil {
                throw .ledger(
                    .releaseRefused(
                        "an authority is enrolled in this ledger: two of its people have to say that the station takes it up (`healthcard ledger adopt --out FILE`, `healthcard sign`, `healthcard ledger enter`)",
                        "此台账已登记放行机构：须由其两名人员签署由本工作站接管（`healthcard ledger adopt --out FILE`、`healthcard sign`、`healthcard ledger enter`）"
                    )
                )
            }
            return try self.chain.append(.adopt, request: request, to: database) { [adoption] _, _ in
                var detail = EntryDetail()
                detail.adoption = adoption
                detail.act = act?.text
                return detail
            }
        }
        try station.memory.adopt(entry.head, ledger: location.description, firstHash: first)
        state.withLock { $0.isChecked = true }
        withExtendedLifetime(hold) {}
    }

    private static func adoption(
        _ act: TwoPersonAct, by label: String, at now: ReleaseTime, _ database: any LedgerDatabase
    ) throws(StoreError) -> LedgerAdoption {
        guard case .adoptLedger(let station, let sequence, let hash) = act.deed else {
            throw .ledger(
                .releaseRefused(
                    "the act is of something else than taking a ledger up",
                    "文书不是关于接管台账的"))
        }
        guard station == label else {
            throw .ledger(
                .releaseRefused(
                    "the act is for station \(station): enter it there",
                    "文书针对工作站 \(station)，请在该工作站登记"))
        }
        guard try Chain.entry(sequence, database)?.hash == hash else {
            throw .ledger(
                .releaseRefused(
                    "the act is for another copy of this ledger: it has not the entry it names",
                    "文书针对此台账的另一副本：没有它所列的条目"))
        }
        let days = Int64(daysOfAdoption) * 86400
        guard act.signedAt <= now.advanced(bySeconds: 3600), now <= act.signedAt.advanced(bySeconds: days) else {
            throw .ledger(
                .releaseRefused(
                    "the act is of \(act.signedAt), and holds for \(daysOfAdoption) days: have it signed anew",
                    "文书签署于 \(act.signedAt)，有效期 \(daysOfAdoption) 天，请重新签署"))
        }
        return LedgerAdoption(station: station, sequence: sequence, hash: hash, reason: act.reason)
    }
}

extension TwoPersonAct {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
