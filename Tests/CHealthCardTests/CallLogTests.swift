import CHealthCardHeader
import Foundation
import Synchronization
import Testing

@testable import CHealthCard

#if canImport(Glibc)
    import Glibc
#endif

@Suite("The log of the C interface") struct CallLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        func log(_ level: CallLog.Level) -> CallLog { CallLog(level) { line in self.all.withLock { $0.append(line) } } }
        var lines: [String] { all.withLock { $0 } }
    }

    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("A call's line has the time, the function, the shapes of its arguments, how long it took, its code and why")
    func line() throws {
        let lines = Lines()
        lines.log(.calls).call(
            "iR_DDF1EF06Info(_:_:_:_:_:_:)", handle: HANDLE(bitPattern: 7), ["record 1", "5 outputs"],
            took: .microseconds(12_340), .card.because("no reader has such a card"), returned: 104)
        let line = try #require(lines.lines.first)
        #expect(line.contains("call=iR_DDF1EF06Info "))
        #expect(line.contains("arguments=\"record 1, 5 outputs\""))
        #expect(line.contains("ms=12.3") && line.contains("code=104 IRV_CARD_ERR why=\"no reader has such a card\""))
        #expect(line.hasPrefix("20") && line.contains("pid=\(getpid())"))
    }

    @Test("Errors alone, every call, or also what happens within")
    func levels() {
        for level in CallLog.Level.allCases {
            let lines = Lines()
            let log = lines.log(level)
            log.call("a()", handle: nil, [], took: .zero, nil, returned: 0)
            log.call("b()", handle: nil, [], took: .zero, .sam, returned: 105)
            log.detail("c")
            let count = lines.lines.count
            #expect(count == (level == .errors ? 1 : level == .calls ? 2 : 3))
        }
    }

    @Test("Every code has words of its own, also without a reason")
    func words() {
        let codes = (101...113).map { ReturnCode(Int32($0)) }
        #expect(Set(codes.map(\.name)).count == 13)
        #expect(Set(codes.map(\.explanation)).count == 13)
    }

    @Test("The shapes of arguments tell how many and how long, and no byte of them")
    func shapes() {
        var text = Array("Zhang San\0".utf8CString)
        text.withUnsafeMutableBufferPointer { buffer in
            let shape = Shape.inputs([buffer.baseAddress, nil])
            #expect(shape == "texts of 9 - bytes")
            #expect(Shape.outputs([buffer.baseAddress, nil]) == "1 outputs of 2")
            #expect(Shape.pointer("PIN", buffer.baseAddress) == "PIN" && Shape.pointer("PIN", nil) == "PIN NULL")
        }
    }

    @Test("A line stays one line, whatever is in a reader's name")
    func controls() throws {
        let lines = Lines()
        lines.log(.details).detail("a\nb\u{1B}[2J\"c\"")
        #expect(try #require(lines.lines.first).hasSuffix("detail=\"a?b?[2J'c'\""))
    }

    @Test("The file is made for its owner alone, lines are added, and a link or a folder of that name is left alone")
    func file() throws {
        let folder = try folder()
        let path = folder + "/calls.log"
        for _ in 0..<2 {
            CallLog(to: path, .calls).call("a()", handle: nil, [], took: .zero, nil, returned: 0)
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.split(separator: "\n").count == 2)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
        CallLog(to: folder + "/link", .calls).call("b()", handle: nil, [], took: .zero, nil, returned: 0)
        // A file that is no log is left alone, whoever's it is.
        let other = folder + "/interface.conf"
        try Data("log = other\n".utf8).write(to: URL(filePath: other))
        CallLog(to: other, .calls).call("b()", handle: nil, [], took: .zero, nil, returned: 0)
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "log = other\n")
        CallLog(to: folder, .calls).call("b()", handle: nil, [], took: .zero, nil, returned: 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("The environment asks for a log and its level; without it there is none")
    func environment() {
        #expect(CallLog.named([:])?.level == nil)
        #expect(CallLog.named(["HEALTHCARD_LOG": ""])?.level == nil)
        #expect(CallLog.named(["HEALTHCARD_LOG": "syslog"])?.level == .calls)
        #expect(CallLog.named(["HEALTHCARD_LOG": "syslog", "HEALTHCARD_LOG_LEVEL": "errors"])?.level == .errors)
    }
}

@Suite("Photos in files, for programs that hand over a path") struct PhotoPathTests {
    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("photo-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("A photo is written, replaces a photo, and replaces nothing else")
    func write() throws {
        let folder = try folder()
        let picture: [UInt8] = [0xFF, 0xD8, 1, 2, 0xFF, 0xD9]
        try PhotoPath.write([0xFF, 0xD8, 0xFF, 0xD9], to: folder + "/a.jpg")
        try PhotoPath.write(picture, to: folder + "/a.jpg")
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/a.jpg"))) == picture)
        try Data("letter".utf8).write(to: URL(fileURLWithPath: folder + "/letter"))
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/a.jpg")
        for name in ["letter", "link", "", "missing/a.jpg"] {
            #expect(throws: ReturnCode.argument) { try PhotoPath.write(picture, to: folder + "/" + name) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.jpg", "letter", "link"])
        #expect(throws: ReturnCode.photo) { try PhotoPath.write([], to: folder + "/none.jpg") }
    }

    @Test("What a process that was killed left behind keeps no later one of the same number from writing")
    func leftBehind() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/a.jpg.\(getpid()).new"))
        try PhotoPath.write([0xFF, 0xD8, 0xFF, 0xD9], to: folder + "/a.jpg")
        #expect(FileManager.default.contents(atPath: folder + "/a.jpg")?.count == 4)
    }

    @Test("A path is UTF-8, or GBK as all text of the interface; without an end it is none")
    func path() throws {
        func path(_ bytes: [UInt8]) throws -> String {
            try bytes.withUnsafeBytes { try PhotoPath.named(#require($0.baseAddress)) }
        }
        #expect(try path(Array("/a/照片.jpg\0".utf8)) == "/a/照片.jpg")
        #expect(try path(Array("/a/".utf8) + [0xD5, 0xD5, 0xC6, 0xAC, 0]) == "/a/照片")
        #expect(throws: ReturnCode.argument) { try path([0]) }
        #expect(throws: ReturnCode.argument) { try path([UInt8](repeating: 0x61, count: 5000) + [0]) }
    }
}
