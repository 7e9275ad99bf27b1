import Foundation
import Ledger
import PCSC
import Testing

@testable import Production

@Suite struct FeederTests {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/Feeders/feeder.py"

    private func command(_ mode: String, blanks: Int = 1_000, log: String? = nil) -> [String] {
        ["python3", Self.script, mode, String(blanks)] + (log.map { [$0] } ?? [])
    }

    /// A line whose cards come from a feeder program; the slots have a chip whenever one is asked for.
    private func run(
        _ mode: String, orders: Int = 8, lanes: Int = 1, blanks: Int = 1_000, log: String? = nil,
        patience: Duration = .seconds(60)
    ) throws -> (LineReport, Factory) {
        let factory = Factory(orders: orders)
        let feeder = try FeederHandling(command(mode, blanks: blanks, log: log), patience: patience)
        let setups = Factory.lanes(lanes).map { name in
            let slot = factory.slot(name)
            return LaneSetup(slot: slot, handling: EmptyingHandling(feeder: feeder, slot: slot))
        }
        let report = try factory.line(lanes: lanes, setups: setups).run()
        feeder.close()
        factory.audit(report)
        return (report, factory)
    }

    /// What the machine does with the chip once the program has said so.
    private struct EmptyingHandling: CardHandling {
        let feeder: FeederHandling
        let slot: ChannelSlot

        func load(
            _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
        ) throws(HandlingError) -> Loading { try feeder.load(wanted, lane: lane, slot: slot, wait: wait) }

        func unload(
            lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
        ) throws(HandlingError) {
            try feeder.unload(lane: lane, slot: slot, to: tray, why: why, wait: wait)
            try self.slot.unload(lane: lane, slot: slot, to: tray, why: why, wait: wait)
        }
    }

