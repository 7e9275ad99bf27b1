import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The operator stops a line: after the cards in work, or at once.
@Suite("Operator's stop") struct OperatorStopTests {
    private static let people = 60

    /// A line that is stopped in the middle of its batch, and what it said.
    private func stopped(
        _ stop: (Programs.Running) async throws -> Void
    ) async throws -> (ProductionBench, LineOutcome) {
        try await untilCaught {
            let bench = try await ProductionBench(people: Self.people)
            let line = try await bench.start(lanes: 3)
            guard try await line.makes(3) else { return nil }
            try await stop(line)
            let outcome = LineOutcome(try await line.wait())
            return outcome.end == "finished" ? nil : (bench, outcome)
        }
    }

    private func goesOn(_ bench: ProductionBench) async throws {
        #expect(try await bench.audit() == [], "before it goes on")
        let resumed = try await bench.run(["--resume"], lanes: 3)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await bench.audit() == [])
    }

    @Test("One signal: the cards in work are finished, nothing is open", arguments: [SIGINT, SIGTERM])
    func once(_ signal: Int32) async throws {
        let (bench, outcome) = try await stopped { $0.send(signal) }
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.end == "stopped")
        #expect(outcome.report?["open"] == .list([]))
        let books = try await bench.look()
        #expect(books.status.counts.inWork == 0 && books.status.counts.waiting > 0)
        #expect(!books.chips.contains { $0.lifeCycle == .beingMade })
        try await goesOn(bench)
    }

    @Test("Two signals: it ends at once; what is open is named and lies in its lane", arguments: [SIGINT, SIGTERM])
    func twice(_ signal: Int32) async throws {
        let (bench, outcome) = try await stopped { line in
            line.send(signal)
            // Signals of one number that come together are one.
            try await eventually("the first one is understood") { line.count("stopping") > 0 || !line.isRunning }
            line.send(signal)
        }
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(["stoppedNow", "stopped"].contains(outcome.end))
        let books = try await bench.look()
        let open = Set(books.status.open.map(\.chip))
        #expect(Set(outcome.report?["open"]?.elements.compactMap { $0["chip"]?.text } ?? []) == open)
        #expect(Set(books.chips.filter { $0.place.hasPrefix("lane-") }.map(\.serial)).isSuperset(of: open))
        try await goesOn(bench)
    }

    /// A line whose operator's words come through a pipe.
    private final class Operated {
        let line: Programs.Running
        private let pipe: FileHandle

        init(_ bench: ProductionBench) throws {
            let path = bench.folder.file("operator")
            guard mkfifo(path, 0o600) == 0 else { throw ProgramError(description: "no pipe at \(path)") }
            // Open for both, so that neither side waits for the other.
            let file = open(path, O_RDWR | O_CLOEXEC)
            guard file >= 0 else { throw ProgramError(description: "\(path) does not open") }
            pipe = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            line = try Programs.Running(
                "/bin/sh",
                ["-c", "exec \"$@\" <\"$0\"", path, Programs.healthcard()] + bench.line(lanes: 3),
                environment: bench.environment)
        }

        func say(_ word: String) throws { try pipe.write(contentsOf: Data((word + "\n").utf8)) }
    }

    /// A line that is paused, goes on and is ended, by these words; nil when it had made everything before.
    private func operated(_ words: [String]) async throws -> (ProductionBench, LineOutcome)? {
        let bench = try await ProductionBench(people: Self.people)
        let operated = try Operated(bench)
        let line = operated.line
        guard try await line.makes(3) else { return nil }
        try operated.say("nonsense")
        try operated.say(words[0])
        try await eventually("it pauses") { line.count("paused") == 1 || !line.isRunning }
        // Once the cards in work are finished nothing happens any more.
        var seen = -1
        try await eventually("it stands still") {
            let now = line.output.count
            defer { seen = now }
            usleep(300_000)
            return now == seen
        }
        guard line.isRunning else { return nil }
        let made = line.count("made")
        let begun = line.count("begun")
        #expect(begun == made && made < Self.people)
        let chips = try BoxedChip.all(in: bench.box())
        #expect(chips.allSatisfy { $0.lifeCycle != .beingMade })
        try operated.say(words[1])
        try await eventually("it goes on") { line.count("made") > made || !line.isRunning }
        #expect(line.count("resumed") == 1)
        try operated.say(words[2])
        let outcome = LineOutcome(try await line.wait())
        return outcome.end == "finished" ? nil : (bench, outcome)
    }

    @Test(
        "Words on a pipe: pause, resume, and stop or quit", arguments: [["p", "r", "s"], ["pause", "resume", "quit"]])
    func words(_ words: [String]) async throws {
        let (bench, outcome) = try await untilCaught { try await operated(words) }
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.end == (words[2] == "quit" ? "stoppedNow" : "stopped"))
        try await goesOn(bench)
    }
}
