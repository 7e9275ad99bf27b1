import Foundation
import Testing

/// Where the program meets its surroundings: descriptors, the terminal, its own end, a card that never answers.
@Suite("The edges of the process") struct ProcessEdgeTests {
    private func bash(_ script: String, _ arguments: [String] = []) async throws -> Programs.Outcome {
        let running = try Programs.Running("/bin/bash", ["-c", script, "-", Programs.healthcard()] + arguments)
        return try await running.wait(seconds: 600)
    }

    @Test(
        "With standard descriptors closed no file takes their number",
        arguments: ["0", "1", "2", "01", "02", "12", "012"])
    func closedDescriptors(_ closed: String) async throws {
        let folder = try TestFolder()
        let closing = closed.map { "\($0)>&-" }.joined(separator: " ")
        let outcome = try await bash(
            "\"$1\" batch check \"$2\" --format csv --report \"$3\" \(closing); echo $? > \"$3.code\"",
            [Programs.sampleBatch, folder.file("report")])
        #expect(outcome.status == 0)
        let code = try folder.text("report.code").trimmingCharacters(in: .whitespacesAndNewlines)
        // What is printed into nothing is no success.
        #expect(code == (closed.contains("1") ? "6" : "0"))
        // The report has its own lines and nothing that belongs on the terminal.
        #expect(try folder.text("report") == "file,row,column,code,what,remedy\r\n")
    }

    @Test("A redacted trace with standard output closed holds nothing of the card")
    func closedOutputOfTrace() async throws {
        let folder = try TestFolder()
        try await CardInSlot.ours("5248430000000911") { card in
            let making = try await Programs.healthcard(
                ["personalize", "--quiet", "--reader", card.reader] + SampleBatch.options())
            try #require(making.status == 0)
            let outcome = try await bash(
                "\"$1\" trace record \"$2\" -- read --reader \"$3\" >&-", [folder.file("t.trace"), card.reader])
            #expect(outcome.status == 6)
            let plain = try await Programs.healthcard(["read", "--json", "--reader", card.reader])
            let name = try #require(try JSONValue(plain.output)["holder"]?["name"]?.text)
            let trace = try folder.text("t.trace")
            #expect(!trace.contains(name))
        }
    }

    @Test("QUIT while chips are on their way ends the virtual feeder with 0, never by a signal")
    func quit() async throws {
        let folder = try TestFolder()
        for round in 0..<40 {
            let outcome = try await Programs.run(
                Programs.healthcard(), ["virtual-feeder", "--box", folder.file("box-\(round)")],
                input: "HELLO 1\n1 LOAD 1 R\n2 UNLOAD 1 made R\n3 LOAD 1 R\nQUIT\n",
                environment: ["HEALTHCARD_VPCD_PORTS": "1"])
            #expect(outcome.status == 0)
        }
    }

