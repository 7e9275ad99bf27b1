import Foundation
import Testing

/// Scripts/try-readme: what somebody new types.
@Suite("The README") struct ReadmeTests {
    @Test(
        "Every command of both pages does what the pages say, and nothing on them is left out",
        .timeLimit(.minutes(15)))
    func commands() async throws {
        let outcome = try await Programs.Running(
            Programs.root.appendingPathComponent("Scripts/try-readme").path, [],
            environment: [
                "HEALTHCARD_BINARY": try Programs.healthcard(), "HEALTHCARD_C_INTERFACE": Programs.cInterface,
                "HEALTHCARD_VPCD_PORTS": "",
            ]
        ).wait(seconds: 840)
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(text.suffix(3000))\n\(outcome.errors.suffix(7000))")
        #expect(text.contains(" commands of the README are as it says"))
    }
}
