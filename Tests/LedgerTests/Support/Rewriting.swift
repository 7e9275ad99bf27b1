import Foundation
import ShangMi
import Testing

@testable import Ledger

/// What becomes of an entry that somebody writes anew.
enum Rewriting {
    case kept, removed
    /// Of another station from here on.
    case moved(String)
}

extension Workshop {
    /// Writes chains anew as somebody could who has the database and the stations' keys: entries are changed, left out or
    /// moved, and every hash, signature and head is right again.
    func rewrite(_ change: (LedgerEntry, inout EntryDetail) throws -> Rewriting) throws {
        let entries = try open().allEntries()
        let root = try #require(entries.first)
        var heads: [String: (sequence: Int64, hash: String, since: Int)] = [
            root.station: (root.sequence, root.hash, 1)
        ]
        var statements: [String] = []
        for entry in entries.dropFirst() {
            var detail = try #require(EntryDetail(entry.detail))
            var station = entry.station
            switch try change(entry, &detail) {
            case .kept: break
            case .removed:
                statements.append("DELETE FROM entries WHERE seq = \(entry.sequence)")
                continue
            case .moved(let other): station = other
            }
            let previous = heads[station]
            if detail.head != nil {
                let hash = previous?.hash ?? root.hash
                detail.head = hash
                detail.signature = LowercaseHex.encode(
                    try self.station(station).key.deterministicSign(message: #require(LowercaseHex.decode(hash))))
            }
            let anew = LedgerEntry(
                sequence: entry.sequence, time: entry.time, station: station, run: entry.run, kind: entry.kind,
                batch: entry.batch, idNumber: entry.idNumber, chip: entry.chip, lane: entry.lane,
                detail: try detail.canonical, request: entry.request, previousHash: previous?.hash ?? root.hash,
                hash: "")
            let hash = anew.computedHash
            statements.append(
                "UPDATE entries SET station = '\(station)', detail = '\(anew.detail)', previous = "
                    + "'\(anew.previousHash)', hash = '\(hash)' WHERE seq = \(anew.sequence)")
            heads[station] = (anew.sequence, hash, detail.heads == nil ? (previous?.since ?? 0) + 1 : 0)
        }
        statements.append("DELETE FROM heads WHERE station <> ''")
        for (station, head) in heads {
            statements.append(
                "INSERT INTO heads VALUES ('\(station)', \(head.sequence), '\(head.hash)', \(head.since))")
        }
        for statement in statements { try tamper(statement) }
        if location.path != nil { try? FileManager.default.removeItem(atPath: path + ".seal") }
    }
}
