import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// What may be a reply and is not read is never as if it were not there.
@Suite struct FolderSearchTests {
    private static let packet = "9901000000012026100800009"
    private static let man = "99646919970325667X"

    /// A refusal of the man in row 2, under any name.
    private func refusal(of number: String = man, declares: String = "UTF-8") -> String {
        "<?xml version=\"1.0\" encoding=\"\(declares)\"?>\n<PACKAGE><PACKAGEHEAD><BBH>2.00</BBH>"
            + "<SJBBH>\(Self.packet)</SJBBH><SJBLX>11</SJBLX><JLS>1</JLS></PACKAGEHEAD><DATA>\n"
            + "<RECORD><CZRKGMSFHM>\(number)</CZRKGMSFHM><YCDM>60</YCDM></RECORD></DATA></PACKAGE>"
    }

    /// The sample without the police's matches, so that an exception contradicts nothing.
    private func folder() throws -> BatchFolder {
        let folder = try BatchFolder()
        try FileManager.default.removeItem(atPath: folder.path + "/" + folder.reply(.police))
        return folder
    }

    private func codes(_ folder: BatchFolder) throws -> [BatchProblem] {
        var problems: [BatchProblem] = []
        _ = try BatchIntake(folder: folder.path).run { problems.append($0) }
        return problems.filter { $0.code != .photoMissing }
    }

