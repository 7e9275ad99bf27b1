import Files
import Foundation
import Messages

/// A station's hold on one copy of a ledger, for as long as a run goes on: no process of the station works with another
/// copy meanwhile. Any number of them may hold the same one.
///
/// A lock on `ledgers/HASH.lock` in the station's folder, named by the ledger's first entry; the kernel gives it back
/// when the process ends, however that comes about.
public final class LedgerHold: Sendable {
    private let file: CInt

    /// - Parameters:
    ///   - identity: what tells the copy from every other.
    ///   - place: as people know it.
    /// - Throws: `.stationMemory` naming the copy that is held.
    init(folder: String, firstHash: String, identity: String, place: String) throws(LedgerError) {
        let folder = folder + "/ledgers"
        let path = "\(folder)/\(firstHash).lock"
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.failure(path) }
        // Who comes and who is there are told apart one after the other.
        let guardian = open(path + "-guard", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard guardian >= 0 else { throw Self.failure(path) }
        defer { close(guardian) }
        try Self.lock(guardian, LOCK_EX, path)
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Self.failure(path) }
        do throws(LedgerError) {
            try Self.take(file, path, identity: identity, place: place)
        } catch {
            close(file)
            throw error
        }
        self.file = file
    }

    deinit { close(file) }

    private static func take(
        _ file: CInt, _ path: String, identity: String, place: String
    ) throws(LedgerError) {
        if flock(file, LOCK_EX | LOCK_NB) == 0 {
            try write("\(identity)\n\(getpid()) \(place)\n", file, path)
        } else {
            guard errno == EWOULDBLOCK else {
                throw .unavailable(
                    "\(path) cannot be locked",
                    "无法锁定 \(path)")
            }
            let lines = text(file).split(separator: "\n", maxSplits: 1).map(String.init)
            guard lines.first == identity else {
                let holder = lines.last?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
                let place = holder.last.map { $0.trimmingCharacters(in: .newlines) } ?? ""
                let who =
                    holder.count == 2
                    ? AnyMessage(": process \(holder[0]) with \(place)", "（进程 \(holder[0])，\(place)）")
                    : AnyMessage("", "")
                throw .stationMemory(
                    "this station works with another copy of this ledger\(who); there is one ledger, and what is made is counted there. End that run, and put the copy away",
                    "本工作站正在使用此台账的另一副本\(who)；台账只有一本，制成的卡在那里计数。请结束该运行，并收起副本")
            }
        }
        // Held together with other processes of the station; nobody comes in between.
        try lock(file, LOCK_SH, path)
    }

    private static func lock(_ file: CInt, _ kind: CInt, _ path: String) throws(LedgerError) {
        while flock(file, kind) != 0 {
            guard errno == EINTR else {
                throw .unavailable(
                    "\(path) cannot be locked",
                    "无法锁定 \(path)")
            }
        }
    }

    private static func text(_ file: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func write(_ text: String, _ file: CInt, _ path: String) throws(LedgerError) {
        let bytes = Array(text.utf8)
        guard ftruncate(file, 0) == 0,
            bytes.withUnsafeBytes({ pwrite(file, $0.baseAddress, $0.count, 0) }) == bytes.count
        else { throw failure(path) }
    }

    private static func failure(_ path: String) -> LedgerError { DurableFile.failure(path) }
}
