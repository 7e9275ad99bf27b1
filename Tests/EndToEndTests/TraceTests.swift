import Foundation
import HealthCard
import Testing

/// `healthcard trace`, and every trace of `TestVectors/traces`: a bug report becomes a test by laying its trace there
/// with what the command has to print (`Docs/trace.md`).
@Suite("Traces", .serialized) struct TraceTests {
    private static let folder = Programs.root.appendingPathComponent("TestVectors/traces")
    private static let pinned =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".trace") }
        .sorted()

    private static let isPinning = ProcessInfo.processInfo.environment["HEALTHCARD_PIN"] == "1"

    /// Records a command and plays it; with `HEALTHCARD_PIN=1` into the pinned traces, before they are played.
    private func record(
        _ name: String, _ arguments: [String], _ card: CardInSlot, sam: CardInSlot? = nil, pinned: Bool = true,
        in folder: TestFolder
    ) async throws -> Programs.Outcome {
        let file = (Self.isPinning && pinned ? Self.folder.path + "/" : folder.path + "/") + name
        // A trace that is there is left alone.
        if Self.isPinning, pinned { try? FileManager.default.removeItem(atPath: file + ".trace") }
        var environment = ["HEALTHCARD_READER": card.reader]
        if let sam {
            environment["HEALTHCARD_SAM_READER"] = sam.reader
            environment["CREDENTIALS_DIRECTORY"] = try Programs.credentials(pin: "123456")
        }
        let outcome = try await Programs.healthcard(
            ["trace", "record", file + ".trace", "--show-data", "--"] + arguments, environment: environment)
        try outcome.output.write(to: URL(fileURLWithPath: file + ".out"))
        let text = try String(contentsOfFile: file + ".trace", encoding: .utf8)
        #expect(text.contains("\"channel\":\"sam\"") == (sam != nil))
        let replay = try await Programs.healthcard(["trace", "replay", file + ".trace", "--"] + arguments)
        #expect(replay.status == outcome.status, "\(replay.errors)")
        #expect(replay.output == outcome.output)
        return outcome
    }

    private func personalize(_ card: CardInSlot) async throws {
        let making = try await Programs.healthcard(
            ["personalize", "--quiet", "--reader", card.reader] + SampleBatch.options())
        try #require(making.status == 0, "\(making.errors)")
    }

    @Test("Recorded over PC/SC and played without a reader")
    func recorded() async throws {
        let folder = try TestFolder()
        let state = folder.file("card.json")
        let slot = try await VirtualSlot()
        let card = try await CardInSlot.insert("5248430000007E01", slot: slot, ["--state", state])
        let reader = ["--reader", card.reader]
        try await personalize(card)
        #expect(try await record("read", ["read", "--json"], card, in: folder).status == 0)
        #expect(try await record("fhir", ["read", "--format", "fhir"], card, in: folder).status == 0)
        #expect(try await record("inspect", ["inspect", "--json"], card, in: folder).status == 0)

        // A redacted one: shown, not played, and nothing of the holder in it.
        let redacted = folder.file("redacted.trace")
        let outcome = try await Programs.healthcard(["trace", "record", redacted, "--", "read", "--json"] + reader)
        #expect(outcome.status == 0)
        let text = try String(contentsOfFile: redacted, encoding: .utf8)
        #expect(text.contains("\"arguments\":[\"read\"]") && !text.contains("39393634363931393937"))
        #expect(!text.contains("5248430000007E01") && text.contains("\"end\":0"))
        let shown = try await Programs.healthcard(["trace", "show", redacted])
        #expect(String(decoding: shown.output, as: UTF8.self).contains("READ RECORD"))
        #expect(
            try JSONValue(await Programs.healthcard(["trace", "show", "--json", redacted]).output)["totals"] != nil)
        let played = try await Programs.healthcard(["trace", "replay", redacted, "--", "read"])
        #expect(played.status == 6)
        #expect(played.errors.contains("redacted"))
        try await card.stop()

        let removed = try await CardInSlot.insert(
            "5248430000007E01", slot: slot, ["--state", state, "--remove-after", "20"])
        #expect(try await record("removed", ["read", "--json"], removed, in: folder).status == 4)
        try await removed.stop()
    }

    @Test("What a clinic does with its SAM is in one trace, without the PIN")
    func withSAM() async throws {
        let folder = try TestFolder()
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000007E03", slot: slots.card)
        try await personalize(card)
        let visit = folder.file("visit.json")
        let template = try await Programs.output(Programs.healthcard(), ["visit", "template", "--outpatient"])
        try template.write(to: URL(fileURLWithPath: visit))
        let sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "3"])
        let add = ["visit", "add", "--outpatient", visit]
        #expect(try await record("add", add, card, sam: sam, pinned: false, in: folder).status == 0)
        let trace = try String(contentsOfFile: folder.file("add.trace"), encoding: .utf8)
        #expect(!trace.contains("313233343536"))
        #expect(trace.contains("0020"))
        #expect(try await record("sam-read", ["read", "--json"], card, sam: sam, in: folder).status == 0)
        #expect(try await record("sam-verify", ["visit", "verify", "--json"], card, sam: sam, in: folder).status == 0)
        try await sam.stop()
        // With published keys: signatures are the same each time.
        let update = ["update", "--set", "phone1=13900000000", "--json"]
        #expect(try await record("update", update, card, pinned: false, in: folder).status == 0)
        let block = ["block", "DF03", "--yes"]
        #expect(try await record("block", block, card, pinned: false, in: folder).status == 0)
        #expect(try await record("unblock", ["unblock", "DF03"], card, pinned: false, in: folder).status == 0)
        #expect(try await record("plain-add", add, card, pinned: false, in: folder).status == 0)
        try await card.stop()
    }

    @Test(
        "A command that is killed leaves its trace; one that is stopped, with the data", arguments: [SIGKILL, SIGINT])
    func stopped(_ signal: Int32) async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        let state = folder.file("card.json")
        let made = try await CardInSlot.insert("5248430000007E04", slot: slot, ["--state", state])
        try await personalize(made)
        try await made.stop()
        let card = try await CardInSlot.insert("5248430000007E04", slot: slot, ["--state", state, "--delay-ms", "40"])
        let file = folder.file("stopped.trace")
        let program = try Programs.Running(
            Programs.healthcard(),
            ["trace", "record", file, "--show-data", "--", "read", "--json", "--reader", card.reader])
        func text() -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
        try await Programs.send(
            signal, to: program.identifier, when: "test $(stat -c %s '\(file)' 2>/dev/null || echo 0) -gt 1500")
        let outcome = try await program.wait()
        #expect(outcome.status == 128 + signal, "\(outcome.errors)")
        let trace = try TraceFile(text: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(trace.status == nil)
        #expect(trace.entries.count > 5)
        #expect(trace.header.isRedacted == (signal == SIGKILL))
        #expect(text().contains("5248430000007E04") == (signal != SIGKILL))
        let shown = try await Programs.healthcard(["trace", "show", file])
        #expect(shown.status == 0, "\(shown.errors)")
        try await card.stop()
    }

    @Test("Every pinned trace plays to the pinned output and exit status", arguments: pinned)
    func plays(_ name: String) async throws {
        let url = Self.folder.appendingPathComponent(name)
        let trace = try TraceFile(text: Data(contentsOf: url))
        let status = try #require(trace.status)
        let outcome = try await Programs.healthcard(
            ["trace", "replay", url.path], environment: ["HEALTHCARD_READER": "no such reader"])
        #expect(outcome.status == status, "\(outcome.errors)")
        let expected = try Data(contentsOf: url.deletingPathExtension().appendingPathExtension("out"))
        #expect(
            String(decoding: outcome.output, as: UTF8.self) == String(decoding: expected, as: UTF8.self),
            "\(outcome.errors)")
    }

    @Test("There are traces of a whole card, with a SAM too, of an inspection and of a card that was taken out")
    func present() {
        #expect(Set(Self.pinned).isSuperset(of: ["read.trace", "inspect.trace", "removed.trace", "sam-read.trace"]))
    }

    @Test("A trace in a virtual reader answers who sends the same, and nobody else")
    func inSlot() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        let commands = ["00A40000023F00", "00A4040C0C57532E5359532E4444463031", "00B2012D00"]
        let trace = folder.file("apdu.trace")
        let card = try await CardInSlot.insert("5248430000007E02", slot: slot)
        let reader = ["--reader", card.reader]
        try await personalize(card)
        let recording = try await Programs.healthcard(
            ["trace", "record", trace, "--show-data", "--", "apdu", "--json"] + reader + commands)
        #expect(recording.status == 0, "\(recording.errors)")
        try await card.stop()

        try await slot.waitUntilEmpty()
        let program = try Programs.Running(
            Programs.healthcard(), ["trace", "replay", trace, "--port", slot.port])
        try await slot.waitForCard("5248430000007E02", program)
        func data(_ outcome: Programs.Outcome) throws -> [String?] {
            try outcome.output.split(separator: 0x0A).map { try JSONValue($0)["data"]?.text }
        }
        // As often as one likes.
        for _ in 1...2 {
            let again = try await Programs.healthcard(["apdu", "--json"] + reader + commands)
            #expect(try data(again) == data(recording), "\(again.errors)")
        }
        let other = try await Programs.healthcard(["apdu"] + reader + [commands[0], commands[2]])
        #expect(other.status != 0)
        try await slot.waitUntilIdle()
        let end = try await program.stop()
        #expect(end.status == 6)
        #expect(end.errors.contains("the trace has card SELECT 00A4040C, 17 bytes, but came card READ RECORD 00B2012D"))
        try await slot.waitUntilEmpty()
    }

    @Test("Commands that talk to no card of their own, and files that are no traces, are refused")
    func refusals() async throws {
        let folder = try TestFolder()
        for command in [
            ["demo"], ["virtual"], ["readers"], ["trace", "record", "x", "--", "read"],
            ["plan"] + SampleBatch.options(), [],
        ] {
            let file = folder.file("refused.trace")
            let outcome = try await Programs.healthcard(["trace", "record", file, "--"] + command)
            #expect(outcome.status == 2, "\(command)")
            #expect(!FileManager.default.fileExists(atPath: file))
        }
        for text in ["", "{}", "{\"trace\":9}"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("bad.trace")))
            for action in ["show", "replay"] {
                #expect(try await Programs.healthcard(["trace", action, folder.file("bad.trace")]).status == 6)
            }
        }
        let nowhere = try await Programs.healthcard(["trace", "record", folder.path + "/no/x.trace", "--", "read"])
        #expect(nowhere.status == 6)
    }
}
