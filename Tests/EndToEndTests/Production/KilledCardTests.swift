import Foundation
import Testing

/// The process is killed with SIGKILL while it speaks to a chip, at every command there is. What the chip and the ledger
/// hold then is all the next run has.
@Suite("Killed at a command") struct KilledCardTests {
    /// The process dies before the command reaches the chip, or after the chip has carried it out.
    struct Point: Sendable, CustomTestStringConvertible {
        let command: Int
        let isAnswered: Bool
        var option: [String] { ["--kill-at", "\(command)" + (isAnswered ? ":answered" : "")] }
        var testDescription: String { option[1] }
    }

    /// Commands to the chip in one card.
    private func commands() async throws -> Int {
        let bench = try await ProductionBench()
        try #require(try await bench.run().status == 0)
        let made = try await bench.look().entries.first { $0.kind == "made" }
        guard case .number(let count)? = made?.members["card"]?["commands"] else { return 0 }
        return Int(count)
    }

    /// Killed, looked at, gone on with: the same chip becomes the card.
    @discardableResult
    private func killed(at point: Point, looksBetween: Bool) async throws -> Bool {
        let bench = try await ProductionBench()
        let killed = try await bench.run(point.option)
        if killed.status == 0 { return false }
        #expect(killed.status == 128 + SIGKILL, "\(point): \(killed.errors)")
        if looksBetween { #expect(try await bench.audit() == [], "\(point), before it goes on") }
        let resumed = try await bench.run(["--resume"])
        #expect(resumed.status == 0, "\(point): \(resumed.errors)")
        #expect(resumed.end == "finished", "\(point)")
        let books = try await bench.look()
        #expect(try ProductionAudit(batch: bench.batch, books: books).findings() == [], "\(point)")
        #expect(books.chips.map(\.place) == ["made"], "\(point): it is the same chip")
        #expect(books.entries.count { $0.kind == "begin" } == 1, "\(point)")
        return true
    }

    @Test("At every command of a card, before it and after it: the card is finished on its chip")
    func everyCommand() async throws {
        let count = try await commands()
        #expect(count > 150)
        var points: [Point] = []
        for command in 0..<count {
            points.append(Point(command: command, isAnswered: command % 2 == 0))
            if ProductionBench.takesEveryPoint { points.append(Point(command: command, isAnswered: command % 2 != 0)) }
        }
        try await twoAtATime(points) { point in
            let wasKilled = try await killed(at: point, looksBetween: point.command % 16 == 0)
            #expect(wasKilled, "\(point)")
        }
        // A blank chip is looked at before it is begun, which the count leaves out.
        var last = count
        while try await killed(at: Point(command: last, isAnswered: last % 2 == 0), looksBetween: true) { last += 1 }
        #expect(last > count && last < count + 20)
    }
}
