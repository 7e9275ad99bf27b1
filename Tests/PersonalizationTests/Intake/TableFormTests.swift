import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// A file that should be `applications.csv`, or a list, and is something else.
@Suite struct TableFormTests {
    private let man = "99646919970325667X"

    private func problems(_ folder: BatchFolder) throws -> [BatchProblem] {
        var problems: [BatchProblem] = []
        _ = try BatchIntake(folder: folder.path).run { problems.append($0) }
        return problems
    }

    /// What is said of a file with these bytes.
    private func form(_ bytes: [UInt8]) throws -> [BatchFinding] {
        let folder = try BatchFolder()
        try folder.write(Data(bytes), to: "applications.csv")
        let found = try problems(folder)
        #expect(found.allSatisfy { $0.place.file == "applications.csv" }, "\(found)")
        return found.map(\.finding)
    }

    private func wide(_ text: String, littleEndian: Bool, mark: Bool) -> [UInt8] {
        let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
        return units.flatMap { (unit: UInt16) -> [UInt8] in
            let bytes = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
            return littleEndian ? bytes.reversed() : bytes
        }
    }

    private static let texts: [(text: String, form: TableForm)] = [
        ("PK\u{3}\u{4}\0\0[Content_Types].xml", .workbook),
        ("PK\u{3}\u{4}\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", .openWorkbook),
        ("PK\u{3}\u{4}\0\0a.txt", .archive), ("%PDF-1.7\n", .document), ("<!DOCTYPE html>\n<html>", .html),
        ("\u{FEFF}\n<table><tr><td>idNumber</td></tr></table>", .html),
        ("<?xml version=\"1.0\"?><Workbook/>", .xml), ("[{\"idNumber\": 1}]", .json),
        ("sep=,\nidNumber,name\n1,2\n", .separatorLine), ("\"sep=;\"\r\nidNumber;name\r\n1;2\r\n", .separatorLine),
        ("idNumber|name|sex\n1|2|3\n", .separator("|")), ("nothing of the kind\n", .noTable),
        ("idNumber\0,name\n1,b\n", .nul),
    ]

    @Test("a file of another kind is said to be that, once", arguments: texts.indices)
    func forms(index: Int) throws {
        let (text, form) = Self.texts[index]
        #expect(try self.form(Array(text.utf8)) == [.table(.form(form))])
    }

    @Test("old workbooks and archives are known by their first bytes")
    func packed() throws {
        let old: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        #expect(try form(old) == [.table(.form(.oldWorkbook))])
        let packed: [UInt8] = [0x1F, 0x8B, 8, 0]
        #expect(try form(packed) == [.table(.form(.archive))])
    }

