import Foundation
import Testing

/// The suite on cards that are not ours: the independent one passes all of it, and of its mistakes each is found by a check that
/// is named for it.
@Suite("Independent faults", .serialized) struct IndependentFaultTests {
    /// Checks of a run that failed, of those that begin with one of these; of all for none.
    private func failures(_ reader: String, only: [String]) async throws -> [String] {
        let options = only.flatMap { ["--only", $0] }
        let outcome = try await Programs.run(
            Programs.healthcard(),
            ["testcards", "run", "--reader", reader, "--set-aside", "--json", "--quiet"] + options)
        return outcome.output.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let result = try? JSONValue(Data(line)), result["verdict"] == .text("failed"),
                case .text(let check)? = result["check"]
            else { return nil }
            return check
        }
    }

    @Test("A right card of another hand passes, and each of its mistakes is found over PC/SC, without a campaign")
    func faults() async throws {
        let script = Programs.independent("faulty_card.py")
        let list = try await JSONValue(Programs.output(Programs.python, [script, "--list"]))
        #expect(list.members.count >= 40)
        let folder = try TestFolder()
        try folder.write("", to: "fault")
        let card = try await CardInSlot(
            "60000000000000A1", VirtualSlot(), Programs.python, [script, "--fault", folder.file("fault")])
        try await card.use { card in
            _ = try await Programs.output(
                Programs.healthcard(),
                [
                    "personalize", "--batch", Programs.sampleBatch, "--id", "990059199606299731", "--reader",
                    card.reader,
                    "--json",
                ])
            // Before anything blocks it: each mistake begins from the card as it was activated.
            for (name, checks) in list.members.sorted(by: { $0.key < $1.key }) {
                try folder.write(name, to: "fault")
                let names = checks.elements.compactMap { if case .text(let name) = $0 { name } else { nil } }
                let found = try await failures(card.reader, only: names)
                #expect(!found.isEmpty, "\(name) is not found by \(names)")
            }
            try folder.write("", to: "fault")
            #expect(try await failures(card.reader, only: []) == [])
        }
    }
}