    @Test("What a feeder's shell has started, and left behind, ends with the line")
    func children() throws {
        let path = NSTemporaryDirectory() + "feeder-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let shell = "sleep 600 & echo $! >\(path); trap '' TERM; read hello; echo HELLO 1; while read line; do :; done"
        let program = try FeederProgram(["/bin/sh", "-c", shell])
        try program.greet(patience: .seconds(60))
        let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let child = try #require(pid_t(text))
        #expect(kill(child, 0) == 0)
        program.close(patience: .seconds(10))
        // It may be a process that has ended and that nobody has asked about yet.
        func isAtWork() -> Bool {
            let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8))?
                .split(separator: " ").dropFirst(2).first
            return state != nil && state != "Z" && state != "X"
        }
        // On a busy machine a killed process is there until it has had a turn.
        for _ in 0..<3_000 where isAtWork() { usleep(10_000) }
        #expect(!isAtWork())
    }

    @Test(arguments: ["good", "crlf", "shuffled", "stays"])
    func aFeederThatFollowsTheProtocol(mode: String) throws {
        guard mode != "stays" else {
            // It is made to end when it does not.
            let program = try FeederProgram(command(mode))
            try program.greet(patience: .seconds(60))
            program.close(patience: .milliseconds(50))
            return
        }
        let (report, factory) = try run(mode, orders: 12, lanes: 3)
        #expect((report.end, report.made) == (.finished, 12))
        #expect(factory.tray(.made).count == 12)
    }

    @Test func anEmptyMagazine() throws {
        let (report, _) = try run("good", orders: 9, lanes: 2, blanks: 5)
        #expect((report.end, report.made, report.counts?.waiting) == (.boxEmpty, 5, 4))
    }

    @Test func aJamStopsOneLane() throws {
        let (report, factory) = try run("jam", orders: 8)
        #expect((report.end, report.made) == (.lanesStopped, 2))
        let reason = try #require(report.lanes[0].reason)
        #expect(reason.code == "feederJammed")
        #expect(reason.text.contains("belt  [31mtorn  in tray 2"), "control characters are gone: \(reason.text)")
        // The outcome was in the books before the machine was told to take the card.
        #expect(report.counts?.made == 2)
        #expect(factory.tray(.made).count == 1)
    }

    @Test(arguments: [
        ("garbage", "feederNonsense"), ("twice", "feederNonsense"), ("stranger", "feederNonsense"),
        ("dies", "feederEnded"), ("closes", "feederEnded"), ("endless", "feederNonsense"),
        ("binary", "feederNonsense"), ("empties", "feederNonsense"),
    ])
    func hostileFeeders(mode: String, code: String) throws {
        let (report, _) = try run(mode)
        #expect(report.end == .lanesStopped)
        #expect(report.lanes[0].reason?.code == code)
        #expect(report.counts?.inWork == 0)
        #expect((1...3).contains(report.made))
    }

    /// The fourth request is unanswered: patience ends, and the card that is in the books stays in its reader.
    @Test(arguments: ["silent", "deaf"])
    func aFeederThatSaysNothing(mode: String) throws {
        let (report, factory) = try run(mode, patience: .seconds(2))
        #expect(report.end == .lanesStopped)
        #expect(report.lanes[0].reason?.code == "feederSilent")
        #expect(factory.inReader.count == 1)
        #expect(report.counts?.inWork == 0)
    }

    @Test(arguments: [
        ("exits", HandlingError.ended(.exited(status: 3))), ("version", .nonsense(.version(2, expected: 1))),
        ("rude", .nonsense(.notAnAnswer(bytes: 6))), ("mute", .silent(seconds: 1)),
    ])
    func feedersThatDoNotGreet(mode: String, error: HandlingError) {
        let patience: Duration = mode == "mute" ? .seconds(1) : .seconds(60)
        #expect(throws: error) { try FeederHandling(command(mode), patience: patience) }
    }

    @Test func helloTwice() throws {
        let feeder = try FeederHandling(command("hellos"))
        let lane = LaneName(number: 1, reader: "R")
        let slot = DeadSlot("R", .noCard)
        // Until the second one is heard.
        #expect(throws: HandlingError.nonsense(.helloTwice)) {
            while true { _ = try feeder.load(.blank, lane: lane, slot: slot, wait: SlotWait(until: nil)) }
        }
    }

    @Test func programsThatAreNotThere() {
        #expect(throws: HandlingError.ended(.noProgram)) { try FeederHandling([]) }
        #expect(throws: HandlingError.ended(.exited(status: 127))) { try FeederHandling(["no-such-feeder-program"]) }
    }

    @Test func aStoppedLineDoesNotWaitForTheFeeder() throws {
        let feeder = try FeederHandling(command("deaf"), patience: .seconds(600))
        let lane = LaneName(number: 1, reader: "R")
        let slot = DeadSlot("R", .noCard)
        let wait = SlotWait(until: nil)
        for _ in 0..<3 { #expect(try feeder.load(.blank, lane: lane, slot: slot, wait: wait) == .loaded) }
        #expect(throws: HandlingError.cancelled) {
            try feeder.load(.blank, lane: lane, slot: slot, wait: SlotWait(until: nil) { true })
        }
    }

    /// Begun cards are brought by people: the program is not asked.
    @Test func aFeederHasBlanksOnly() throws {
        let log = NSTemporaryDirectory() + "feeder-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: log) }
        let feeder = try FeederHandling(command("good", log: log))
        let slot = DeadSlot("R", .noCard)
        let lane = LaneName(number: 1, reader: "R")
        #expect(
            try feeder.load(.begun(chips: ["AA"]), lane: lane, slot: slot, wait: SlotWait(until: nil)) == .boxEmpty)
        feeder.close()
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "HELLO 1\nQUIT\n")
    }

    /// Lane, reader and tray are all it is told.
    @Test func whatAFeederLearns() throws {
        let log = NSTemporaryDirectory() + "feeder-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: log) }
        _ = try run("good", orders: 2, log: log)
        let told = try String(contentsOfFile: log, encoding: .utf8)
        #expect(
            told == """
                HELLO 1
                1 LOAD 1 Reader 0
                2 UNLOAD 1 made Reader 0
                3 LOAD 1 Reader 0
                4 UNLOAD 1 made Reader 0
                QUIT

                """)
    }

    // MARK: Lines

    @Test func requestsAsLines() {
        let request = FeederRequest(id: 7, lane: 2, action: .unload(.reject), reader: "A\nB\u{7F} 00")
        #expect(request.line == "7 UNLOAD 2 reject A B  00")
        #expect(FeederRequest(id: 8, lane: 1, action: .load, reader: "R").line == "8 LOAD 1 R")
    }

    @Test func answersAsLines() {
        func parse(_ text: String) -> FeederAnswer? { FeederAnswer(line: Array(text.utf8)) }
        #expect(parse("HELLO 1") == .hello(version: 1))
        #expect(parse("12 OK\r") == .done(id: 12))
        #expect(parse("12 EMPTY") == .empty(id: 12))
        #expect(parse("12 JAM") == .jam(id: 12, text: "no reason given"))
        #expect(parse("12 JAM card stuck, 卡住了") == .jam(id: 12, text: "card stuck, 卡住了"))
        guard case .jam(_, let text)? = parse("1 JAM " + String(repeating: "é", count: 1_000)) else {
            Issue.record("a long jam is a jam")
            return
        }
        #expect(text.count == FeederAnswer.longestText)
        for wrong in [
            "", " ", "OK", "12", "12 ok", "12 OK now", "12 EMPTY 1", "-1 OK", "+1 OK", "1.0 OK", "0x1 OK", "١ OK",
            "HELLO", "HELLO x", "HELLO 1 2", "99999999999999999999 OK", "12 QUIT",
        ] { #expect(parse(wrong) == nil, "'\(wrong)'") }
        #expect(FeederAnswer(line: [0xFF, 0x20, 0x4F, 0x4B]) == nil)
        #expect(FeederAnswer(line: Array("1 JAM ".utf8) + [UInt8](repeating: 0x41, count: 5_000)) == nil)
    }

    /// Whatever bytes come, parsing ends and finds nothing that is not there.
    @Test func anyBytes() {
        var dice = LineStressTests.Dice(state: 11)
        let alphabet = Array("0123456789 OKEMPTYJAHL\r\u{1B}".utf8) + [0, 0xFF, 0xC3]
        for _ in 0..<20_000 {
            let line = (0..<dice.roll(24)).map { _ in alphabet[dice.roll(alphabet.count)] }
            guard let answer = FeederAnswer(line: line) else { continue }
            if case .jam(_, let text) = answer { #expect(!text.unicodeScalars.contains { $0.value < 0x20 }) }
        }
    }
}
