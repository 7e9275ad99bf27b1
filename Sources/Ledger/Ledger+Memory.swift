import Foundation
import Messages
import ShangMi

/// What the station remembers of the ledger, held against the ledger.
extension Ledger {
    /// Of the `station` entries of software that keeps a signed memory: what is remembered without a signature is
    /// believed of older ledgers alone.
    static let memoryFormat = 2

    /// - Throws: `.damaged` when entries this station has written or signed are not there any more; `.stationMemory` when
    ///   the ledger knows this station and the station remembers nothing of it, or not what it wrote.
    func checkMemory() throws(LedgerError) {
        guard remembers else { return }
        let (first, enrolment) = try read { database throws(StoreError) in
            (try Chain.entry(1, database), try self.ownEntry(database))
        }
        let recollection = try station.memory.recall(ledger: location.description, firstHash: first?.hash)
        if let displaced = recollection.displaced {
            throw .stationMemory(
                "another ledger was in this place: this station has come to its entry \(displaced.sequence). Put it back; if another one is meant to be here, give it another name, or have it taken up (`healthcard ledger adopt`)",
                "此处原是另一本台账：本工作站已写到其第 \(displaced.sequence) 条。请放回原台账；如确要在此使用另一本，请另取名称，或办理接管（`healthcard ledger adopt`）")
        }
        guard let first, let known = recollection.known else {
            if let note = recollection.note { try require(note) }
            guard enrolment == nil else { throw Self.forgotten }
            return
        }
        if known.isUnsigned == true, EntryDetail(first.detail)?.memory != nil {
            throw StationMemory.changed(station.memory.path)
        }
        if known.isIntended == true {
            guard let enrolment else { return }
            guard enrolment.head == known.head else { throw Self.forgotten }
            try station.memory.remember(enrolment.head, ledger: location.description, firstHash: first.hash)
            return
        }
        guard known.isNoted != true || recollection.note != nil else {
            throw StationMemory.changed(station.memory.folder + "/ledgers/\(first.hash).note")
        }
        for head in [known.head, recollection.note].compactMap({ $0 }) { try require(head) }
        guard enrolment != nil else {
            throw .damaged(
                "this station has written in it and it does not have the station; put the right one back",
                "本工作站曾写入此台账，而其中没有本工作站，请放回正确的台账")
        }
    }

    private static var forgotten: LedgerError {
        .stationMemory(
            "the ledger knows this station, and the station remembers nothing of it: its memory was removed or is that of another time, or the ledger is a copy. Put both back as they were, or have the ledger taken up again (`healthcard ledger adopt`)",
            "台账中有本工作站，而本工作站没有它的记录：记录被删除或属于其他时间，或台账是副本。请将两者恢复原样，或重新接管台账（`healthcard ledger adopt`）")
    }

    private func require(_ head: LedgerHead) throws(LedgerError) {
        let entry = try read { database throws(StoreError) in try Chain.entry(head.sequence, database) }
        guard entry?.hash != head.hash else { return }
        throw .damaged(
            "entry \(head.sequence), which this station wrote, \(entry == nil ? "is missing" : "is another one"): an older copy or another ledger was put in its place. Put the right one back; nothing is made until then, or until the ledger is taken up again as it is (`healthcard ledger adopt`)",
            "本工作站所写的第 \(head.sequence) 条\(entry == nil ? "缺失" : "内容不同")：台账被换成了较早的副本或另一本台账。请放回正确的台账；在此之前，或在按现状重新接管（`healthcard ledger adopt`）之前，不能制卡"
        )
    }

    /// The entry by which this station came to the ledger; nil when it has not, or another one of its name has.
    private func ownEntry(_ database: any LedgerDatabase) throws(StoreError) -> LedgerEntry? {
        let row = try database.first(
            "SELECT entry FROM stations WHERE name = ? AND public_key = ?",
            [.text(station.name), .text(LowercaseHex.encode(station.publicKey.bytes))])
        return try row.flatMap { row throws(StoreError) in try Chain.entry(row.integer(0), database) }
    }

    /// Remembers on the disk that a ledger goes this far.
    func remember(_ entry: LedgerEntry) throws(LedgerError) {
        guard remembers else { return }
        try station.memory.remember(entry.head, ledger: location.description, firstHash: try firstHash())
    }

