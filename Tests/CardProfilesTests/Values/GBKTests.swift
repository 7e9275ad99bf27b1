import CardProfiles
import Testing

@Suite("GBK, Docs/protocol.md §10")
struct GBKTests {
    @Test(
        "known characters",
        arguments: [
            ("A", [0x41]), ("一", [0xD2, 0xBB]), ("·", [0xA1, 0xA4]), ("▌", [0xA8, 0x84]), ("—", [0xA1, 0xAA]),
            ("―", [0xA8, 0x44]), ("～", [0xA1, 0xAB]), ("‖", [0xA1, 0xAC]), ("㐂", nil), ("𠮷", nil), ("€", nil),
            ("・", nil), ("é", [0xA8, 0xA6]), ("e\u{301}", nil), ("\u{E0041}", nil), ("\u{A5}", nil),
            ("镕", [0xE9, 0x46]),
        ] as [(String, [UInt8]?)])
    func known(text: String, bytes: [UInt8]?) throws {
        if let bytes {
            #expect(try GBK.encode(text) == bytes)
            #expect(try GBK.decode(bytes) == text)
        } else {
            #expect(throws: GBKError.self) { try GBK.encode(text) }
        }
    }

    @Test("the first character that does not fit is named")
    func namesTheCharacter() {
        #expect(throws: GBKError.notEncodable("𠮷")) { try GBK.encode("阿𠮷€") }
    }

    @Test(
        "what is no GBK: lone bytes, four-byte GB 18030, CP936's euro, user-defined codes",
        arguments: [
            ([0x41, 0xD2], 1), ([0x80], 0), ([0xFF, 0xFF], 0), ([0x81, 0x30, 0x81, 0x30], 0), ([0xA2, 0xE3], 0),
            ([0xAA, 0xA1], 0), ([0xD2, 0xBB, 0xD2, 0x00], 2), ([0x81, 0x7F], 0),
        ] as [([UInt8], Int)])
    func invalid(bytes: [UInt8], offset: Int) {
        #expect(throws: GBKError.invalid(offset: offset)) { try GBK.decode(bytes) }
    }

    @Test("every code there is goes both ways, and there are 21,791 of two bytes")
    func everyCode() throws {
        var count = 0
        for lead in UInt8(0x80)...0xFF {
            for trail in UInt8(0)...0xFF {
                guard let text = try? GBK.decode([lead, trail]) else { continue }
                count += 1
                #expect(text.unicodeScalars.count == 1)
                #expect(try GBK.encode(text) == [lead, trail])
            }
        }
        #expect(count == 21_791)
    }

    @Test("an empty text")
    func empty() throws {
        #expect(try GBK.encode("") == [])
        #expect(try GBK.decode([]).isEmpty)
    }
}
