import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// Counters, challenges, blocking and rights (Docs/protocol.md §3, §5).
@Suite struct SecurityTests {
    @Test("6 tries per key, a failure answers 63Cx, then 6983; success restores it; the count survives reset")
    func tries() throws {
        let terminal = try Stage.activated.terminal()
        let wrong = "0082000311" + String(repeating: "00", count: 16) + "f1"
        for left in [5, 4] {
            terminal.challenge()
            #expect(terminal.send(wrong) == "63c\(left)")
        }
        try terminal.prove("03", "BK_MF")
        for left in (0...5).reversed() {
            terminal.challenge()
            #expect(terminal.send(wrong) == "63c\(left)")
            terminal.card.powerOn()
        }
        #expect(terminal.send(wrong) == "6983")
        terminal.challenge()
        #expect(terminal.send(try terminal.authenticate("03", "BK_MF")) == "6983")
    }

    @Test("A wrong version, length or missing challenge costs no try")
    func noTry() throws {
        let terminal = try Stage.activated.terminal()
        terminal.challenge()
        #expect(terminal.send("0082000311" + String(repeating: "00", count: 17)) == "6a88")
        #expect(terminal.send("00820003100000000000000000000000000000000") == "6700")
        #expect(terminal.send(try terminal.authenticate("03", "BK_MF")) == "9000", "the challenge was left")
        #expect(terminal.send(try terminal.authenticate("03", "BK_MF")) == "6984", "the challenge was spent")
        #expect(terminal.card.state.directories[0].keys.allSatisfy { $0.triesLeft == $0.tries })
    }

    @Test("Rights are lost when a directory is selected again or the card is reset, unless the profile keeps them")
    func rights() throws {
        for keeps in [false, true] {
            let terminal = try Stage.activated.terminal { $0.keepsRightsOnReselect = keeps }
            terminal.must(OrderOfChecksTests.df01)
            try terminal.prove("84", "RK1_DF01")
            #expect(terminal.send("00b2012c00").hasSuffix("9000"))
            terminal.must("00a4000002ef06")
            #expect(terminal.send("00b2010400").hasSuffix("9000"), "selecting a file keeps them")
            terminal.must("00a4000002df01")
            #expect(terminal.send("00b2012c00").hasSuffix(keeps ? "9000" : "6982"))
            terminal.must("00a4000002df02")
            terminal.must("00a4000002df01")
            #expect(terminal.send("00b2012c00") == "6982")
            try terminal.prove("84", "RK1_DF01")
            terminal.card.powerOn()
            terminal.must(OrderOfChecksTests.df01)
            #expect(terminal.send("00b2012c00") == "6982")
            #expect(terminal.send("04dc012c00") == "6982")
        }
    }

