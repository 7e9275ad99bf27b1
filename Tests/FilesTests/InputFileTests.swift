import Files
import Foundation
import Testing

/// A folder that is gone with its last use.
private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ content: String = "", mode: mode_t = 0o600) throws -> String {
        let file = path + "/" + name
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, mode)
        return file
    }
}

@Suite("Input files") struct InputFileTests {
    private func problem(_ path: String, atMost limit: Int = 100, _ kind: InputFile.Kind = .file) -> InputFileError
        .Problem?
    {
        do throws(InputFileError) {
            _ = try InputFile.contents(of: path, atMost: limit, kind)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test("A regular file is read whole, through a link too")
    func regular() throws {
        let folder = try Folder()
        let file = try folder.file("a", "hello")
        symlink(file, folder.path + "/link")
        #expect(try InputFile.contents(of: file, atMost: 5) == Array("hello".utf8))
        #expect(try InputFile.contents(of: folder.path + "/link", atMost: 100) == Array("hello".utf8))
        #expect(try InputFile.contents(of: folder.file("empty"), atMost: 0) == [])
        // Files of the system tell no length.
        #expect(try InputFile.contents(of: "/proc/self/cmdline", atMost: 1 << 20).count > 0)
    }

    @Test(
        "What is not a file is refused by its kind, and nothing is waited for",
        arguments: [InputFile.Kind.file, .fileOrPipe])
    func kinds(_ kind: InputFile.Kind) throws {
        let folder = try Folder()
        let pipe = folder.path + "/pipe"
        mkfifo(pipe, 0o600)
        symlink("/nowhere/at/all", folder.path + "/dangling")
        symlink("loop", folder.path + "/loop")
        let begin = ContinuousClock.now
        #expect(problem(folder.path, kind) == .notAFile(.folder))
        #expect(problem(pipe, kind) == .notAFile(.pipe))
        for device in ["/dev/zero", "/dev/null", "/dev/full", "/dev/tty"] {
            #expect(problem(device, kind) == .notAFile(.device))
        }
        #expect(problem(folder.path + "/dangling", kind) == .missing)
        #expect(problem(folder.path + "/none", kind) == .missing)
        #expect(try problem(folder.file("a") + "/b", kind) == .missing)
        #expect(problem(folder.path + "/loop", kind) == .system(ELOOP))
        #expect(problem("", kind) == .missing)
        #expect(begin.duration(to: .now) < .seconds(60))
    }

    @Test(
        "A file that need not be there is none where nothing has its name, and an error where a link leads to nothing")
    func ifThere() throws {
        let folder = try Folder()
        symlink("/nowhere/at/all", folder.path + "/dangling")
        for name in ["/none", "/none/at/all", "/none/"] {
            #expect(try InputFile.contentsIfThere(of: folder.path + name, atMost: 100) == nil)
        }
        #expect(try InputFile.contentsIfThere(of: folder.file("a") + "/b", atMost: 100) == nil)
        #expect(try InputFile.contentsIfThere(of: "", atMost: 100) == nil)
        for name in ["/dangling", "/dangling/a", "/dangling/a/b"] {
            #expect(throws: InputFileError(folder.path + name, .missing)) {
                try InputFile.contentsIfThere(of: folder.path + name, atMost: 100)
            }
        }
    }

    private func problem(_ path: String, _ kind: InputFile.Kind) -> InputFileError.Problem? {
        problem(path, atMost: 100, kind)
    }

    @Test("A socket is refused")
    func socket() throws {
        let folder = try Folder()
        let path = folder.path + "/s"
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        #expect(problem(path) == .notAFile(.socket))
    }

    @Test("A file that is too long is refused before it is read, a hole of a gigabyte too")
    func length() throws {
        let folder = try Folder()
        let file = try folder.file("sparse")
        truncate(file, 1 << 30)
        let begin = ContinuousClock.now
        #expect(problem(file, atMost: 1 << 20) == .tooLong(limit: 1 << 20))
        #expect(begin.duration(to: .now) < .seconds(60))
        #expect(try problem(folder.file("six", "123456"), atMost: 5) == .tooLong(limit: 5))
    }

    @Test("A file that grows while it is read is read no further than its limit")
    func growing() throws {
        let folder = try Folder()
        let path = try folder.file("log", "12345")
        let file = try InputFile(path, atMost: 8)
        #expect(try file.read(upTo: 3) == Array("123".utf8))
        let more = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try more.seekToEnd()
        try more.write(contentsOf: Data(repeating: 0x36, count: 100))
        #expect(throws: InputFileError(path, .tooLong(limit: 8))) { try file.readToEnd() }
    }

    @Test("A pipe that was handed over is read, and one that says nothing is given up")
    func pipes() throws {
        let pipe = Pipe()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(problem(path) == .notAFile(.pipe))
        let thread = Thread {
            for piece in ["one ", "two"] {
                Thread.sleep(forTimeInterval: 0.2)
                try? pipe.fileHandleForWriting.write(contentsOf: Data(piece.utf8))
            }
            try? pipe.fileHandleForWriting.close()
        }
        thread.start()
        #expect(try InputFile.contents(of: path, atMost: 100, .fileOrPipe) == Array("one two".utf8))
        let silent = Pipe()
        let begin = ContinuousClock.now
        #expect(
            problem("/proc/self/fd/\(silent.fileHandleForReading.fileDescriptor)", .fileOrPipe)
                == .silent(seconds: InputFile.patience))
        #expect(begin.duration(to: .now) < .seconds(60))
        try silent.fileHandleForWriting.close()
    }

    @Test("A pipe that drips is given up, however small its file may be")
    func drip() throws {
        let pipe = Pipe()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let thread = Thread {
            for _ in 0..<60 {
                try? pipe.fileHandleForWriting.write(contentsOf: Data("x".utf8))
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        thread.start()
        guard case .slow? = problem(path, .fileOrPipe) else {
            Issue.record("it was waited for")
            return
        }
    }

    @Test("A pipe without end is read no further than the limit")
    func endlessPipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: 1, count: 4096))
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(problem(path, atMost: 1000, .fileOrPipe) == .tooLong(limit: 1000))
    }

    @Test(
        "A secret file with rights for others is refused", arguments: [0o640, 0o604, 0o620, 0o601, 0o666] as [mode_t])
    func privacy(_ mode: mode_t) throws {
        let folder = try Folder()
        let path = try folder.file("pin", "1234", mode: mode)
        #expect(throws: InputFileError(path, .exposed)) { try InputFile(path, atMost: 10, .file, .ownerOnly) }
        chmod(path, 0o600)
        #expect(try InputFile.contents(of: path, atMost: 10, .file, .ownerOnly) == Array("1234".utf8))
    }

    @Test("No descriptor is left open, whatever went wrong")
    func descriptors() throws {
        let folder = try Folder()
        let file = try folder.file("a", "hello", mode: 0o644)
        func count() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let before = try count()
        for _ in 0..<200 {
            _ = problem(folder.path)
            _ = problem("/dev/zero")
            _ = problem(file, atMost: 1)
            _ = try? InputFile(file, atMost: 10, .file, .ownerOnly)
        }
        // Other tests of this process open some too.
        #expect(try count() < before + 100)
    }
}
