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

    @Test(
        "an archive, a workbook and any XML beside the batch are problems: nobody looks into them",
        arguments: [
            [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], Array("Rar!".utf8), [0x1F, 0x8B],
            [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0],
            [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], Array("BZh9".utf8), [0x28, 0xB5, 0x2F, 0xFD],
            [0xD0, 0xCF, 0x11, 0xE0],
            [0xEF, 0xBB, 0xBF] + Array(" <?xml version=\"1.0\"?><a/>".utf8),
        ])
    func packed(head: [UInt8]) throws {
        for name in ["letter", "sub/letter.dat", "photos/letter.doc"] {
            let folder = try folder()
            try FileManager.default.createDirectory(
                atPath: folder.path + "/sub", withIntermediateDirectories: true)
            try folder.write(Data(head + Array(repeating: 0, count: 600)), to: name)
            let found = try codes(folder)
            #expect(found.map(\.code) == [.replyName], "\(name): \(found)")
            #expect(found.first?.place == .file(name))
        }
    }

    @Test("a refusal far behind its beginning, below other folders, beside photos or behind a link is found")
    func hidden() throws {
        let long =
            "<?xml version=\"1.0\"?><!--" + String(repeating: "-x", count: 5_000) + "-->" + refusal().dropFirst(38)
        for (name, text) in [
            ("a.dat", String(long.dropFirst(21))), ("sub/exc.xml", refusal()), ("a/b/exc.dat", refusal()),
            ("photos/exc.xml", refusal()), ("photos/YCH_YCXX_1.XML", refusal()), ("异常.csv", "number\n"),
            ("回盘 2.dat", "x"), ("Exceptions.txt", "x"),
        ] {
            let folder = try folder()
            if let slash = name.lastIndex(of: "/") {
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/" + name[..<slash], withIntermediateDirectories: true)
            }
            try folder.write(text, to: name)
            #expect(try codes(folder).map(\.code) == [.replyName], "\(name)")
        }
        let linked = try folder()
        let outside = try folder()
        try outside.write(refusal(), to: "anything")
        let place = linked.path
        try FileManager.default.createSymbolicLink(
            atPath: place + "/file", withDestinationPath: outside.path + "/anything")
        try FileManager.default.createSymbolicLink(atPath: place + "/folder", withDestinationPath: outside.path)
        try FileManager.default.createSymbolicLink(atPath: place + "/nowhere", withDestinationPath: "/nonexistent/x")
        #expect(try Set(codes(linked).map(\.code)) == [.replyName, .fileUnreadable])
        #expect(try codes(linked).count == 3)
    }

    @Test("what is too deep to be looked through is said; what is surely harmless is not")
    func limits() throws {
        let folder = try folder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/a/b/c/d", withIntermediateDirectories: true)
        #expect(try codes(folder).map(\.code) == [.fileUnreadable])
        let other = try self.folder()
        for name in ["README.txt", "Thumbs.db", ".DS_Store", "desktop.ini", "~$notes.doc", "photos/Thumbs.db"] {
            try other.write("notes", to: name)
        }
        try FileManager.default.createDirectory(
            atPath: other.path + "/__MACOSX/a/b/c/d", withIntermediateDirectories: true)
        try other.write(refusal(), to: "__MACOSX/._x")
        #expect(try codes(other).isEmpty)
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
        #expect(try codes(folder).map(\.code) == [.fileUnreadable, .fileUnreadable])
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
