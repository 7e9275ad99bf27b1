import CardProfiles
import Foundation
import Photos
import Testing

@testable import Personalization

/// Values as spreadsheets leave them, and values that contradict each other.
@Suite struct RowValueTests {
    private let man = "99646919970325667X"
    private let child = "996581201602285631"

    private func problems(_ folder: BatchFolder) throws -> [BatchProblem] {
        var problems: [BatchProblem] = []
        _ = try BatchIntake(folder: folder.path).run { problems.append($0) }
        return problems
    }

    private func digest(_ folder: BatchFolder) throws -> [String] {
        let prepared = try #require(try BatchIntake(folder: folder.path).run { Issue.record("\($0)") }.prepared)
        let orders = prepared.orders()
        var digests: [String] = []
        while let order = try orders.next() { digests.append(order.contentDigest) }
        return digests
    }

    @Test("what a spreadsheet spoiled is named in each row and once for all")
    func spoiled() throws {
        let folder = try BatchFolder()
        try folder.set("phone1", to: "1.88656E+10", of: man)
        try folder.set("phone1", to: "1.90780E+10", of: child)
        try folder.set("collectionPoint", to: "#REF!", of: man)
        try folder.set("birthDate", to: "35514", of: man)
        let found = try problems(folder)
        #expect(found.filter { $0.code == .valueWrong }.count == 4)
        let whole = found.filter { $0.code == .spreadsheet }
        #expect(whole.count == 1)
        #expect(whole.first?.what.contains("3 value(s) in collectionPoint, phone1") == true, "\(whole)")
        #expect(whole.first?.remedy.contains("as text") == true)
    }

    @Test("a column of a spreadsheet's spellings gives the same cards")
    func spellings() throws {
        let plain = try BatchFolder()
        let wanted = try digest(plain)
        let spelled = try BatchFolder()
        var lines = try spelled.text("applications.csv").split(whereSeparator: \.isNewline).map(String.init)
        lines = lines.map {
            $0.replacing("true", with: "TRUE").replacing("false", with: "FALSE").replacing(
                man, with: "99646919970325667x"
            )
            .replacing("1997-03-25", with: "1997/3/25").replacing("阿卜杜拉·买买提", with: "\u{3000}阿卜杜拉·买买提 ")
            .replacing(",1,05,", with: ",1,5,")
        }
        let separators = String(repeating: ",", count: lines[0].filter { $0 == "," }.count)
        lines.insert(separators, at: 3)
        lines = lines.map { $0 + "," } + [separators + ",", separators + ","]
        try spelled.write(lines.joined(separator: "\r\n"), to: "applications.csv")
        #expect(try digest(spelled) == wanted)
    }

    @Test("semicolons and tabs are read where only they make columns", arguments: [";", "\t"])
    func separators(separator: String) throws {
        let plain = try BatchFolder()
        let wanted = try digest(plain)
        let folder = try BatchFolder()
        try folder.write(
            try folder.text("applications.csv").replacing(",", with: separator), to: "applications.csv")
        #expect(try digest(folder) == wanted)
        // A row read again for its card is read with the same separator.
        let prepared = try #require(try BatchIntake(folder: folder.path).run { _ in }.prepared)
        let order = try #require(try prepared.orders().next())
        #expect(try prepared.application(order).contentDigest == order.contentDigest)
    }

    @Test("a value under no column name is a problem")
    func unnamed() throws {
        let folder = try BatchFolder()
        var lines = try folder.text("applications.csv").split(whereSeparator: \.isNewline).map { $0 + "," }
        lines[1] += "x"
        try folder.write(lines.joined(separator: "\n"), to: "applications.csv")
        #expect(try problems(folder).map(\.code) == [.columnUnknown])
    }

    @Test("control characters are in no text that is kept")
    func controls() throws {
        for column in ["collectionPoint", "address1"] {
            let folder = try BatchFolder()
            try folder.set(column, to: "\u{0}示范点", of: man)
            #expect(try problems(folder).map(\.item) == [column])
        }
        let folder = try BatchFolder()
        try folder.set("guardianName", to: "周\u{1B}洋", of: child)
        #expect(try problems(folder).map(\.item) == ["guardianName"])
    }

    @Test("a name of nothing but wide blanks is missing")
    func blank() throws {
        let folder = try BatchFolder()
        try folder.set("name", to: "\u{3000}", of: man)
        #expect(try problems(folder).contains { $0.code == .valueMissing && $0.item == "name" })
    }

    @Test("the same text in other characters is no text that was found right before")
    func exactTexts() {
        var accepted = AcceptedTexts()
        accepted.insert("é", 1)
        #expect(accepted.contains("é", 1))
        #expect(!accepted.contains("e\u{301}", 1))
    }

    @Test("a name that differs only in its dot, or only in characters that look the same, says so")
    func names() throws {
        func said(_ name: String) throws -> String {
            let folder = try BatchFolder()
            try folder.edit(try folder.reply(.bank), "阿卜杜拉·买买提", name)
            let found = try problems(folder).filter { $0.code == .nameDiffers }
            return found.map(\.description).joined()
        }
        #expect(try said("阿卜杜拉•买买提").contains("dot between its parts"))
        #expect(try said("阿卜杜拉· 买买提").contains("blanks"))
        #expect(try said("张三").contains("is not the name in"))
    }

