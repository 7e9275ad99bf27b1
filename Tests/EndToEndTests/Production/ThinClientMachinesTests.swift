import Foundation
import Testing

/// The thin clients that `make thin-client` built for other machines, run by an emulator: what they answer is what the full
/// library answers here.
@Suite("The thin client of other machines", .serialized) struct ThinClientMachinesTests {
    private static let built = Programs.root.appendingPathComponent(".build/thin-client").path

    /// A machine, what zig calls it, and what runs its programs here.
    struct Machine: Sendable, CustomTestStringConvertible {
        let name: String
        let target: String
        let runner: [String]
        var testDescription: String { name }
    }

    static let machines = [
        Machine(name: "x86_64", target: "x86_64-linux-gnu.2.17", runner: []),
        Machine(
            name: "aarch64", target: "aarch64-linux-gnu.2.17",
            runner: ["/usr/bin/qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"]),
        Machine(
            name: "i386", target: "x86-linux-gnu.2.17",
            runner: ["/usr/bin/qemu-i386-static", "-L", "/usr/i686-linux-gnu"]),
    ]

    /// What a program prints of every function of a library, with a card of its own.
    private func transcript(_ words: [String], _ agent: AgentProgram) async throws -> [Substring] {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("52484300000007C6", slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert("5248435300001005", slot: slots.sam, ["--sam", "--type", "5"])
        let running = try Programs.Running(
            words[0], Array(words.dropFirst()),
            environment: ThinClient.environment(agent, card.reader, sam.reader))
        let outcome = try await running.wait(seconds: 600)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3_000))")
        try await sam.stop()
        try await card.stop()
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    }

    @Test("Byte for byte", arguments: machines)
    func transcripts(_ machine: Machine) async throws {
        let folder = try TestFolder()
        let source = ThinClient.sources + "/Transcript/transcript.c"
        let (own, other) = (folder.file("own"), folder.file("other"))
        try await ThinClient.compile(["Tests/CInterface/Transcript/transcript.c"], own, [])
        try await Programs.output(
            Self.built + "/tools/bin/python",
            [
                "-m", "ziglang", "cc", "-target", machine.target, "-std=gnu11", "-O1", "-I" + ThinClient.header, source,
                "-o", other, "-ldl",
            ])
        let agent = try await ThinClient.agent()
        let full = try await transcript([own, Programs.cInterface + "/libMHC_CardInterface.so"], agent)
        let thin = try await transcript(
            machine.runner + [other, Self.built + "/\(machine.name)/libMHC_CardInterface.so"], agent)
        #expect(full.count == thin.count && full.count > 2_900)
        for (full, thin) in zip(full, thin) where full != thin {
            Issue.record("full: \(full.prefix(400))\nthin: \(thin.prefix(400))")
        }
        try await agent.stop()
    }

    @Test("All that is delivered keeps to its size, its glibc and the functions of the header")
    func delivered() async throws {
        let libraries = ["x86_64", "aarch64", "i386", "loongarch64"].map {
            "\(Self.built)/\($0)/libMHC_CardInterface.so"
        }
        let windows = ["windows-i386", "windows-x86_64"].map { "\(Self.built)/\($0)/MHC_CardInterface.dll" }
        try await Programs.output(
            Programs.root.appendingPathComponent("Scripts/thin-client").path, ["check"] + libraries + windows)
    }
}
