import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// What shows through resets, over many commands, at other places and lengths, and in what the page does not have.
extension CardProbe {
    static var depth: [(String, (Transcript) throws -> Void)] {
        [
            ("warm resets", warmResets), ("lasting", { try lasting($0) { $0.off() } }),
            ("lasting through warm resets", { try lasting($0) { $0.warm() } }), ("places", places),
            ("refilling", refilling), ("lengths", lengths), ("bits", bits), ("many challenges", manyChallenges),
            ("hidden", hidden), ("many writes", manyWrites),
        ]
    }

    private static func warmResets(_ t: Transcript) throws {
        try t.enter("DF01")
        t.prove("RK1_DF01")
        t.send("00b2013400")
        t.send("0084000008")
        t.warm()
        t.send("00b2013400")
        try t.enter("DF01")
        t.again("84", "RK1_DF01")
        t.send("00b2013400")
        t.fail("84")
        t.warm()
        try t.enter("DF01")
        t.fail("84")
        t.prove("RK1_DF01")
        t.send("00b2013400")
        t.send("10a4000001df")
        t.warm()
        t.send("00a400000101")
        for _ in 0..<3 {
            try t.enter("DF02")
            t.prove("UK1_DF02")
            t.send("0084000008")
            t.try { try $0.secure("04dc012c", hex("290101"), "STK_DF02", spoiling: true) }
            t.warm()
        }
        try t.enter("DF02")
        t.warm()
        try t.enter("DF02")
        try t.enter("DDF1")
        t.send("00a4000002ef05")
        t.warm()
        t.send("00b2010400")
    }

    /// Something in every kind of file, then a reset, then all of it again.
    private static func lasting(_ t: Transcript, _ reset: (Transcript) -> Void) throws {
        func secured(_ header: String, _ plain: [UInt8], _ key: String) {
            t.send("0084000008")
            t.try { try $0.secure(header, plain, key) }
        }
        func mark(_ header: String, _ key: String) {
            t.send("0084000008")
            t.try { try $0.protect(header, [], key) }
        }
        try t.enter("DF01")
        t.prove("UK1_DF01")
        for (number, tag) in [("02", 22), ("04", 24)] {
            secured("04dc\(number)2c", [UInt8(tag), 100] + [UInt8](repeating: 0x58, count: 100), "STK_DF01")
        }
        secured("04dc033c", [36, 3, 0x31, 0x32, 0x33], "STK_DF01")
        try t.enter("DF02")
        t.prove("UK3_DF02")
        for filler: UInt8 in [0x61, 0x62] {
            secured("04dc003b", [UInt8](repeating: filler, count: 120), "STK_DF02")
            secured("04dc0043", [UInt8](repeating: filler, count: 24), "STK_DF02")
        }
        try t.enter("DF03")
        t.prove("UK1_DF03")
        mark("84d20134", "STK_DF03")
        for command in [
            "00a4000002ee01", "00d6000004a1a2a3a4", "00d6012c04b1b2b3b4", "00a4000002ed02", "00d60a000401020304",
        ] {
            t.send(command)
        }
        t.send("00a4000002ee02")
        t.send("00d6006404c1c2c3c4")
        // Last of all, so that nothing comes between these writes and the reset.
        try t.enter("DF01")
        t.prove("UK1_DF01")
        secured("04dc033c", [36, 3, 0x37, 0x38, 0x39], "STK_DF01")
        secured("04dc022c", [22, 100] + [UInt8](repeating: 0x59, count: 100), "STK_DF01")
        reset(t)
        for directory in ["DF01", "DF02", "DF03"] {
            try t.enter(directory)
            t.prove("RK1_" + directory)
            for file in t.profile.directory(directory)?.files ?? [] { t.read(file) }
            t.fail("84")
        }
        try t.enter("DF03")
        t.fail("84")
        t.fail("84")
        t.prove("RK1_DF03")
        reset(t)
        try t.enter("DF03")
        t.fail("84")
        t.prove("LK_DF03")
        mark("841e0000", "STK_DF03")
        mark("84180000", "STK_DF03")
        reset(t)
        try t.enter("DF03")
    }

    private static func places(_ t: Transcript) throws {
        try t.enter("DDF1")
        t.send("00a4000002ef07")
        for command in ["00b0010010", "00b0870110", "00b00000000010", "00b2023400", "00b2023500"] { t.send(command) }
        t.send("00d6010001aa")
        try t.enter("DF02")
        for command in ["00b2092c00", "00b2022d00"] { t.send(command) }
        t.send("0084000008")
        t.try { try $0.secure("04dc0134", hex("380101"), "STK_DF02") }
        t.send("0084000008")
        t.try { terminal in
            let command = try terminal.secure("04dc0134", hex("380101"), "STK_DF02")
            return "14dc013408" + command.dropFirst(10).prefix(16)
        }
        t.send("0084000008")
        try t.enter("DF03")
        t.send("0084000008")
        t.try { try $0.protect("84d20234", [], "STK_DF03") }
        try t.enter("DDF1")
        t.send("0084000008")
        t.try { try $0.secure("04dc0244", [16, 20] + [UInt8](repeating: 0x31, count: 20), "STK_DDF1") }
        try t.enter("DF01")
        t.prove("RK1_DF01")
        t.send("00a4000002ef05")
        t.send("00a40000027777")
        t.send("00b2010400")
        t.send("00a4040006915600013200")
        t.send("00b2012c00")
        t.prove("RK1_DF01")
        t.send("00a4040006915600013201")
        t.send("00b2012c00")
        t.send("00a4000002df01")
        t.send("00b2012c00")
        chained(t)
    }

