import Foundation
import Testing

@testable import ShangMi

@Suite("How a process was started, and what runs in it")
struct ProcessStartTests {
    private func objections(
        _ line: String, user: uid_t = 1000, owner: uid_t? = 0, isWritable: Bool = false
    ) -> [ProcessObjection] {
        ProcessStart.objections(toMaps: line + "\n", user: user) { _ in owner.map { ($0, isWritable) } }
    }

    @Test("code in no file is objected to, whatever it is called")
    func withoutFile() {
        for (line, place) in [
            ("7f00-7f10 r-xp 00000000 00:00 0", "anonymous"), ("7f00-7f10 rwxp 00000000 00:00 0 ", "anonymous"),
            ("7f00-7f10 r-xp 00000000 00:00 0                          [heap]", "[heap]"),
            ("7f00-7f10 r-xs 00000000 00:01 7   /memfd:x (deleted)", "/memfd:x (deleted)"),
            ("7f00-7f10 r-xp 00000000 00:01 7   /memfd:x", "/memfd:x"),
            ("7f00-7f10 r-xp 00000000 08:01 7   /usr/lib/libz.so.1 (deleted)", "/usr/lib/libz.so.1 (deleted)"),
            ("7f00-7f10 --xp 00000000 00:00 0 [anon:jit]", "[anon:jit]"),
        ] { #expect(objections(line) == [.codeWithoutFile(place)], "\(line)") }
    }

    @Test("code of the system's files, the kernel's own, and what is not executed is not")
    func harmless() {
        for line in [
            "7f00-7f10 r-xp 00001000 08:01 42                         /usr/lib/x86_64-linux-gnu/libc.so.6",
            "7f00-7f10 r-xp 00000000 08:01 42 /a folder/with blanks", "7ffc-7ffd r-xp 00000000 00:00 0 [vdso]",
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", "7f00-7f10 rw-p 00000000 00:00 0",
            "7f00-7f10 rw-p 00000000 00:00 0 [stack]", "7f00-7f10 r--p 00000000 08:01 7 /home/u/data (deleted)", "",
        ] { #expect(objections(line) == [], "\(line)") }
    }

    @Test("code of a file that the user owns or may write is objected to; root may write everything")
    func changeable() {
        let line = "7f00-7f10 r-xp 00000000 08:01 42 /home/u/libspy.so"
        #expect(objections(line, owner: 1000) == [.changeableCode("/home/u/libspy.so")])
        #expect(objections(line, owner: 7, isWritable: true) == [.changeableCode("/home/u/libspy.so")])
        #expect(objections(line, owner: 7) == [])
        #expect(objections(line, user: 0, owner: 0, isWritable: true) == [])
        #expect(objections(line, owner: nil) == [])
        let twice = [line, line].joined(separator: "\n")
        #expect(objections(twice, owner: 1000).count == 1)
    }

    @Test("this process was started as any other: it could be looked into, and no file of it is without a name")
    func thisProcess() {
        let objections = ProcessStart.objections()
        #expect(objections.contains(.dumpable))
        #expect(
            !objections.contains {
                if case .codeWithoutFile = $0 { return true }
                return false
            })
        #expect(!ProcessStart.isPrivileged)
        #expect(InstalledGroup.identifier == nil)
        #expect(InstalledGroup.lend { 7 } == 7)
    }
}

@Suite("What is mapped of the program")
struct SoftwareImageTests {
    @Test("the digest is the same each time, and is of 32 bytes")
    func stable() {
        let digest = SoftwareImage.digest()
        #expect(digest.count == 32 && Set(digest).count > 8)
        #expect(SoftwareImage.digest() == digest)
    }

    @Test("a library more, another name, place, length or byte gives another digest; the order of loading does not")
    func covers() {
        func digest(_ pieces: [(String, UInt64, String)]) -> [UInt8] {
            let stored = pieces.map { piece in (piece, Array(piece.2.utf8)) }
            var copies: [UnsafeMutableRawBufferPointer] = []
            defer { copies.forEach { $0.deallocate() } }
            return SoftwareImage.digest(
                stored.map { piece, bytes in
                    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
                    copy.copyBytes(from: bytes)
                    copies.append(copy)
                    return .init(name: piece.0, offset: piece.1, bytes: UnsafeRawBufferPointer(copy))
                })
        }
        let right = [("", UInt64(0), "program"), ("libc.so.6", 0, "read only"), ("libc.so.6", 4096, "code")]
        let one = digest(right)
        #expect(digest(right.reversed()) == one)
        for wrong in [
            right + [("libspy.so", 0, "")], Array(right.dropLast()), [("x", 0, "program")] + right.dropFirst(),
            [("", 1, "program")] + right.dropFirst(), [("", 0, "progran")] + right.dropFirst(),
            [("", 0, "programs")] + right.dropFirst(),
        ] { #expect(digest(wrong) != one) }
    }
}
