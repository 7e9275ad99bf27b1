import Foundation
import ShangMi
import Threads

/// An entry, and what can be said of it without any other.
struct CheckedEntry: Sendable {
    let entry: LedgerEntry
    /// Whether its hash is of what it says.
    let isHashed: Bool
    /// Nil for one of no known kind, or whose detail is none.
    let content: (kind: LedgerEntry.Kind, detail: EntryDetail)?

    /// What can be said of the entries of a page: they are hashed together.
    static func page(_ rows: [LedgerRow]) -> [CheckedEntry] {
        let entries = rows.map { LedgerEntry($0) }
        var bytes: [UInt8] = []
        let ends = entries.map { entry in
            entry.appendHashed(to: &bytes)
            return bytes.count
        }
        let hashes = bytes.withUnsafeBytes { bytes in
            SM3.hashes(
                zip([0] + ends, ends).map { start, end in UnsafeRawBufferPointer(rebasing: bytes[start..<end]) })
        }
        return zip(entries, hashes).map { CheckedEntry($0, hash: LowercaseHex.encode($1)) }
    }

    private init(_ entry: LedgerEntry, hash: String) {
        self.entry = entry
        isHashed = hash == entry.hash
        content = LedgerEntry.Kind(rawValue: entry.kind).flatMap { kind in
            EntryDetail(entry.detail).map { (kind, $0) }
        }
    }
}

/// Hashes and reads entries on threads of its own, page by page, and hands them out in their order. Whoever asks for a page
/// that no thread has begun does it itself, so that it goes on where no thread can be started.
final class EntryChecks: @unchecked Sendable {
    // Everything below is read and written between `lock` and `unlock` of `condition`.
    private let condition = NSCondition()
    private var waiting: [(number: Int, rows: [LedgerRow])] = []
    private var done: [Int: [CheckedEntry]] = [:]
    private var given = 0
    private var taken = 0
    private var hasEnded = false

    /// Pages that are read before the first of them is asked for.
    static let depth = 8

    init() {
        let threads = min(8, max(1, ProcessInfo.processInfo.activeProcessorCount - 1))
        for _ in 0..<threads { try? startThread("ledger-verify") { [self] in work() } }
    }

    /// Pages that were given and not handed out.
    var pending: Int { given - taken }

    func add(_ rows: [LedgerRow]) {
        condition.lock()
        waiting.append((given, rows))
        given += 1
        condition.broadcast()
        condition.unlock()
    }

    /// The next page; there has to be one.
    func next() -> [CheckedEntry] {
        condition.lock()
        defer { condition.unlock() }
        let number = taken
        taken += 1
        while true {
            if let page = done.removeValue(forKey: number) { return page }
            if let index = waiting.firstIndex(where: { $0.number == number }) {
                let rows = waiting.remove(at: index).rows
                condition.unlock()
                let page = CheckedEntry.page(rows)
                condition.lock()
                return page
            }
            condition.wait()
        }
    }

    /// The threads end.
    func end() {
        condition.lock()
        hasEnded = true
        condition.broadcast()
        condition.unlock()
    }

    private func work() {
        condition.lock()
        while !hasEnded {
            guard !waiting.isEmpty else {
                condition.wait()
                continue
            }
            let (number, rows) = waiting.removeFirst()
            condition.unlock()
            let page = CheckedEntry.page(rows)
            condition.lock()
            done[number] = page
            condition.broadcast()
        }
        condition.unlock()
    }
}
