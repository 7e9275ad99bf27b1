import Foundation
import Testing

/// A card with a payment side in a reader: other people's tools see it as a bank's, our commands see it by name.
@Suite("Payment side", .serialized) struct PaymentSideTests {
    private static let edition = ["--overlay", "payment"]

    private func inserted<Result>(
        _ serial: String, _ body: (CardInSlot) async throws -> Result
    ) async throws -> Result {
        try await CardInSlot.insert(serial, Self.edition).use(body)
    }

    @Test("opensc-tool -s sees PSE and PPSE")
    func openscTool() async throws {
        try await inserted("60000000000000F1") { card in
            let output = try await Programs.output(
                "/usr/bin/opensc-tool",
                [
                    "--reader", card.reader, "--card-driver", "default",
                    "-s", "00:A4:04:00:0E:31:50:41:59:2E:53:59:53:2E:44:44:46:30:31:00",
                    "-s", "00:A4:04:00:0E:32:50:41:59:2E:53:59:53:2E:44:44:46:30:31:00",
                    "-s", "00:A4:04:00:08:A0:00:00:03:33:01:01:02:00",
                ])
            let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
            let received = lines.indices.filter { lines[$0].hasPrefix("Received") }
            try #require(received.count == 3)
            func bytes(_ index: Int) -> String {
                let end = index + 1 < received.count ? received[index + 1] : lines.endIndex
                return lines[(received[index] + 1)..<end].filter { !$0.hasPrefix("Sending") }.map { $0.prefix(48) }
                    .joined(separator: " ").split(whereSeparator: \.isWhitespace)
                    .filter { $0.count == 2 && UInt8($0, radix: 16) != nil }.joined()
            }
            #expect(bytes(0) == "6F1E840E315041592E5359532E4444463031A50C8801015F2D027A689F110101")
            #expect(bytes(1).hasPrefix("6F4B840E325041592E5359532E4444463031A539BF0C3661194F08A000000333010101"))
            #expect(lines[received[0]].contains("SW1=0x90, SW2=0x00"))
            #expect(lines[received[2]].contains("SW1=0x6A, SW2=0x82"), "credit is not on this card")
        }
    }

    @Test("a bank's terminal of another hand finds the same through both environments")
    func independent() async throws {
        let serial = "60000000000000F2"
        try await inserted(serial) { _ in
            let found = try await JSONValue(
                Programs.output(Programs.python, [Programs.independent("payment.py"), "--serial", serial]))
            let debit: [String: JSONValue] = [
                "aid": .text("a000000333010101"), "label": .text("PBOC DEBIT"), "priority": .number(1),
            ]
            let cash: [String: JSONValue] = [
                "aid": .text("a000000333010106"), "label": .text("PBOC ECASH"), "priority": .number(2),
            ]
            for environment in ["PSE", "PPSE"] {
                #expect(found[environment]?.elements == [.object(debit), .object(cash)])
            }
            #expect(found["applications"]?["a000000333010101"]?["version"] == .text("0030"))
            #expect(found["applications"]?["a000000333010106"]?["label"] == .text("PBOC ECASH"))
        }
    }

    @Test("inspect and read --json list it; an ordinary read does not ask")
    func ours() async throws {
        try await inserted("60000000000000F3") { card in
            _ = try await Programs.output(
                Programs.healthcard(),
                [
                    "personalize", "--batch", Programs.sampleBatch, "--id", "990059199606299731", "--reader",
                    card.reader, "--json",
                ])
            func run(_ arguments: [String]) async throws -> Programs.Outcome {
                try await Programs.run(Programs.healthcard(), arguments + ["--reader", card.reader])
            }
            let names: [JSONValue] = ["PSE", "PPSE", "debit", "electronicCash"].map { .text($0) }
            let inspected = try JSONValue(await run(["inspect", "--json"]).output)
            #expect(inspected["otherApplications"]?.elements.map { $0["name"] ?? .null } == names)
            let text = String(decoding: try await run(["inspect"]).output, as: UTF8.self)
            #expect(text.contains("  debit  present  PBOC DEBIT, version 0030\n"))
            #expect(text.contains("chip              chip maker 6000 (unknown code), card maker 0000 (unknown code)"))
            let plain = try await run(["read", "--json", "--stats"])
            let asked = try await run(["read", "--json", "--stats", "--other-applications"])
            let reading = try JSONValue(asked.output)
            #expect(reading["otherApplications"]?.elements.map { $0["name"] ?? .null } == names)
            #expect(reading["otherApplications"]?.elements[2]["label"] == .text("PBOC DEBIT"))
            let before = try JSONValue(plain.output)
            #expect(before["otherApplications"] == nil && before["holder"] == reading["holder"])
            let refused = try await run(["read", "--other-applications"])
            #expect(refused.status == 64 || refused.status == 2, "\(refused.status)")
        }
    }
}
