import Foundation
import Testing

/// `healthcard apdu` sends the bytes it was given, all of them and no others.
@Suite("apdu") struct APDUTests {
    private static let echo: @Sendable ([UInt8]) -> [UInt8] = { $0.reversed() + [0x90, 0x00] }

    private func lines(_ outcome: Programs.Outcome) throws -> [JSONValue] {
        try outcome.output.split(separator: 0x0A).map { try JSONValue(Data($0)) }
    }

    @Test("Unusual bytes reach the card as they are, in every way of writing them")
    func exactBytes() async throws {
        let long = "00D60000" + "000123" + String(repeating: "A5", count: 0x123)
        // What no command of the card looks like, too: a length that lies, a class of its own, nothing but FF.
        let written = [
            "00840000", "00 84 00 00 08", "00:a4:00:00:02:3f:00", "FFFFFFFFFF", "80CA9F7F00", "0484000008FF",
            "0CD600FF05AABB",
            long, "00B2010C000000", "A0A40000",
        ]
        let wanted = written.map { text in
            let digits = text.uppercased().filter(\.isHexDigit)
            return stride(from: 0, to: digits.count, by: 2).map { offset in
                UInt8(String(Array(digits)[offset..<offset + 2]), radix: 16) ?? 0
            }
        }
        let chip = RecordingChip(Self.echo)
        try await chip.inSlot { reader in
            let outcome = try await Programs.healthcard(["apdu", "--reader", reader, "--json"] + written)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(chip.commands == wanted)
            let answers = try lines(outcome)
            try #require(answers.count == wanted.count)
            for (answer, bytes) in zip(answers, wanted) {
                let text = bytes.map { String(format: "%02X", $0) }.joined()
                #expect(answer["command"]?.text?.uppercased() == text)
                #expect(
                    answer["data"]?.text?.uppercased() == bytes.reversed().map { String(format: "%02X", $0) }.joined())
                #expect(answer["status"] == .text("9000"))
            }
        }
    }

    @Test("Standard input gives a command a line; empty lines and comments are passed over", arguments: [[], ["-"]])
    func standardInput(_ argument: [String]) async throws {
        let chip = RecordingChip(Self.echo)
        try await chip.inSlot { reader in
            let input = "# a script\n\n00A40000023F00  # the master file\r\n  0084000008\n00 B0 81 00 00"
            let outcome = try await Programs.healthcard(["apdu", "--reader", reader] + argument, input: input)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                chip.commands == [
                    [0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00], [0x00, 0x84, 0x00, 0x00, 0x08],
                    [0x00, 0xB0, 0x81, 0x00, 0x00],
                ])
            let text = String(decoding: outcome.output, as: UTF8.self)
            #expect(text.contains("> 00 A4 00 00 02 3F 00\n< 00 3F 02 00 00 A4 00\n< 9000"))
        }
    }

    @Test("What is no hexadecimal is exit code 6, and then not even the commands before it are sent")
    func nothingIsSent() async throws {
        let chip = RecordingChip(Self.echo)
        try await chip.inSlot { reader in
            for wrong in ["008400000", "00840000zz", "0x00840000", " ", "００８４００００"] {
                let outcome = try await Programs.healthcard(["apdu", "--reader", reader, "0084000008", wrong])
                #expect(outcome.status == 6, "\(wrong)")
                #expect(outcome.errors.contains("hexadecimal"))
            }
            #expect(try await Programs.healthcard(["apdu", "--reader", reader], input: "# nothing\n").status == 2)
            #expect(chip.commands.isEmpty)
        }
    }

    @Test("--expect ends with 5 at the first other answer; without it every answer is shown and the code is 0")
    func expect() async throws {
        let chip = RecordingChip { $0[1] == 0xB2 ? [0x6A, 0x83] : [0x90, 0x00] }
        try await chip.inSlot { reader in
            let commands = ["0084000008", "00B2010400", "0084000008"]
            let strict = try await Programs.healthcard(["apdu", "--reader", reader, "--expect", "9000"] + commands)
            #expect(strict.status == 5)
            #expect(strict.errors.contains("6A83"))
            #expect(chip.commands.count == 2)
            let loose = try await Programs.healthcard(["apdu", "--reader", reader] + commands)
            #expect(loose.status == 0)
            #expect(chip.commands.count == 5)
            let other = try await Programs.healthcard(["apdu", "--reader", reader, "--expect", "6a83", commands[1]])
            #expect(other.status == 0)
        }
    }

    @Test("61xx and 6Cxx are left alone, and followed with --follow")
    func follow() async throws {
        let chip = RecordingChip { command in
            switch command[1] {
            case 0xC0: [0x01, 0x02, 0x03, 0x90, 0x00]
            case 0xA4: [0x61, 0x03]
            default: command.last == 8 ? [0x0A, 0x90, 0x00] : [0x6C, 0x08]
            }
        }
        try await chip.inSlot { reader in
            let commands = ["00A40000023F00", "0084000000"]
            let plain = try lines(await Programs.healthcard(["apdu", "--reader", reader, "--json"] + commands))
            #expect(plain.map { $0["status"] } == [.text("6103"), .text("6C08")])
            #expect(chip.commands.count == 2)
            let followed = try lines(
                await Programs.healthcard(["apdu", "--reader", reader, "--json", "--follow"] + commands))
            #expect(followed.map { $0["data"]?.text } == ["010203", "0A"])
            #expect(
                chip.commands.dropFirst(2) == [
                    [0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00], [0x00, 0xC0, 0x00, 0x00, 0x03],
                    [0x00, 0x84, 0x00, 0x00, 0x00], [0x00, 0x84, 0x00, 0x00, 0x08],
                ])
        }
    }
}
