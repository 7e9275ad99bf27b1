import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// What spreadsheets really write of the sample batch (`TestVectors/spreadsheets`).
@Suite struct SpreadsheetTests {
    private static let folder = Repository.root + "/TestVectors/spreadsheets"
    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".csv") }.sorted()

    private struct Finding {
        var problems: [BatchProblem] = []
        var digests: [String] = []
    }

    private func check(_ folder: BatchFolder) throws -> Finding {
        var finding = Finding()
        let prepared = try BatchIntake(folder: folder.path).run { finding.problems.append($0) }.prepared
        if let orders = prepared?.orders() {
            while let order = try orders.next() { finding.digests.append(order.contentDigest) }
        }
        return finding
    }

    private func table(_ text: String) throws -> [[String]] {
        let path = NSTemporaryDirectory() + "table-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(filePath: path))
        let reader = try CSVReader(path: path)
        reader.separate(by: text.prefix { !$0.isNewline }.contains(";") ? UInt8(ascii: ";") : CSVReader.comma)
        var rows: [[String]] = []
        while let record = try reader.next() { rows.append(record.fields) }
        return rows
    }

    private func source() throws -> [[String]] { try table(try BatchFolder().text("applications.csv")) }

    @Test("every kind of import is there")
    func complete() {
        for program in ["libreoffice-en-US", "libreoffice-zh-CN", "pandas", "excel-en-US", "excel-zh-CN"] {
            #expect(Self.files.contains("\(program)-default.csv"))
            if !program.hasPrefix("excel") { #expect(Self.files.contains("\(program)-text.csv")) }
        }
    }

    @Test(
        "a file imported as text gives the same cards, byte for byte",
        arguments: files.filter { $0.contains("-text") })
    func text(file: String) throws {
        let folder = try BatchFolder()
        let wanted = try check(folder)
        try #require(wanted.digests.count == 24 && wanted.problems.isEmpty)
        let saved = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
        #expect(try table(saved) == source())
        try folder.write(saved, to: "applications.csv")
        let found = try check(folder)
        #expect(found.problems.isEmpty, "\(found.problems)")
        #expect(found.digests == wanted.digests)
    }

    @Test(
        "of a file that was imported as a spreadsheet likes it each lost value is named, and put right the cards are the same",
        arguments: files.filter { !$0.contains("-text") })
    func spoiled(file: String) throws {
        let folder = try BatchFolder()
        let wanted = try check(folder).digests
        let source = try source()
        let header = source[0]
        var rows = try table(try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8))
        try #require(rows.count == source.count && rows[0] == header)
        func write() throws {
            try folder.write(rows.map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "applications.csv")
        }
        try write()
        let found = try check(folder)
        #expect(found.digests.isEmpty)
        #expect(found.problems.contains { $0.code == .spreadsheet && $0.item == nil }, "\(found.problems)")
        // Only what is lost is wrong, and who it was: flags, days and codes are read.
        let kinds = Set(found.problems.map(\.code))
        #expect(
            kinds.isSubset(of: [.valueWrong, .guardianWrong, .spreadsheet, .stranger, .photoMissing]), "\(kinds)")
        let written = rows
        var named = 0
        for problem in found.problems where problem.place.file == Batch.applicationsFile {
            guard let column = header.firstIndex(where: { $0 == problem.item }) else { continue }
            if let row = problem.place.number {
                // A value that was not changed is not wrong.
                if problem.code != .photoMissing {
                    #expect(written[row - 1][column] != source[row - 1][column], "\(problem)")
                }
                rows[row - 1][column] = source[row - 1][column]
            } else {
                for row in 1..<rows.count { rows[row][column] = source[row][column] }
            }
            named += 1
        }
        #expect(named > 10)
        try write()
        let mended = try check(folder)
        #expect(mended.problems.isEmpty, "\(mended.problems)")
        #expect(mended.digests == wanted)
    }

    @Test("a column of long numbers that were rounded is found, one that only may have been is not")
    func rounded() throws {
        func problems(_ number: (Int) -> String) throws -> [BatchProblem] {
            let folder = try BatchFolder()
            var rows = try source()
            let column = try #require(rows[0].firstIndex(of: "healthRecordNumber"))
            for row in 1..<rows.count { rows[row][column] = number(row) }
            try folder.write(rows.map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "applications.csv")
            return try check(folder).problems
        }
        let multiples = try problems { String(99_646_901_910_200_000 + $0 * 16) }
        #expect(multiples.map(\.item) == ["healthRecordNumber"] && multiples.map(\.code) == [.spreadsheet])
        // One number that no floating-point number can be: nothing was rounded.
        #expect(try problems { String(99_646_901_910_200_000 + $0 * 16 + ($0 == 24 ? 1 : 0)) }.isEmpty)
        // Few numbers prove nothing.
        #expect(try problems { $0 <= 4 ? String(99_646_901_910_200_000 + $0 * 16) : "" }.isEmpty)
    }

    @Test(
        "a telephone number that has lost its zero is named, other numbers are taken",
        arguments: [
            ("73148646352", true), ("1012345678", true), ("2112345678", true), ("073148646352", false),
            ("18865589240", false), ("4008123456", false), ("8008123456", false), ("12345", false),
            ("48646352", false), ("+85212345678", false), ("0085212345678", false), ("0731-48646352", false),
        ])
    func phones(number: String, isLost: Bool) throws {
        let folder = try BatchFolder()
        try folder.set("phone2", to: number, of: "99646919970325667X")
        let problems = try check(folder).problems
        #expect(problems.map(\.code) == (isLost ? [.valueWrong, .spreadsheet] : []), "\(problems)")
        #expect(problems.allSatisfy { !$0.description.contains(number) })
    }
}