    /// An update in two links without its right.
    private static func chained(_ t: Transcript) {
        t.send("0084000008")
        t.try { terminal in
            let command = try terminal.secure("04dc0134", [21, 1, 0x01], "STK_DF01")
            let body = String(command.dropFirst(10))
            t.send("14dc01340a" + body.prefix(20))
            return "04dc01340a" + body.dropFirst(20).prefix(20)
        }
    }

    private static func refilling(_ t: Transcript) throws {
        for (directory, key, other) in [("DF01", "84", "UK1_DF01"), ("DF02", "84", "UK1_DF02")] {
            try t.enter(directory)
            t.fail(key)
            t.prove(other)
            t.fail(key)
        }
        t.fail("86")
        t.send("00a4000002df02")
        t.fail("86")
        t.send("00a4040006915600013201")
        t.fail("86")
        t.fail("83")
        try t.enter("DF03")
        t.fail("84")
        t.fail("83")
        try t.enter("DDF1")
        t.fail("04")
        t.send("0088000011b1b2b3b4b5b6b7b82122232425262728f108")
        t.fail("04")
        t.prove("UK1_DDF1")
        try t.enter("DF03")
        t.fail("84")
        try t.enter("DF01")
        t.prove("UK1_DF01")
        t.fail("84")
        t.send("0084000008")
        t.try { try $0.secure("04dc013c", hex("220130"), "STK_DF01") }
        t.fail("84")
        for _ in 0..<3 {
            t.prove("UK1_DF01")
            t.send("0084000008")
            t.try { try $0.secure("04dc013c", hex("220130"), "STK_DF01", spoiling: true) }
        }
        t.prove("LK_DF01")
        t.send("0084000008")
        t.try { try $0.protect("84180000", [], "STK_DF01") }
        t.fail("84")
    }

    private static func lengths(_ t: Transcript) throws {
        try t.enter("DDF1")
        for key in ["RK1_DDF1", "UK1_DDF1"] { t.prove(key) }
        t.send("00a4000002ef07")
        for command in [
            "00b0000000", "00b00000ff", "00b0000085", "00b0000003", "00b00000000200", "00b000fa10", "00b087c810",
        ] { t.send(command) }
        t.send("00d600f510" + (1...16).map { Hex.encode([UInt8($0)]) }.joined())
        t.send("00b0000000")
        t.send("00b00000000c02")
        for count in [200, 255] {
            t.send("00d60000" + Hex.encode([UInt8(count)]) + String(repeating: "7e", count: count))
            t.send("00b0000000")
        }
        t.send("0084000010")
        t.send("0084000008")
        t.send("0082000428" + String(repeating: "11", count: 40))
    }

    // MARK: Bits

    /// A command with bits of its last bytes turned over.
    private static func flipped(_ command: String, fromEnd index: Int, _ mask: UInt8) -> String {
        var bytes = hex(command)
        bytes[bytes.count - index] ^= mask
        return Hex.encode(bytes)
    }

    /// A MAC over blocks as they are.
    private static func mac(_ blocks: [UInt8], _ key: String, _ terminal: Terminal) throws -> [UInt8] {
        let session = try Transcript.encrypt(terminal.keys[key] ?? [], seed + seed.map { ~$0 })
        var chain = [UInt8](repeating: 0, count: 16)
        for start in stride(from: 0, to: blocks.count, by: 16) {
            chain = try Transcript.encrypt(session, zip(chain, blocks[start..<start + 16]).map { $0 ^ $1 })
        }
        return Array(chain.prefix(4))
    }

