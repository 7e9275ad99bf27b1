import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// What is taken at a glance is what the close look takes, unchanged.
@Suite("Rows that are taken at a glance") struct RowScreenTests {
    /// Texts that are right somewhere, nearly right, or wrong in every way.
    private static let texts = [
        "", " ", "\u{3000}", "张三", "欧阳娜娜", "阿卜杜拉·买买提", "阿卜杜拉•买买提", "John Smith", "é", "e\u{301}", "寮犱笁", "锟斤拷",
        "烫烫烫", "张?", "张\u{200B}三", " 张三", "张三\t", "鋌", "龥", "𠮷", "€", "=1", "#REF!", "NULL", "1", "2", "01", "5", "05",
        "true", "TRUE", "false", "13912345678", "1391234567", "073148646352", "73148646352", "7314864635", "4008001234",
        "+86 139", "1.38E+10", "123.0", "12345678901234567", "123456789012345000", "996469199703256000", "1997-03-25",
        "1997/3/25", "19970325", "2026-02-29", "0000-01-01", "9999-12-31", "测试省示范市第1街道1号", "测试a号", "测试,号", "\u{1B}",
        String(repeating: "长", count: 15), String(repeating: "长", count: 16), String(repeating: "长", count: 51), "99",
        "993715194405212056", "993715194405212057", "11010519491231002X", "11010519491231002x", "online", "x\u{FFFD}",
    ]

    private func readers(_ folder: String) throws -> (RowReader, RowReader) {
        let batch = try Batch(folder: folder)
        return (try RowReader(batch: batch), try RowReader(batch: batch))
    }

    /// Compares every row of a folder, and gives how many were taken at a glance.
    @discardableResult
    private func compare(_ folder: String) throws -> Int {
        let (quick, close) = try readers(folder)
        var contents: [UInt8] = []
        var taken = 0
        while let found = try quick.nextFound(&contents) {
            let row = try #require(try close.next())
            guard case .plain(let plain) = found else { continue }
            taken += 1
            #expect(row.problems == [])
            #expect(row.spoiledColumns == [])
            #expect(plain.line == row.line)
            #expect(plain.offset == row.offset)
            #expect(plain.id == row.idNumber?.packed)
            #expect(plain.bankPlace == row.bankPlace)
            #expect(plain.mayLackPhoto == row.mayLackPhoto)
            #expect(String(decoding: contents[plain.point], as: UTF8.self) == row.collectionPoint)
            for digest in [[UInt8](repeating: 7, count: 32), nil] {
                let finding =
                    digest.map { PhotoChecker.Finding(flaw: nil, jpeg: [], digest: $0) } ?? .missing
                #expect(
                    OrderContent.digests(of: [(plain, finding)], &contents)
                        == [quick.rules.content.digest(of: row, photo: digest)])
            }
        }
        #expect(try close.next() == nil)
        return taken
    }

    @Test("nearly all rows of the samples are")
    func samples() throws {
        #expect(try compare(Repository.sampleBatch) > 15)
        #expect(try compare(Repository.formalBatch) > 5)
    }

    @Test("whatever stands in one column of one row")
    func everyColumn() throws {
        let folder = try BatchFolder()
        let original = try folder.text("applications.csv")
        let lines = original.split(whereSeparator: \.isNewline).map(String.init)
        let columns = lines[0].split(separator: ",").count
        var taken = 0
        for column in 0..<columns {
            // Each text in a row of its own, of one applicant and another.
            let rows = Self.texts.enumerated().map { index, text in
                var fields = lines[1 + index % (lines.count - 1)].split(
                    separator: ",", omittingEmptySubsequences: false
                ).map(String.init)
                fields[column] = text
                return fields.joined(separator: ",")
            }
            try folder.write(([lines[0]] + rows).joined(separator: "\r\n"), to: "applications.csv")
            taken += try compare(folder.path)
        }
        #expect(taken > columns * 5)
    }

    @Test("a table of people keeps everybody, however many there are")
    func people() {
        let table = PersonTable()
        for id in UInt64(1)...20_000 { table.update(id &* 0x9E37_79B9_7F4A_7C15) { $0.row = UInt32(id) } }
        #expect(table.count == 20_000)
        #expect((UInt64(1)...20_000).allSatisfy { table.person($0 &* 0x9E37_79B9_7F4A_7C15)?.row == UInt32($0) })
        #expect(table.person(5) == nil)
        var sum = 0
        table.forEach { sum += Int($1.row) }
        #expect(sum == 20_000 * 20_001 / 2)
    }

    @Test("notes are read before and after they are written")
    func notes() throws {
        let notes = ScratchNotes()
        var places: [UInt32] = []
        for number in 0..<5_000 {
            places.append(try notes.append { $0 += repeatElement(UInt8(number % 251), count: number % 40) })
            let known = number / 2 | 1
            if number % 700 == 0, known <= number, known % 40 > 0 {
                #expect(try notes.read(places[known], count: 1) == [UInt8(known % 251)])
            }
        }
        try notes.flush()
        for (number, place) in places.enumerated() where number % 40 > 0 {
            #expect(
                try notes.read(place, count: number % 40)
                    == Array(repeatElement(UInt8(number % 251), count: number % 40)))
        }
    }
}
