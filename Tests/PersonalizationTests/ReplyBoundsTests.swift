import Foundation
import Testing

@testable import Personalization

@Suite("Bounds on a reply") struct ReplyBoundsTests {
    private func problem(_ bytes: some Sequence<UInt8>, pieces: Int = 4000) -> String? {
        var bounds = ReplyBounds()
        let all = Array(bytes)
        for start in stride(from: 0, to: all.count, by: pieces) {
            let piece = Array(all[start..<min(start + pieces, all.count)])
            if let problem = piece.withUnsafeBytes({ bounds.problem(in: $0) }) { return problem.description }
        }
        return nil
    }

    private func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
        ([0xFEFF] + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
            return littleEndian ? bytes : bytes.reversed()
        }
    }

    private static let sound = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a remark with <tags> in it -->
        <PACKAGE xmlns="urn:x" note='> " <'><PACKAGEHEAD><JLS>1</JLS></PACKAGEHEAD>
        <DATA><RECORD><YY><![CDATA[a < b]] > c]]></YY><XM>丼張三</XM></RECORD></DATA></PACKAGE>
        """

    @Test("A reply passes in every encoding, however it comes", arguments: [1, 2, 3, 7, 4000])
    func sound(_ pieces: Int) {
        #expect(problem(Array(Self.sound.utf8), pieces: pieces) == nil)
        #expect(problem([0xEF, 0xBB, 0xBF] + Array(Self.sound.utf8), pieces: pieces) == nil)
        guard pieces > 3 else { return }
        for littleEndian in [true, false] {
            let text = Self.sound.replacing("UTF-8", with: "UTF-16")
            #expect(problem(utf16(text, littleEndian: littleEndian), pieces: pieces) == nil)
        }
        #expect(problem(Array(Self.sound.replacing("UTF-8", with: "GB18030").utf8), pieces: pieces) == nil)
    }

    @Test("A tag with many attributes is refused before the library compares them with each other")
    func attributes() {
        let many = (0..<2000).map { " a\($0)=\"\"" }.joined()
        #expect(problem("<P><R\(many)/></P>".utf8)?.contains("tag") == true)
        #expect(problem(utf16("<P><R\(many)/></P>", littleEndian: true))?.contains("tag") == true)
        // Text in quotes may hold the sign that ends a tag; a comment may be as long as a photo.
        #expect(problem("<P a='\(String(repeating: ">", count: 2000))'/>".utf8)?.contains("tag") == true)
        #expect(problem("<P><!--\(String(repeating: "-> <", count: 5000))--></P>".utf8) == nil)
    }

    @Test("Text without end is refused, and more tags than replies have")
    func endless() {
        #expect(problem("<P>".utf8.map { $0 } + [UInt8](repeating: 0x41, count: 1 << 21))?.contains("between") == true)
        #expect(problem("<P><![CDATA[".utf8.map { $0 } + [UInt8](repeating: 0x41, count: 1 << 21)) != nil)
        #expect(problem("<P><!--".utf8.map { $0 } + [UInt8](repeating: 0x41, count: 1 << 21)) != nil)
    }

    @Test(
        "An encoding in which signs could hide is refused",
        arguments: ["UTF-7", "IBM037", "UCS-4", "HZ-GB-2312", "ISO-2022-CN", ""])
    func encodings(_ name: String) {
        #expect(problem(Self.sound.replacing("UTF-8", with: name).utf8)?.contains("encoding") == true)
    }

    @Test(
        "What does not begin as XML is refused",
        arguments: [[0x4C, 0x6F, 0xA7, 0x94], [0, 0, 0, 0x3C], [0x3C, 0, 0, 0], [0x50]])
    func beginnings(_ bytes: [UInt8]) {
        #expect(problem(bytes + [UInt8](repeating: 0x20, count: 300)) != nil)
    }

    @Test("A file of nothing but hostile tags is refused at once, in place of minutes in the library")
    func time() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bounds-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("XZY_HKXX_1.XML").path
        let many = (0..<200_000).map { " a\($0)=\"\"" }.joined()
        try Data("<PACKAGE\(many)></PACKAGE>".utf8).write(to: URL(fileURLWithPath: path))
        let begin = ContinuousClock.now
        let (_, problems, _) = VerificationReplyReader.read(path: path, kind: .reply(.police)) { _ in }
        #expect(begin.duration(to: .now) < .seconds(60))
        #expect(problems.count == 1)
        #expect(problems.first?.what.contains("more than 1024 bytes") == true)
    }

    @Test("A pipe or a device in place of a reply is a problem, and nothing is waited for")
    func notAFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bounds-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        mkfifo(folder.appendingPathComponent("pipe.XML").path, 0o600)
        symlink("/dev/zero", folder.appendingPathComponent("zero.XML").path)
        for name in ["pipe.XML", "zero.XML"] {
            let (_, problems, _) = VerificationReplyReader.read(
                path: folder.appendingPathComponent(name).path, kind: .exceptions
            ) { _ in }
            #expect(problems.map(\.code) == [.fileUnreadable])
        }
    }
}
