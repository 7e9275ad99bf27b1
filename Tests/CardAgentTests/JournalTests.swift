import Foundation
import Testing

@testable import CardAgent

@Suite("Journal and keys of acts") struct JournalTests {
    private func folder() -> String {
        FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)").path()
    }

    private func entry(_ id: String, _ outcome: AccessJournal.Entry.Outcome, key: String? = nil) -> AccessJournal.Entry
    {
        AccessJournal.Entry(
            act: "update", actID: id, who: "program PACS", token: "t", right: "write", chip: "5248430000000401",
            key: key, request: key.map { "r" + $0 }, outcome: outcome)
    }

    @Test("Each line follows from the one before it, over restarts; one that is changed or taken out shows")
    func chain() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for _ in 0..<3 {
            let journal = try AccessJournal(folder: folder, days: 30)
            for number in 0..<4 { try journal.add(entry("\(number)", .done)) }
        }
        #expect(try AccessJournal.flaw(inFolder: folder) == nil)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let path = folder + "/" + name
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 12)
        for (number, changed) in [
            (5, lines.enumerated().map { $0 == 4 ? $1.replacing("PACS", with: "HIS") : $1 }),
            (3, lines.enumerated().filter { $0.offset != 2 }.map(\.element)),
            (3, lines.enumerated().map { $0 == 2 ? "garbage" : $1 }),
        ] {
            try (changed.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            let flaw = try #require(try AccessJournal.flaw(inFolder: folder))
            #expect(flaw.line >= number, "\(flaw)")
        }
    }

    @Test("A line that a crash cut short stays, counts for nothing, and the chain goes on behind it")
    func cut() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AccessJournal(folder: folder, days: 30).add(entry("a", .begun, key: "k"))
        let path = folder + "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"n":2,"time":"2026"#.utf8))
        try handle.close()
        let journal = try AccessJournal(folder: folder, days: 30)
        #expect(journal.remembered.map(\.isFinished) == [false])
        try journal.add(entry("b", .done))
        #expect(try AccessJournal.flaw(inFolder: folder) == nil)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"2026\n{"))
    }

    @Test("Files older than the days they are kept go, and the chain of the rest holds")
    func retention() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        for month in 0..<6 {
            let journal = try AccessJournal(folder: folder, days: 60) { start + Double(month) * 31 * 86_400 }
            try journal.add(entry("\(month)", .done))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
        #expect(try AccessJournal.flaw(inFolder: folder) == nil)
    }

    @Test("An act is done once for each key, and answered alike; its key fits no other act")
    func keys() throws {
        let desk = IdempotencyDesk()
        #expect(try desk.begin("k", request: "a") == .new)
        #expect(throws: AgentError.keyInUse) { try desk.begin("k", request: "a") }
        let answer = IdempotencyDesk.Answer(status: 200, body: "{}", isProblem: false)
        desk.finish("k", answer)
        #expect(try desk.begin("k", request: "a") == .replay(answer))
        #expect(throws: AgentError.keyReused) { try desk.begin("k", request: "b") }
        #expect(throws: AgentError.keyReused) { try desk.begin("k", request: "a", card: "another") }
        #expect(try desk.begin("k", request: "b", now: .now + IdempotencyDesk.lifetime) == .new)
        #expect(try desk.begin("free", request: "a") == .new)
        desk.finish("free", nil)
        #expect(try desk.begin("free", request: "c") == .new)
        #expect(IdempotencyDesk.name(caller: "a", key: "k") != IdempotencyDesk.name(caller: "b", key: "k"))
        for (text, isKey) in [("12345678", true), ("1234567", false), ("a b c d e f", false), ("a\u{0}bcdefgh", false)]
        {
            #expect(IdempotencyDesk.isKey(text) == isKey)
        }
    }

    @Test("After a restart no act is done again under its key: not one that was done, nor one that was cut short")
    func restart() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try AccessJournal(folder: folder, days: 30)
        try journal.add(entry("done", .begun, key: "d"))
        try journal.add(entry("done", .done, key: "d"))
        try journal.add(entry("cut", .begun, key: "c"))
        try journal.add(entry("failed", .begun, key: "f"))
        try journal.add(entry("failed", .failed, key: "f"))
        try journal.add(entry("doubt", .begun, key: "q"))
        try journal.add(entry("doubt", .inDoubt, key: "q"))
        let again = try AccessJournal(folder: folder, days: 30)
        #expect(again.remembered.filter { !$0.isFinished }.map(\.entry.actID) == ["cut"])
        let desk = IdempotencyDesk(again.remembered)
        #expect(throws: AgentError.doneBefore) { try desk.begin("d", request: "rd") }
        #expect(throws: AgentError.keyReused) { try desk.begin("d", request: "other") }
        #expect(throws: AgentError.unfinishedBefore) { try desk.begin("c", request: "rc") }
        #expect(throws: AgentError.unfinishedBefore) { try desk.begin("q", request: "rq") }
        #expect(try desk.begin("f", request: "rf") == .new)
        let late = try AccessJournal(folder: folder, days: 30) { Date(timeIntervalSinceNow: 90_000) }
        #expect(late.remembered.isEmpty)
    }
}
