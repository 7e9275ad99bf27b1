import Foundation
import Testing

/// The thin client as old systems get it, with the agent behind it.
enum ThinClient {
    /// Built by the machine's own compiler into a folder; the script holds it to its size, its symbols and glibc 2.17.
    static func build(into folder: String) async throws {
        try await Programs.output(
            Programs.root.appendingPathComponent("Scripts/thin-client").path, ["native", folder])
    }

    static func compile(_ sources: [String], _ program: String, _ options: [String]) async throws {
        try await Programs.output(
            "/usr/bin/gcc",
            ["-std=gnu11", "-O1", "-g", "-I" + header] + sources.map { "\(Programs.root.path)/\($0)" }
                + ["-o", program] + options + ["-ldl", "-lpthread"])
    }

    static let header = Programs.root.appendingPathComponent("Sources/CHealthCardHeader/include").path
    static let sources = Programs.root.appendingPathComponent("Tests/CInterface").path

    /// Where an agent lets clients in.
    static func socket(_ agent: AgentProgram) -> String { agent.folder.path(percentEncoded: false) + "/clients.sock" }

    /// An agent that lets clients in; what it knows of readers it does not tell them.
    static func agent() async throws -> AgentProgram {
        let folder = FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString)")
        return try await AgentProgram(
            "clients: [{ socket: \(folder.path(percentEncoded: false))/clients.sock }]\n", folder: folder,
            environment: ["HEALTHCARD_CONFIG": "/dev/null"])
    }

    /// The environment of a program that calls it.
    static func environment(_ agent: AgentProgram, _ card: String, _ sam: String) -> [String: String] {
        [
            "HEALTHCARD_READER": card, "HEALTHCARD_SAM_READER": sam, "HEALTHCARD_CONFIG": "/dev/null",
            "HEALTHCARD_AGENT": "unix:" + socket(agent),
        ]
    }
}

@Suite("The thin client answers as the full library does", .serialized) struct ThinClientTests {
    private static let full = Programs.cInterface + "/libMHC_CardInterface.so"

    /// A made card and a SAM that may everything, always the same.
    private func withCard(
        _ serial: String, _ body: (_ card: String, _ sam: String) async throws -> Void
    ) async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert(serial, slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert("5248435300001005", slot: slots.sam, ["--sam", "--type", "5"])
        try await body(card.reader, sam.reader)
        try await sam.stop()
        try await card.stop()
    }

    private func expectSuccess(_ outcome: Programs.Outcome) {
        let output = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(output.suffix(3_000))\(outcome.errors.suffix(6_000))")
    }

    @Test("Every function gives the same code and the same bytes, byte for byte")
    func transcripts() async throws {
        let folder = try TestFolder()
        try await ThinClient.build(into: folder.file("thin"))
        let program = folder.file("transcript")
        try await ThinClient.compile(["Tests/CInterface/Transcript/transcript.c"], program, [])
        let agent = try await ThinClient.agent()
        var transcripts: [[Substring]] = []
        for library in [Self.full, folder.file("thin") + "/libMHC_CardInterface.so"] {
            // A card of its own for each: what the first writes the second must not find.
            try await withCard("52484300000007C1") { card, sam in
                let outcome = try await Programs.run(
                    program, [library], environment: ThinClient.environment(agent, card, sam))
                expectSuccess(outcome)
                transcripts.append(String(decoding: outcome.output, as: UTF8.self).split(separator: "\n"))
            }
        }
        #expect(transcripts[0].count > 2_900)
        #expect(transcripts[0].count == transcripts[1].count)
        for (full, thin) in zip(transcripts[0], transcripts[1]) where full != thin {
            Issue.record("full: \(full.prefix(400))\nthin: \(thin.prefix(400))")
        }
        try await agent.stop()
    }