    @Test(
        "a file that is almost a reply is a problem that names it",
        arguments: [
            "副本 YCH_YCXX_\(packet).XML", "YCH_YCXX_\(packet).XML.txt", "YCH-YCXX-\(packet).XML", "YCH_YCXX.zip",
            "ＹＣＨ_ＹＣＸＸ_1.XML", ".YCH_YCXX_\(packet).XML.swp", "回盘/YCH_YCXX_\(packet).XML", "a/b/ych_ycxx.xml",
            "anything.dat",
        ])
    func nearly(name: String) throws {
        let folder = try folder()
        if let slash = name.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name[..<slash], withIntermediateDirectories: true)
        }
        try folder.write(refusal(), to: name)
        let found = try codes(folder)
        #expect(found.map(\.code) == [.replyName], "\(found)")
        #expect(found.first?.place == .file(name))
    }

    @Test("letters of either case are read")
    func letterCase() throws {
        let folder = try folder()
        try folder.write(refusal(), to: "ych_ycxx_\(Self.packet).xml")
        #expect(try codes(folder).map(\.code) == [.policeNoSuchNumber])
    }

    @Test("an archive with a reply in it, and one without")
    func archives() throws {
        let folder = try folder()
        let head: [UInt8] = [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 26)
        try folder.write(Data(head + Array("photos/1.jpg".utf8)), to: "photos.zip")
        #expect(try codes(folder).isEmpty)
        try folder.write(Data(head + Array("YCH_YCXX_1.XML".utf8)), to: "mail.zip")
        #expect(try codes(folder).map(\.code) == [.replyName])
    }

    @Test("a name from Windows in GBK is looked at too, and its own files are left alone")
    func foreignNames() throws {
        let folder = try folder()
        let name =
            Array(folder.path.utf8) + Array("/".utf8) + [0xB8, 0xB1, 0xB1, 0xBE] + Array("YCH_YCXX_1.XML".utf8) + [0]
        let descriptor = name.withUnsafeBytes { bytes in
            bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o600) } ?? -1
        }
        try #require(descriptor >= 0)
        close(descriptor)
        try folder.write("notes of the clinic", to: "备注.txt")
        let found = try codes(folder)
        #expect(found.map(\.code) == [.replyName])
        #expect(found.first?.place == .file("副本YCH_YCXX_1.XML"))
    }

    @Test("a pipe and a folder under the name of a reply are answered at once")
    func pipes() throws {
        let folder = try folder()
        #expect(mkfifo(folder.path + "/YCH_YCXX_\(Self.packet).XML", 0o600) == 0)
        #expect(mkfifo(folder.path + "/other", 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/YCH_YCXX_2.XML", withIntermediateDirectories: false)
        let clock = ContinuousClock()
        let began = clock.now
        #expect(try codes(folder).map(\.code) == [.fileUnreadable, .fileUnreadable])
        #expect(clock.now - began < .seconds(20))
    }

    @Test(
        "a refusal counts however its number is spelled",
        arguments: ["99646919970325667x", "996469 19970325 667X", "９９６４６９１９９７０３２５６６７Ｘ", "996469970325667"])
    func spelling(number: String) throws {
        let folder = try folder()
        try folder.write(refusal(of: number), to: "YCH_YCXX_\(Self.packet).XML")
        #expect(try codes(folder).map(\.code) == [.policeNoSuchNumber])
    }

    @Test(
        "a refusal of nobody who can be told is a problem, never nothing",
        arguments: ["9.96469E+17", "996469199703256671", "９９６４６９１９９７０３２５６６７１", "99646919971325667X", "某"])
    func unattributed(number: String) throws {
        let folder = try folder()
        try folder.write(refusal(of: number), to: "YCH_YCXX_\(Self.packet).XML")
        let found = try codes(folder)
        #expect(found.map(\.code) == [.refusalUnattributed])
        #expect(found.allSatisfy { !$0.description.contains(number) })
        // The same where one card is asked for.
        #expect(throws: BatchError.self) { try Batch(folder: folder.path).application(idNumber: Self.man) }
    }

    @Test("a refusal of a wrong number belongs to the row that has the same, and goes with it")
    func wrongInBoth() throws {
        let folder = try folder()
        let wrong = "996469199703256671"
        try folder.set("idNumber", to: wrong, of: Self.man)
        try folder.write(refusal(of: "996469 19970325 6671"), to: "YCH_YCXX_\(Self.packet).XML")
        let found = try codes(folder)
        #expect(!found.map(\.code).contains(.refusalUnattributed) && found.contains { $0.item == "idNumber" })
        var left: [BatchProblem.Code] = []
        _ = try BatchIntake(folder: folder.path, setAside: SetAside(rows: [2])).run {
            if $0.code != .photoMissing { left.append($0.code) }
        }
        // The bank's match is of nobody now; the refusal was of that row.
        #expect(left == [.stranger])
    }

    @Test("who was heard is in the report, and nobody is said")
    func heard() throws {
        let sample = try BatchIntake(folder: Repository.sampleBatch).run { _ in }
        #expect(sample.replies.map(\.verifier) == [.police, .bank])
        #expect(sample.replies.map(\.records) == [24, 24])
        #expect(!sample.isUnverified)
        let folder = try BatchFolder(copying: Repository.formalBatch)
        for verifier in Verifier.allCases {
            try FileManager.default.removeItem(atPath: folder.path + "/" + folder.reply(verifier))
        }
        let silent = try BatchIntake(folder: folder.path).run { _ in }
        #expect(silent.isUnverified)
        #expect(silent.mode == .formal)
        #expect(silent.replies.isEmpty)
    }

    // MARK: Character sets

    private func bank(_ folder: BatchFolder, declares: String, isGBK: Bool) throws -> [BatchProblem] {
        let name = try folder.reply(.bank)
        let text = try folder.text(name).replacing("encoding=\"UTF-8\"", with: "encoding=\"\(declares)\"")
        try folder.write(isGBK ? Data(GBK.encode(text)) : Data(text.utf8), to: name)
        return try codes(folder)
    }

    @Test("a reply in another character set than it declares names both")
    func otherCharacters() throws {
        let first = try bank(BatchFolder(), declares: "UTF-8", isGBK: true)
        #expect(first.map(\.code).first == .fileMalformed)
        #expect(first.first?.what.contains("declares UTF-8") == true)
        let second = try bank(BatchFolder(), declares: "GBK", isGBK: false)
        #expect(second.map(\.code).first == .fileMalformed)
        #expect(second.first?.what.contains("is in UTF-8") == true)
    }

    @Test("GB2312 is read as browsers read it", arguments: ["GB2312", "gbk", "GB18030"])
    func widened(declares: String) throws {
        let folder = try BatchFolder()
        // 镕 is in GBK and not in GB2312.
        try folder.set("name", to: "朱镕", of: Self.man)
        for verifier in Verifier.allCases {
            try folder.edit(try folder.reply(verifier), "阿卜杜拉·买买提", "朱镕")
        }
        #expect(try bank(folder, declares: declares, isGBK: true).isEmpty)
    }
}
