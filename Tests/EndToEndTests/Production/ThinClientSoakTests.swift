import Foundation
import Testing

/// The thin client used hard: by eight threads, while its agent and its own process there are killed again and again.
@Suite("The thin client lasts") struct ThinClientSoakTests {
    /// `HEALTHCARD_SOAK_SECONDS`, else two minutes.
    private static var seconds: Int {
        ProcessInfo.processInfo.environment["HEALTHCARD_SOAK_SECONDS"].flatMap { Int($0) } ?? 120
    }

    @Test("No wrong answer, no memory and no descriptor lost, no call that does not come back")
    func soak() async throws {
        let folder = try TestFolder()
        try await ThinClient.build(into: folder.file("thin"))
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("52484300000007C5", slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert("5248435300001005", slot: slots.sam, ["--sam", "--type", "5"])
        let running = try Programs.Running(
            Programs.python,
            [
                ThinClient.sources + "/thin_life.py", AgentProgram.path(),
                folder.file("thin") + "/libMHC_CardInterface.so", "soak", "\(Self.seconds)",
            ],
            environment: [
                "HEALTHCARD_READER": card.reader, "HEALTHCARD_SAM_READER": sam.reader, "HEALTHCARD_CONFIG": "/dev/null",
            ])
        let outcome = try await running.wait(seconds: Double(Self.seconds) + 600)
        #expect(
            outcome.status == 0, "\(String(decoding: outcome.output, as: UTF8.self))\(outcome.errors.suffix(3_000))")
        try await sam.stop()
        try await card.stop()
    }
}
