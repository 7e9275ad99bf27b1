import Foundation
import HealthCard
import Testing

/// A trace that somebody sent: what `trace replay FILE` runs of it, and where `trace record FILE` writes.
@Suite("Traces of others") struct TraceReplayTests {
    private static let pinned = Programs.root.appendingPathComponent("TestVectors/traces/read.trace")

    /// A pinned trace with another command in its first line.
    private func forge(_ arguments: [String], in folder: TestFolder) throws -> String {
        var lines = try String(contentsOf: Self.pinned, encoding: .utf8).split(separator: "\n").map(String.init)
        var header = try #require(
            JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        header["arguments"] = arguments
        lines[0] = String(decoding: try JSONSerialization.data(withJSONObject: header), as: UTF8.self)
        let path = folder.file("forged-\(UUID().uuidString).trace")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Every command of the program, as its parser has them, by its words.
    private func commands() async throws -> [[String]] {
        let help = try await Programs.healthcard(["--experimental-dump-help"])
        let object = try JSONSerialization.jsonObject(with: help.output) as? [String: Any]
        func leaves(_ command: [String: Any], _ words: [String]) -> [[String]] {
            let below = (command["subcommands"] as? [[String: Any]] ?? []).flatMap { sub in
                leaves(sub, words + [sub["commandName"] as? String ?? ""])
            }
            return below.isEmpty ? [words] : below
        }
        return leaves(try #require(object?["command"] as? [String: Any]), [])
    }

    @Test("Every command of the program is refused until it is on the list", .timeLimit(.minutes(5)))
    func everyCommand() async throws {
        let folder = try TestFolder()
        let commands = try await commands()
        #expect(commands.count > 40)
        let allowed = Set(ReplayList.names)
        var met: Set<String> = []
        for command in commands {
            let name = command.joined(separator: " ")
            guard !allowed.contains(name) else {
                met.insert(name)
                continue
            }
            let outcome = try await Programs.healthcard(["trace", "replay", forge(command, in: folder)])
            #expect(outcome.status == 8, "\(name): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("healthcard \(name)"), "\(name) is shown first")
        }
        #expect(met == allowed)
    }

    @Test("Acts that a sender would like: nothing is written, no shell runs, no ledger is opened")
    func acts() async throws {
        let folder = try TestFolder()
        let target = folder.file("target")
        let ledger = folder.file("ledger.sqlite")
        let acts: [[String]] = [
            ["ledger", "void", "0011223344556677", "--reason", "x", "--yes", "--ledger", ledger],
            [
                "release", "revoke", "--previous", "l", "--signer", "touch \(target) #", "--public-key", "k", "--out",
                target,
            ],
            ["release", "authority", "new", "--key", target, "--public-key", target],
            ["personalize", "--batch", Programs.sampleBatch, "--lanes", "virtual:1", "--ledger", ledger],
            ["personalize", "--lanes", "all", "--feeder", "touch \(target)"], ["testcards", "new", target],
            ["trace", "record", target, "--", "read"], ["batch", "check", ".", "--report", target],
            ["read", "--json", "--", "ledger", "void"], ["read", "--overlay", target],
            ["read", "--sam-pin-file=\(target)"],
            ["keys", "create", target, "--generate"], ["virtual", "--state", target], ["demo"],
            ["soak", "--cards", "1"],
            ["visit", "template", "--outpatient"], ["apdu", "00A40000023F00"], ["update", "--photo", target],
        ]
        for act in acts {
            let outcome = try await Programs.healthcard(
                ["trace", "replay", forge(act, in: folder)],
                environment: ["HEALTHCARD_LEDGER": ledger, "HEALTHCARD_STATION": folder.file("station")])
            #expect(outcome.status == 8, "\(act): \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(!FileManager.default.fileExists(atPath: ledger))
        #expect(!FileManager.default.fileExists(atPath: folder.file("station")))
    }

    @Test("What may be replayed is shown and played; a command of one's own is held to commands that talk to a card")
    func played() async throws {
        let folder = try TestFolder()
        let right = try await Programs.healthcard(["trace", "replay", forge(["read", "--json"], in: folder)])
        #expect(right.status == 0 && right.errors.contains("healthcard read --json"), "\(right.errors)")
        let escape = try await Programs.healthcard(["trace", "replay", forge(["read", "\u{1B}[2J"], in: folder)])
        #expect(escape.status == 8 && !escape.errors.contains("\u{1B}"))
        let path = Self.pinned.path
        for (command, status) in [
            (["read", "--json", "--trace"], Int32(0)), (["ledger", "verify"], 8), (["personalize", "--batch", "x"], 8),
            (["release", "show", "x"], 8), (["testcards", "list"], 8), (["soak"], 8), (["demo"], 2), (["readers"], 2),
        ] {
            let outcome = try await Programs.healthcard(["trace", "replay", path, "--"] + command)
            #expect(outcome.status == status, "\(command): \(outcome.errors)")
        }
    }

    @Test("A recording makes a new file of its owner's; what is there, a link or a device is left alone")
    func recording() async throws {
        let folder = try TestFolder()
        let notes = folder.file("notes.txt")
        try Data("the only copy".utf8).write(to: URL(fileURLWithPath: notes))
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: notes)
        let dangling = folder.file("dangling")
        try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: folder.file("made"))
        for path in [notes, link, dangling, "/dev/null", folder.path] {
            let outcome = try await Programs.healthcard(
                ["trace", "record", path, "--", "read"], environment: ["HEALTHCARD_READER": "no such reader"])
            #expect(outcome.status == 6, "\(path): \(outcome.errors)")
            #expect(outcome.errors.contains("is there already"), "\(path): \(outcome.errors)")
        }
        #expect(try String(contentsOfFile: notes, encoding: .utf8) == "the only copy")
        #expect(!FileManager.default.fileExists(atPath: folder.file("made")))
        let new = folder.file("new.trace")
        _ = try await Programs.healthcard(
            ["trace", "record", new, "--", "read"], environment: ["HEALTHCARD_READER": "no such reader"])
        let mode = try FileManager.default.attributesOfItem(atPath: new)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
