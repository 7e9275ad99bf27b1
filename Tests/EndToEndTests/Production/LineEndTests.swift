import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What ends with a line, and what ends a line.
@Suite("The end of a line") struct LineEndTests {
    private func isThere(_ process: pid_t) -> Bool {
        // One that has ended and that nobody has asked about yet is not at work.
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        guard let state = stat.split(separator: ")").last?.split(separator: " ").first else { return false }
        return state != "Z" && state != "X"
    }

    @Test("A feeder that listens to nobody, and what it has started, end with a line that is killed")
    func killed() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        let machine = """
            trap '' HUP INT TERM; echo $$ >>'\(folder.file("pids"))'
            (trap '' HUP INT TERM; exec sleep 600) & echo $! >>'\(folder.file("pids"))'
            read hello; echo HELLO 1; while :; do sleep 600; done
            """
        let line = try Programs.Running(
            Programs.healthcard(),
            [
                "personalize", "--batch", Programs.sampleBatch, "--lanes", slot.reader.rawValue, "--feeder", machine,
                "--ledger", folder.file("ledger.sqlite"), "--station", folder.file("station"), "--out",
                folder.file("out"),
            ])
        try await eventually("the feeder is at work") {
            let text = (try? folder.text("pids")) ?? ""
            return text.split(separator: "\n").count == 2 && text.hasSuffix("\n") || !line.isRunning
        }
        // The line waits for the feeder's answer, which never comes.
        let feeders = try folder.text("pids").split(separator: "\n").compactMap { pid_t($0) }
        try #require(
            feeders.count == 2 && feeders.allSatisfy(isThere), "\(String(decoding: line.errors, as: UTF8.self))")
        try await line.stop(SIGKILL)
        try await eventually("the feeder and its child are gone", within: 30) { !feeders.contains(where: isThere) }
    }

    @Test("What a feeder prints for people comes as lines of ours, and steers nothing")
    func words() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        let machine =
            "printf 'belt \\033[31mworn\\n' >&2; read hello; echo HELLO 1; read load; echo 1 EMPTY; cat >/dev/null"
        let outcome = try await Programs.healthcard([
            "personalize", "--batch", Programs.sampleBatch, "--lanes", slot.reader.rawValue, "--feeder", machine,
            "--ledger", folder.file("ledger.sqlite"), "--station", folder.file("station"), "--out", folder.file("out"),
        ])
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.errors.contains("feeder: belt ␛[31mworn\n"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("\u{1B}"))
    }

    @Test(
        "A line that is paused while its standard input ends says so and stops; --resume goes on",
        arguments: ["pause\n", "p"])
    func inputEnded(words: String) async throws {
        let (bench, outcome) = try await untilCaught { () -> (ProductionBench, LineOutcome)? in
            let bench = try await ProductionBench(people: 60)
            let outcome = LineOutcome(
                try await Programs.run(
                    ProductionBench.program(), bench.line(lanes: 3), input: words, environment: bench.environment))
            return outcome.end == "finished" ? nil : (bench, outcome)
        }
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.end == "stopped")
        #expect(outcome.report?["reason"]?["code"]?.text == "inputEnded")
        #expect(outcome.errors.contains("standard input has ended"))
        #expect(outcome.report?["open"] == .list([]))
        #expect(try await bench.audit() == [])
        let resumed = try await bench.run(["--resume"], lanes: 3)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await bench.audit() == [])
    }
}
