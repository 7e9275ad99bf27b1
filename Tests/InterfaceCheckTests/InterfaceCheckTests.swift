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
        #expect(!InterfaceReport(library: "/l.so", programs: [], deviations: []).isSound)
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
        return Set(text.matches(of: #/(?m)^(?:int|DWORD|HANDLE) MHC_CALL (\w+)\(/#).map { String($0.1) })
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

@Suite("The processes that make a program's calls are watched") struct InterfaceWatchTests {
    /// Prints the lines, then does what `script` says.
    private func check(
        _ lines: [ProbeLine], _ script: String = "", programs: [InterfaceProgram] = [.dialogs], patience: Double = 1
    ) throws -> (report: InterfaceReport, begun: [InterfaceProgram]) {
        let text = lines.compactMap(\.line).joined(separator: "\n")
        let check = InterfaceCheck("/l.so", programs: programs, patience: patience) { _ in
            ("/bin/sh", ["-c", "read pin; printf '%s\\n' \"$0\"; \(script)", text])
        }
        var begun: [InterfaceProgram] = []
        let report = try check.run(pin: "123456", environment: [:]) { begun.append($0) }
        return (report, begun)
    }

    private let whole: [ProbeLine] = [.calling("iDOpenPort"), .returned("iDOpenPort", isDone: true), .finished]

    @Test("One that ends after its last call is sound, though it leaves another behind that holds its output")
    func sound() throws {
        let report = try check(whole, "sleep 100 2> /dev/null & exit 0", patience: 60).report
        #expect(report.isSound && report.programs.first?.calls == 1)
    }

    @Test("One that never ends after its last call is waited for no longer than a call")
    func neverEnds() throws {
        let deviations = try check(whole, "exec sleep 600").report.deviations
        #expect(deviations.map(\.kind) == [.silent] && deviations.map(\.function) == ["-"])
        #expect(deviations.first?.detail.contains("after the last call") == true)
    }

    @Test("One that crashes after its last call, or ends with another status than 0, is found out")
    func crashes() throws {
        for script in ["kill -SEGV $$", "kill -FPE $$", "exit 3"] {
            let deviations = try check(whole, script, patience: 60).report.deviations
            #expect(deviations.map(\.kind) == [.died] && deviations.map(\.function) == ["-"], "\(script)")
            #expect(deviations.first?.detail.hasSuffix("after the last call") == true)
        }
    }

    @Test("One that talks and never comes back is given up")
    func talks() throws {
        let deviations = try check([.calling("PowerOn")], "while :; do echo still here; done").report.deviations
        #expect(deviations.map(\.kind) == [.silent] && deviations.map(\.function) == ["PowerOn"])
    }

    @Test("What kept the check itself from going on is no deviation of the library")
    func failed() throws {
        #expect(throws: InterfaceCheckError.failed("no memory")) {
            try check([.calling("PowerOn"), .failed("no memory")], patience: 60)
        }
    }

    @Test("After a PIN that was refused, or of which nobody knows what became, no program sends it again")
    func pin() throws {
        for function in ["iVerifyPIN", "VerifyPin", "iChange_Pin"] {
            let refused = InterfaceDeviation(.code, program: "dialogs", function: function, "d", "d")
            for (lines, script) in [
                ([.deviation(refused), .finished], ""), ([.calling(function)], "kill -SEGV $$"),
                ([.calling(function)], "exec sleep 600"),
            ] as [([ProbeLine], String)] {
                #expect(
                    try check(lines, script, programs: [.dialogs, .forwarding]).begun == [.dialogs],
                    "\(function) \(script)")
            }
        }
        let other = InterfaceDeviation(.code, program: "dialogs", function: "PowerOn", "d", "d")
        #expect(
            try check([.deviation(other), .finished], programs: [.dialogs, .forwarding], patience: 60).begun.count == 2)
    }

    @Test(
        "A patience that is no number of seconds is the usual one",
        arguments: [.nan, .infinity, -1, 0, 1e300] as [Double])
    func patience(_ seconds: Double) {
        #expect(InterfaceCheck("/l.so", programs: [], patience: seconds) { _ in ("", []) }.patience == 60)
    }
}

/// Answers one function with codes in turn, and writes a text where that is 0.
private final class TurningLibrary: InterfaceCalls {
    var codes: [Int]
    init(_ codes: [Int]) { self.codes = codes }

    func has(_ name: String) -> Bool { true }

    func call(_ name: String, _ arguments: [Int]) -> Int? {
        let code = codes.isEmpty ? 0 : codes.removeFirst()
        if code == 0, let pointer = UnsafeMutableRawPointer(bitPattern: arguments[0]) {
            pointer.copyMemory(from: [0x41, 0], byteCount: 2)
        }
        return code
    }
}

@Suite("What the check says of one call") struct InterfaceProbeTests {
    private func deviations(
        _ codes: [Int], _ body: (InterfaceProbe) throws -> Void
    ) throws -> [InterfaceDeviation] {
        var found: [InterfaceDeviation] = []
        let profile = try CardProfile.bundled("resident-health-card")
        try body(
            InterfaceProbe(TurningLibrary(codes), profile, program: "dialogs") { line in
                if case .deviation(let deviation) = line { found.append(deviation) }
            })
        return found
    }

    @Test("What an earlier call left in a buffer is not taken for what a failed one leaves")
    func reused() throws {
        let found = try deviations([0, 104, 0]) { probe in
            let buffer = InterfaceProbe.Argument.text(try probe.room(41))
            for _ in 0..<3 { probe.call("PowerOn", [buffer]) }
        }
        #expect(found == [])
    }

    @Test("The results that would have been right are named, also where none of them is a code")
    func wanted() throws {
        let found = try deviations([101]) { $0.call("iReader_GetLastEEIndex", [.null], [], others: [1, 2, 3]) }
        #expect(found.map(\.detail) == ["returned 101 instead of 1 or 2 or 3"])
    }

    @Test("A PIN that the SAM has refused is not sent again for changing it")
    func refusedPIN() throws {
        let library = RefusingLibrary()
        let profile = try CardProfile.bundled("resident-health-card")
        try InterfaceProgram.samKeeper.run(library, profile, pin: "123456", mayWrite: true) { _ in }
        #expect(library.sent == ["VerifyPin"])
    }
}

/// Refuses every PIN.
private final class RefusingLibrary: InterfaceCalls {
    var sent: [String] = []

    func has(_ name: String) -> Bool { true }

    func call(_ name: String, _ arguments: [Int]) -> Int? {
        guard ["VerifyPin", "iVerifyPIN", "iChange_Pin"].contains(name) else { return name == "OpenDevice" ? 1 : 0 }
        sent.append(name)
        return 105
    }
}