    private static func bits(_ t: Transcript) throws {
        try t.enter("DF03")
        t.prove("UK1_DF03")
        func mark(_ command: @escaping (Terminal) throws -> String) {
            t.send("0084000008")
            t.try(command)
            t.send("0084000008")
            t.try { try $0.protect("84d2012c", [], "STK_DF03") }
        }
        for mask: UInt8 in [0x80, 0x10] {
            mark { flipped(try $0.protect("84d2012c", [], "STK_DF03"), fromEnd: mask == 0x80 ? 1 : 2, mask) }
        }
        mark { "84" + String(try $0.protect("80d2012c", [], "STK_DF03").dropFirst(2)) }
        mark { "84d2012c" + String(try $0.protect("84d20134", [], "STK_DF03").dropFirst(8)) }
        for blocks in ["84d2012c05800000", "84d2012c04000000"] {
            mark { terminal in
                let message = hex(blocks) + [UInt8](repeating: 0, count: 8)
                return "84d2012c04" + Hex.encode(try mac(message, "STK_DF03", terminal))
            }
        }
        mark { "84d2012c05" + String(try $0.protect("84d2012c", [], "STK_DF03").dropFirst(10)) + "00" }
        try t.enter("DF01")
        for (index, mask) in [(17, UInt8(0x80)), (12, 0x04)] {
            t.send("0084000008")
            t.try { flipped(try $0.authenticate("84", "RK1_DF01"), fromEnd: index, mask) }
            t.prove("RK1_DF01")
        }
        t.prove("UK1_DF01")
        for _ in 0..<3 {
            t.send("0084000008")
            t.try { try $0.protect("04dc013c", [UInt8](repeating: 0x3A, count: 16), "STK_DF01", spoiling: true) }
        }
        try t.enter("DF01")
        try comparisons(t)
    }

    /// A card that takes its time over bytes that are right is told by many of them.
    private static func comparisons(_ t: Transcript) throws {
        try t.enter("DF03")
        for isMAC in [false, true] {
            let start = ContinuousClock.now
            for _ in 0..<25 {
                if isMAC { t.send("0084000008") }
                isMAC ? t.try { try $0.protect("84d2012c", [], "STK_DF03") } : t.prove("UK1_DF03")
            }
            if ContinuousClock.now - start > .milliseconds(380) { t.note("slow") }
        }
    }

    private static func manyChallenges(_ t: Transcript) throws {
        for round in 0..<4 {
            for _ in 0..<12 { t.send("0084000008") }
            round % 2 == 0 ? t.warm() : t.off()
        }
    }

    private static func hidden(_ t: Transcript) throws {
        for command in [
            "80f6000010", "84fa000004010203 04".filter { $0 != " " }, "f02a000000",
            "9448000004 01020304".filter { $0 != " " },
            "b0b6000000", "00f8ffff00", "01a40000023f00", "00ca9f1700", "00cadf2000",
        ] { t.send(command) }
    }

    private static func manyWrites(_ t: Transcript) throws {
        try t.enter("DF01")
        t.prove("UK1_DF01")
        t.prove("RK1_DF01")
        let ends = ["41424344", "42004344", "434320ff", "41c4e3c4", "20202000"].map { hex($0) }
        for number in 0..<23 {
            let end = ends[number % ends.count]
            for (header, tag, count) in [("04dc022c", 22, 100), ("04dc0134", 25, 30), ("04dc0244", 38, 18)] {
                t.send("0084000008")
                let filler = UInt8(0x30 + number)
                let value = [UInt8](repeating: filler, count: count - 4) + end
                t.try { try $0.secure(header, [UInt8(tag), UInt8(count)] + value, "STK_DF01") }
                t.send("00b2" + header.dropFirst(4) + "00")
            }
        }
        t.send("0084000008")
        t.try { try $0.secure("04dc013c", hex("2201ff"), "STK_DF01") }
        t.send("0084000008")
        t.try { try $0.secure("04dc013c", hex("2201ff"), "STK_DF01") }
        t.fail("84")
        try t.enter("DF02")
        for key in ["UK1_DF02", "UK3_DF02", "RK1_DF02"] { t.prove(key) }
        for _ in 0..<2 {
            t.send("0084000008")
            t.try { try $0.secure("04dc0043", [UInt8](repeating: 0x77, count: 24), "STK_DF02") }
        }
        for number in 1...3 { t.send("00b2" + Hex.encode([UInt8(number)]) + "4400") }
        t.send("0084000008")
        t.try { try $0.secure("04dc0f2c", [55, 40] + [UInt8](repeating: 0xC4, count: 40), "STK_DF02") }
        t.send("00b20f2c00")
        try t.enter("DDF1")
        for key in ["UK1_DDF1", "RK1_DDF1"] { t.prove(key) }
        for end: [UInt8] in [[0x33], [0, 0x33]] {
            t.send("0084000008")
            let value = [UInt8](repeating: 0x39, count: 20 - end.count) + end
            t.try { try $0.secure("04dc0244", [16, 20] + value, "STK_DDF1") }
            t.send("00b2024400")
            t.send("00b2034400")
        }
        try t.enter("DF03")
        for key in ["UK1_DF03", "RK1_DF03"] { t.prove(key) }
        t.send("00a4000002ee01")
        for number in 0..<23 {
            t.send("00d6000002" + Hex.encode([UInt8(number), 0xEE]))
            t.send("00b0000004")
        }
    }
}

extension Transcript {
    /// The power goes and comes.
    func off() {
        terminal.card.powerOff()
        terminal.card.powerOn()
        note(Hex.encode(terminal.card.answerToReset))
    }

    func warm() {
        terminal.card.warmReset()
        note(Hex.encode(terminal.card.answerToReset))
    }
}
