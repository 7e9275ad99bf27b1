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
                library: "/l.so", programs: [.init(name: "dialogs", calls: 3, done: done, functions: ["PowerOn"])],
                deviations: deviations)
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
        try InterfaceProgram.dialogs.run("/nowhere/lib.so", profile, pin: "123456", mayWrite: false) {
            lines.append($0)
        }
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

/// A library that says yes to everything, and notes what it is asked.
private final class YesLibrary: InterfaceCalls {
    var called: Set<String> = []

    func has(_ name: String) -> Bool { true }

    func call(_ name: String, _ arguments: [Int]) -> Int? {
        called.insert(name)
        switch name {
        case "OpenDevice", "iReader_GetLastEEIndex", "iReader_GetLastEDIndex": return 1
        case "iR_DDF1EF07Info": put([0, 4, 0xFF, 0xD8, 0xFF, 0xD9], arguments[1])
        case "iReader_SAM_Certificate": put([UInt8](repeating: 0x30, count: 380) + [0], arguments[1])
        case _ where name.hasPrefix("iR_") && !name.hasPrefix("iR_DF03E"):
            // Records are small numbers.
            for argument in arguments.dropFirst() where argument > 4096 { put([0x31, 0], argument) }
        default: break
        }
        return 0
    }

    private func put(_ bytes: [UInt8], _ address: Int) {
        guard let pointer = UnsafeMutableRawPointer(bitPattern: address) else { return }
        pointer.copyMemory(from: bytes, byteCount: bytes.count)
    }
}

@Suite("The orders of calls that a library is checked with") struct InterfaceProgramTests {
    /// Every function the header declares.
    private func declared() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let header = root.appendingPathComponent("Sources/CHealthCardHeader/include/MHC_CardInterface.h")
        let text = try String(contentsOf: header, encoding: .utf8)
        return Set(text.matches(of: #/(?m)^(?:int|DWORD|HANDLE) (\w+)\(/#).map { String($0.1) })
    }

    private func called(_ programs: [InterfaceProgram]) throws -> Set<String> {
        let profile = try CardProfile.bundled("resident-health-card")
        let library = YesLibrary()
        for program in programs {
            try program.run(library, profile, pin: "123456", mayWrite: true) { _ in }
        }
        return library.called
    }

    @Test("Every function of the header is called by a program, and none that is not in it")
    func everyFunction() throws {
        let (declared, called) = (try declared(), try called(InterfaceProgram.allCases.filter(\.isForEvery)))
        #expect(declared.count == 60)
        #expect(declared.subtracting(called).sorted() == [])
        #expect(called.subtracting(declared).sorted() == [])
        #expect(Set(InterfaceProbe.functions) == declared)
    }

    @Test("Programs that change nothing call no function that writes")
    func reading() throws {
        let called = try called(InterfaceProgram.allCases.filter { !$0.writes && $0.isForEvery })
        let writing = called.filter {
            $0.hasPrefix("iW_") || $0.hasPrefix("iErase") || $0 == "iChange_Pin" || $0 == "wsc_PutCardInfo"
        }
        #expect(writing.isEmpty)
    }

    @Test("A program's calls end with the last, and each is told before it is made")
    func told() throws {
        let profile = try CardProfile.bundled("resident-health-card")
        for program in InterfaceProgram.allCases {
            var lines: [ProbeLine] = []
            try program.run(YesLibrary(), profile, pin: "123456", mayWrite: true) { lines.append($0) }
            guard case .finished? = lines.last else {
                Issue.record("\(program) has no end")
                continue
            }
            var open = 0
            for line in lines {
                switch line {
                case .calling: open += 1
                case .returned: open -= 1
                default: break
                }
                #expect((0...1).contains(open))
            }
            #expect(open == 0)
        }
    }

    @Test("A library that says yes and writes nothing is found out by every program that reads values back")
    func idle() throws {
        let profile = try CardProfile.bundled("resident-health-card")
        for program in [InterfaceProgram.desk, .visits, .visitParts] {
            var found = false
            try program.run(YesLibrary(), profile, pin: "123456", mayWrite: true) { line in
                if case .deviation(let deviation) = line, deviation.kind == .content { found = true }
            }
            #expect(found, "\(program)")
        }
    }

    @Test("A code of one digit may stand with a zero before it; nothing else agrees that is not the same")
    func agreement() {
        func agree(_ one: String?, _ other: String?) -> Bool {
            InterfaceProbe.agree(one.map { Array($0.utf8) }, other.map { Array($0.utf8) })
        }
        #expect(
            agree("1", "01") && agree("0", "00") && agree("", "") && agree(nil, nil) && agree("20260102", "20260102"))
        #expect(!agree("", "0") && !agree("1", "10") && !agree("0020260102", "20260102") && !agree(nil, ""))
    }
}
