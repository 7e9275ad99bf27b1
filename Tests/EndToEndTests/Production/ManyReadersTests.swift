import Foundation
import Testing

/// The factory at its real size: hundreds of cards on as many readers as the service can have, a machine that feeds them,
/// and everything going wrong that goes wrong with cards.
@Suite("A batch on sixteen readers") struct ManyReadersTests {
    private static let people = 500
    private static let deadLane = 5

    /// The reasons that are true of a fault. A chip that is rejected for none of them was wronged.
    private static let trueReasons: [String: Set<String>] = [
        "loss": ["cardRemoved", "cardUnresponsive"], "removal": ["cardRemoved", "cardUnresponsive"],
        "lostAnswer": ["cardRemoved", "cardUnresponsive"],
        "death": ["cardRemoved", "cardUnresponsive", "cardMute", "noCard"],
        "writeFailure": ["writeFailed"], "wornOut": ["writeFailed"],
    ]

    @Test(
        "500 cards, removals, lost answers, 6581, dead chips, slow chips and a dead reader: all made once, books balance"
    )
    func withFaults() async throws {
        let bench = try await ProductionBench(people: Self.people)
        let program = try await ProductionBench.program()
        let log = bench.folder.file("faults.log")
        let machine =
            "'\(program)' virtual-feeder --box '\(bench.box())' --faults 8 --seed 7 --dead-lane \(Self.deadLane) --log '\(log)'"
        let outcome = LineOutcome(
            try await Programs.run(
                Programs.root.appendingPathComponent("Scripts/with-virtual-readers").path,
                [
                    "16", "--base-port", "36410", "--", program, "personalize", "--batch", bench.batch.path, "--lanes",
                    "all", "--json", "--out", bench.folder.file("books/out"), "--return-wait", "10", "--reader-wait",
                    "15",
                    "--feeder", machine,
                ] + bench.place(), environment: bench.environment))
        let report = try #require(outcome.report, "\(outcome.errors.suffix(2000))")
        let counts = try #require(report["counts"])
        #expect(counts["made"] == .number(Double(Self.people)), "\(counts)")
        #expect(report["end"]?.text == "finished")
        #expect(outcome.lines.last?["isBalanced"] == .flag(true))
        #expect(try await bench.audit() == [])

        let faults = try faults(in: log)
        #expect(faults.count > 20, "chips were to have flaws")
        for line in outcome.lines where line["kind"]?.text == "chipRejected" {
            let chip = try #require(line["chip"]?.text, "a chip was rejected that nobody could name: \(line)")
            let code = try #require(line["reason"]?["code"]?.text)
            let kind = try #require(faults[chip], "chip \(chip) had no flaw and was rejected: \(code)")
            #expect(Self.trueReasons[kind]?.contains(code) == true, "\(kind) was called \(code)")
        }
        // A reader that never sees a card stops its own lane, and no other's.
        let lanes = try #require(report["lanes"]?.elements)
        let dead = lanes.filter { $0["state"]?.text == "stopped" }
        #expect(dead.compactMap { $0["lane"]?["number"] } == [.number(Double(Self.deadLane))], "\(dead)")
    }

    private func faults(in path: String) throws -> [String: String] {
        var faults: [String: String] = [:]
        for line in LineOutcome.lines(of: try Data(contentsOf: URL(fileURLWithPath: path))) {
            guard let chip = line["chip"]?.text, let kind = line["fault"]?["kind"]?.text else { continue }
            faults[chip] = kind
        }
        return faults
    }
}
