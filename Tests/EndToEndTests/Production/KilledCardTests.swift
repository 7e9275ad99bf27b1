import Foundation
import Testing

/// The process is killed with SIGKILL while it speaks to a chip, at every command there is. What the chip and the ledger
/// hold then is all the next run has.
@Suite("Killed at a command") struct KilledCardTests {
    /// The process dies before the command reaches the chip, or after the chip has carried it out. Cards that were begun
    /// before are finished first and do not count.
    struct Point: Sendable, CustomTestStringConvertible {
        let command: Int
        let isAnswered: Bool
        var option: [String] { ["--kill-at", "\(command)" + (isAnswered ? ":answered" : "") + ":blank"] }
        var testDescription: String { option[1] }
    }

    /// Commands to the chip in one card, and the look at the blank chip that comes before them.
    private func commands() async throws -> Int {
        let bench = try await ProductionBench()
        try #require(try await bench.run().status == 0)
        let made = try await bench.look().entries.first { $0.kind == "made" }
        guard case .number(let count)? = made?.members["card"]?["commands"] else { return 0 }
        var last = Int(count)
        while try await ProductionBench().run(Point(command: last, isAnswered: false).option).status != 0 { last += 1 }
        return last
    }

    /// Points in one batch: each run finishes the card the last one left, and is killed in the next. There is an audit
    /// after so many of them.
    private static let points = 40
    private static let pointsToAnAudit = 10

    @Test("At every command of a card, before it and after it: the card is finished on its chip")
    func everyCommand() async throws {
        let count = try await commands()
        let all = (0..<count).flatMap { command in
            [Point(command: command, isAnswered: false), Point(command: command, isAnswered: true)]
        }
        #expect(all.count >= 300)
        let groups = stride(from: 0, to: all.count, by: Self.points).map { Array(all[$0...].prefix(Self.points)) }
        try await twoAtATime(groups) { try await killed(at: $0) }
    }

    private func killed(at points: [Point]) async throws {
        let bench = try await ProductionBench(people: Self.points + 1)
        for (index, point) in points.enumerated() {
            let killed = try await bench.run(["--resume"] + point.option)
            #expect(killed.status == 128 + SIGKILL, "\(point): \(killed.errors)")
            if index % Self.pointsToAnAudit == 0 { #expect(try await bench.audit() == [], "\(point)") }
        }
        let resumed = try await bench.run(["--resume"])
        #expect(resumed.status == 0, "\(points): \(resumed.errors)")
        let books = try await bench.look()
        #expect(try ProductionAudit(batch: bench.batch, books: books).findings() == [], "\(points)")
        // No chip was lost and none was wasted: each became the card it was begun for.
        #expect(books.status.counts.made == Self.points + 1, "\(points)")
        #expect(books.chips.count == Self.points + 1, "\(points)")
        #expect(books.entries.count { $0.kind == "begin" } == Self.points + 1, "\(points)")
    }

    @Test("With three lanes at commands drawn at random, again and again")
    func threeLanes() async throws {
        let bench = try await ProductionBench(people: 40)
        var drawn: [String] = []
        for _ in 0..<20 {
            let point = "\(Int.random(in: 0..<1000))" + (Bool.random() ? ":answered" : "")
            drawn.append(point)
            let outcome = try await bench.run(["--resume", "--kill-at", point], lanes: 3)
            #expect([0, 128 + SIGKILL].contains(outcome.status), "\(drawn): \(outcome.errors)")
            #expect(try await bench.audit() == [], "\(drawn)")
            if outcome.status == 0 { break }
        }
        #expect(try await bench.run(["--resume"], lanes: 3).status == 0, "\(drawn)")
        let books = try await bench.look()
        #expect(try ProductionAudit(batch: bench.batch, books: books).findings() == [], "\(drawn)")
        #expect(books.status.counts.made == 40 && books.chips.count == 40, "\(drawn)")
    }
}
