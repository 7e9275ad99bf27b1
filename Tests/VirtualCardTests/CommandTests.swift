import ISO7816
import Testing

@testable import VirtualCard

/// Exact bytes of every command (Docs/protocol.md §3-§5).
@Suite struct CommandTests {
    @Test("Every number of TestVectors/protocol.json that a card can answer for")
    func vectors() throws {
        let vectors = try Fixtures.vectors
        let session = try #require(vectors["session"] as? [String: String])
        let update = try #require(vectors["update"] as? [String: String])
        let key = try #require(vectors["writeKey"] as? [String: String])
        let index = try #require(vectors["writeRecord"] as? [String: String])
        let terminal = try Terminal(blankCard())
        #expect(Hex.encode(terminal.card.answerToReset).lowercased() == vectors["answerToReset"] as? String)

        try terminal.open()
        terminal.must("00e000001762" + "15" + "820138" + "8302ddf1" + "840c" + "57532e5359532e4444463031")
        terminal.must("00e00000116" + "20f" + "820138" + "8302df01" + "8406" + "915600013200")
        terminal.challenge()
        #expect(terminal.send(try #require(key["command"])) == "9000")
        try terminal.writeKey("82", "STK_DF01", usage: "03", tries: "00")
        terminal.must("00e000001662148205050100000083" + "02ef05" + "880128" + "860484ff0002")
        terminal.challenge()
        terminal.must(try terminal.secure("04dc012c", hex("150100"), "STK_DF01"))
        terminal.challenge()
        #expect(terminal.send(try #require(update["command"])) == "9000")
        #expect(terminal.send("00b2010403") == "15011f9000")
        terminal.challenge()
        #expect(terminal.send(try #require(session["externalAuthenticate"])) == "9000")

        terminal.must("00a4000002ddf1")
        terminal.must("00e00000116" + "20f" + "820138" + "8302df03" + "8406" + "915600013202")
        try terminal.writeKey("82", "STK_DF03", usage: "03", tries: "00")
        terminal.must("00e000001662148205020100010383" + "02ef05" + "880128" + "860400858601")
        terminal.must("00a4000002ef05")
        #expect(terminal.send("00b2020401") == "ff9000")
        terminal.challenge()
        #expect(terminal.send(try #require(index["command"])) == "9000")
        #expect(terminal.send("00b2010401") == "009000")
    }

