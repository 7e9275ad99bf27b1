import CardProfiles
import Foundation
import Testing

@testable import InterfaceCheck

#if canImport(Glibc)
    import Glibc
#endif

@Suite("The memory of a hospital program, as the check gives it to a library") struct GuardedBufferTests {
    @Test("A buffer holds exactly its bytes, and ends where its page does", arguments: [1, 30, 4096, 4097])
    func size(_ count: Int) throws {
        let buffer = try #require(GuardedBuffer(count))
        #expect(buffer.count == count && buffer.bytes == [UInt8](repeating: GuardedBuffer.pattern, count: count))
        #expect((buffer.address + count) % Int(sysconf(Int32(_SC_PAGESIZE))) == 0)
        #expect(buffer.isWholeBefore && buffer.text == nil)
    }

    @Test("A text ends at its 00, and a byte written before the buffer is noticed")
    func text() throws {
        let buffer = try #require(GuardedBuffer(text: Array("abc".utf8)))
        #expect(buffer.text == Array("abc".utf8) && buffer.count == 4)
        buffer.pointer.advanced(by: -1).storeBytes(of: 1, as: UInt8.self)
        #expect(!buffer.isWholeBefore)
    }
}

@Suite("What the check of a library reports") struct InterfaceReportTests {
    private func deviation(_ function: String) -> InterfaceDeviation {
        InterfaceDeviation(.code, program: "dialogs", function: function, "returned 7", "返回 7")
    }

    @Test("A library without deviations that did something is sound; one that refused everything is not")
    func sound() {
        func report(done: Int, _ deviations: [InterfaceDeviation]) -> InterfaceReport {
            InterfaceReport(
                library: "/l.so", programs: [.init(name: "dialogs", calls: 3, done: done)], deviations: deviations)
        }
        #expect(report(done: 2, []).isSound)
        #expect(!report(done: 0, []).isSound)
        #expect(!report(done: 2, [deviation("iDOpenPort")]).isSound)
    }

    @Test("Lines between the processes come back as they were, and what a library prints is none")
    func lines() throws {
        let line = try #require(ProbeLine.deviation(deviation("PowerOn")).line)
        guard case .deviation(let back) = ProbeLine(line) else {
            Issue.record("another line")
            return
        }
        #expect(back == deviation("PowerOn"))
        if case .some = ProbeLine("reader opened") { Issue.record("a line of the library was taken for ours") }
    }

    @Test("A library that is not there is an error in the loader's words")
    func missing() throws {
        #expect(throws: InterfaceCheckError.self) { try InterfaceLibrary("/nowhere/lib.so") }
        var lines: [String] = []
        let profile = try CardProfile.bundled("resident-health-card")
        try InterfaceProgram.dialogs.run("/nowhere/lib.so", profile, pin: "123456") { lines.append($0) }
        guard lines.count == 1, case .notLoaded(let reason) = ProbeLine(lines[0]) else {
            Issue.record("\(lines)")
            return
        }
        #expect(reason.contains("/nowhere/lib.so"))
    }

    @Test("The functions that are looked for are those of the interface and those beyond it, each once")
    func functions() {
        #expect(InterfaceProbe.functions.count == 60)
        #expect(Set(InterfaceProbe.functions).count == 60)
    }
}
