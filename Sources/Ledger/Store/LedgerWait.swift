import Files
import Foundation
import Messages
import Synchronization

/// A ledger that another process is writing to, or holds, and that is waited for: a file, or tables on a server.
public struct LedgerWait: Message, Hashable {
    /// A process that holds it.
    public struct Holder: Message, Hashable {
        public let process: Int32
        /// The name of its program, of at most 15 bytes, or of a server's session and its role; empty where nobody tells.
        public let program: String
    }

    public let path: String
    /// Who holds it, as far as the system tells.
    public let holders: [Holder]

    /// Seconds another process is waited for: an enrolment of a large batch takes some.
    public static let patience = 15

    private static let pause: UInt32 = 50_000
    /// Times after which somebody is told, and after which nobody waits any more.
    private static let triesInSilence = 20
    private static let mostTries = patience * 1_000_000 / Int(pause)
    private static let handler = Mutex<(@Sendable (LedgerWait) -> Void)?>(nil)

    /// Has everybody who waits for a ledger for longer than a second told of it, once for each wait.
    public static func watch(_ handler: (@Sendable (LedgerWait) -> Void)?) { self.handler.withLock { $0 = handler } }

    /// Called by SQLite when it finds a lock, with how often it has been for this one.
    ///
    /// - Returns: whether to look again.
    static func rest(_ path: String, _ tries: Int) -> Bool {
        guard tries < mostTries else { return false }
        if tries == triesInSilence, let handler = handler.withLock({ $0 }) { handler(LedgerWait(path: path)) }
        usleep(pause)
        return true
    }

    /// Tells whoever watches of a wait that has lasted a second.
    static func tell(_ wait: LedgerWait) { handler.withLock { $0 }?(wait) }

    /// - Parameter place: a database, as people know it.
    init(place: String, holders: [Holder]) {
        path = place
        self.holders = holders
    }

    /// Who holds the file now.
    init(path: String) {
        self.path = path
        var files: [LockedFile] = []
        for name in [path, path + "-wal", path + "-shm"] {
            var status = stat()
            if stat(name, &status) == 0 { files.append(LockedFile(status)) }
        }
        let locks = Self.locks().filter { lock in
            lock.process != getpid() && files.contains { $0.number == lock.file.number }
        }
        // Some file systems tell the list of locks another device than they tell whoever asks about the file.
        let exact = locks.filter { files.contains($0.file) }
        holders = (exact.isEmpty ? locks : exact).map(\.process)
            .reduce(into: [Int32]()) { if !$0.contains($1) { $0.append($1) } }
            .map { Holder(process: $0, program: Self.program($0)) }
    }

    private struct LockedFile: Hashable {
        /// `fd:01`, major and minor, hexadecimal.
        let device: String
        let number: UInt64

        init(_ status: stat) {
            // As the C library's `major` and `minor`, which are macros.
            let code = UInt64(status.st_dev)
            let parts = [(code >> 8) & 0xFFF | (code >> 32) & ~0xFFF, code & 0xFF | (code >> 12) & ~0xFF].map { part in
                let digits = String(part, radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }
            device = parts.joined(separator: ":")
            number = UInt64(status.st_ino)
        }

        init?(_ word: Substring) {
            let parts = word.split(separator: ":")
            guard parts.count == 3, let number = UInt64(parts[2]) else { return nil }
            device = parts[0] + ":" + parts[1]
            self.number = number
        }
    }

    /// Locks that are held for writing: `1: POSIX  ADVISORY  WRITE 1234 fd:01:5678 0 EOF`.
    private static func locks() -> [(process: Int32, file: LockedFile)] {
        text(of: "/proc/locks").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == "POSIX", words[3] == "WRITE", let process = Int32(words[4]), process > 0,
                let file = LockedFile(words[5])
            else { return nil }
            return (process, file)
        }
    }

    private static func program(_ process: Int32) -> String {
        String(text(of: "/proc/\(process)/comm").prefix { $0 != "\n" })
    }

    private static func text(of path: String) -> String {
        (try? InputFile.contents(of: path, atMost: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
