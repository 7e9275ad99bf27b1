import Foundation
import ShangMi
import Testing

@testable import Personalization

@Suite struct CSVReaderTests {
    /// All records of a file with these bytes.
    private func records(_ bytes: some Sequence<UInt8>) throws -> [CSVRecord] {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        let reader = try CSVReader(path: path)
        var records: [CSVRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func fields(_ text: String) throws -> [[String]] { try records(text.utf8).map(\.fields) }

    @Test func plainAndQuotedFields() throws {
        #expect(try fields("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
        #expect(try fields("a,b\n1,2") == [["a", "b"], ["1", "2"]])
        #expect(try fields("\"x, y\",\"say \"\"no\"\"\"\n") == [["x, y", "say \"no\""]])
        #expect(try fields(",,\n") == [["", "", ""]])
        #expect(try fields("") == [])
    }

    @Test func byteOrderMarkAndCarriageReturns() throws {
        #expect(try fields("\u{FEFF}idNumber,name\r\n1,张三\r\n") == [["idNumber", "name"], ["1", "张三"]])
    }

    @Test func linesAreCountedAsAnEditorCounts() throws {
        #expect(try records("a\nb\n\nc\n".utf8).map(\.line) == [1, 2, 4])
        #expect(try records("a\r\nb\r\n\r\nc\r\n".utf8).map(\.line) == [1, 2, 4])
        #expect(try records("a\n\"b\nb\"\nc\n".utf8).map(\.line) == [1, 2, 4])
    }

    @Test(arguments: [
        ("a,b\n1,x\"y\n", CSVError.malformed(line: 2, field: 2)),
        ("a,b\n1,\"x\"y\n", CSVError.malformed(line: 2, field: 2)),
        ("a,b\n1,\"x\n2,3\n", CSVError.malformed(line: 2, field: 2)),
    ])
    func misplacedQuotes(text: String, error: CSVError) {
        #expect(throws: error) { try fields(text) }
    }

    @Test func recordsBeforeAFlawAreDelivered() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("a\nb\n\"c\"d\n".utf8).write(to: URL(filePath: path))
        let reader = try CSVReader(path: path)
        #expect(try reader.next()?.fields == ["a"])
        #expect(try reader.next()?.fields == ["b"])
        #expect(throws: CSVError.malformed(line: 3, field: 1)) { try reader.next() }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: CSVError.notUTF8(line: 2, field: 2)) {
            try records(Array("a,b\n1,".utf8) + [0xD5, 0xC5] + Array("\n".utf8))
        }
    }

    @Test func aQuoteThatNeverEndsIsGivenUp() {
        let endless = "a,b\n1,\"" + String(repeating: "x", count: 3 * CSVReader.longestField)
        #expect(throws: CSVError.fieldTooLong(line: 2, field: 2)) { try fields(endless) }
    }

    @Test func tooManyFields() {
        #expect(throws: CSVError.self) { try fields(String(repeating: ",", count: CSVReader.mostFields)) }
    }

    @Test func noFile() {
        #expect(throws: CSVError.unreadable(.missing)) { try CSVReader(path: "/nowhere/applications.csv") }
    }

    @Test func rowsAcrossChunksStayWhole() throws {
        let text = (0..<20_000).map { "\($0),\"张,三\"\r\n" }.joined()
        let all = try records(text.utf8)
        #expect(all.count == 20_000)
        #expect(all.enumerated().allSatisfy { $1.fields == [String($0), "张,三"] && $1.line == $0 + 1 })
    }

    /// Quotes, newlines inside them, CRLF and LF mixed, blank lines, a byte order mark: a record read again at its
    /// offset is the record that was read.
    @Test(arguments: [1, 7, 64, 65536]) func offsets(chunk: Int) throws {
        let path = NSTemporaryDirectory() + UUID().uuidString + ".csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let pieces = ["a", "张三", "\"x,y\"", "\"two\nlines\"", "\"cr\r\nlf\"", "\"say \"\"no\"\"\"", "", " b"]
        for round in 0..<20 {
            var text = round % 2 == 0 ? "\u{FEFF}" : ""
            for _ in 0..<Int.random(in: 1...12) {
                let fields = (0..<Int.random(in: 1...5)).map { _ in pieces.randomElement() ?? "a" }
                text += fields.joined(separator: ",")
                text += ["\n", "\r\n", "\n\n", "\r\n\r\n"].randomElement() ?? "\n"
            }
            try Data(text.utf8).write(to: URL(filePath: path))
            let reader = try CSVReader(path: path, chunk: chunk, hashes: true)
            while let record = try reader.next() {
                let again = try CSVReader(path: path, offset: record.offset, line: record.line, chunk: 5).next()
                #expect(again == record, "\(text.debugDescription)")
            }
            #expect(reader.digest == SM3.hash(Array(text.utf8)))
        }
    }
}
