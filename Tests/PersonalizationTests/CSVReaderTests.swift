import Foundation
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
        #expect(throws: CSVError.unreadable) { try CSVReader(path: "/nowhere/applications.csv") }
    }

    @Test func rowsAcrossChunksStayWhole() throws {
        let text = (0..<20_000).map { "\($0),\"张,三\"\r\n" }.joined()
        let all = try records(text.utf8)
        #expect(all.count == 20_000)
        #expect(all.enumerated().allSatisfy { $1.fields == [String($0), "张,三"] && $1.line == $0 + 1 })
    }
}