    // MARK: Between values

    @Test("nobody is born after the day of issue, vaccinated before birth, or their own guardian")
    func dates() throws {
        let early = try BatchFolder()
        try early.set("vaccinationDate1", to: "1997-03-24", of: man)
        #expect(try problems(early).map(\.item) == ["vaccinationDate1"])
        let late = try BatchFolder()
        try late.set("vaccinationDate1", to: "2026-10-13", of: man)
        #expect(try problems(late).map(\.item) == ["vaccinationDate1"])
        #expect(try problems(early).map(\.code) == [.dateContradicts])
        let future = try BatchFolder()
        try future.edit("batch.json", "2026-10-12", "2016-02-27")
        #expect(
            try problems(future).contains {
                $0.code == .dateContradicts && $0.item == "birthDate" && $0.place == .row(4)
            })
        let own = try BatchFolder()
        try own.set("guardianIdNumber", to: child, of: child)
        #expect(try problems(own).map(\.code) == [.guardianWrong])
        // 997058202007021687 is another child of the sample.
        let young = try BatchFolder()
        try young.set("guardianIdNumber", to: "997058202007021687", of: child)
        #expect(try problems(young).map(\.item) == ["guardianIdNumber"])
    }

    @Test("the identity card as a document has the applicant's own number")
    func documents() throws {
        let folder = try BatchFolder()
        try folder.set("documentNumber", to: "993715194405212056", of: man)
        #expect(try problems(folder).map(\.code) == [.documentDiffers])
        try folder.set("documentNumber", to: "99646919970325667x", of: man)
        #expect(try problems(folder).isEmpty)
        try folder.set("documentType", to: "03", of: man)
        try folder.set("documentNumber", to: "E12345678", of: man)
        #expect(try problems(folder).isEmpty)
    }

    @Test("an allergy needs its substance, an immunization its vaccine")
    func entries() throws {
        let folder = try BatchFolder()
        try folder.set("allergyReaction2", to: "皮疹", of: man)
        try folder.set("vaccine1", to: "", of: man)
        let found = try problems(folder)
        #expect(found.map(\.item) == ["allergen2", "vaccine1"])
        #expect(found.allSatisfy { $0.code == .valueMissing })
    }

    // MARK: Files

    @Test("a photo under another spelling of its name is taken where there is one", arguments: ["JPG", "jpeg"])
    func photoNames(ending: String) throws {
        let folder = try BatchFolder()
        let photo = folder.path + "/photos/\(man)"
        try FileManager.default.moveItem(
            atPath: photo + ".jpg", toPath: folder.path + "/photos/99646919970325667x.\(ending)")
        #expect(try problems(folder).isEmpty)
        try FileManager.default.copyItem(
            atPath: folder.path + "/photos/992946193907017162.jpg", toPath: photo + ".JPEG")
        #expect(try problems(folder).map(\.code) == [.photoUnreadable])
        try folder.write(Data(), to: "photos/\(man).jpg")
        #expect(try problems(folder).map(\.what) == ["is in several files whose names differ only in their spelling"])
    }

    @Test("what a camera notes in a picture does not reach the card")
    func notes() throws {
        let jpeg = [UInt8](try Data(contentsOf: URL(filePath: Repository.sampleBatch + "/photos/\(man).jpg")))
        let place: [UInt8] = Array("Exif\0\0".utf8) + Array("28.2N 112.9E".utf8)
        let note: [UInt8] = [0xFF, 0xE1, 0, UInt8(place.count + 2)] + place + [0xFF, 0xFE, 0, 4, 0x68, 0x69]
        let noted = Array(jpeg[..<2]) + note + jpeg[2...]
        #expect(try PhotoFitting(profile: .bundled()).fit(noted) == jpeg)
    }

    @Test(
        "batch.json is read strictly",
        arguments: [
            ("{\"mode\":\"formal\",", "name"), ("{,", "expected"), ("{\"id\":\"B\\u0000C\",", "name"),
        ])
    func manifests(start: String, said: String) throws {
        let folder = try BatchFolder()
        let text = try folder.text("batch.json")
        try folder.write(start + text.drop { $0 != "{" }.dropFirst(), to: "batch.json")
        let found = try problems(folder)
        #expect(found.map(\.code) == [.fileMalformed], "\(found)")
        #expect(found.first?.what.contains(said) == true, "\(found)")
        let trailing = try BatchFolder()
        try trailing.write(
            try trailing.text("batch.json").replacing("]", with: "],", maxReplacements: 1), to: "batch.json")
        #expect(try problems(trailing).map(\.code) == [.fileMalformed])
        let control = try BatchFolder()
        try control.edit("batch.json", "\"B000007\"", "\"B\\u0000C\"")
        #expect(try problems(control).map(\.item) == ["id"])
    }
}