    @Test("UTF-16 is found in either order, with a mark and without")
    func utf16() throws {
        let text = try BatchFolder().text("applications.csv")
        for littleEndian in [true, false] {
            for mark in [true, false] {
                #expect(
                    try form(wide(text, littleEndian: littleEndian, mark: mark)) == [.table(.form(.utf16))],
                    "\(littleEndian) \(mark)")
            }
        }
    }

    @Test("a header alone is no batch")
    func header() throws {
        let folder = try BatchFolder()
        let header = try folder.text("applications.csv").prefix { !$0.isNewline }
        for text in [String(header), header + "\r\n", header + "\n,,\n\n"] {
            try folder.write(text, to: "applications.csv")
            #expect(try problems(folder).filter { $0.code != .stranger }.map(\.finding) == [.table(.form(.noRows))])
        }
    }

    @Test("lines that end with CR alone are lines")
    func carriageReturns() throws {
        let folder = try BatchFolder()
        let lines = try folder.text("applications.csv").split(whereSeparator: \.isNewline)
        try folder.write(lines.joined(separator: "\r") + "\r", to: "applications.csv")
        #expect(try problems(folder) == [])
    }

    // MARK: Names

    @Test("a file of almost the name is named where there is none of the name")
    func nearNames() throws {
        for name in [
            "Applications.CSV", "applications.csv.txt", "applications (1).csv", "申请.csv", "applications - 副本.csv",
        ] {
            let folder = try BatchFolder()
            try FileManager.default.moveItem(
                atPath: folder.path + "/applications.csv", toPath: folder.path + "/" + name)
            #expect(try problems(folder).map(\.finding) == [.file(.namedOtherwise([name]))])
        }
        let link = try BatchFolder()
        try FileManager.default.removeItem(atPath: link.path + "/applications.csv")
        try FileManager.default.createSymbolicLink(
            atPath: link.path + "/applications.csv", withDestinationPath: "/nowhere/applications.csv")
        #expect(try problems(link).map(\.finding) == [.file(.linkToNothing)])
    }

    @Test("a folder, a pipe or a device in its place is said to be that")
    func notFiles() throws {
        let folder = try BatchFolder()
        let path = folder.path + "/applications.csv"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(try problems(folder).map(\.finding) == [.file(.unreadable(.notAFile(.folder)))])
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try problems(folder).map(\.finding) == [.file(.unreadable(.notAFile(.pipe)))])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        #expect(try problems(folder).map(\.finding) == [.file(.unreadable(.notAFile(.device)))])
    }

    @Test("beside another file of the name nobody knows which is meant, unless both hold the same")
    func twoFiles() throws {
        let folder = try BatchFolder()
        let text = try folder.text("applications.csv")
        try folder.write(text, to: "applications (1).csv")
        #expect(try problems(folder) == [])
        try folder.write(text + "\n", to: "applications (1).csv")
        #expect(try problems(folder).map(\.finding) == [.file(.otherOfAlmostTheName(["applications (1).csv"]))])
    }

    @Test("the folder of photos is taken under another name where there is one", arguments: ["Photos", "photo", "照片"])
    func photoFolders(name: String) throws {
        let folder = try BatchFolder()
        try FileManager.default.moveItem(atPath: folder.path + "/photos", toPath: folder.path + "/" + name)
        #expect(try problems(folder) == [])
        try FileManager.default.createDirectory(
            atPath: folder.path + "/photos", withIntermediateDirectories: false)
        #expect(try problems(folder).contains { if case .file(.photoFolders) = $0.finding { true } else { false } })
    }

    @Test("of two spellings of a photo's name that hold something else neither is taken")
    func photoSpellings() throws {
        let folder = try BatchFolder()
        let photos = folder.path + "/photos/"
        try FileManager.default.copyItem(atPath: photos + "\(man).jpg", toPath: photos + "\(man).JPG")
        #expect(try problems(folder) == [])
        try FileManager.default.removeItem(atPath: photos + "\(man).JPG")
        try FileManager.default.copyItem(atPath: photos + "992946193907017162.jpg", toPath: photos + "\(man).JPG")
        #expect(try problems(folder).map(\.finding) == [.photo(PhotoFinding(.ambiguous))])
        try FileManager.default.removeItem(atPath: photos + "\(man).JPG")
        try FileManager.default.moveItem(atPath: photos + "\(man).jpg", toPath: photos + "\(man).png")
        #expect(try problems(folder).map(\.finding) == [.photo(PhotoFinding(.otherFormat("png")))])
    }

    // MARK: Lists

    @Test("a list to set aside is read in any spelling, or said to be something else")
    func setAside() throws {
        func rows(_ text: String) throws -> Set<Int> {
            var list = SetAside()
            try list.add(list: Array(text.utf8), file: "list")
            return list.rows
        }
        for text in [
            "\u{FEFF}行号;原因\r\n2;缺照片\r\n\r\n３;x\r\n", "row\treason\n2\ta\n3\tb\n", "2,\n3,\n", "\"2\"\n\"3\"\n",
        ] {
            #expect(try rows(text) == [2, 3], "\(text)")
        }
        var list = SetAside()
        try list.add(list: Array("身份证号\n99646919970325667x\n".utf8), file: "list")
        #expect(list.idNumbers.count == 1)
        let others: [(bytes: [UInt8], finding: TableFinding)] = [
            (wide("2\n3\n4\n5\n", littleEndian: true, mark: true), .form(.utf16)),
            (Array("PK\u{3}\u{4}\0\0xl/".utf8), .form(.workbook)), ([0x32, 0x0A, 0xB6, 0xAA, 0x0A], .notUTF8),
        ]
        for (bytes, finding) in others {
            var list = SetAside()
            let error = #expect(throws: BatchError.self) { try list.add(list: bytes, file: "list") }
            #expect(error?.problems.map(\.finding) == [.table(finding)])
        }
    }

    @Test("a column whose last digits a spreadsheet made zeros is found by three numbers")
    func rounded() throws {
        let folder = try BatchFolder()
        let people = [man, "992946193907017162", "993715194405212056"]
        for (person, number) in zip(people, ["99010010100112300", "99010010100245600", "99010010100378900"]) {
            #expect(try problems(folder).isEmpty)
            try folder.set("healthRecordNumber", to: number, of: person)
        }
        let others = try folder.text("applications.csv").split(whereSeparator: \.isNewline).dropFirst().compactMap {
            $0.split(separator: ",").first.map(String.init)
        }
        for person in others where !people.contains(person) { try folder.set("healthRecordNumber", to: "", of: person) }
        let found = try problems(folder)
        #expect(found.map(\.code) == [.spreadsheet] && found.first?.item == "healthRecordNumber", "\(found)")
        try folder.set("healthRecordNumber", to: "99010010100378901", of: people[2])
        #expect(try problems(folder) == [])
    }

    @Test(
        "what is no name, or was read wrongly, is a problem of its column", arguments: ["·", "-", "1.0", "寮犱笁", "锟斤拷"])
    func names(text: String) throws {
        let folder = try BatchFolder()
        try folder.set("contactName1", to: text, of: man)
        let found = try problems(folder)
        #expect(found.map(\.code) == [.valueWrong] && found.first?.item == "contactName1", "\(found)")
    }
}