    @Test("An update needs its right and its protection, and a challenge for each")
    func update() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.df01)
        let record = hex("1501") + [0x2F]
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("04dc012c", record, "STK_DF01")) == "6982")
        try terminal.prove("85", "UK1_DF01")
        #expect(terminal.send(try terminal.secure("04dc012c", record, "STK_DF01")) == "6984")
        #expect(terminal.send("00dc012c0315012f") == "6982")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("04dc012c", record, "STK_DF01")) == "9000")
        #expect(terminal.send(try terminal.secure("04dc012c", record, "STK_DF01")) == "6984")
        for (plain, answer) in [("1601aa", "6a80"), ("1502aaaa", "6a80"), ("1501", "6a80"), ("150100", "9000")] {
            terminal.challenge()
            #expect(terminal.send(try terminal.secure("04dc012c", hex(plain), "STK_DF01")) == answer, "\(plain)")
        }
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("04dc052c", hex("190100"), "STK_DF01")) == "6a83")
    }

    @Test("Decryption checks L and the padding and answers 6988 otherwise")
    func padding() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.df01)
        try terminal.prove("85", "UK1_DF01")
        let zeros = [UInt8](repeating: 0, count: 16)
        let blocks: [[UInt8]] = [
            hex("03150100") + zeros.prefix(12), hex("0315010080") + zeros.prefix(10) + [1],
            hex("ff15010080") + zeros.prefix(11),
            hex("0315010080") + zeros.prefix(11) + hex("80") + zeros.prefix(15),
            hex("0f") + zeros.prefix(15) + hex("80") + zeros.prefix(15),
        ]
        for block in blocks {
            terminal.challenge()
            let body = try terminal.encipher(block, "STK_DF01")
            #expect(terminal.send(try terminal.protect("04dc012c", body, "STK_DF01")) == "6988", "\(block)")
        }
        #expect(terminal.card.state.directories[2].wrongMACs == 0, "the MAC was right")
    }

    @Test("The third wrong MAC answers 6988 and blocks; SELECT answers 6283, UNBLOCK lifts it")
    func blocking() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.df01)
        try terminal.prove("85", "UK1_DF01")
        for _ in 0..<2 {
            terminal.challenge()
            #expect(terminal.send(try terminal.secure("04dc012c", hex("150100"), "STK_DF01", spoiling: true)) == "6988")
        }
        terminal.challenge()
        terminal.must(try terminal.secure("04dc012c", hex("150100"), "STK_DF01"))
        for _ in 0..<3 {
            terminal.card.powerOn()
            terminal.must(OrderOfChecksTests.df01)
            try terminal.prove("85", "UK1_DF01")
            terminal.challenge()
            #expect(terminal.send(try terminal.secure("04dc012c", hex("150100"), "STK_DF01", spoiling: true)) == "6988")
        }
        for (command, answer) in [
            ("00b2012c00", "6985"), ("00d6870000", "6985"), ("84d2010400", "6985"), ("00e0000000", "6985"),
            ("0088000000", "6985"), ("00c0000000", "6985"), ("00ca9f7f29", "6c2a"), ("8418000000", "6982"),
            (OrderOfChecksTests.df01, "6283"), ("00a4000002ef05", "9000"), ("00b2010400", "6985"),
            (
                "00a4040006915600013200ff",
                "6f158406915600013200a50b9f0c0801020304050607086283".replacing("6f15", with: "6f15")
            ),
        ] { #expect(terminal.send(command).suffix(4) == answer.suffix(4), "\(command)") }
        #expect(terminal.send("00a4000002ddf1") == "9000")
        #expect(terminal.send("00a4000002df02") == "9000", "its sisters work on")
        #expect(terminal.send("00a4000002df01") == "6283")
        try terminal.prove("83", "LK_DF01")
        #expect(terminal.send(try terminal.secure("84180000", nil, "STK_DF01")) == "6984")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84180000", nil, "STK_DF01")) == "9000")
        #expect(terminal.send("841800000400000000") == "6985", "nothing is blocked")
        terminal.must(OrderOfChecksTests.df01)
    }

    @Test("In MF and DDF1 a wrong MAC is 6988 and nothing more")
    func wrongMACElsewhere() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.ddf1)
        try terminal.prove("05", "UK1_DDF1")
        for _ in 0..<5 {
            terminal.challenge()
            let command = try terminal.secure("04dc0144", hex("070400000000"), "STK_DDF1", spoiling: true)
            #expect(terminal.send(command) == "6988")
        }
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("04dc0144", hex("070400000000"), "STK_DDF1")) == "9000")
        #expect(terminal.card.state.directories.allSatisfy { $0.wrongMACs == 0 && $0.blocking == "none" })
    }

    @Test("A permanent block: SELECT 9303 and not entered, UNBLOCK refused")
    func permanent() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.df01)
        #expect(terminal.send("841e000104aabbccdd") == "6982")
        try terminal.prove("83", "LK_DF01")
        #expect(terminal.send("841e000204aabbccdd") == "6a86")
        #expect(terminal.send("841e000103aabbcc") == "6700")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("841e0001", nil, "STK_DF01")) == "9000")
        #expect(terminal.send("841800000400000000") == "9303")
        #expect(terminal.send("841e00000400000000") == "9303")
        #expect(terminal.send("00b2012c00") == "6985")
        terminal.must(OrderOfChecksTests.ddf1)
        #expect(terminal.send("00a4000002df01") == "9303")
        #expect(terminal.send("00a4000002ef05") == "9000", "still in DDF1")
        terminal.card.powerOn()
        #expect(terminal.send(OrderOfChecksTests.df01) == "9303")
    }

    @Test("A blocked card answers 6A81 to everything")
    func cardBlock() throws {
        let terminal = try Stage.activated.terminal()
        #expect(terminal.send("841600000400000000") == "6982")
        try terminal.prove("03", "BK_MF")
        #expect(terminal.send("841600010400000000") == "6a86")
        #expect(terminal.send("841600000400000000") == "6984")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84160000", nil, "STK_MF", spoiling: true)) == "6988")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84160000", nil, "STK_MF")) == "9000")
        terminal.card.powerOn()
        for command in ["00a40000023f00", "00ca9f7f00", "0084000008", "00", "ff", ""] {
            #expect(terminal.send(command) == "6a81", "\(command)")
        }
        #expect(terminal.card.isBlocked)
    }

    @Test("Keys: rights byte 00, tries 06 for usage 01 and 00 for others; a reference written again is replaced")
    func keys() throws {
        let terminal = try Stage.opened.terminal()
        let key = terminal.keys["BK_MF"] ?? []
        let rows: [(plain: String, answer: String)] = [
            ("0103f1040600000000", "9000"), ("0103f1040500000000", "6a80"), ("0103f1040601000000", "6a80"),
            ("0103f1040600000100", "6a80"), ("0303f1040600000000", "6a80"), ("0403f1040000000000", "6a80"),
            ("0104f1040600000000", "6a80"), ("0103f1010600000000", "6a80"), ("010301040600000000", "9000"),
            ("0203f1040000000000", "9000"), ("0303f1040000000000", "9000"),
        ]
        for (plain, answer) in rows {
            terminal.challenge()
            #expect(terminal.send(try terminal.secure("84d40103", hex(plain) + key, "TK")) == answer, "\(plain)")
        }
        #expect(terminal.card.state.directories[0].keys.count == 1)
        #expect(terminal.card.state.directories[0].keys[0].usage == "03")
        terminal.challenge()
        #expect(
            terminal.send(try terminal.secure("84d40103", hex(rows[0].plain) + key, "TK", spoiling: true)) == "6988")
        #expect(terminal.send(try terminal.secure("84d40103", hex(rows[0].plain) + key, "TK")) == "6984")
    }

    @Test("Before activation, without the TK right, every written right holds as it will afterwards")
    func withoutTransportKey() throws {
        let terminal = try Stage.made.terminal()
        terminal.card.powerOn()
        terminal.must(OrderOfChecksTests.df01)
        #expect(terminal.send("00b2012c00") == "6982")
        try terminal.prove("84", "RK1_DF01")
        terminal.must("00b2012c00")
        #expect(terminal.send("00e0000000") == "6982")
        terminal.must(OrderOfChecksTests.ddf1)
        #expect(terminal.send("04dc012c14" + String(repeating: "00", count: 20)) == "6982", "EF05 is closed for ever")
    }

    @Test("The MAC of a chain is over CLA without the chaining bit and the Lc of the whole")
    func chainedMAC() throws {
        for isExtended in [false, true] {
            let terminal = try Stage.structured.terminal()
            try terminal.enter(
                #require(Fixtures.profile?.directory("DDF1")), #require(Fixtures.profile), creating: false)
            for (number, record) in [
                "010100", "020400000000", "031e" + String(repeating: "00", count: 30),
                "040b" + String(repeating: "00", count: 11), "05b4" + String(repeating: "ab", count: 180),
            ].enumerated() {
                terminal.challenge()
                let header = "04dc" + Hex.encode([UInt8(number + 1), 0x2C])
                let whole = hex(try terminal.secure(header, hex(record), "STK_DDF1"))
                let data = Array(whole[5...])
                if isExtended {
                    let length = [0, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
                    #expect(terminal.send(bytes: whole[..<4] + length + data) == "9000")
                } else {
                    #expect(terminal.send(bytes: [0x14] + whole[1..<4] + [7] + data[..<7]) == "9000")
                    #expect(terminal.send(bytes: whole[..<4] + [UInt8(data.count - 7)] + data[7...]) == "9000")
                }
            }
        }
    }

    @Test("A cipher that is hardware alone is an explicit error")
    func cipher() throws {
        #expect(VirtualCardError.cipherUnavailable("sm1").description.contains("sm1"))
        let profile = try #require(Fixtures.profile)
        #expect(throws: VirtualCardError.serialLength(expected: 8, actual: 7)) {
            try VirtualHealthCard.blank(serial: [1, 2, 3, 4, 5, 6, 7], profile: profile)
        }
    }
}