    @Test("SELECT by identifier and name, P2 00 and 0C, FCI when Le asks for it")
    func select() throws {
        let terminal = try Stage.activated.terminal()
        let issuer = "a50b9f0c080102030405060708"
        let sequence: [(String, String)] = [
            ("00a40000023f00", "9000"), ("00a4000c023f00", "9000"), ("00a4000c023f0000", "9000"),
            ("00a40000023f0000", "6f1483023f008a0105" + issuer + "9000"),
            ("00a4000002ddf100", "6f1b840c57532e5359532e4444463031" + issuer + "9000"),
            ("00a4000002ef1700", "6a82"),
            ("00a4000002df09", "6a82"),
            ("00a404000c57532e5359532e4444463031", "9000"),
            ("00a404000b57532e5359532e44444630", "6a82"),
            ("00a40400069156000132010c", "6c17"),
            ("00a404000691560001320100", "6f158406915600013201" + issuer + "9000"),
        ]
        for (command, answer) in sequence { #expect(terminal.send(command) == answer, "\(command)") }
    }

    @Test("FCI of an EF: size, descriptor, identifier")
    func fileInformation() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a404000c57532e5359532e4444463031")
        let profile = try #require(Fixtures.profile)
        let photo = try #require(profile.file("DDF1/EF07"))
        let answer = terminal.send("00a4000002" + photo.fileIdentifier.description + "00")
        #expect(
            answer == "6f0f80020c02" + "82050101000000" + "8302" + photo.fileIdentifier.description.lowercased()
                + "9000")
        #expect(terminal.send("00a4000002ef05").count == 4)
    }

    @Test("GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE")
    func authentication() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a404000c57532e5359532e4444463031")
        #expect(terminal.send("0084000008") == "a1a2a3a4a5a6a7a89000")
        #expect(terminal.send(try terminal.authenticate("04", "RK1_DDF1")) == "9000")
        let proof = try terminal.authenticate("00", "IRK").dropFirst(10).prefix(16).lowercased()
        let data = Hex.encode(seed) + "1122334455667788" + "f1"
        #expect(terminal.send("0088000011" + data + "08") == proof + "9000")
        for le in ["", "00", "07", "09"] { #expect(terminal.send("0088000011" + data + le) == "6700", "Le \(le)") }
        #expect(terminal.send("0088000111" + data + "08") == "6a88")
        #expect(terminal.send("0088000411" + data + "08") == "6a88")
        #expect(terminal.send("0088000011" + data.dropLast(2) + "01" + "08") == "6a88")
        #expect(terminal.send("0088010011" + data + "08") == "6a86")
    }

    @Test("GET DATA 9F7F answers 42 bytes with the serial")
    func productionData() throws {
        let terminal = try Terminal(blankCard { $0.productionData = ["fabricator": [0x12, 0x34]] })
        let data = "12340000000000000000" + "0102030405060708" + String(repeating: "00", count: 24)
        for (command, answer) in [
            ("00ca9f7f00", data + "9000"), ("00ca9f7f2a", data + "9000"), ("00ca9f7fff", data + "9000"),
            ("00ca9f7f29", "6c2a"), ("00ca9f7f", "6700"), ("00ca9f7e00", "6a88"), ("80ca9f7f00", "6e00"),
        ] { #expect(terminal.send(command) == answer, "\(command)") }
    }

    @Test("READ RECORD by number, tag and from a number on")
    func readRecord() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a404000c57532e5359532e4444463031")
        for (command, answer) in [
            ("00b2012c00", "0101009000"), ("00b2012c03", "0101009000"), ("00b2012c02", "6c03"),
            ("00b2022c00", "0204000000009000"), ("00b2390405", "6a83"), ("00b2392805", "39030000009000"),
            ("00b2390005", "39030000009000"), ("00b20a0400", "39030000009000"), ("00b20b0400", "6a83"),
            ("00b2000400", "6a83"),
            (
                "00b2080500",
                "09030000000a0a" + String(repeating: "00", count: 10)
                    + "39030000009000"
            ), ("00b208050c", "09030000009000"), ("00b2080504", "6c05"), ("00b20b0500", "6a83"),
            ("00b2010400", "0101009000"), ("00b20104", "6700"), ("00b20104010100", "6700"),
            ("00b2010600", "6a86"), ("00b2010300", "6a86"), ("00b201fc00", "6a86"), ("00b201f400", "6a82"),
        ] { #expect(terminal.send(command) == answer, "\(command)") }
    }

    @Test("READ BINARY and UPDATE BINARY by offset and short identifier")
    func binary() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a404000c57532e5359532e4444463031")
        try terminal.prove("04", "RK1_DDF1")
        try terminal.prove("05", "UK1_DDF1")
        for (command, answer) in [
            ("00d68700030812aa", "9000"), ("00b0870004", "0812aa009000"), ("00b0000102", "12aa9000"),
            ("00d60c0101ff", "9000"), ("00b00c0001", "009000"), ("00b00c0102", "ff6282"), ("00b00c0100", "ff9000"),
            ("00b00c0201", "6b00"), ("00b07fff01", "6b00"), ("00d60c020100", "6b00"), ("00d60c01020000", "6a84"),
            ("00b00c0101", "ff9000"), ("00d60000", "6700"), ("00b00000", "6700"), ("00b0800001", "6a86"),
            ("00b0a70001", "6a86"), ("00b09f0001", "6a86"), ("00b0990001", "6a82"), ("00b0850001", "6981"),
        ] { #expect(terminal.send(command) == answer, "\(command)") }
    }

    @Test("Cyclic files: 04 DC 00 03, the newest record has number 1")
    func cyclic() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a4040006915600013201")
        try terminal.prove("84", "RK1_DF02")
        let empty = String(repeating: "00", count: 24)
        #expect(terminal.send("00b2014500") == String(repeating: empty, count: 10) + "9000")
        #expect(terminal.send(try terminal.secure("04dc0043", [UInt8](repeating: 1, count: 24), "STK_DF02")) == "6982")
        try terminal.prove("87", "UK3_DF02")
        for value in UInt8(1)...12 {
            terminal.challenge()
            let record = [UInt8](repeating: value, count: 24)
            #expect(terminal.send(try terminal.secure("04dc0043", record, "STK_DF02")) == "9000")
        }
        for (number, value) in [(1, 12), (2, 11), (10, 3)] {
            let answer = terminal.send("00b2" + Hex.encode([UInt8(number)]) + "4400")
            #expect(answer == String(repeating: Hex.encode([UInt8(value)]).lowercased(), count: 24) + "9000")
        }
        #expect(terminal.send("00b20b4400") == "6a83")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("04dc0043", [1, 2, 3], "STK_DF02")) == "6a80")
        #expect(terminal.send("04dc014300") == "6a86")
        #expect(terminal.send("04dc004400") == "6a86")
    }

    @Test("The index: WRITE RECORD 84 D2 sets 00, ERASE RECORD 84 0C sets FF, each with its own right")
    func index() throws {
        let terminal = try Stage.activated.terminal()
        terminal.must("00a4040006915600013202")
        try terminal.prove("84", "RK1_DF03")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84d2012c", nil, "STK_DF03")) == "6982")
        try terminal.prove("85", "UK1_DF03")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84d2012c", nil, "STK_DF03")) == "9000")
        #expect(terminal.send("00b2012d03") == "00ffff9000")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("840c012c", nil, "STK_DF03")) == "6982")
        try terminal.prove("86", "UK2_DF03")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("840c012c", nil, "STK_DF03")) == "9000")
        #expect(terminal.send("00b2012d00") == "ffffff9000")
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84d2042c", nil, "STK_DF03")) == "6a83")
        #expect(terminal.send("84d2012c00") == "6700")
        #expect(terminal.send("84d2012800") == "6a86")
        #expect(terminal.send("04dc012c00") == "6981")
    }
}
