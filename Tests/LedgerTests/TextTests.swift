import Releases
import Testing

@testable import Ledger

/// What a ledger takes no text with, whichever way it comes.
@Suite struct TextTests {
    static let wrong = ["\u{1B}[31m", "a\nb", "a\u{9B}2J", "\u{202E}x", "a\u{2028}b", "\u{7F}", "\u{0}"]

    /// A ledger with an open attempt, a made card, and an order that waits.
    private struct Bench: Sendable {
        let workshop: Workshop
        let ledger: Ledger
        let run: Int64
        let open: Attempt

        init(_ backend: Backend) throws {
            workshop = try Workshop(backend)
            ledger = try workshop.open()
            try ledger.enrol(4)
            run = try ledger.beginRun(Sample.run())
            try ledger.makeCard(run: run, chip: 1)
            open = try #require(try ledger.begin(run: run, chip: Sample.chip(2), lane: "1"))
        }
    }

    /// Every public entry that takes a text, with that text.
    private static let entries: [(name: String, call: @Sendable (Bench, String) throws -> Void)] = [
        ("batch", { try $0.ledger.enrol([Sample.order(1, batch: $1, person: 9)], batch: $1) }),
        (
            "profile",
            { bench, text in
                let batch = LedgerBatch(
                    id: "N", mode: "test", profile: text, profileDigest: "", contentDigest: "")
                try bench.ledger.enrol(batch, setAside: []) { nil }
            }
        ),
        (
            "collection point",
            { bench, text in
                try bench.ledger.enrol(
                    [
                        Order(
                            batch: "N", sequence: 1, idNumber: Sample.idNumber(9), row: 2, offset: 0,
                            collectionPoint: text)
                    ], batch: "N")
            }
        ),
        ("replacement", { try $0.ledger.enrol([Sample.order(1, batch: "N", person: 9, replacing: $1)], batch: "N") }),
        (
            "ID number",
            { bench, text in
                try bench.ledger.enrol(
                    [Order(batch: "N", sequence: 1, idNumber: text, row: 2, offset: 0, collectionPoint: "")],
                    batch: "N")
            }
        ),
        (
            "set aside",
            { bench, text in
                var isOver = false
                let row = SetAsideRow(row: 3, idNumber: nil, reason: LedgerReason(code: "c", text: text))
                try bench.ledger.enrol(Sample.batch("N"), setAside: [row]) {
                    defer { isOver = true }
                    return isOver ? nil : Sample.order(1, batch: "N", person: 9)
                }
            }
        ),
        (
            "run",
            { bench, text in
                let run = RunRecord(
                    batch: "B", mode: "test", software: "1", profileDigest: "", releaseDigest: nil,
                    operatorName: text, lanes: ["1"])
                _ = try bench.ledger.beginRun(run)
            }
        ),
        (
            "lanes of a run",
            { bench, text in
                let run = RunRecord(
                    batch: "B", mode: "test", software: "1", profileDigest: "", releaseDigest: nil,
                    operatorName: "o", lanes: ["1", text])
                _ = try bench.ledger.beginRun(run)
            }
        ),
        ("chip", { _ = try $0.ledger.begin(run: $0.run, chip: $1, lane: "1") }),
        ("lane", { _ = try $0.ledger.begin(run: $0.run, chip: Sample.chip(7), lane: $1) }),
        ("resume", { try $0.ledger.resume($0.open, run: $0.run, lane: $1) }),
        (
            "made",
            { bench, text in
                let card = MadeCard(
                    imageDigest: text, commands: 1, bytesOut: 1, bytesIn: 1, milliseconds: 1, wasContinued: false)
                try bench.ledger.made(bench.open, card, run: bench.run, lane: "1")
            }
        ),
        (
            "failed",
            {
                try $0.ledger.failed(
                    $0.open, LedgerReason(code: "x", text: $1), chip: .rejected, order: .waiting, run: $0.run,
                    lane: "1")
            }
        ),
        (
            "reject",
            {
                try $0.ledger.rejectChip(
                    Sample.chip(8), LedgerReason(code: "x", text: $1), run: $0.run, lane: "1")
            }
        ),
        ("reason's code", { try $0.ledger.void(chip: Sample.chip(1), reason: LedgerReason(code: $1, text: "t")) }),
        ("void", { try $0.ledger.void(chip: Sample.chip(1), reason: LedgerReason(code: "c", text: $1)) }),
        ("operator", { try $0.ledger.void(chip: Sample.chip(1), reason: Sample.removed, operatorName: $1) }),
        ("replace", { _ = try $0.ledger.replaceCard(of: Sample.idNumber(1), batch: "B", reason: $1) }),
        ("adopt", { try $0.ledger.adopt(reason: $1) }),
        ("end", { try $0.ledger.endRun($0.run, LedgerReason(code: "x", text: $1)) }),
    ]

    @Test(
        "no control character enters a ledger by any door, and nothing of the call is written",
        arguments: Backend.allCases)
    func refused(backend: Backend) throws {
        let bench = try Bench(backend)
        let before = try bench.ledger.allEntries().count
        for (name, call) in Self.entries {
            for text in Self.wrong {
                let error = #expect(throws: LedgerError.self, "\(name)") { try call(bench, text) }
                guard case .misconfigured(let what)? = error else {
                    Issue.record("\(name): \(String(describing: error))")
                    continue
                }
                #expect(what.description.contains("U+") && !what.description.contains(text), "\(name): \(what)")
            }
        }
        #expect(try bench.ledger.allEntries().count == before)
        #expect(try bench.workshop.verify().findings == [])
        // What is asked for in other words is done.
        try bench.ledger.void(chip: Sample.chip(1), reason: LedgerReason(code: "c", text: "丢失 · “lost”"))
    }
}
