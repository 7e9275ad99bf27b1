import Files
import Foundation
import Messages
import ShangMi
import Synchronization

/// How far a station has come in each ledger: what shows that one was put back to an older copy, cut at its end, or is
/// worked with in two places.
///
/// In the station's folder: `heads.json`, signed by the station and replaced as a whole, and beside it `ledgers/HASH.note`
/// for each ledger, which is written with every chip that is begun (``StationNote``). Each is written by one process of
/// the station at a time.
final class StationMemory: Sendable {
    /// One ledger.
    struct Head: Codable, Hashable, Sendable {
        /// ``LedgerLocation`` as it is described: where it was last.
        let ledger: String
        /// The hash of the ledger's first entry: it is known again in another place.
        let firstHash: String
        /// The last entry that is remembered for certain.
        let sequence: Int64
        let hash: String
        /// True: written down before the station's first entry there, which may have come to nothing.
        var isIntended: Bool?
        /// True: taken over from what earlier software left, which nobody had signed.
        var isUnsigned: Bool?
        /// True: there is a note beside it.
        var isNoted: Bool?

        var head: LedgerHead { LedgerHead(sequence: sequence, hash: hash) }
    }

    /// What there is to be held against a ledger.
    struct Recollection: Sendable {
        /// Of the ledger with this first entry.
        var known: Head?
        var note: LedgerHead?
        /// Of another ledger in the same place.
        var displaced: Head?
    }

    private struct Content: Codable {
        var format: Int
        var heads: [Head]
        /// r ‖ s over everything else, 128 lowercase hexadecimal digits; nil in format 1.
        var signature: String?
    }

    let folder: String
    let path: String
    private let key: SM2.PrivateKey
    private let notes = Mutex<[String: StationNote]>([:])
    private static let format = 2
    private static let unsignedFormat = 1
    /// Ledgers of one station are few; beyond these, ledgers that are not there any more are forgotten first.
    private static let most = 1000
    private static let longestFile = 1 << 20

    init(folder: String, key: SM2.PrivateKey) {
        self.folder = folder
        path = folder + "/heads.json"
        self.key = key
    }

    /// - Parameter firstHash: nil for a ledger without entries.
    /// - Throws: `.stationMemory` for files that are not what this station wrote.
    func recall(ledger: String, firstHash: String?) throws(LedgerError) -> Recollection {
        try withFileLock { () throws(LedgerError) in
            let heads = try load()
            var recollection = Recollection()
            recollection.known = heads.last { $0.firstHash == firstHash }
            recollection.displaced = heads.last {
                $0.ledger == ledger && $0.firstHash != firstHash && $0.isIntended != true
            }
            if let firstHash { recollection.note = try note(of: firstHash).read() }
            return recollection
        }
    }

    /// Remembers, on the disk, that the station is about to write its first entry.
    ///
    /// - Throws: `.damaged` when it has written in this ledger already: the ledger was cut back to before that.
    func intend(_ head: LedgerHead, ledger: String, firstHash: String) throws(LedgerError) {
        try change { heads throws(LedgerError) in
            let isKnown = heads.contains { $0.firstHash == firstHash && $0.isIntended != true }
            guard !isKnown, !heads.contains(where: { $0.ledger == ledger && $0.isIntended != true }) else {
                throw .damaged(
                    "this station has written in it, or in another one in its place, and what it wrote is not there: an older copy or another ledger was put here; put the right one back",
                    "本工作站曾写入此台账或此处原有的台账，而所写内容不在其中：被换成了较早的副本或另一本台账，请放回正确的台账")
            }
            heads.removeAll { $0.firstHash == firstHash || $0.ledger == ledger }
            heads.append(
                Head(ledger: ledger, firstHash: firstHash, sequence: head.sequence, hash: head.hash, isIntended: true))
        }
    }

    /// Remembers, on the disk, an entry that is there; one that lies before what is remembered changes nothing.
    ///
    /// - Parameter noting: whether there is a note beside it from now on.
    func remember(_ head: LedgerHead, ledger: String, firstHash: String, noting: Bool = false) throws(LedgerError) {
        try change { heads throws(LedgerError) in
            let former = heads.last { $0.firstHash == firstHash }
            let isLater = former.map { $0.isIntended == true || $0.sequence <= head.sequence } ?? true
            let last = isLater ? head : former?.head ?? head
            let isNoted = noting || former?.isNoted == true
            heads.removeAll { $0.firstHash == firstHash }
            heads.append(
                Head(
                    ledger: ledger, firstHash: firstHash, sequence: last.sequence, hash: last.hash,
                    isNoted: isNoted ? true : nil))
        }
    }

