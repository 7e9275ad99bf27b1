import Foundation
import Testing

@testable import CardProfiles

struct CommandTemplateTests {
    private func dialect() throws -> Dialect {
        let profile = try CardProfile.bundled()
        return try #require(profile.dialect(profile.defaultDialect))
    }

    @Test func createFileOfEachStructure() throws {
        let template = try #require(try dialect().command(for: .createFile))
        var values: [CommandHole: HoleValue] = [
            .fid: .number(0xEE01), .descriptor: .number(1), .recordSize: .number(0), .recordCount: .number(0),
            .size: .number(1893), .sfi: .number(0x11), .read: .number(0x84), .update: .number(0x85),
            .erase: .number(0xFF), .protection: .number(0),
        ]
        let transparent = try template.render(values)
        #expect(transparent.header == [0x00, 0xE0, 0x00, 0x00])
        #expect(transparent.ne == nil && transparent.protection == nil)
        #expect(
            transparent.data.map(Repository.hex)
                == "6218" + "82050101000000" + "8302ee01" + "80020765" + "880188" + "8604" + "8485ff00")
        values[.size] = nil
        values[.descriptor] = .number(6)
        values[.recordSize] = .number(120)
        values[.recordCount] = .number(3)
        #expect(
            try template.render(values).data.map(Repository.hex)
                == "6214" + "82050601007803" + "8302ee01" + "880188" + "8604" + "8485ff00")
    }

    @Test func createDirectoryCountsItsName() throws {
        let template = try #require(try dialect().command(for: .createDirectory))
        let command = try template.render([
            .descriptor: .number(0x38), .fid: .number(0xDF01), .name: .bytes([0x91, 0x56, 0x00, 0x01, 0x32, 0x00]),
        ])
        #expect(command.data.map(Repository.hex) == "620f8201388302df018406915600013200")
    }

    @Test func writeKeyIsThatOfTheVectors() throws {
        let vectors = try Repository.json("TestVectors/protocol.json")
        let plain = try #require((vectors["writeKey"] as? [String: String])?["plain"])
        let key = try #require((vectors["cardKeys"] as? [String: String])?["RK1_DF01"])
        let template = try #require(try dialect().command(for: .writeKey))
        let command = try template.render([
            .reference: .number(0x84), .usage: .number(1), .version: .number(0xF1), .algorithm: .number(4),
            .tries: .number(6), .key: .live(count: 16),
        ])
        #expect(command.header == [0x84, 0xD4, 0x01, 0x84])
        #expect(command.liveHoles == [.key] && command.plainLength == 25 && command.data == nil)
        #expect(Repository.hex(command.prefix) + key == plain)
        #expect(command.data(filling: [.key: Repository.bytes(key)]).map(Repository.hex) == plain)
        #expect(command.data(filling: [.key: [1]]) == nil && command.data(filling: [:]) == nil)
        #expect(command.protection == TemplateProtection(protection: .encryptedMAC, key: .transport))
    }

    @Test func commandsOfTheFieldComeOutAsKnown() throws {
        let dialect = try dialect()
        func header(_ purpose: CommandPurpose, _ values: [CommandHole: HoleValue]) throws -> String {
            Repository.hex(try #require(dialect.command(for: purpose)).render(values).header)
        }
        #expect(try header(.updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes([0])]) == "04dc0104")
        #expect(try header(.appendRecord, [.sfi: .number(0), .data: .bytes([0])]) == "04dc0003")
        #expect(try header(.setIndex, [.record: .number(1), .sfi: .number(0)]) == "84d20104")
        #expect(try header(.eraseIndex, [.record: .number(2), .sfi: .number(5)]) == "840c022c")
        #expect(try header(.readBinary, [.offset: .number(0x0180), .length: .number(128)]) == "00b00180")
        #expect(
            try header(.readBinaryShort, [.offset: .number(2), .sfi: .number(7), .length: .number(4)]) == "00b08702")
        #expect(
            try header(.readRecordsFrom, [.record: .number(1), .sfi: .number(6), .length: .number(256)]) == "00b20135")
        let all = try #require(dialect.command(for: .getProductionData)).render([:])
        #expect(all.ne == 256 && all.segments.isEmpty)
    }

    @Test(arguments: [
        ("00 A4 00 00:fid", "00 A4 00 00 : fid"),
        ("80E0 fid : 3F size:2  read update", "80 E0 fid : 3F size:2 read update"),
        ("00 B0 sfi|80 offset le length", "00 B0 sfi|80 offset le length"),
        (
            "00 E0 00 00 : 62[ 82[ descriptor ] ( sfi<<3|04 01 )? BF0C[ 01 ]? ]",
            "00 E0 00 00 : 62[82[descriptor] (sfi<<3|04 01)? BF0C[01]?]"
        ),
        ("04 DC record 04 : data@encryptedMAC(maintenance)", "04 DC record 04 : data @ encryptedMAC(maintenance)"),
        ("00 CA 9F7F le 0000", "00 CA 9F 7F le 0000"),
    ])
    func spellingIsCanonical(line: String, canonical: String) throws {
        let template = try CommandTemplate(line)
        #expect(template.description == canonical)
        #expect(try CommandTemplate(canonical) == template)
    }

    @Test(arguments: [
        ("", TemplateError.Code.headerLength, 1), ("00 A4 00", .headerLength, 9), ("00 A4 00 00 00", .headerLength, 15),
        ("00 A4 0 00", .unexpected, 7), ("00 a4 00 00", .unknownHole, 4), ("00 A4 00 00 : what", .unknownHole, 15),
        ("00 A4 00 00 : 62[ fid", .unexpected, 22), ("00 A4 00 00 : fid ]", .unexpected, 19),
        ("00 A4 00 00 : sfi<<9", .number, 20), ("00 A4 00 00 : sfi|1FF", .unexpected, 19),
        ("00 A4 00 00 : sfi|1F00", .number, 23), ("00 A4 00 00 : sfi|000000000000000001", .number, 37),
        ("00 A4 00 00 : data:2", .number, 21),
        ("00 A4 00 00 : fid @ plain(maintenance)", .unexpected, 26),
        ("00 A4 00 00 : fid @ mac(nobody)", .unexpected, 31),
        ("00 A4 00 00 le", .unexpected, 15), ("00 A4 00 00 le 000000", .number, 22), ("00 D6 data", .headerLength, 11),
        ("00 A4 00 00 : 01[01[01[01[01[01[01[01[01[01[ ]]]]]]]]]]", .nesting, 42),
        ("00 A4 00 00 : fid é", .unexpected, 19), ("00 A4 00 00 : fid @ mac(maintenance) 00", .unexpected, 38),
    ])
    func mistakesAreFound(line: String, code: TemplateError.Code, column: Int) {
        let error = #expect(throws: TemplateError.self) { try CommandTemplate(line) }
        #expect(error?.code == code, "\(line): \(error?.description ?? "")")
        #expect(error?.column == column, "\(line)")
    }

    @Test func valuesThatDoNotFitAreRefused() throws {
        let template = try CommandTemplate("00 B0 sfi|80 offset : data 80[size:2]? le length")
        func code(_ values: [CommandHole: HoleValue]) -> TemplateError.Code? {
            do throws(TemplateError) {
                _ = try template.render(values)
                return nil
            } catch { return error.code }
        }
        let right: [CommandHole: HoleValue] = [
            .sfi: .number(5), .offset: .number(255), .data: .bytes([]), .length: .number(65536),
        ]
        #expect(code(right) == nil)
        func changed(_ hole: CommandHole, _ value: HoleValue?) -> TemplateError.Code? {
            var values = right
            values[hole] = value
            return code(values)
        }
        #expect(changed(.sfi, nil) == .missingHole)
        #expect(changed(.length, nil) == .missingHole)
        #expect(changed(.length, .number(0)) == .wrongValue)
        #expect(changed(.offset, .number(256)) == .wrongValue)
        #expect(changed(.offset, .number(-1)) == .wrongValue)
        #expect(changed(.offset, .bytes([1])) == .wrongValue)
        #expect(changed(.data, .number(1)) == .wrongValue)
        #expect(changed(.data, .live(count: 8)) == .wrongValue)
        #expect(changed(.size, .number(0x10000)) == .wrongValue)
    }

    @Test func longObjectsGetLongLengths() throws {
        let template = try CommandTemplate("00 E0 00 00 : 62[data]")
        for (count, prefix) in [(0x7F, "627f"), (0x80, "628180"), (0x100, "62820100")] {
            let data = try #require(try template.render([.data: .bytes(Array(repeating: 0, count: count))]).data)
            #expect(Repository.hex(Array(data.prefix(prefix.count / 2))) == prefix)
        }
        #expect(throws: TemplateError.self) {
            try template.render([.data: .bytes(Array(repeating: 0, count: 0x10000))])
        }
    }

    @Test func damagedTemplatesNeverTrap() throws {
        let lines = try dialect().templates.values.flatMap { $0.any.map(\.description) }
        let alphabet = Array("0Fa:|<?[]()@ le9é".utf8)
        for line in lines {
            let bytes = Array(line.utf8)
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] = alphabet[index % alphabet.count]
                _ = try? CommandTemplate(String(decoding: damaged, as: UTF8.self))
                _ = try? CommandTemplate(String(decoding: bytes[..<index], as: UTF8.self))
            }
        }
    }
}