    @Test("The programs of the full library's tests are served, those that lie about their memory as well")
    func programs() async throws {
        let folder = try TestFolder()
        let thin = folder.file("thin")
        try await ThinClient.build(into: thin)
        let program = folder.file("interface_test")
        let sources = try FileManager.default.contentsOfDirectory(atPath: ThinClient.sources)
            .filter { $0.hasSuffix(".c") }.sorted().map { "Tests/CInterface/\($0)" }
        try await ThinClient.compile(sources, program, ["-L\(thin)", "-lMHC_CardInterface", "-Wl,-rpath,\(thin)"])
        let agent = try await ThinClient.agent()
        try await withCard("52484300000007C2") { card, sam in
            let environment = ThinClient.environment(agent, card, sam)
            for words in [["clinic", "5"], ["programs", "5"], ["hostile"]] {
                try await expectSuccess(Programs.run(program, words, environment: environment))
            }
            // Files are the program's: the configuration, the photos and the log.
            try folder.write(
                """
                reader = \(card)
                sam = \(sam)
                open-device = status
                sam-certificates = binary
                apdu-length = without-status
                photo = path
                atr-room = 20
                an-style-end = zero
                log = \(folder.file("calls.log"))
                log-level = details
                agent = unix:\(ThinClient.socket(agent))

                """, to: "interface.conf")
            try await expectSuccess(
                Programs.run(
                    program,
                    [
                        "conventions", folder.file(""),
                        Programs.root.appendingPathComponent("Samples/original-photos/99646919970325667X.jpg").path,
                    ], environment: ["HEALTHCARD_CONFIG": folder.file("interface.conf")]))
            let log = try String(contentsOfFile: folder.file("calls.log"), encoding: .utf8)
            for word in ["call=OpenDevice", "call=iR_DDF1EF07Info", "why=", "detail=\"card connected"] {
                #expect(log.contains(word), "\(word)")
            }
            #expect(!log.contains("123456"))
        }
        try await agent.stop()
    }

    @Test("Every public program's order of calls finds nothing to say")
    func check() async throws {
        let folder = try TestFolder()
        try await ThinClient.build(into: folder.file("thin"))
        let agent = try await ThinClient.agent()
        try await withCard("52484300000007C3") { card, sam in
            let environment = ThinClient.environment(agent, card, sam)
            let outcome = try await Programs.healthcard(
                [
                    "c-interface", "check", folder.file("thin") + "/libMHC_CardInterface.so", "--json", "--write",
                    "--reader", card, "--sam-reader", sam,
                ],
                environment: environment.merging(
                    ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "123456")]) { $1 })
            let report = try JSONValue(outcome.output)
            #expect(report["deviations"] == .list([]), "\(report)")
            #expect(outcome.status == 0)
            let functions = Set(
                (report["programs"]?.elements ?? []).flatMap { $0["functions"]?.elements.compactMap(\.text) ?? [] })
            #expect(functions.count == 60)
        }
        try await agent.stop()
    }

    @Test("An agent that is gone, killed, hung or exchanged is a code in time, and the next call goes on; a fork too")
    func life() async throws { try await run("life") }

    @Test("Through a port only who knows the secret is served")
    func port() async throws { try await run("port") }

    private func run(_ words: String...) async throws {
        let folder = try TestFolder()
        try await ThinClient.build(into: folder.file("thin"))
        try await withCard("52484300000007C4") { card, sam in
            let running = try Programs.Running(
                Programs.python,
                [
                    ThinClient.sources + "/thin_life.py", AgentProgram.path(),
                    folder.file("thin") + "/libMHC_CardInterface.so",
                ] + words,
                environment: [
                    "HEALTHCARD_READER": card, "HEALTHCARD_SAM_READER": sam, "HEALTHCARD_CONFIG": "/dev/null",
                ])
            try await expectSuccess(running.wait(seconds: 600))
        }
    }

    @Test("An agent that lies writes nothing beyond a buffer, and stops no caller")
    func liar() async throws {
        let folder = try TestFolder()
        let program = folder.file("damaged")
        let client = ["functions", "call", "connection", "settings", "frame", "sm3", "system_posix"]
            .map { "Sources/CardInterfaceClient/\($0).c" }
        try await ThinClient.compile(
            client + ["Tests/CInterface/Transcript/damaged.c"], program, ["-fsanitize=address,undefined"])
        let liar = try Programs.Running(
            Programs.python, [ThinClient.sources + "/damaged_agent.py", folder.file("liar.sock"), "18"])
        try await eventually("the liar listens") { FileManager.default.fileExists(atPath: folder.file("liar.sock")) }
        let running = try Programs.Running(
            program, ["3000"],
            environment: [
                "HEALTHCARD_CONFIG": "/dev/null", "HEALTHCARD_AGENT": "unix:" + folder.file("liar.sock"),
                "HEALTHCARD_AGENT_PATIENCE": "1", "UBSAN_OPTIONS": "halt_on_error=1",
            ])
        let outcome = try await running.wait(seconds: 600)
        expectSuccess(outcome)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "3000 rounds\n")
        _ = try await liar.stop(SIGKILL)
    }
}