    @Test("An empty argument is refused before anything is opened: its variable was not set")
    func emptyArguments() async throws {
        let folder = try TestFolder()
        for words in [
            ["ledger", "head", "--ledger", ""], ["ledger", "head", "--ledger="], ["ledger", "head", "--station", ""],
            ["testcards", "new", "", "--maker", "a", "--product", "b", "--product-version", "c", "--chip", "d"],
            ["virtual-feeder", "--box", ""], ["batch", "check", ""], ["keys", "check", ""],
        ] {
            let outcome = try await Programs.run(
                Programs.healthcard(), words, environment: ["HEALTHCARD_VPCD_PORTS": "1", "HOME": folder.path])
            #expect(outcome.status == 2 && outcome.errors.contains("empty"), "\(words): \(outcome.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("In a folder that was deleted every command ends with a reason")
    func deletedFolder() async throws {
        let gone = """
            d=$(mktemp -d) && cd "$d" && rmdir "$d" && "$@" </dev/null; code=$?; echo "code $code" >&2; exit 0
            """
        for words in [
            ["testcards", "new", "c", "--maker", "a", "--product", "b", "--product-version", "c", "--chip", "d"],
            ["testcards", "report", "c"], ["batch", "check", "b"], ["ledger", "head", "--ledger", "l"],
            ["virtual", "--port", "1", "--wait", "0", "--state", "s"], ["keys", "check", "k"],
            ["release", "verify", "r", "--authority", "a"],
        ] {
            let outcome = try await Programs.run(
                "/bin/bash", ["-c", gone, "-", Programs.healthcard()] + words)
            let code = outcome.errors.split(separator: "\n").last.map(String.init)
            #expect(["code 2", "code 3", "code 6", "code 8"].contains(code), "\(words): \(outcome.errors)")
        }
    }

    @Test(
        "With little room for threads, memory or files the line makes its cards, ends with a reason or is ended; it never waits",
        arguments: ["ulimit -v 250000", "ulimit -v 300000", "ulimit -n 12", "ulimit -f 40"])
    func limits(_ limit: String) async throws {
        let folder = try TestFolder()
        let outcome = try await bash(
            "\(limit); \"$1\" personalize --batch \"$2\" --lanes virtual:2 --ledger \"$3/l\" --out \"$3/o\" --quiet",
            [Programs.sampleBatch, folder.path])
        #expect(outcome.status != 70)
        if outcome.status != 0, outcome.status < 128 { #expect(outcome.errors.count > 20, "\(outcome.status)") }
        #expect(!outcome.errors.contains("run the command again once it does"), "\(outcome.errors)")
    }

    @Test("What names a server with a password in it is refused, and not repeated as the name of a file")
    func passwordAsLedger() async throws {
        for ledger in [
            "host=h password=secret77 dbname=d", "postgres:u:secret77@h", "postgresql:u:secret77@h",
            "PASSWORD = secret77",
        ] {
            let outcome = try await Programs.healthcard(["ledger", "head", "--ledger", ledger])
            #expect(outcome.status == 6 || outcome.status == 2, "\(outcome.errors)")
            #expect(!outcome.errors.contains("secret77") && outcome.errors.contains("password"), "\(outcome.errors)")
        }
    }

    @Test("No text of others steers the terminal")
    func terminal() async throws {
        let folder = try TestFolder()
        let steering = "a\\u001b[31mb\\u009b2J\\u202e\\u0007"
        let batch = folder.file("batch")
        try FileManager.default.copyItem(atPath: Programs.sampleBatch, toPath: batch)
        let manifest = try String(contentsOfFile: batch + "/batch.json", encoding: .utf8)
        let id = try #require(try JSONValue(Data(manifest.utf8))["id"]?.text)
        try manifest.replacing("\"\(id)\"", with: "\"\(steering)\"").write(
            toFile: batch + "/batch.json", atomically: true, encoding: .utf8)
        for (number, name) in ["c1", "c2"].enumerated() {
            try folder.write("K\u{1B}[31m\u{9B}X " + String(repeating: "0", count: 26) + "11223\(number)\n", to: name)
        }
        try folder.write("a passphrase of somebody\n", to: "pass")
        for name in ["c1", "c2", "pass"] { chmod(folder.file(name), 0o600) }
        for arguments in [
            ["batch", "check", batch], ["batch", "check", batch, "--format", "json"],
            [
                "keys", "create", folder.file("store"), "--components", folder.file("c1"), "--components",
                folder.file("c2"),
                "--credential", folder.file("pass"),
            ], ["read", "--reader", "\u{1B}]0;x\u{7}"], ["read", "--\u{1B}[2J"], ["trace", "show", "/\u{1B}[2J"],
            ["ledger", "show", "--ledger", "/no\u{9B}where"], ["release", "show", folder.file("\u{202E}")],
        ] {
            let outcome = try await Programs.healthcard(arguments)
            for text in [outcome.errors, String(decoding: outcome.output, as: UTF8.self)] {
                let bad = text.unicodeScalars.filter {
                    $0.value < 0x20 && $0.value != 0x0A && $0.value != 0x09 || (0x7F...0x9F).contains($0.value)
                        || $0.value == 0x202E
                }
                #expect(bad.isEmpty, "\(arguments): \(text.debugDescription)")
            }
        }
    }

    @Test("A line that is not hexadecimal is named, not repeated: it may hold a PIN")
    func secretLines() async throws {
        for (arguments, input) in [
            (["apdu", "-"], "# comment\n00 84 00 00 08\n00 20 00 00 03 98 76 5Z\n"),
            (["apdu", "00200000039876 5Z"], ""), (["apdu", "--follow", "-"], "00 20 00 00 04 98 76 54\n"),
            (["apdu", "--follow", "0020000004987654"], ""),
        ] {
            let outcome = try await Programs.healthcard(arguments, input: input)
            #expect(outcome.status == 6)
            let said = outcome.errors + String(decoding: outcome.output, as: UTF8.self)
            #expect(!said.contains("98 76") && !said.contains("9876"))
            #expect(said.contains("line") || said.contains("command 1"), "\(said)")
        }
        let third = try await Programs.healthcard(["apdu"], input: "\n# x\n9876ZZ\n")
        #expect(third.errors.contains("line 3"))
    }

    /// A card with a right answer to reset that takes a command and never answers.
    static let muteCard = """
        import socket, sys, time
        atr = bytes.fromhex("3B8D800101020304050607085248430001")
        atr += bytes([__import__("functools").reduce(lambda a, b: a ^ b, atr[1:])])
        c = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        def get(n):
            b = b""
            while len(b) < n:
                x = c.recv(n - len(b))
                if not x: sys.exit(0)
                b += x
            return b
        while True:
            order = get(int.from_bytes(get(2), "big"))
            if order == b"\\x04": c.sendall(len(atr).to_bytes(2, "big") + atr)
            elif len(order) > 1: time.sleep(3600)
        """

    private func withMuteCard(_ body: (VirtualSlot) async throws -> Void) async throws {
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        let card = try Programs.Running(Programs.python, ["-c", Self.muteCard, slot.port])
        try await slot.waitForCard("", card)
        try await body(slot)
        try await card.stop(SIGKILL)
        try await slot.waitUntilEmpty()
    }

    @Test(
        "A mute card ends every command in time, with 4 and what to do",
        arguments: [
            ["read"], ["read", "--json"], ["inspect"],
            ["update", "--photo", Programs.sampleBatch + "/photos/990418197802220731.jpg"], ["visit", "list"],
            ["apdu", "0084000008"], ["block", "--yes"], ["soak", "--reads", "1"], ["sam", "info"],
        ])
    func mute(_ arguments: [String]) async throws {
        try await withMuteCard { slot in
            let begin = ContinuousClock.now
            let reader = arguments[0] == "sam" ? ["--sam", slot.reader.rawValue] : ["--reader", slot.reader.rawValue]
            let outcome = try await Programs.healthcard(
                arguments + reader, environment: ["HEALTHCARD_COMMAND_LIMIT": "2"])
            #expect(begin.duration(to: .now) < .seconds(60))
            #expect([2, 4, 5].contains(outcome.status), "\(arguments): \(outcome.status) \(outcome.errors)")
            if outcome.status != 2 { #expect(outcome.errors.contains("has not answered"), "\(outcome.errors)") }
        }
    }

    @Test("A mute card costs the C interface 104 once, and no thread waits behind it")
    func muteCardInTheLibrary() async throws {
        let library = Programs.cInterface + "/libMHC_CardInterface.so"
        try await withMuteCard { slot in
            let script = """
                import ctypes, threading, time
                library = ctypes.CDLL("\(library)")
                library.OpenDevice.restype = ctypes.c_void_p
                device = ctypes.c_void_p(library.OpenDevice(1))
                def read(into):
                    begin = time.monotonic()
                    name = ctypes.create_string_buffer(64)
                    into.append((library.iR_DDF1EF06Info(device, name, None, None, None, None), time.monotonic() - begin))
                results = []
                threads = [threading.Thread(target=read, args=(results,)) for _ in range(4)]
                for t in threads: t.start()
                time.sleep(0.5)
                begin = time.monotonic()
                other = ctypes.c_void_p(library.OpenDevice(1))
                assert other.value and time.monotonic() - begin < 1
                assert library.CloseDevice(other) == 0 and time.monotonic() - begin < 1
                for t in threads: t.join()
                assert [code for code, _ in results] == [104] * 4, results
                assert max(seconds for _, seconds in results) < 6, results
                again = []
                read(again)
                assert again[0][0] == 104 and again[0][1] < 1, again
                assert library.CloseDevice(device) == 0
                print("done")
                """
            let outcome = try await Programs.run(
                Programs.python, ["-c", script],
                environment: ["HEALTHCARD_COMMAND_LIMIT": "2", "HEALTHCARD_READER": slot.reader.rawValue])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
