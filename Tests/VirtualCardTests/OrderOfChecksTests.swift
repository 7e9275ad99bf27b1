import ISO7816
import Testing

@testable import VirtualCard

/// Docs/protocol.md §5 "Order of checks", "Tree", "Blocking", "Reading", "Writing", "Keys" and "Chaining": the rows say
/// the command and the answer, in order, on a card of the stage.
@Suite struct OrderOfChecksTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let sentence: String
        let stage: Stage
        let exchanges: [(command: String, answer: String)]
        var testDescription: String { sentence }

        init(_ sentence: String, _ stage: Stage, _ exchanges: KeyValuePairs<String, String>) {
            self.sentence = sentence
            self.stage = stage
            self.exchanges = exchanges.map { ($0.key, $0.value) }
        }
    }

    static let ddf1 = "00a404000c57532e5359532e4444463031"
    static let df01 = "00a4040006915600013200"

    static let rows: [Row] = [
        Row(
            "length of the APDU (6700) comes before class", .blank,
            [
                "ff": "6700", "ffa404": "6700", "ffa4000005ff": "6700", "ffa40000000000": "6e00", "00a4040000": "6700",
                "00a40400000001": "6700", "00a400000000013f": "6700", "00a40000023f000000": "6700",
            ]),
        Row(
            "class (6E00; 00, 04, 80, 84, each with the chaining bit)", .blank,
            [
                "01a40000023f00": "6e00", "08a40000023f00": "6e00", "20a40000023f00": "6e00", "c0a40000023f00": "6e00",
                "0477000000": "6d00", "8077000000": "6d00", "8477000000": "6d00", "1077000000": "6d00",
            ]),
        Row(
            "a known instruction under a class that is not its own is 6E00", .blank,
            [
                "80a40000023f00": "6e00", "04b0000000": "6e00", "80dc010402aabb": "6e00", "84dc010402aabb": "6e00",
                "00d2010404aabbccdd": "6e00", "000c010404aabbccdd": "6e00", "00d4010100": "6e00", "80e0000000": "6e00",
                "001e000004aabbccdd": "6e00", "0418000004aabbccdd": "6e00", "8016000004aabbccdd": "6e00",
                "8044000000": "6e00", "0484000008": "6e00", "80c0000008": "6e00",
            ]),
        Row("instruction (6D00)", .blank, ["0020000003123456": "6d00", "0000000000": "6d00", "00ff000000": "6d00"]),
        Row(
            "no current file (6986) comes before the right", .activated,
            [
                "00b0000000": "6986", "00b2010400": "6986", "00d6000001aa": "6986", "04dc010402aabb": "6986",
                "84d2010404aabbccdd": "6986", "840c010404aabbccdd": "6986",
            ]),
        Row(
            "kind of file (6981) comes before the right", .activated,
            [ddf1: "9000", "00b0860001": "6981", "00b2013c00": "6981", "00d68600": "6981", "84d2013400": "6981"]),
        Row(
            "right (6982) comes before P1-P2 and record", .activated,
            [ddf1: "9000", "00b2ff3700": "6982", "00b2ff3400": "6982", "00b2ff34": "6982", "00b087ffff": "6982"]),
        Row(
            "P1-P2 (6A86) comes before the record", .activated,
            [ddf1: "9000", "00b2ff2f": "6a86", "00b2ff29": "6a86"]),
        Row(
            "record or offset (6A83, 6B00) comes before Lc", .activated,
            [ddf1: "9000", "00b2ff2c": "6a83", "00b20b2c": "6a83"]),
        Row(
            "Lc (6700) comes before the key", .activated,
            [
                "008200ff01aa": "6700", "008200ff": "6700",
                "008200ff11" + String(repeating: "00", count: 17) + "00": "6700",
            ]),
        Row(
            "key (6A88) comes before the challenge", .activated,
            [
                "008200ff11" + String(repeating: "00", count: 17): "6a88",
                "0082000311" + String(repeating: "00", count: 17): "6a88",
                "0082000311" + String(repeating: "00", count: 16) + "f1": "6984",
            ]),
        Row(
            "SELECT by FID reaches the current directory's files and directories, itself, its sisters, its parent, MF",
            .activated,
            [
                "00a4000002df01": "6a82", "00a4000002ddf1": "9000", "00a4000002df01": "9000", "00a4000002df01": "9000",
                "00a4000002df02": "9000", "00a4000002df03": "9000", "00a4000002ee01": "9000", "00a4000002ddf1": "9000",
                "00a4000002ddf1": "9000", "00a4000002ee01": "6a82", "00a4000002df03": "9000", "00a40000023f00": "9000",
            ]),
        Row(
            "by name every directory, exact name only", .activated,
            [
                df01: "9000", "00a4040006915600013202": "9000", "00a40400059156000132": "6a82", ddf1: "9000",
                "00a40400": "6700", "00a4040011" + String(repeating: "41", count: 17): "6700", "00a40000013f": "6700",
                "00a4010000": "6a86", "00a40001023f00": "6a86",
            ]),
        Row(
            "without a data field the MF, from anywhere", .activated,
            [
                df01: "9000", "00a4000c": "9000", "00a4000002df01": "6a82", ddf1: "9000",
                "00a4000000": "6f1483023f008a0105a50b9f0c0801020304050607089000", "00a4000001": "6c16",
                "00a40000": "9000", "00a40400": "6700", "00a4000100": "6a86",
            ]),
        Row(
            "GET CHALLENGE wants Le 08", .blank,
            [
                "0084000008": "a1a2a3a4a5a6a7a89000", "0084000000": "6700", "0084000004": "6700", "00840000": "6700",
                "0084000100": "6a86", "008400000100": "6700", "00840000000008": "a1a2a3a4a5a6a7a89000",
            ]),
        Row(
            "a chain broken by another command is 6883, Le on a link 6700", .blank,
            [
                "10a400000101": "9000", "00a40000013f": "6a82", "10a40000013f": "9000", "00a400000100": "9000",
                "10a40000013f": "9000", "0084000008": "6883", "0084000008": "a1a2a3a4a5a6a7a89000",
                "10a40000013f00": "6700", "00a400000100": "6700", "10a40000013f": "9000", "00a4000c0100": "6883",
            ]),
        Row(
            "CREATE FILE, WRITE KEY and ACTIVATE FILE need the transport key (6982)", .blank,
            ["00e0000000": "6982", "84d4010100": "6982", "00440000": "6982", "00440100": "6982"]),
        Row(
            "ACTIVATE FILE at the MF, once something was made", .opened,
            [
                "00440001": "6a86", "0044000000": "6700", "00440000": "6985",
                "00e000001162" + "0f" + "820138" + "8302ddf1" + "8406414243444546": "9000", "00440000": "6985",
                "00a40000023f00": "9000", "00440000": "9000", "00440000": "6982",
            ]),
        Row(
            "TK is gone (6A88) after activation", .activated,
            ["0082000111" + String(repeating: "00", count: 16) + "f1": "6a88"]),
        Row(
            "TK itself is not replaced (6985)", .opened,
            [
                "84d4000124" + String(repeating: "00", count: 36): "6a86",
                "84d4010123" + String(repeating: "00", count: 35): "6700",
                "84d4010124" + String(repeating: "00", count: 36): "6985",
            ]),
        Row(
            "CREATE FILE content (6A80), file exists (6A89), no room (6A84)", .opened,
            [
                "00e0010000": "6a86", "00e00000": "6700", "00e0000001aa": "6a80", "00e00000026200": "6a80",
                "00e000000962078201388302ddf1": "9000", "00a40000023f00": "9000",
                "00e000000962078201388302ddf1": "6a89",
                "00e0000009620782013883023f00": "6a89", "00e000000962078201398302ddf2": "6a80",
                "00e000001a6218820501010000008302ef07800200108801388604000000": "6700",
                "00e000001a6218820501010000008302ef0780020010880138860400000000": "9000",
                "00e000001a6218820501010000008302ef0880020010880138860400000000": "6a89",
                "00e000001a6218820501010000008302ef0880020010880139860400000000": "6a80",
                "00e000001a6218820501010000008302ef0880020010880140860400000003": "6a80",
                "00e000001a6218820501010000008302ef0880020000880140860400000000": "6a80",
                "00e000001a6218820503010000008302ef0880020010880140860400000000": "6a80",
                "00e000001a6218820501010000008302ef088002ffff880140860400000000": "6a84",
            ]),
        Row(
            "before activation, with TK the card goes by the kind of file: plain records are 6982", .structured,
            [
                "00a4000002ddf1": "9000", "0082000011" + String(repeating: "00", count: 17): "6a88",
                "00dc012c03010100": "6982", "04dc012c03010100": "6700",
                "04dc022c14" + String(repeating: "00", count: 20): "6a83",
                "04dc012c14" + String(repeating: "00", count: 20): "6984", "00d6870002" + "0000": "9000",
            ]),
        Row(
            "a card that was made and not activated says so, and has no right after a reset", .made,
            ["00a40000023f0000": "6f1483023f008a0103a50b9f0c0801020304050607089000"]),
        Row("GET RESPONSE with nothing waiting is 6985", .blank, ["00c0000000": "6985", "00c0010000": "6a86"]),
    ]

    @Test("Sentences of the small print", arguments: rows)
    func sentence(_ row: Row) throws {
        let terminal = try row.stage.terminal()
        for exchange in row.exchanges {
            #expect(terminal.send(exchange.command) == exchange.answer, "\(exchange.command)")
        }
    }

    @Test("Every instruction under every class is 6E00 unless the class is its own, 6D00 for those unknown")
    func headers() throws {
        let terminal = try Terminal(blankCard())
        let known: [UInt8: [UInt8]] = [
            0xA4: [0], 0x84: [0], 0x82: [0], 0x88: [0], 0xB0: [0], 0xB2: [0], 0xD6: [0], 0xDC: [0, 4], 0xE0: [0],
            0x44: [0],
            0xCA: [0], 0xC0: [0], 0xD2: [0x84], 0x0C: [0x84], 0xD4: [0x84], 0x1E: [0x84], 0x18: [0x84], 0x16: [0x84],
        ]
        for cla in UInt8.min...UInt8.max {
            for ins in UInt8.min...UInt8.max {
                let kind = cla & 0xEF
                let answer = terminal.send(bytes: [cla, ins, 0, 0])
                let isClass = [0x00, 0x04, 0x80, 0x84].contains(kind)
                if !isClass || !(known[ins]?.contains(kind) ?? true) {
                    #expect(answer == "6e00", "\(cla) \(ins)")
                } else if known[ins] == nil {
                    #expect(answer == "6d00", "\(cla) \(ins)")
                } else {
                    #expect(answer != "6e00" && answer != "6d00", "\(cla) \(ins)")
                }
                // A link that was taken must not swallow what follows.
                if cla & 0x10 != 0, answer == "9000" { terminal.card.powerOn() }
            }
        }
    }
}
