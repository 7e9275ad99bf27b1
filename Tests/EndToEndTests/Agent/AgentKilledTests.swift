import Testing

/// `kill -9` of the agent in the middle of acts: the card holds old or new, the next start says which, and finishes nothing.
@Suite("Agent: killed") struct AgentKilledTests {
    @Test("At a hundred points of updates, visits and reimbursements with a SAM")
    func hundred() async throws {
        let bench = try await KilledAgentBench("5248430000000450")
        var found: [KilledAgentBench.Act: Set<String>] = [:]
        for (act, points) in [(KilledAgentBench.Act.update, 50), (.visit, 34), (.reimbursement, 16)] {
            let commands = try await bench.commands(act)
            for index in 0..<points {
                let point = KilledAgentBench.Point(
                    command: index * commands / points, isAnswered: index % 2 == 1, isOut: index % 8 == 5)
                found[act, default: []].insert(try await bench.run(act, point))
            }
        }
        #expect(found[.update] == ["old", "partly", "new"])
        #expect(found[.visit] == ["old", "new"] && found[.reimbursement] == ["old", "new"])
        try await bench.end()
    }
}

/// A few of these points in every run of the tests.
@Suite("Agent: cut short") struct AgentCutShortTests {
    @Test("Killed in the middle of an update and of a visit: the next start says what the card holds")
    func some() async throws {
        let bench = try await KilledAgentBench("5248430000000451")
        for act in [KilledAgentBench.Act.update, .visit] {
            let commands = try await bench.commands(act)
            for (part, isOut) in [(2, false), (7, true), (9, false)] {
                let point = KilledAgentBench.Point(
                    command: commands * part / 10, isAnswered: part == 7, isOut: isOut)
                _ = try await bench.run(act, point)
            }
        }
        try await bench.end()
    }
}