    /// Takes a ledger up as it is, whatever was remembered of it or of another one in its place, also where the memory
    /// cannot be read any more: somebody has said so, and it stands in the ledger.
    func adopt(_ head: LedgerHead, ledger: String, firstHash: String) throws(LedgerError) {
        try withFileLock { () throws(LedgerError) in
            let note = note(of: firstHash)
            if FileManager.default.fileExists(atPath: note.path) { try note.replace(head) }
            var heads = (try? load()) ?? []
            heads.removeAll { $0.firstHash == firstHash || $0.ledger == ledger }
            heads.append(Head(ledger: ledger, firstHash: firstHash, sequence: head.sequence, hash: head.hash))
            try save(heads)
        }
    }

    /// Makes the note there has to be while a run goes on, unless it is there.
    func beginNotes(_ head: LedgerHead, ledger: String, firstHash: String) throws(LedgerError) {
        try withFileLock { () throws(LedgerError) in try note(of: firstHash).create(head) }
        try remember(head, ledger: ledger, firstHash: firstHash, noting: true)
    }

    /// Notes an entry: it outlives this process, and the machine as a rule.
    ///
    /// - Parameter isThere: whether the ledger at hand has what another process of this station noted.
    /// - Throws: `.damaged` when it has not: the station works with two copies.
    func note(
        _ head: LedgerHead, firstHash: String, isThere: (LedgerHead) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        let note = note(of: firstHash)
        if note.has(head) { return }
        try withFileLock { () throws(LedgerError) in try note.write(head, isThere: isThere) }
    }

    private func note(of firstHash: String) -> StationNote {
        notes.withLock { notes in
            let note =
                notes[firstHash]
                ?? StationNote(path: "\(folder)/ledgers/\(firstHash).note", ledger: firstHash, key: key)
            notes[firstHash] = note
            return note
        }
    }

    // MARK: - The file

    private func change(_ body: (inout [Head]) throws(LedgerError) -> Void) throws(LedgerError) {
        try withFileLock { () throws(LedgerError) in
            var heads = try load()
            let former = heads
            try body(&heads)
            if heads != former || !FileManager.default.fileExists(atPath: path) { try save(heads) }
        }
    }

    private func load() throws(LedgerError) -> [Head] {
        let bytes: [UInt8]?
        do {
            bytes = try InputFile.contentsIfThere(of: path, atMost: Self.longestFile)
        } catch {
            throw .misconfigured(
                "\(error)",
                "\(error)")
        }
        guard let bytes else { return [] }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
            throw Self.changed(path)
        }
        if content.format == Self.unsignedFormat, content.signature == nil {
            // Earlier software did not sign. Each ledger decides whether it may be one that software has begun.
            return content.heads.map { head in
                Head(
                    ledger: head.ledger, firstHash: head.firstHash, sequence: head.sequence, hash: head.hash,
                    isUnsigned: true)
            }
        }
        guard content.format == Self.format, let signature = content.signature.flatMap(LowercaseHex.decode),
            let message = Self.message(content.heads), key.publicKey.isValid(signature: signature, message: message)
        else { throw Self.changed(path) }
        return content.heads
    }

    private func save(_ heads: [Head]) throws(LedgerError) {
        var kept = heads
        while kept.count > Self.most {
            let gone = kept.firstIndex {
                $0.ledger.hasPrefix("/") && !FileManager.default.fileExists(atPath: $0.ledger)
            }
            kept.remove(at: gone ?? 0)
        }
        guard let message = Self.message(kept), let signature = try? key.deterministicSign(message: message),
            let data = Self.encoded(
                Content(format: Self.format, heads: kept, signature: LowercaseHex.encode(signature))),
            DurableFile.replace(path, with: Array(data))
        else { throw DurableFile.failure(path) }
    }

    /// What is signed: a name of its own, so that no other text of the station's can be taken for it, and the heads.
    private static func message(_ heads: [Head]) -> [UInt8]? {
        encoded(Content(format: format, heads: heads)).map { Array("resident-health-card-heads/\(format)\n".utf8) + $0 }
    }

    private static func encoded(_ content: Content) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try? encoder.encode(content)
    }

    /// What is said of a file that is there and is not the station's.
    static func changed(_ path: String) -> LedgerError {
        .stationMemory(
            "\(path), where the station keeps how far it has come in its ledgers, is not as the station wrote it: restore it as it was, or have the ledger taken up again (`healthcard ledger adopt`)",
            "\(path)（工作站记录各台账进度的文件）与工作站所写的不同：请恢复原样，或重新接管台账（`healthcard ledger adopt`）")
    }

    private func withFileLock<Value>(_ body: () throws(LedgerError) -> Value) throws(LedgerError) -> Value {
        let file = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DurableFile.failure(path + ".lock") }
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw .unavailable(
                    "\(path).lock cannot be locked",
                    "无法锁定 \(path).lock")
            }
        }
        return try body()
    }
}
