import Foundation
import Testing

/// The process is killed at every call with which it changes the ledger, its log, its seal, the station's files and the
/// lists: before it, after it, and in the middle of what it writes.
@Suite("Killed at a file") struct KilledFileTests {
    struct Point: Sendable, CustomTestStringConvertible {
        let call: Int
        let how: DeadlyCalls.How
        var testDescription: String { "call \(call), \(how)" }
    }

    /// What a run of a new batch does to its files, a letter a call.
    private func calls(_ library: DeadlyCalls) async throws -> String {
        let bench = try await ProductionBench()
        let log = bench.folder.file("calls")
        let environment = library.environment(under: bench.books, at: nil, .before, log: log)
        try #require(try await bench.run(environment: environment).status == 0)
        return try bench.folder.text("calls")
    }

    @Test("At every call from the first to the last: the next run makes what is missing, and nothing twice")
    func everyCall() async throws {
        let library = try await DeadlyCalls()
        let calls = try await calls(library)
        // Files are made, written, brought to the disk, cut, renamed and linked: the library sees them all.
        for letter in "owstrlu" { #expect(calls.contains(letter), "\(letter) in \(calls)") }
        #expect(calls.count > 60)

        try await twoAtATime(points(of: calls)) { point in
            try await killed(at: point, library)
        }
    }

    /// Each call in one way; of writes that follow each other the first, one in the middle and the last.
    private func points(of calls: String) -> [Point] {
        let letters = Array(calls)
        func isWrite(_ index: Int) -> Bool { letters.indices.contains(index) && letters[index] == "w" }
        return letters.indices.flatMap { index -> [Point] in
            // A call that writes can be cut in the middle; of the others only before and after are two states.
            let hows: [DeadlyCalls.How] = isWrite(index) ? [.torn, .after, .before] : [.after, .before]
            let isBetween = isWrite(index - 1) && isWrite(index) && isWrite(index + 1)
            let taken: ArraySlice<DeadlyCalls.How>
            if ProductionBench.takesEveryPoint {
                taken = hows[...]
            } else if isBetween, index % 8 != 0 {
                taken = []
            } else {
                taken = hows[(index % 2)...(index % 2)]
            }
            return taken.map { Point(call: index + 1, how: $0) }
        }
    }

    private func killed(at point: Point, _ library: DeadlyCalls) async throws {
        let bench = try await ProductionBench()
        let killed = try await bench.run(
            environment: library.environment(under: bench.books, at: point.call, point.how))
        #expect(killed.status == 128 + SIGKILL, "\(point): \(killed.errors)")
        let resumed = try await bench.run(["--resume"])
        #expect(resumed.status == 0, "\(point): \(resumed.errors)")
        #expect(try await bench.audit() == [], "\(point)")
        let lists = try JSONValue(Data(bench.folder.text("books/out-north/summary.json").utf8))
        #expect(lists["made"] == .number(1), "\(point)")
    }

    @Test("Killed again and again while it goes on, at calls and commands drawn at random, it ends")
    func againAndAgain() async throws {
        let library = try await DeadlyCalls()
        var random = SystemRandomNumberGenerator()
        let bench = try await ProductionBench(people: 3)
        var drawn: [String] = []
        for round in 0..<12 {
            let point = Int.random(in: 1...60, using: &random)
            let option = ["--kill-at", "\(point * 5)" + (round % 4 < 2 ? ":answered" : "")]
            let how = DeadlyCalls.How.allCases[round % 3]
            drawn.append("\(how) \(point)")
            let outcome =
                round % 2 == 0
                ? try await bench.run(["--resume"] + option, lanes: 3)
                : try await bench.run(
                    ["--resume"], lanes: 3,
                    environment: library.environment(under: bench.books, at: point, how))
            #expect([0, 128 + SIGKILL].contains(outcome.status), "\(drawn): \(outcome.errors)")
        }
        #expect(try await bench.run(["--resume"], lanes: 3).status == 0, "\(drawn)")
        #expect(try await bench.audit() == [], "\(drawn)")
    }
}
