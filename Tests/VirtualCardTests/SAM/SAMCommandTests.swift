import CardProfiles
import ISO7816
import Testing

@testable import VirtualCard

/// Docs/protocol.md §6, §11: what a SAM answers, command by command and check by check, in the order of the rows.
@Suite struct SAMCommandTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let sentence: String
        let exchanges: [(command: String, answer: String)]
        var testDescription: String { sentence }

        init(_ sentence: String, _ exchanges: KeyValuePairs<String, String>) {
            self.sentence = sentence
            self.exchanges = exchanges.map { ($0.key, $0.value) }
        }
    }

    private static let seed8 = "a1a2a3a4a5a6a7a8"
    /// RK1_DF01 at two levels, type 7; STK_DF02 at two levels, type 8; STK_MF at one level.
    private static let reading = "80de473218" + "0102030405060708" + "3939303030303030" + seed8
    private static let keeping = "80de480418" + "0102030405060708" + "3939303030303030" + seed8
    private static let block = String(repeating: "00", count: 16)
    private static let digest = String(repeating: "5a", count: 32)
    private static let fresh = SAMReader.master

    static let rows: [Row] = [
        Row(
            "length of the APDU (6700) comes before class, class (6E00) before instruction (6D00)",
            [
                "ff": "6700", "ffa404": "6700", "ffa4000005ff": "6700", "ffa4000000": "6e00", "04a4000000": "6e00",
                "84de000000": "6e00", "10a40000023f00": "6e00", "0077000000": "6d00", "8077000000": "6d00",
                "80a40000023f00": "6e00", "00de473200": "6e00", "00fa000000": "6e00", "005e010000": "6e00",
                "8020000000": "6e00", "80c0000000": "6e00", "00b2010400": "6d00", "0082000000": "6d00",
            ]),
        Row(
            "SELECT: P1-P2 (6A86), Lc (6700), file (6A82)",
            [
                "00a40400023f00": "6a86", "00a40004013f": "6a86", "00a4000001ff": "6700", "00a40000033f0000": "6700",
                "00a4000002ddf1": "6a82", "00a4000002001a": "6a82", fresh: "9000", "00a4000c02df01": "9000",
                "00a4000002001a": "9000", "00a40000020015": "6a82", "00a4000002df0100": "6f048302df019000",
                "00a4000002001c00": "6f0f800200be82050101000000" + "8302001c9000", "00a4000002df0102": "6c06",
                "00a4000000": "6f0483023f009000", "00a4000002001a": "6a82", "00a4000c": "9000",
            ]),
        Row(
            "READ BINARY: file (6A86, 6A82, 6986), offset (6B00), Le (6700), the end (6282)",
            [
                "00b0000000": "6986", "00b0800000": "6a86", "00b09f0000": "6a86", "00b0d50000": "6a86",
                "00b0810000": "6a82", "00b09a0000": "6a82", "00b0960600": "6b00", "00b09606": "6b00",
                "00b09600": "6700",
                "00b0960006": "9901010000019000", "00b0960007": "9901010000016282",
                "00b0000300": "0000019000", "00b0000301": "009000", "00b0010000": "6b00",
            ]),
        Row(
            "GET CHALLENGE: P1-P2, then Le 08 exactly",
            [
                "0084010008": "6a86", "0084000000": "6700", "0084000010": "6700", "00840000": "6700",
                "00840000010008": "6700",
            ]),
        Row(
            "GET RESPONSE: P1-P2, length, nothing to fetch (6985)",
            ["00c0010000": "6a86", "00c00000": "6700", "00c0000000": "6985"]),
        Row(
            "DELIVERY SESSION KEY: P1 (6A86), Lc (6700), key (6A88), level and type (6A80)",
            [
                "80de8732" + "08" + seed8: "6a86", "80de423208" + seed8: "6a86",
                "80de4932" + "08" + seed8: "6a86", "80de473208" + seed8: "6700", "80de47ff10" + seed8 + seed8: "6700",
                "80de47ff18" + seed8 + seed8 + seed8: "6a88", "80de27ff10" + seed8 + seed8: "6a88",
                "80de273210" + seed8 + seed8: "6a80", "80de673220" + seed8 + seed8 + seed8 + seed8: "6a80",
                "80de073208" + seed8: "6a80", "80de483218" + seed8 + seed8 + seed8: "6a80",
                reading + "00": "6700", reading: "9000", SAMReader.application: "9000", reading: "6a88",
            ]),
        Row(
            "CIPHER DATA: P1-P2 (6A86), whole blocks (6700), then no key (6985)",
            [
                "80fa040010" + block: "6a86", "80fa060010" + block: "6a86", "80fa000110" + block: "6a86",
                "80fa0000": "6700", "80fa00000f" + block.dropLast(2): "6700", "80fa050010" + block: "6700",
                "80fa070010" + block: "6700", "80fa000010" + block + "00": "6700", "80fa000010" + block: "6985",
                "80fa050020" + block + block: "6985",
            ]),
        Row(
            "a key of type 7 makes no MAC (6985), and is still there to encrypt, once",
            [
                reading: "9000", "80fa050020" + block + block: "6985", "80fa030010" + block: "6985",
                "80fa000010" + block: "6110", "80fa000010" + block: "6985",
            ]),
        Row(
            "a key of type 8 encrypts or makes a MAC, and is spent by one sequence",
            [
                keeping: "9000", "80fa050020" + block + block: "6104", "80fa050020" + block + block: "6985",
                keeping: "9000", "80fa000010" + block: "6110", "80fa050020" + block + block: "6985",
            ]),
        Row(
            "a sequence goes on as it began: 02 02 00, or 07 03 01",
            [
                keeping: "9000", "80fa030010" + block: "6985", "80fa010010" + block: "6985",
                "80fa070020" + block + block: "9000", "80fa070020" + block + block: "6985",
                "80fa000010" + block: "6985", "80fa020010" + block: "6985", "80fa050020" + block + block: "6985",
                "80fa030010" + block: "9000", "80fa010010" + block: "6104", "80fa010010" + block: "6985",
            ]),
        Row(
            "pieces of an encryption are answered one by one; a MAC does not end it",
            [
                keeping: "9000", "80fa020010" + block: "6110", "80fa010010" + block: "6985",
                "80fa070020" + block + block: "6985", "80fa020020" + block + block: "6120",
                "80fa000010" + block: "6110", "80fa020010" + block: "6985",
            ]),
        Row(
            "a refused delivery leaves the key before it; SELECT of a directory does not, of a file does",
            [
                reading: "9000", "80de273210" + seed8 + seed8: "6a80", "00a40000020016": "9000",
                "80fa020010" + block: "6110", fresh: "9000", "80fa000010" + block: "6985",
            ]),
        Row(
            "DATA COMPRESS: PIN (6982), P1-P2 (6A86), Lc (6700), directory (6985)",
            [
                "80cc0200": "6982", SAMReader.pin: "9000", "80cc0200": "6a86", "80cc000101aa": "6a86",
                "80cc0100": "6700",
                "80cc000001aa00": "6700", "80cc000001aa": "6985", SAMReader.application: "9000", "80cc000001aa": "9000",
                "80cc010001bb": "6120",
            ]),
        Row(
            "DIGITAL SIGNATURE: PIN (6982), P1-P2 (6A86), Lc (6700), its directory's key (6A88)",
            [
                "80ce010000": "6982", SAMReader.pin: "9000", "80ce010020" + digest: "6a86",
                "80ce00001f" + digest.dropLast(2): "6700", "80ce000020" + digest + "00": "6700",
                "80ce000020" + digest: "6a88", SAMReader.application: "9000", "80ce000020" + digest: "6140",
            ]),
        Row(
            "VERIFY: P1-P2 (6A86), Lc (6700); without a PIN the tries left, 9000 afterwards",
            [
                "0020010003123456": "6a86", "0020008003123456": "6a86", "0020000009123456789012345678": "6700",
                "00200000": "63c3", "0020000000": "63c3", "002000000312345608": "6700", "0020000003123457": "63c2",
                "00200000": "63c2", SAMReader.pin: "9000", "00200000": "9000", "0020000003123457": "63c2",
                "80cc0200": "6982", "0020000003123457": "63c1", "0020000003123457": "63c0",
                "0020000003123456": "6983", "00200000": "6983",
            ]),
        Row(
            "CHANGE PIN: P1-P2 (6A86), Lc (6700), new PIN (6A80), then the old one",
            [
                "805e000007123456ff654321": "6a86", "805e010107123456ff654321": "6a86", "805e010003123456": "6700",
                "805e010004123456ff": "6700", "805e010004ff123456": "6700", "805e010007123456ff65432a": "6a80",
                "805e010005123456ff12": "6a80", "805e010007111111ff12345a": "6a80", "805e010007111111ff654321": "63c2",
                "805e010007123456ff12345f": "9000", "80cc0200": "6982", SAMReader.pin: "63c2",
                "002000000312345f": "9000", "80cc0200": "6a86", "805e010007111111ff654321": "63c2",
                "80cc0200": "6982",
            ]),
    ]

    @Test(arguments: rows)
    func row(_ row: Row) throws {
        let reader = try SAMReader()
        for (number, exchange) in row.exchanges.enumerated() {
            #expect(reader.send(exchange.command) == exchange.answer, "\(number): \(exchange.command)")
        }
    }

    @Test("Results wait for GET RESPONSE: in part, with a wrong Le, until the next command")
    func getResponse() throws {
        let reader = try SAMReader()
        reader.must(Self.reading)
        #expect(reader.send("80fa000020" + Self.block + Self.block) == "6120")
        #expect(reader.send("00c0000021") == "6c20")
        let first = reader.send("00c0000008")
        #expect(first.count == 20 && first.hasSuffix("6118"))
        let rest = reader.send("00c0000000")
        #expect(rest.count == 52 && rest.hasSuffix("9000"))
        // Equal blocks give equal ciphertext.
        #expect((first.prefix(16) + rest.dropLast(4)).prefix(32) == rest.dropLast(4).suffix(32))
        #expect(reader.send("00c0000000") == "6985")
        reader.must(Self.reading)
        #expect(reader.send("80fa000010" + Self.block) == "6110")
        reader.must(SAMReader.master)
        #expect(reader.send("00c0000010") == "6985")
    }

    @Test("A reset forgets PIN, keys, directory and results, and a SAM without power says nothing")
    func reset() throws {
        let reader = try SAMReader()
        reader.must(SAMReader.pin)
        reader.must(Self.reading)
        reader.sam.powerOn()
        #expect(reader.send("80fa000010" + Self.block) == "6985")
        #expect(reader.send("00200000") == "63c3")
        reader.must(SAMReader.application)
        reader.sam.powerOff()
        #expect(reader.send(SAMReader.master) == "-")
        reader.sam.powerOn()
        #expect(reader.send("00b09a0000") == "6a82")
    }

    @Test("Challenges are random, and the source's when it is set")
    func challenge() throws {
        let reader = try SAMReader()
        let one = reader.send("0084000008")
        #expect(one.count == 20 && one.hasSuffix("9000") && one != reader.send("0084000008"))
        reader.sam.setRandomSource { [UInt8](repeating: 7, count: $0) }
        #expect(reader.send("0084000008") == "07070707070707079000")
        reader.sam.setRandomSource { _ in [] }
        #expect(reader.send("0084000008") == "6f00")
    }

    @Test("A SAM that wants its PIN for keys (6982 before P1)")
    func keysNeedPIN() throws {
        let reader = try SAMReader { $0.keysNeedPIN = true }
        #expect(reader.send("80de000000") == "6982")
        #expect(reader.send(Self.reading) == "6982")
        reader.must(SAMReader.pin)
        reader.must(Self.reading)
    }

    @Test("Any bytes get an answer, and never cost more than PIN tries")
    func rubbish() throws {
        let reader = try SAMReader()
        var generator = SystemRandomNumberGenerator()
        let headers: [[UInt8]] = [
            [0x00, 0xA4], [0x00, 0xB0], [0x00, 0x84], [0x00, 0x20], [0x80, 0x5E], [0x80, 0xDE], [0x80, 0xFA],
            [0x80, 0xCC], [0x80, 0xCE], [0x00, 0xC0],
        ]
        for _ in 0..<20_000 {
            let tail = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let header = Bool.random(using: &generator) ? headers.randomElement(using: &generator) ?? [] : []
            let answer = try #require(reader.sam.process(header + tail))
            #expect(answer.count >= 2 && answer.count <= 65_538)
        }
        #expect((0...3).contains(reader.sam.triesLeft))
    }
}
