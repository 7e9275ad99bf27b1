import ISO7816
import Testing

@testable import VirtualCard

/// What a profile may turn off, and the T=0 switch (Docs/protocol.md §4, §5).
@Suite struct OptionTests {
    @Test("Without multi-record reading P2 05 is 6A86, without reading by tag P2 00 is")
    func records() throws {
        let terminal = try Stage.activated.terminal {
            $0.multiRecordRead = false
            $0.readByTag = false
        }
        terminal.must(OrderOfChecksTests.ddf1)
        #expect(terminal.send("00b2012d00") == "6a86")
        #expect(terminal.send("00b2012800") == "6a86")
        terminal.must("00b2012c00")
    }

    @Test("Without extended length an extended command is 6700")
    func extended() throws {
        let terminal = try Terminal(blankCard { $0.extendedLength = false })
        #expect(terminal.send("00a400000000023f00") == "6700")
        #expect(terminal.send("00840000000008") == "6700")
        #expect(try Terminal(blankCard()).send("00a400000000023f00") == "9000")
    }

    @Test("Without chaining a link is 6884")
    func chaining() throws {
        let terminal = try Terminal(blankCard { $0.commandChaining = false })
        #expect(terminal.send("10a40000013f") == "6884")
        #expect(terminal.send("00a40000023f00") == "9000")
    }

    @Test("A card without 8A: the FCI of the MF does not say the life cycle")
    func lifeCycle() throws {
        let terminal = try Terminal(blankCard { $0.lifeCycleInFCI = false })
        #expect(terminal.send("00a40000023f0000") == "6f1183023f00a50b9f0c0801020304050607089000")
        #expect(terminal.send("00a4000002ddf1") == "6a82")
    }

    @Test("8A is 01 blank, 03 being made, 05 activated")
    func lifeCycleBytes() throws {
        for (stage, byte) in [
            (Stage.blank, "01"), (.opened, "01"), (.structured, "03"), (.made, "03"), (.activated, "05"),
        ] {
            #expect(try stage.terminal().send("00a40000023f0000").dropFirst(12).prefix(6) == "8a01" + byte)
        }
    }

    @Test("T=0: data of a command with data waits (61xx), a wrong Le is corrected (6Cxx)")
    func t0() throws {
        let profile = try #require(Fixtures.profile)
        var options = VirtualCardOptions(profile: profile)
        options.behavesAsT0 = true
        let state = try Stage.activated.terminal().card.state
        let card = try VirtualHealthCard(state: state, profile: profile, options: options)
        card.setRandomSource { Array(seed.prefix($0)) }
        let terminal = try Terminal(card)
        let fci = "6f1483023f008a0105a50b9f0c080102030405060708"
        for (command, answer) in [
            ("00a40000023f00", "6116"), ("00c0000016", fci + "9000"), ("00c0000001", "6985"),
            ("00a40000023f00", "6116"), ("00c0000002", "6f146114"), ("00c0000020", "6c14"),
            ("00c0000000", fci.dropFirst(4) + "9000"), ("00a40000023f00", "6116"),
            ("0084000008", "a1a2a3a4a5a6a7a89000"),
            ("00c0000016", "6985"), ("00a4000c023f00", "9000"), (OrderOfChecksTests.ddf1, "611d"),
            ("00b2012c00", "6c03"), ("00b2012c03", "0101009000"), ("00b2012c02", "6c03"), ("00ca9f7f00", "6c2a"),
            ("0088000011" + Hex.encode(seed) + "1122334455667788f1", "6108"),
        ] { #expect(terminal.send(command) == answer, "\(command)") }
        try terminal.prove("04", "RK1_DDF1")
        #expect(terminal.send("00b0870010") == String(repeating: "00", count: 16) + "9000")
        #expect(VirtualCardChannel(card: card).transmissionProtocol == .t0)
    }

    @Test("Extended lengths both ways: 3,072 bytes in one UPDATE and READ BINARY")
    func long() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must(OrderOfChecksTests.ddf1)
        try terminal.prove("04", "RK1_DDF1")
        try terminal.prove("05", "UK1_DDF1")
        let photo = (0..<3_072).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(terminal.send(bytes: hex("00d68700000c00") + photo) == "9000")
        #expect(terminal.send("00b08700000c00") == Hex.encode(photo).lowercased() + "9000")
        #expect(terminal.send("00b08700000000").count == 2 * 3_076)
        #expect(terminal.send("00b08700000c03").hasSuffix("6282"))
        #expect(terminal.send("00b0870000").count == 2 * 258)
    }
}
