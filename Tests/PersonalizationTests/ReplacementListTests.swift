import Foundation
import Testing

@testable import Personalization

@Suite struct ReplacementListTests {
    private func list(_ bytes: [UInt8]) throws -> ReplacementList {
        let path = NSTemporaryDirectory() + "replacements-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(filePath: path))
        return try ReplacementList(path: path, file: "replacements.csv")
    }

    private func list(_ text: String) throws -> ReplacementList { try list(Array(text.utf8)) }

    @Test(
        "Rows and reasons are read as applications.csv is: with a header or without, quotes, blanks, a byte order mark",
        arguments: [
            "row,reason\n2,lost\n14,\"cut, in two\"\n", "2,lost\r\n14,\"cut, in two\"\r\n",
            "\u{FEFF}Row,Reason\r\n 2 ,\u{3000}lost \n\n14,\"cut, in two\"",
        ])
    func sound(_ text: String) throws {
        #expect(try list(text).reasons == [2: "lost", 14: "cut, in two"])
    }

    @Test(
        "A line that is no row and reason is named, with every other one",
        arguments: [
            ("2,lost\n2,again\n", [2]), ("1,header\n", [1]), ("2\n3,x,y\n4,\n", [1, 2, 3]),
            ("row,reason\nthree,lost\n", [2]), ("2,a\u{1B}[31mb\n", [1]), ("2,\u{FFFD}\u{FFFD}\n", [1]),
            ("2," + String(repeating: "丢", count: 67) + "\n", [1]), ("99999999999999999999,lost\n", [1]),
        ])
    func faulty(_ text: String, _ lines: [Int]) throws {
        let error = #expect(throws: BatchError.self) { try list(text) }
        #expect(error?.problems.map(\.place) == lines.map { .record(file: "replacements.csv", number: $0) })
    }

    @Test(
        "A reason that nobody wrote is none, wherever reasons are given",
        arguments: [
            "", " ", "\u{3000}", "\u{200B}", "#REF!", " #NAME? ", "=\"lost\"", "NULL", "lost\u{202E}",
            "lost by 99646919970325667X", "99646919970325667x了",
        ])
    func noReason(_ text: String) {
        #expect(ReplacementList.problem(ofReason: text) != nil)
        #expect(throws: BatchError.self) { try list("2,\"\(text.replacing("\"", with: "\"\""))\"\n") }
    }

    @Test("A list in another character set is refused, not read as something else")
    func otherCharacterSet() throws {
        let error = #expect(throws: BatchError.self) {
            try list(Array("row,reason\n2,".utf8) + [0xB6, 0xAA, 0xCA, 0xA7, 0x0A])
        }
        #expect(error?.problems.map(\.what) == ["is not UTF-8"])
    }

    @Test(
        "Separators, commas left behind, headers in Chinese and digits of any width are taken",
        arguments: [
            "行号;原因\n2;lost\n14;\"cut, in two\"\n", "row\treason\r\n2\tlost\r\n14\tcut, in two\r\n",
            "行号,原因,\n2,lost,\n,,\n14,\"cut, in two\",\n", "\u{FEFF}行,原因\n\n２,lost\n１４,\"cut, in two\"\n",
            "2,lost\r14,\"cut, in two\"\r",
        ])
    func spreadsheets(_ text: String) throws {
        #expect(try list(text).reasons == [2: "lost", 14: "cut, in two"])
    }

    @Test(
        "What is no such list is said to be that",
        arguments: [
            ("2|lost\n3|cut\n", TableForm.separator("|")), ("sep=,\n2,lost\n", .separatorLine),
            ("PK\u{3}\u{4}\0\0xl/workbook.xml", .workbook), ("<html><body>", .html), ("{\"2\": \"lost\"}", .json),
            ("\0r\0o\0w\0,\0r\0e\0a\0s\0o\0n\0\n", .utf16),
        ])
    func otherForms(_ text: String, _ form: TableForm) {
        let error = #expect(throws: BatchError.self) { try list(text) }
        #expect(error?.problems.map(\.finding) == [.table(.form(form))])
    }

    @Test(
        "An identity number in place of a row is told apart", arguments: ["99646919970325667x", "９９６４６９19970325667X"])
    func numbers(_ number: String) {
        let error = #expect(throws: BatchError.self) { try list("row,reason\n\(number),lost\n") }
        #expect(error?.problems.map(\.finding) == [.choice(.numberForRow)])
        #expect(error?.description.contains("996469") == false)
    }
}
