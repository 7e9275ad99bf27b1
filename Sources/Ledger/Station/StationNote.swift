import Files
import Foundation
import Messages
import ShangMi
import Synchronization

/// How far the station has come in one ledger since its memory was last written as a whole: replaced in place with every
/// chip that is begun, without waiting for the disk. A process that is killed leaves it right; a machine that loses its
/// power may leave it a little behind, which is no harm to a ledger that is as it was.
final class StationNote: Sendable {
    let path: String
    /// The hash of the ledger's first entry.
    private let ledger: String
    private let key: SM2.PrivateKey
    /// What this process wrote last, and how it stands in the file.
    private let last = Mutex<(head: LedgerHead, content: [UInt8])?>(nil)
    /// Bytes: one sector, which is written as a whole or not at all.
    private static let size = 512

    init(path: String, ledger: String, key: SM2.PrivateKey) {
        self.path = path
        self.ledger = ledger
        self.key = key
    }

    /// Nil when there is no file.
    ///
    /// - Throws: `.stationMemory` when it is not what the station wrote.
    func read() throws(LedgerError) -> LedgerHead? {
        guard let bytes = try content() else { return nil }
        if let mine = last.withLock({ $0 }), mine.content == bytes { return mine.head }
        let words =
            String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).first.map { $0.split(separator: " ") } ?? []
        guard bytes.count == Self.size, words.count == 3, let head = LedgerHead("\(words[0]) \(words[1])"),
            let proof = LowercaseHex.decode(String(words[2])), isMine(proof, head)
        else { throw StationMemory.changed(path) }
        return head
    }

    /// Nil when there is no file.
    private func content() throws(LedgerError) -> [UInt8]? {
        do {
            return try InputFile.contentsIfThere(of: path, atMost: Self.size)
        } catch {
            throw StationMemory.changed(path)
        }
    }

    /// On the disk; one that is there is left.
    func create(_ head: LedgerHead) throws(LedgerError) {
        if try read() == nil { try replace(head) }
    }

    func replace(_ head: LedgerHead) throws(LedgerError) {
        try makeFolder()
        let content = content(head)
        guard DurableFile.replace(path, with: Array(content)) else { throw failure() }
        last.withLock { $0 = (head, content) }
    }

    func has(_ head: LedgerHead) -> Bool {
        last.withLock { $0.map { $0.head.sequence >= head.sequence } ?? false }
    }

    /// While no other process of the station writes.
    ///
    /// - Parameter isThere: whether the ledger at hand has what another process wrote.
    func write(_ head: LedgerHead, isThere: (LedgerHead) throws(LedgerError) -> Bool) throws(LedgerError) {
        let mine = last.withLock { $0?.head }
        if let mine, mine.sequence >= head.sequence { return }
        if let present = try read(), present != mine {
            guard try isThere(present) else {
                throw .damaged(
                    "this station has noted entry \(present.sequence) of another copy of it: two copies are worked with, or an older one was put in its place. Stop, and put the right one back",
                    "本工作站记下了它另一副本的第 \(present.sequence) 条：有两份副本在用，或被换成了较早的一份。请停止，并放回正确的台账")
            }
            if present.sequence >= head.sequence { return }
        }
        let content = content(head)
        var file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        if file < 0, errno == ENOENT {
            try makeFolder()
            file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        }
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        guard content.withUnsafeBytes({ pwrite(file, $0.baseAddress, $0.count, 0) }) == content.count else {
            throw failure()
        }
        last.withLock { $0 = (head, content) }
    }

    private func makeFolder() throws(LedgerError) {
        let folder = path.parentFolder
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure() }
    }

    /// `SEQ HASH CODE`, blanks, and line ends.
    private func content(_ head: LedgerHead) -> [UInt8] {
        let line = Array("\(head) \(LowercaseHex.encode(code(of: head)))\n".utf8)
        return line + [UInt8](repeating: UInt8(ascii: "\n"), count: max(0, Self.size - line.count))
    }

    /// A code only the station can make and check. A signature would say the same to everybody, and take longer than all
    /// else a card costs here.
    private func code(of head: LedgerHead) -> [UInt8] {
        key.bytes.withUnsafeBytes { Self.code(message(head, format: 2), key: $0) }
    }

    /// HMAC (RFC 2104) with SM3, whose blocks have 64 bytes.
    private static func code(_ message: [UInt8], key: UnsafeRawBufferPointer) -> [UInt8] {
        func hash(_ pad: UInt8, _ rest: [UInt8]) -> [UInt8] {
            let block = SecretBytes(count: 64) { bytes in
                for index in bytes.indices { bytes[index] = pad ^ (index < key.count ? key[index] : 0) }
            }
            var hasher = SM3.Hasher()
            hasher.update(block)
            hasher.update(rest)
            return hasher.finalize()
        }
        return hash(0x5C, hash(0x36, message))
    }

    /// Earlier software signed its notes.
    private func isMine(_ proof: [UInt8], _ head: LedgerHead) -> Bool {
        proof.count == SM3.byteCount
            ? proof == code(of: head)
            : key.publicKey.isValid(signature: proof, message: message(head, format: 1))
    }

    private func message(_ head: LedgerHead, format: Int) -> [UInt8] {
        Array("resident-health-card-note/\(format)\n\(ledger)\n\(head)\n".utf8)
    }

    private func failure() -> LedgerError { DurableFile.failure(path) }
}
