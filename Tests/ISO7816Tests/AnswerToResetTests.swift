import ISO7816
import Testing

@Suite struct AnswerToResetTests {
    /// Fi and Di of ISO/IEC 7816-3:2006, tables 7 and 8; nil is reserved.
    @Test func ratesOfEveryTA1() {
        let conversions: [Int?] = [
            372, 372, 558, 744, 1116, 1488, 1860, nil, nil, 512, 768, 1024, 1536, 2048, nil, nil,
        ]
        let adjustments: [Int?] = [nil, 1, 2, 4, 8, 16, 32, 64, 12, 20, nil, nil, nil, nil, nil, nil]
        for ta1 in UInt8.min...UInt8.max {
            let rate = AnswerToReset.RateParameters(ta1)
            let f = conversions[Int(ta1 >> 4)]
            let d = adjustments[Int(ta1 & 15)]
            #expect((rate != nil) == (f != nil && d != nil))
            if let rate { #expect(rate.clockRateConversion == f && rate.baudRateAdjustment == d) }
        }
    }

    /// The links that plans are costed with.
    @Test func linkLimits() throws {
        let standard = try AnswerToReset(hex("3B00"))
        #expect(standard.bitsPerSecond() == 9_600)
        #expect(standard.bytesPerSecond() == 800)
        let fast = try AnswerToReset(hex("3B1018"))
        #expect(fast.bitsPerSecond() == 115_200)
        #expect(fast.bytesPerSecond() == 9_600)
        let fastest = try AnswerToReset(hex("3B1096"))
        #expect(fastest.bitsPerSecond(clock: AnswerToReset.commonReaderClock) == 250_000)
        #expect(Int(fastest.bytesPerSecond(clock: AnswerToReset.commonReaderClock)) == 20_833)
    }

    @Test func guardTimeSlowsCharactersDown() throws {
        #expect(try AnswerToReset(hex("3B4004")).bytesPerSecond() == 600)
        #expect(try AnswerToReset(hex("3B40FF")).bytesPerSecond() == 800)
        #expect(try AnswerToReset(hex("3B40FF")).bytesPerSecond(protocolType: 1) == 9_600 / 11)
    }

    @Test func defaultsOfT1() throws {
        let parameters = try #require(try AnswerToReset(hex("3B80800101")).blockProtocol)
        #expect(parameters.informationFieldSize == 32 && parameters.usesCRC == false)
        #expect(parameters.blockWaiting == 4 && parameters.characterWaiting == 13)
        #expect(try AnswerToReset(hex("3B00")).blockProtocol == nil)
    }

    @Test func explainsEachByte() throws {
        let lines = try AnswerToReset(hex("3BD094FF8131FE45B0")).explain().map(\.description)
        #expect(
            lines == [
                "TS  3B  direct convention",
                "T0  D0  0 historical bytes",
                "TA1  94  F 512, D 8: 55800 bit/s at 3571 kHz, 62500 bit/s at 4000 kHz, clock up to 5000 kHz",
                "TC1  FF  shortest guard time",
                "TD1  81  T=1 offered",
                "TD2  31  T=1 offered",
                "TA3  FE  T=1: information field up to 254 bytes",
                "TB3  45  T=1: BWI 4, CWI 5",
                "TCK  B0  check byte, right",
            ])
    }

    @Test(
        "A check byte that is wrong, missing or too much: the historical bytes are there, and the flaw is named",
        arguments: [
            (
                "3B828001AABB02", AnswerToResetError.checkByte(found: 0x02, expected: 0x12),
                "check byte, wrong: 12 is right"
            ),
            ("3B828001AABB", .checkByteMissing, "check byte, missing"),
            ("3B828001AABB1299", .trailingBytes(offset: 7), "does not belong there"),
            ("3B02AABB13", .trailingBytes(offset: 4), "does not belong there"),
        ])
    func tolerant(_ text: String, _ flaw: AnswerToResetError, _ words: String) throws {
        #expect(throws: flaw) { try AnswerToReset(hex(text)) }
        let answer = try AnswerToReset(tolerant: hex(text))
        #expect(answer.flaw == flaw)
        #expect(answer.historicalBytes == [0xAA, 0xBB])
        #expect(Array(answer.bytes[answer.historicalRange]) == [0xAA, 0xBB])
        #expect(try answer.explain().flatMap(\.bytes) == hex(text))
        #expect(answer.explain().last?.meaning.description == words)
    }

    @Test("Historical bytes that are not whole are not taken", arguments: ["3B828001AA", "3B", "3B8280", "AA00", ""])
    func notWhole(_ text: String) {
        #expect(throws: AnswerToResetError.self) { try AnswerToReset(tolerant: hex(text)) }
    }

    @Test func aWrongCheckByteIsNamed() {
        let error = #expect(throws: AnswerToResetError.self) { try AnswerToReset(hex("3B80800102")) }
        #expect(error == .checkByte(found: 0x02, expected: 0x01))
    }
}
