import Foundation
import Synchronization

/// How far a station has signed each ledger: what shows that one was put back to an older copy, or cut at its end.
///
/// `heads.json` in the station's folder; replaced as a whole, by one process of the station at a time.
final class StationMemory: Sendable {
    struct SignedHead: Codable, Hashable, Sendable {
        /// ``LedgerLocation`` as it is described.
        let ledger: String
        /// The hash of the ledger's first entry: it is known again in another place.
        let firstHash: String
        let sequence: Int64
        let hash: String
    }

    private struct Content: Codable {
        var format: Int
        var heads: [SignedHead]
    }

    let path: String
    private let lock = Mutex(())
    private static let format = 1
    /// Ledgers of one station are few; the oldest are forgotten beyond these.
    private static let most = 1000

    init(path: String) { self.path = path }

    /// What was signed of the ledger in this place, and of the one with this first entry wherever it was then.
    func heads(ledger: String, firstHash: String?) throws(LedgerError) -> [SignedHead] {
        try lock.withLock { _ throws(LedgerError) in try load() }
            .filter { $0.ledger == ledger || $0.firstHash == firstHash }
    }

    /// Remembers the head last signed of a ledger in this place.
    func remember(_ head: SignedHead) throws(LedgerError) {
        try lock.withLock { _ throws(LedgerError) in
            try withFileLock { () throws(LedgerError) in
                var heads = try load().filter { $0.ledger != head.ledger }
                // An older copy of the same ledger elsewhere is not to speak for it.
                heads.removeAll { $0.firstHash == head.firstHash && $0.sequence <= head.sequence }
                heads.append(head)
                try save(Content(format: Self.format, heads: heads.suffix(Self.most)))
            }
        }
    }

    private func load() throws(LedgerError) -> [SignedHead] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path),
            let content = try? JSONDecoder().decode(Content.self, from: data), content.format == Self.format
        else {
            throw .misconfigured(
                "\(path), where the station keeps how far it has signed, is damaged: restore it, or run "
                    + "`healthcard ledger verify` on every ledger of this station and remove it")
        }
        return content.heads
    }

    private func save(_ content: Content) throws(LedgerError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(content), DurableFile.replace(path, with: data) else {
            throw .full("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private func withFileLock(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
        let file = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .full("\(path).lock cannot be written: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        guard flock(file, LOCK_EX) == 0 else { throw .unavailable("\(path).lock cannot be locked") }
        try body()
    }
}

/// Files that are there as a whole, or as they were.
enum DurableFile {
    /// Written aside, brought to the disk, renamed; readable by its owner alone. False leaves the reason in `errno`.
    static func replace(_ path: String, with data: Data) -> Bool {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let isWritten = data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = write(file, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return fsync(file) == 0
        }
        let reason = errno
        close(file)
        guard isWritten, rename(draft, path) == 0 else {
            let last = isWritten ? errno : reason
            unlink(draft)
            errno = last
            return false
        }
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
