import Foundation
import Testing

/// `make demo`: what somebody new sees first.
@Suite("The demo") struct DemoTests {
    private static let ports = "36390"

    private func demo(_ readers: String, _ arguments: [String]) async throws -> Programs.Outcome {
        let script = Programs.root.appendingPathComponent("Scripts/with-virtual-readers").path
        let batch = ["--batch", Programs.sampleBatch]
        return try await Programs.run(
            script,
            [readers, "--base-port", Self.ports, "--", try Programs.healthcard(), "demo"] + batch + arguments)
    }

    @Test("Two cards on three readers: made, one read, updated and given a visit through the SAM in the third")
    func withClinic() async throws {
        let outcome = try await demo("3", ["--cards", "2"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.first?.hasSuffix(": 2 test cards on 2 virtual readers") == true)
        #expect(lines.contains { $0.hasPrefix("2 cards made, read back byte for byte and activated in ") })
        #expect(lines.contains { $0.hasPrefix("One of them, read in ") })
        let clinic = try #require(lines.firstIndex { $0.hasPrefix("A clinic, with a SAM of type 5 in Virtual PCD ") })
        let work = Array(lines[(clinic + 1)...])
        let wanted = [
            "  the card read: ", "  a phone and an allergy written (DDF1/EF08 record 2, DF02/EF07 record 1)",
            "  outpatient record 1 written, signed by the SAM",
            "  its signature and certificate verified: ",
        ]
        #expect(work.count == wanted.count)
        for (line, start) in zip(work, wanted) {
            #expect(line.hasPrefix(start), "\(line)")
            #expect(line.contains(" commands to the card, ") && line.hasSuffix(" to the SAM"), "\(line)")
        }
    }

    @Test("Without a reader for the SAM there is no clinic; without readers, what to do")
    func without() async throws {
        let outcome = try await demo("1", ["--cards", "1"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!String(decoding: outcome.output, as: UTF8.self).contains("A clinic"))
        let none = try await Programs.healthcard(["demo"], environment: ["HEALTHCARD_VPCD_PORTS": ""])
        #expect(none.status == 3)
        #expect(none.errors.contains("make demo"))
    }
}
