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
            let signature = LowercaseHex.decode(String(words[2])),
            key.publicKey.isValid(signature: signature, message: message(head))
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
        let content = try content(head)
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
        let content = try content(head)
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

    /// `SEQ HASH SIGNATURE`, blanks, and line ends.
    private func content(_ head: LedgerHead) throws(LedgerError) -> [UInt8] {
        guard let signature = try? key.deterministicSign(message: message(head)) else {
            throw .misconfigured(
                "the station's key does not sign",
                "工作站密钥没有签名")
        }
        let line = Array("\(head) \(LowercaseHex.encode(signature))\n".utf8)
        return line + [UInt8](repeating: UInt8(ascii: "\n"), count: max(0, Self.size - line.count))
    }

    private func message(_ head: LedgerHead) -> [UInt8] {
        Array("resident-health-card-note/1\n\(ledger)\n\(head)\n".utf8)
    }

    private func failure() -> LedgerError { DurableFile.failure(path) }
}
