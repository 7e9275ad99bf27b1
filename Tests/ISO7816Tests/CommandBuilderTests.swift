import ISO7816
import Testing

/// Every builder, to the byte (`Docs/card.md §3.1` and `§3.3`, `Docs/protocol.md §3`-`§6`); other commands are the profile's.
@Suite struct CommandBuilderTests {
    private func expect(
        _ command: CommandAPDU?, _ bytes: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let encoded = try #require(command, sourceLocation: location).encoded()
        #expect(Hex.encode(encoded) == bytes, sourceLocation: location)
    }

    @Test func selection() throws {
        let file = try #require(FileIdentifier("DDF1"))
        let name = try #require(DedicatedFileName(Array("WS.SYS.DDF01".utf8)))
        try expect(.select(file: file), "00A4000002DDF1")
        try expect(.select(file: file, answer: .information), "00A4000002DDF100")
        try expect(.select(file: file, answer: .parameters), "00A4000402DDF100")
        try expect(.select(file: .masterFile, answer: .none), "00A4000C023F00")
        try expect(.select(name: name), "00A404000C57532E5359532E4444463031")
        try expect(.select(name: name, answer: .information), "00A404000C57532E5359532E444446303100")
    }

    @Test func binary() throws {
        let photo = try #require(ShortFileIdentifier(rawValue: 7))
        try expect(.readBinary(offset: 0x0180, ne: 0x80), "00B0018080")
        try expect(.readBinary(offset: 0, ne: 256), "00B0000000")
        try expect(.readBinary(offset: 0, ne: 3074), "00B00000000C02")
        try expect(.readBinary(photo, ne: 2), "00B0870002")
        try expect(.updateBinary(offset: 0x80, [1, 2]), "00D60080020102")
        try expect(.updateBinary(photo, offset: 2, [1]), "00D687020101")
        #expect(CommandAPDU.readBinary(offset: 0x8000, ne: 1) == nil)
        #expect(CommandAPDU.updateBinary(offset: -1, [1]) == nil)
    }

    @Test func records() throws {
        let file = try #require(ShortFileIdentifier(rawValue: 5))
        try expect(.readRecord(1), "00B2010400")
        try expect(.readRecord(0x39, by: .tag, ne: 5), "00B2390005")
        try expect(.readRecord(1, by: .allFrom, of: file), "00B2012D00")
    }

    @Test func dataObjects() throws {
        try expect(.getProductionData, "00CA9F7F00")
    }

    @Test func security() throws {
        try expect(.getChallenge(), "0084000008")
        try expect(.verify(pin: [0x12, 0x34, 0x56]), "0020000003123456")
    }

    @Test func readersOwn() throws { try expect(.readerHistoricalBytes, "FFCA010000") }

    @Test func fileManagement() throws {
        try expect(.activateFile, "00440000")
    }

    @Test func createFile() throws {
        let directory = FileControlInformation(
            descriptor: .directory, fileIdentifier: FileIdentifier("DF01"),
            name: try DedicatedFileName(hex("915600013200")))
        try expect(.createFile(directory), "00E0000011" + "620F820138" + "8302DF01" + "8406915600013200")
        let records = FileControlInformation(
            descriptor: FileDescriptor(
                rawValue: FileDescriptor.linearFixed, dataCoding: 1, recordSize: 1, recordCount: 3),
            fileIdentifier: FileIdentifier("EF05"), securityAttribute: [0x84, 0x85, 0x86, 0x01],
            shortIdentifier: ShortFileIdentifier(rawValue: 5))
        try expect(
            .createFile(records), "00E0000016" + "6214" + "82050201000103" + "8302EF05" + "880128" + "860484858601")
        let photo = FileControlInformation(
            size: 3074,
            descriptor: FileDescriptor(
                rawValue: FileDescriptor.transparent.rawValue, dataCoding: 1, recordSize: 0, recordCount: 0),
            fileIdentifier: FileIdentifier("EF07"), securityAttribute: [0x04, 0x05, 0xFF, 0x00],
            shortIdentifier: ShortFileIdentifier(rawValue: 7))
        try expect(
            .createFile(photo),
            "00E000001A" + "6218" + "82050101000000" + "8302EF07" + "80020C02" + "880138" + "86040405FF00")
    }

    @Test func securityModule() throws {
        let card: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let province = Array("99000000".utf8)
        let seed = [UInt8](repeating: 0xA0, count: 8)
        try expect(
            .deliverSessionKey(usage: 0x47, key: 0x31, factors: [card, province], seed: seed),
            "80DE473118" + "0102030405060708" + "3939303030303030" + "A0A0A0A0A0A0A0A0")
        try expect(.cipherData(.encryptLast, [1]), "80FA00000101")
        try expect(.cipherData(.macOnly, [1]), "80FA05000101")
        try expect(.dataCompress([1], isLast: false), "80CC00000101")
        try expect(.dataCompress([1], isLast: true), "80CC01000101")
        try expect(
            .digitalSignature(digest: [UInt8](repeating: 9, count: 32)),
            "80CE000020" + String(repeating: "09", count: 32))
        try expect(.changePIN(old: [0x12], new: [0x34]), "805E01000312FF34")
        try expect(.getResponse(ne: 4), "00C0000004")
    }
}