    /// From here on every chip is noted.
    ///
    /// - Parameter run: the entry that began the run.
    func startNotes(_ run: LedgerEntry) throws(LedgerError) {
        guard remembers else { return }
        try station.memory.beginNotes(run.head, ledger: location.description, firstHash: try firstHash())
        try note(run)
    }

    /// Notes an entry that must not be gone without this station's seeing it.
    func note(_ entry: LedgerEntry) throws(LedgerError) {
        guard remembers else { return }
        try station.memory.note(entry.head, firstHash: try firstHash()) { head throws(LedgerError) in
            try self.entryHash(at: head.sequence) == head.hash
        }
    }

    /// The hash of the first entry, which the ledger has.
    func firstHash() throws(LedgerError) -> String {
        if let known = state.withLock({ $0.firstHash }) { return known }
        guard let hash = try entryHash(at: 1) else {
            throw .damaged(
                "it has no first entry; run `healthcard ledger verify`",
                "没有首条；请运行 `healthcard ledger verify`")
        }
        state.withLock { $0.firstHash = hash }
        return hash
    }

    /// The hash of an entry; nil when there is none of this number.
    public func entryHash(at sequence: Int64) throws(LedgerError) -> String? {
        try read { database throws(StoreError) in
            try database.first("SELECT hash FROM entries WHERE seq = ?", [.integer(sequence)])?.text(0)
        }
    }
}

// MARK: - The hold

extension Ledger {
    /// Holds this copy of the ledger for the station: no process of the station works with another copy until the hold
    /// is given back. ``beginRun(_:)`` takes one by itself for as long as the run goes on.
    ///
    /// - Throws: `.stationMemory` naming the copy that is held; `.misconfigured` for a file with several names.
    public func hold() throws(LedgerError) -> LedgerHold {
        try LedgerHold(
            folder: station.memory.folder, firstHash: try firstHash(), identity: try copyIdentity(),
            place: location.description)
    }

    /// Takes the hold for this ledger's own runs, unless it is there.
    func keepHold() throws(LedgerError) {
        guard remembers, state.withLock({ $0.hold == nil }) else { return }
        _ = try identity()
        let hold = try hold()
        state.withLock { $0.hold = $0.hold ?? hold }
    }

    func runBegan(_ run: Int64) { state.withLock { _ = $0.runs.insert(run) } }

    /// Gives the hold back with the last run.
    func runEnded(_ run: Int64) {
        let hold = state.withLock { state -> LedgerHold? in
            state.runs.remove(run)
            guard state.runs.isEmpty else { return nil }
            defer { state.hold = nil }
            return state.hold
        }
        withExtendedLifetime(hold) {}
    }

    /// What tells this copy from every other: the file, by its name in its folder, since a log lies beside that; the
    /// database, by its cluster.
    private func copyIdentity() throws(LedgerError) -> String {
        guard let path = location.path else {
            let row: LedgerRow?
            do throws(LedgerError) {
                row = try read { database throws(StoreError) in
                    try database.first(
                        "SELECT c.system_identifier::text, d.oid::text FROM pg_control_system() c, pg_database d "
                            + "WHERE d.datname = current_database()")
                }
            } catch {
                // A server that tells its own name to nobody is known by where it is.
                guard case .misconfigured = error else { throw error }
                row = try read { database throws(StoreError) in
                    try database.first(
                        "SELECT COALESCE(host(inet_server_addr()), '') || ':' || COALESCE(inet_server_port()::text, ''), "
                            + "oid::text FROM pg_database WHERE datname = current_database()")
                }
            }
            return "database \(row?.text(0) ?? "") \(row?.text(1) ?? "")"
        }
        let real = URL(filePath: path).resolvingSymlinksInPath()
        var file = stat()
        var folder = stat()
        guard stat(real.path, &file) == 0, stat(real.deletingLastPathComponent().path, &folder) == 0 else {
            throw .misconfigured(
                "there is no ledger at \(path)",
                "\(path) 处没有台账")
        }
        guard file.st_nlink == 1 else {
            throw .misconfigured(
                "the ledger \(path) has \(file.st_nlink) names (hard links), and a log lies beside each: what is written by one is not seen by the other. Remove all names but one",
                "台账 \(path) 有 \(file.st_nlink) 个名称（硬链接），各自旁边有一份日志，经一个名称写入的内容从另一个看不到。请只保留一个名称")
        }
        return "file \(file.st_dev) \(file.st_ino) \(folder.st_dev) \(folder.st_ino) \(real.lastPathComponent)"
    }
}
