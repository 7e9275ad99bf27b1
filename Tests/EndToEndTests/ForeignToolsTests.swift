import Foundation
import Testing

/// The tools people already have talk to our virtual card. (pyscard does in `InteropTests`: the independent programs
/// are written on it.)
@Suite("Foreign tools", .serialized) struct ForeignToolsTests {
    private static let serial = "60000000000000A"
    /// FCI of MF of a blank card: FID, state, serial.
    private static func template(_ serial: String) -> String { "6F1483023F008A0101A50B9F0C08\(serial)" }

    private func hexadecimal(_ lines: [Substring]) -> String {
        lines.joined(separator: " ").split(whereSeparator: \.isWhitespace).filter {
            $0.count == 2 && UInt8($0, radix: 16) != nil
        }
        .joined()
    }

    @Test("opensc-tool -s")
    func openscTool() async throws {
        let serial = Self.serial + "1"
        try await CardInSlot.ours(serial) { card in
            let output = try await Programs.output(
                "/usr/bin/opensc-tool",
                [
                    "--reader", card.reader, "--card-driver", "default", "-s", "00 A4 00 00 02 3F 00 00", "-s",
                    "00:CA:9F:7F:2A",
                ])
            let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
            let received = lines.indices.filter { lines[$0].hasPrefix("Received") }
            try #require(received.count == 2)
            #expect(lines[received[0]].contains("SW1=0x90, SW2=0x00"))
            // 48 columns of hexadecimal, then the same as characters.
            let dump = lines[(received[0] + 1)..<received[1]].filter { !$0.hasPrefix("Sending") }.map { $0.prefix(48) }
            #expect(hexadecimal(dump) == Self.template(serial))
            #expect(lines[received[1]].contains("SW1=0x90, SW2=0x00"))
        }
    }

    @Test("scriptor")
    func scriptor() async throws {
        let serial = Self.serial + "2"
        try await CardInSlot.ours(serial) { card in
            let script = FileManager.default.temporaryDirectory.appendingPathComponent("scriptor-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: script) }
            let commands =
                "00 A4 00 00 02 3F 00 00\n00 A4 04 00 0C 57 53 2E 53 59 53 2E 44 44 46 30 31\n00 84 00 00 08\n"
            try Data(commands.utf8).write(to: script)
            let output = try await Programs.output("/usr/bin/scriptor", ["-r", card.reader, script.path])
            let answers = String(decoding: output, as: UTF8.self).components(separatedBy: "\n< ").dropFirst().map {
                hexadecimal([Substring($0.prefix { $0 != ":" })])
            }
            try #require(answers.count == 3)
            #expect(answers[0] == Self.template(serial) + "9000")
            #expect(answers[1] == "6A82")
            #expect(answers[2].count == 20 && answers[2].hasSuffix("9000"))
        }
    }
}
