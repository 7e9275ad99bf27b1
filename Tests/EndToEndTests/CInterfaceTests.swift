import CardProfiles
import Foundation
import PCSC
import Testing

/// `libMHC_CardInterface.so` as hospitals get it, called by programs in C and Python.
@Suite("The C interface hospitals call", .serialized) struct CInterfaceTests {
    private static let folder = Programs.cInterface
    private static let header = Programs.root.appendingPathComponent(
        "Sources/CHealthCardHeader/include/MHC_CardInterface.h")
    private static let sources = Programs.root.appendingPathComponent("Tests/CInterface").path

    private func library() throws -> String {
        let path = Self.folder + "/libMHC_CardInterface.so"
        guard FileManager.default.fileExists(atPath: path) else {
            throw ProgramError(description: "\(path) is not there: run make c-interface")
        }
        return path
    }

    /// Every function the header declares.
    private func declared() throws -> [String] {
        let text = try String(contentsOf: Self.header, encoding: .utf8)
        return text.matches(of: #/(?m)^(?:int|DWORD|HANDLE) MHC_CALL (\w+)\(/#).map { String($0.1) }.sorted()
    }

    @Test("The library shows the functions of its header and nothing else")
    func symbols() async throws {
        let listing = try await Programs.output("/usr/bin/nm", ["-D", "--defined-only", library()])
        let lines = String(decoding: listing, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.allSatisfy { $0.count == 3 && $0[1] == "T" })
        #expect(try lines.compactMap { $0.last.map(String.init) }.sorted() == declared())
        #expect(try declared().count == 60)
    }

    @Test("The library wants nothing on the machine that Swift brings")
    func dependencies() async throws {
        let listing = try await Programs.output("/usr/bin/ldd", [library()])
        let text = String(decoding: listing, as: UTF8.self)
        #expect(text.contains("libcrypto.so.3"))
        #expect(!text.contains("swift") && !text.contains("Foundation") && !text.contains("not found"))
    }

    @Test("The library is small, and loads no library for what few calls need")
    func size() async throws {
        let path = try library()
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? .max
        #expect(size <= 15_000_000)
        let dynamic = String(decoding: try await Programs.output("/usr/bin/readelf", ["-dW", path]), as: UTF8.self)
        let needed = dynamic.matches(of: #/\(NEEDED\).*\[(.*)\]/#).map { String($0.1) }
        #expect(
            Set(needed).subtracting(["ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"]) == [
                "libc.so.6", "libcrypto.so.3", "libgcc_s.so.1", "libm.so.6",
            ])
    }

    @Test("The header is plain C and C++", arguments: ["gcc -std=c99", "gcc -std=gnu17", "g++ -std=c++98"])
    func header(_ compiler: String) async throws {
        let folder = try TestFolder()
        let program = "#include \"MHC_CardInterface.h\"\nint main(void) { return OpenDevice(0) == (HANDLE)1; }\n"
        try folder.write(program, to: "header.\(compiler.hasPrefix("g++") ? "cpp" : "c")")
        let words = compiler.split(separator: " ").map(String.init)
        let source = folder.file("header.\(compiler.hasPrefix("g++") ? "cpp" : "c")")
        try await Programs.output(
            "/usr/bin/\(words[0])",
            [words[1], "-pedantic", "-Wall", "-Wextra", "-Werror", "-I\(Self.folder)", "-c", source, "-o", "/dev/null"])
    }

    /// The test program, compiled against the header beside the library.
    private func compiled(_ folder: TestFolder) async throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.sources).filter { $0.hasSuffix(".c") }
        let program = folder.file("interface_test")
        _ = try library()
        try await Programs.output(
            "/usr/bin/gcc",
            ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-I\(Self.folder)"]
                + names.sorted().map { "\(Self.sources)/\($0)" }
                + ["-o", program, "-L\(Self.folder)", "-lMHC_CardInterface", "-lpthread", "-Wl,-rpath,\(Self.folder)"])
        return program
    }

    /// A made test card in one reader, and a slot beside it.
    private func withCard(
        _ serial: String, independent: Bool = false, _ body: (CardInSlot, VirtualSlot) async throws -> Void
    ) async throws {
        let slots = try await VirtualSlot.pair()
        let card =
            independent
            ? try await CardInSlot(serial, slots.card, Programs.python, [Programs.independent("card.py")])
            : try await CardInSlot.insert(serial, slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        try await body(card, slots.sam)
        try await card.stop()
    }

    /// Our virtual SAM.
    private func insertSAM(_ type: Int, _ slot: VirtualSlot) async throws -> CardInSlot {
        try await CardInSlot.insert("524843530000100\(type)", slot: slot, ["--sam", "--type", String(type)])
    }

    private func environment(_ card: String, _ sam: String) -> [String: String] {
        // Nothing of the machine's own configuration.
        ["HEALTHCARD_READER": card, "HEALTHCARD_SAM_READER": sam, "HEALTHCARD_CONFIG": "/dev/null"]
    }

    private func expectSuccess(_ outcome: Programs.Outcome) {
        let output = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(output)\(outcome.errors.suffix(6_000))")
    }

    @Test(
        "A program in C calls every function, with SAMs that may much and SAMs that may little",
        arguments: [1, 2, 3, 5])
    func everyFunction(_ type: Int) async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006A\(type)") { card, slot in
            let sam = try await insertSAM(type, slot)
            let environment = environment(card.reader, sam.reader)
            try await expectSuccess(Programs.run(program, ["clinic", String(type)], environment: environment))
            try await sam.stop()
        }
    }

    @Test("A card and a SAM that know nothing of ours are read and written")
    func independent() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006A9", independent: true) { card, slot in
            let sam = try await CardInSlot.independentSAM(slot: slot, ["--type", "5"])
            let environment = environment(card.reader, sam.reader)
            try await expectSuccess(Programs.run(program, ["clinic", "5"], environment: environment))
            let report = try await JSONValue(sam.remove())
            // The PIN that is wrong on purpose, and what is asked before the PIN.
            #expect(report["triesLeft"] == .number(3))
        }
    }

    @Test("Twenty readings in one directory authenticate once")
    func sessionIsKept() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006AA") { card, slot in
            let sam = try await CardInSlot.independentSAM(slot: slot, ["--type", "1"])
            let environment = environment(card.reader, sam.reader)
            try await expectSuccess(Programs.run(program, ["again"], environment: environment))
            let report = try await JSONValue(sam.remove())
            // SELECT, two files, then three commands for the card's own key and for the read key.
            #expect(report["commands"]?.elements.count == 3 + 2 * 3)
            #expect(report["violations"] == .list([]))
        }
    }

    @Test("Under valgrind: no byte is read or written that is nobody's, none is lost")
    func memory() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006B1") { card, slot in
            let sam = try await insertSAM(5, slot)
            let arguments = [
                "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=definite",
                "--errors-for-leak-kinds=definite", program, "clinic", "5",
            ]
            let running = try Programs.Running(
                "/usr/bin/valgrind", arguments, environment: environment(card.reader, sam.reader))
            let outcome = try await running.wait(seconds: 600)
            expectSuccess(outcome)
            #expect(outcome.errors.contains("ERROR SUMMARY: 0 errors"))
            try await sam.stop()
        }
    }

    @Test("Without a SAM what is free can be read, and the rest says which card is missing; without a card all says so")
    func missingCards() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006C1") { card, slot in
            try await slot.waitUntilEmpty()
            let environment = environment(card.reader, slot.reader.rawValue)
            try await expectSuccess(Programs.run(program, ["no-sam"], environment: environment))
            let none = self.environment(slot.reader.rawValue, slot.reader.rawValue)
            try await expectSuccess(Programs.run(program, ["no-card"], environment: none))
        }
    }

    @Test("A card that is exchanged between two calls is noticed, and the new one read")
    func exchange() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        let first = folder.file("first.json")
        let (slot, other) = try await VirtualSlot.pair()
        let sam = try await insertSAM(2, other)
        let second = try await CardInSlot.insert(
            "52484300000006D2", slot: slot, ["--state", folder.file("second.json")])
        let reader = slot.reader.rawValue
        let making = ["personalize"] + SampleBatch.options() + ["--reader", reader]
        #expect(try await Programs.healthcard(making).status == 0)
        try await second.stop()
        let old = try await CardInSlot.insert("52484300000006D1", slot: slot, ["--state", first])
        #expect(try await Programs.healthcard(making).status == 0)
        let running = try Programs.Running(program, ["exchange"], environment: environment(reader, sam.reader))
        try await eventually("the first card's serial") { !running.output.isEmpty }
        // The program keeps its connection: the reader is never idle.
        _ = try await old.program.stop()
        try await slot.waitUntilEmpty()
        let new = try await CardInSlot.insert("52484300000006D2", slot: slot, ["--state", folder.file("second.json")])
        let outcome = try await running.wait()
        expectSuccess(outcome)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "00000006D1\n00000006D2\n")
        try await new.stop()
        try await sam.stop()
    }

    @Test("A program in Python reads what healthcard read reads, and writes")
    func python() async throws {
        try await withCard("52484300000006E1") { card, slot in
            let json = try await Programs.healthcard(["read", "--json", "--reader", card.reader]).output
            let sam = try await insertSAM(3, slot)
            let outcome = try await Programs.run(
                Programs.python, [Self.sources + "/interface.py", library()],
                input: String(decoding: json, as: UTF8.self), environment: environment(card.reader, sam.reader))
            expectSuccess(outcome)
            try await sam.stop()
            // The visit is one that healthcard shows.
            let after = try await JSONValue(
                Programs.healthcard(["read", "--json", "--reader", card.reader]).output)
            #expect(after["inpatient"]?.elements.first?["hospitalName"]?.text == "人民医院")
            #expect(after["clinical"]?["otherAlert"]?.text == "过敏体质")
        }
    }

    @Test("Reader, SAM and profile can stand in a file; a file that says something else is refused")
    func configurationFile() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006F1") { card, slot in
            let sam = try await insertSAM(1, slot)
            let path = folder.file("interface.conf")
            try folder.write(
                "# the desk\nreader = \(card.reader)\n\n sam=\(sam.reader)\nprofile = resident-health-card\n",
                to: "interface.conf")
            let named = ["HEALTHCARD_CONFIG": path]
            try await expectSuccess(Programs.run(program, ["clinic", "1"], environment: named))
            try folder.write("reader \(card.reader)\n", to: "interface.conf")
            let outcome = try await Programs.run(program, ["no-card"], environment: named)
            #expect(outcome.status == 1)
            try await sam.stop()
        }
    }

    // MARK: Hospital programs

    /// The test program with the address sanitizer.
    private func sanitized(_ folder: TestFolder) async throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.sources).filter { $0.hasSuffix(".c") }
        let program = folder.file("interface_asan")
        try await Programs.output(
            "/usr/bin/gcc",
            ["-std=gnu11", "-fsanitize=address,undefined", "-O1", "-g", "-I\(Self.folder)"]
                + names.sorted().map { "\(Self.sources)/\($0)" }
                + ["-o", program, "-L\(Self.folder)", "-lMHC_CardInterface", "-lpthread", "-Wl,-rpath,\(Self.folder)"])
        return program
    }

    /// What the program says it was told is what the command line reads.
    private func expectTold(_ output: Data, _ card: String) async throws {
        let json = try await JSONValue(Programs.healthcard(["read", "--json", "--reader", card]).output)
        let holder = json["holder"]
        let known = [
            "name": holder?["name"]?.text, "idNumber": holder?["idNumber"]?.text,
            "cardNumber": holder?["idNumber"]?.text,
            "birthDate": holder?["birthDate"]?.text?.replacingOccurrences(of: "-", with: ""),
            "validUntil": json["validity"]?["validUntil"]?.text?.replacingOccurrences(of: "-", with: ""),
            "phone1": json["validity"]?["phone1"]?.text, "address1": json["address"]?["address1"]?.text,
        ]
        var seen: Set<String> = []
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let expected = known[String(parts[0])] else { continue }
            seen.insert(String(parts[0]))
            let digits = Array(parts[1])
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            let told = try? GBK.decode(bytes)
            #expect(told == expected ?? "", "\(parts[0])")
        }
        #expect(seen == Set(known.keys))
    }

    @Test("Hospital programs are served in the order they call, with pages behind their buffers that nobody may touch")
    func programs() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        let sanitized = try await sanitized(folder)
        try await withCard("52484300000006B4") { card, slot in
            let sam = try await insertSAM(5, slot)
            let environment = environment(card.reader, sam.reader)
            let plain = try await Programs.run(program, ["programs", "5"], environment: environment)
            expectSuccess(plain)
            try await expectTold(plain.output, card.reader)
            var checked = environment
            checked["ASAN_OPTIONS"] = "detect_leaks=0"
            try await expectSuccess(Programs.run(sanitized, ["programs", "5"], environment: checked))
            let running = try Programs.Running(
                "/usr/bin/valgrind", ["--error-exitcode=9", program, "programs", "5"], environment: environment)
            let outcome = try await running.wait(seconds: 600)
            expectSuccess(outcome)
            #expect(outcome.errors.contains("ERROR SUMMARY: 0 errors"))
            try await sam.stop()
            let after = try await JSONValue(Programs.healthcard(["read", "--json", "--reader", card.reader]).output)
            #expect(after["outpatient"]?.elements.contains { $0["facilityName"]?.text == "中医院" } == true)
        }
    }

    @Test("Each convention of a program can be had by a line of the configuration, and every call is in the log")
    func conventions() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006B5") { card, slot in
            let sam = try await insertSAM(5, slot)
            let readers = "reader = \(card.reader)\nsam = \(sam.reader)\n"
            let log = folder.file("calls.log")
            let named = ["HEALTHCARD_CONFIG": folder.file("interface.conf")]
            try folder.write(
                readers
                    + """
                    open-device = status
                    sam-certificates = binary
                    apdu-length = without-status
                    photo = path
                    atr-room = 20
                    an-style-end = zero
                    log = \(log)
                    log-level = details

                    """, to: "interface.conf")
            try await expectSuccess(
                Programs.run(
                    program,
                    [
                        "conventions", folder.file(""),
                        Programs.root.appendingPathComponent("Samples/original-photos/99646919970325667X.jpg").path,
                    ], environment: named))
            let lines = try String(contentsOfFile: log, encoding: .utf8)
            for word in [
                "call=OpenDevice", "call=PowerOn", "call=SendAPDU", "call=iReader_SAM_Certificate", "call=iVerifyPIN",
                "call=iR_DDF1EF07Info", "call=iDClosePort", "call=CloseDevice", "code=113 IRV_DDF1EF07_DATAERR why=",
                "detail=\"card connected",
            ] { #expect(lines.contains(word), "\(word)") }
            #expect(!lines.contains("123456"))
            let limited = folder.file("limited.log")
            try folder.write(readers + "photo-limit = 100\nlog = \(limited)\n", to: "interface.conf")
            try await expectSuccess(Programs.run(program, ["small-photo"], environment: named))
            // What was wrong with an element of an array is in it, too.
            #expect(
                try String(contentsOfFile: limited, encoding: .utf8).contains("element 0 of the array: the photo has"))
            // No card in the card's reader.
            try folder.write(
                "reader = \(sam.reader)\nerror-codes = forwarding\nidentity = card-or-code\n", to: "interface.conf")
            try await expectSuccess(Programs.run(program, ["forwarded"], environment: named))
            try await sam.stop()
        }
    }

    @Test(
        "A program that takes a status from OpenDevice is told of a flaw in the configuration, and of a link to nothing"
    )
    func flawedConfiguration() async throws {
        let folder = try TestFolder()
        let script = """
            import ctypes, sys
            library = ctypes.CDLL(sys.argv[1])
            library.OpenDevice.restype = ctypes.c_void_p
            print(library.OpenDevice(0) or 0, library.iDOpenPort(), library.iDClosePort())
            """
        func output(_ environment: [String: String]) async throws -> String {
            let outcome = try await Programs.run(
                Programs.python, ["-c", script, library()], environment: environment)
            return String(decoding: outcome.output, as: UTF8.self)
        }
        let log = folder.file("calls.log")
        try folder.write("colour = blue\nopen-device = status\nlog = \(log)\n", to: "interface.conf")
        #expect(try await output(["HEALTHCARD_CONFIG": folder.file("interface.conf")]) == "101 101 101\n")
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("not one of its settings"))
        try folder.write("open-device = handle\n", to: "interface.conf")
        #expect(try await output(["HEALTHCARD_CONFIG": folder.file("interface.conf")]) == "1 0 0\n")
        try FileManager.default.createDirectory(
            atPath: folder.file("config/healthcard"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("config/healthcard/interface.conf"), withDestinationPath: folder.file("nowhere"))
        #expect(try await output(["XDG_CONFIG_HOME": folder.file("config")]) == "0 101 101\n")
        #expect(
            try await output(["HEALTHCARD_CONFIG": "/dev/null", "HEALTHCARD_LOG_LEVEL": "bogus"]) == "0 101 101\n")
    }

    // MARK: What nobody should do

    @Test("A caller's memory is read as far as it goes, whatever way to look at it the system refuses")
    func refusedWays() async throws {
        let folder = try TestFolder()
        let support = Programs.root.appendingPathComponent("Tests/Support/own_memory_test.c").path
        let sources = Programs.root.appendingPathComponent("Sources/CLinux").path
        let object = folder.file("own_memory.o")
        try await Programs.output(
            "/usr/bin/gcc",
            [
                "-std=gnu11", "-O1", "-Wall", "-Werror", "-I\(sources)/include",
                "-Dprocess_vm_readv=refused_readv", "-Dpipe2=refused_pipe", "-c", "\(sources)/own_memory.c", "-o",
                object,
            ])
        let program = folder.file("own_memory_test")
        try await Programs.output(
            "/usr/bin/gcc", ["-std=gnu11", "-Wall", "-Wextra", "-I\(sources)/include", support, object, "-o", program])
        let outcome = try await Programs.run(program, [])
        #expect(outcome.status == 0, "\(String(decoding: outcome.output, as: UTF8.self))")
    }

    @Test("Lies about lengths, overlapping buffers, calls after the end and from several threads are refused or served")
    func hostile() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        let sanitized = try await sanitized(folder)
        try await withCard("52484300000006B6") { card, slot in
            let sam = try await insertSAM(5, slot)
            let environment = environment(card.reader, sam.reader)
            try await expectSuccess(Programs.run(program, ["hostile"], environment: environment))
            let options = ["ASAN_OPTIONS": "detect_leaks=0"]
            try await expectSuccess(
                Programs.run(sanitized, ["hostile"], environment: environment.merging(options) { $1 }))
            let running = try Programs.Running(
                "/usr/bin/valgrind", ["--error-exitcode=9", program, "hostile"], environment: environment)
            let outcome = try await running.wait(seconds: 600)
            expectSuccess(outcome)
            #expect(outcome.errors.contains("ERROR SUMMARY: 0 errors"))
            try await sam.stop()
        }
    }

    @Test("A card that another program has for itself is waited for, as long as the configuration says")
    func sharing() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        try await withCard("52484300000006B7") { card, slot in
            let sam = try await insertSAM(1, slot)
            let readers = "reader = \(card.reader)\nsam = \(sam.reader)\nlog = \(folder.file("calls.log"))\n"
            let named = ["HEALTHCARD_CONFIG": folder.file("interface.conf")]
            let other = try CardConnection(ReaderName(card.reader), context: PCSCContext())
            try folder.write(readers + "sharing-limit = 0\n", to: "interface.conf")
            let refused = try await Programs.run(program, ["shared"], environment: named)
            #expect(refused.status == 1)
            #expect(try String(contentsOfFile: folder.file("calls.log"), encoding: .utf8).contains("SHARING_VIOLATION"))
            try folder.write(readers + "sharing-limit = 600\n", to: "interface.conf")
            let waiting = try Programs.Running(program, ["shared"], environment: named)
            try await eventually("the device open") { String(decoding: waiting.output, as: UTF8.self) == "open\n" }
            try await Task.sleep(for: .milliseconds(500))
            try other.disconnect(.leave)
            try await expectSuccess(waiting.wait())
            try await sam.stop()
        }
    }

    @Test(
        "What a SAM says of its PIN's attempts is remembered beside the command line, and nobody asks at the last one")
    func attempts() async throws {
        let folder = try TestFolder()
        let program = try await compiled(folder)
        let (_, slot) = try await VirtualSlot.pair()
        let sam = try await CardInSlot.independentSAM(slot: slot, ["--type", "5"])
        var environment = environment(sam.reader, sam.reader)
        environment["XDG_CACHE_HOME"] = folder.file("cache")
        try await expectSuccess(Programs.run(program, ["wrong-pins"], environment: environment))
        let kept = try JSONValue(
            Data(contentsOf: URL(fileURLWithPath: folder.file("cache/healthcard/habits.json"))))
        guard case .object(let sams)? = kept["sams"] else {
            Issue.record("\(kept)")
            return
        }
        #expect(sams.values.map { $0["left"] } == [.number(1)])
        let report = try await JSONValue(sam.remove())
        let sent = report["commands"]?.elements.compactMap(\.text).filter { $0.hasPrefix("0020") }
        #expect(sent == ["00200000 63C2", "00200000 63C1"])
        #expect(report["triesLeft"] == .number(1))
    }
}
