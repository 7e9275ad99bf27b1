import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing

/// What Scripts/install makes, and what a process that is given national keys must be: tried from outside, by whoever
/// works at the line.
@Suite("The installed program") struct InstallationTests {
    private static let passphrases = ["correct horse battery", "eleven quiet giraffes", "nine violet umbrellas"]

    private let folder = InstallationFolder()

    /// A store of drawn keys that two of three custodians open; as whose it is wanted.
    private func store(owner: uid_t = 0) async throws -> (path: String, credentials: [String]) {
        let path = folder.file("store")
        let credentials = try Self.passphrases.enumerated().map { try folder.write("credential-\($0 + 1)", $1) }
        let names = ["张三", "李四", "王五"].flatMap { ["--custodian", $0] }
        let outcome = try await InstalledProgram.run(
            ["keys", "create", path, "--generate", "--into", folder.file("out"), "--threshold", "2"] + names
                + credentials.flatMap { ["--credential", $0] })
        try #require(outcome.status == 0, "\(outcome.errors)")
        if owner != 0, getuid() == 0 { for path in [path] + credentials { chown(path, owner, gid_t(owner)) } }
        return (path, credentials)
    }

    private func check(
        _ program: String, _ store: String, _ credentials: [String], _ environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            program, ["keys", "check", store] + credentials.flatMap { ["--credential", $0] }, environment: environment)
    }

    private func onlooker(_ arguments: [String]) async throws -> JSONValue {
        let script = Programs.root.appendingPathComponent("Tests/Support/onlooker.py").path
        let outcome = try await InstalledProgram.asRoot([Programs.python, script] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONValue(outcome.output)
    }

    private func national(_ name: String) throws -> String {
        let files = try (1...3).map {
            try String(contentsOfFile: folder.file("out/custodian-\($0).txt"), encoding: .utf8)
        }
        let parts = files.compactMap { file in
            file.split(separator: "\n").map { $0.split(separator: " ") }.first { $0.first.map(String.init) == name }
        }.compactMap { Hex.decode($0[1]) }
        try #require(parts.count == 3)
        return Hex.encode(parts.reduce([UInt8](repeating: 0, count: 16)) { zip($0, $1).map { $0 ^ $1 } })
    }

    // MARK: Files

    @Test("files, rights and groups are as Docs/keys.md says; installed again, it is the same")
    func layout() async throws {
        let prefix = folder.file("there")
        for _ in 0..<2 {
            let said = try await InstalledProgram.install(prefix)
            #expect(String(decoding: said.output, as: UTF8.self).contains("is installed"))
            for (path, mode, group) in [
                ("bin/healthcard", 0o2711, InstalledProgram.group), ("bin", 0o755, 0),
                ("etc/healthcard/keys", 0o750, InstalledProgram.group), ("etc/healthcard/lines", 0o700, 0),
                ("etc/healthcard/credentials", 0o700, 0), ("var/lib/healthcard", 0o2770, InstalledProgram.group),
                ("lib/systemd/system/healthcard-line@.service", 0o644, 0),
                ("lib/sysctl.d/60-healthcard.conf", 0o644, 0),
            ] {
                var status = stat()
                #expect(stat(prefix + "/" + path, &status) == 0, "\(path)")
                #expect(
                    status.st_mode & 0o7777 == mode_t(mode) && status.st_gid == group && status.st_uid == 0, "\(path)")
            }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: prefix + "/bin")
        #expect(left == ["healthcard"])
        for file in try FileManager.default.subpathsOfDirectory(atPath: prefix + "/lib") where file.contains(".") {
            let text = try? String(contentsOfFile: prefix + "/lib/" + file, encoding: .utf8)
            #expect(text?.contains("@PREFIX@") != true && text?.contains("@STATE@") != true, "\(file)")
        }
        let unit = try await Programs.run(
            "/usr/bin/systemd-analyze", ["verify", prefix + "/lib/systemd/system/healthcard-line@.service"])
        #expect(!unit.errors.contains("healthcard-line@.service:"), "\(unit.errors)")
    }

    @Test(
        "a folder of somebody else's above it, one that others may write, root's group and unknown options are refused")
    func wrongPlaces() async throws {
        let script = Programs.root.appendingPathComponent("Scripts/install").path
        func refusal(_ prefix: String, _ options: [String] = ["--gid", "64321"]) async throws -> String {
            let outcome = try await InstalledProgram.asRoot(
                [script, "--prefix", prefix, "--program", Programs.healthcard()] + options)
            return outcome.status == 1 ? outcome.errors : "status \(outcome.status)"
        }
        let others = folder.file("others")
        try FileManager.default.createDirectory(atPath: others, withIntermediateDirectories: true)
        if getuid() == 0 { chown(others, 65534, 0) }
        #expect(try await refusal(others + "/x").contains("is not root's"))
        let open = folder.file("open")
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open)
        if getuid() == 0 { #expect(try await refusal(open + "/x").contains("may be written by others")) }
        #expect(try await refusal(folder.file("root"), ["--gid", "0"]).contains("root's"))
        #expect(try await refusal(folder.file("x"), ["--gid", "65534"]).contains("own group of a user"))
        #expect(try await refusal(folder.file("x"), ["--what"]).contains("unknown"))
        #expect(!FileManager.default.fileExists(atPath: others + "/x/bin/healthcard"))
    }

    @Test("the program looks for no library beside itself, and every reference is resolved before it runs")
    func linking() async throws {
        let program = try await InstalledProgram.healthcard()
        let dynamic = String(
            decoding: try await Programs.output("/usr/bin/readelf", ["-dW", program]), as: UTF8.self)
        #expect(!dynamic.contains("RPATH"), "\(dynamic)")
        for line in dynamic.split(separator: "\n") where line.contains("RUNPATH") {
            Issue.record("a search path is built in: \(line)")
        }
        #expect(dynamic.contains("BIND_NOW") && dynamic.contains("NOW PIE"))
        #expect(!dynamic.contains("TEXTREL") && !dynamic.contains("libswiftCore"))
        let segments = String(
            decoding: try await Programs.output("/usr/bin/readelf", ["-lW", program]), as: UTF8.self)
        #expect(segments.contains("GNU_RELRO"))
        #expect(
            segments.split(separator: "\n").contains { $0.contains("GNU_STACK") && $0.contains(" RW ") },
            "an executable stack")
        #expect(!segments.split(separator: "\n").contains { $0.contains("LOAD") && $0.contains("RWE") })
    }

    @Test("the program starts with few libraries: what few commands need is loaded by them")
    func librariesAtStart() async throws {
        let dynamic = String(
            decoding: try await Programs.output("/usr/bin/readelf", ["-dW", Programs.healthcard()]), as: UTF8.self)
        let needed = dynamic.matches(of: #/\(NEEDED\).*\[(.*)\]/#).map { String($0.1) }
        #expect(
            Set(needed).subtracting(["ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"]) == [
                "libc.so.6", "libcrypto.so.3", "libgcc_s.so.1", "libm.so.6", "libpcsclite.so.1", "libsqlite3.so.0",
            ])
    }

    @Test("a library that is missing is named with its package; one in the current folder is not looked at")
    func missingLibrary() async throws {
        let broken = folder.file("broken")
        try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: true)
        try Data("no library".utf8).write(to: URL(fileURLWithPath: broken + "/libpq.so.5"))
        let program = try Programs.healthcard()
        let arguments = ["ledger", "verify", "--ledger", "postgres://nobody@127.0.0.1:1/none"]
        let missing = try await Programs.run(program, arguments, environment: ["LD_LIBRARY_PATH": broken])
        #expect(missing.status == 2 && missing.errors.contains("libpq.so.5"), "\(missing)")
        #expect(missing.errors.contains("apt install libpq5"))
        let chinese = try await Programs.run(
            program, ["--lang", "zh"] + arguments, environment: ["LD_LIBRARY_PATH": broken])
        #expect(chinese.errors.contains("系统缺少程序库（libpq.so.5）"), "\(chinese)")
        let quoted = ([program] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let beside = try await Programs.run("/bin/sh", ["-c", "cd '\(broken)' && exec \(quoted)"])
        #expect(beside.status == 7 && !beside.errors.contains("libpq.so.5"), "\(beside)")
        #expect(beside.errors.contains("127.0.0.1"), "\(beside)")
    }

    // MARK: Who may look in

    @Test("no other process of the same user can open its memory, from exec on; of the program as it was built it can")
    func sameUser() async throws {
        let (path, _) = try await store(owner: 65534)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let secrets = try folder.write("secrets", Self.passphrases.prefix(2).joined(separator: "\n"))
        let needles = try [national("IRK"), national("CVK")]
        let seen = try await onlooker(["same-user", InstalledProgram.healthcard(), path, secrets] + needles)
        #expect(seen["reached"] == .flag(true), "\(seen)")
        #expect(seen["opened"] == .number(0) && seen["found"] == .number(0), "\(seen)")

        // The onlooker sees what can be seen: a copy that everybody may read.
        let copy = folder.file("healthcard")
        try FileManager.default.copyItem(atPath: Programs.healthcard(), toPath: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy)
        // On a busy machine it comes too late now and then.
        var opened = false
        for _ in 0..<10 where !opened {
            let plain = try await onlooker(["same-user", copy, path, secrets] + needles)
            #expect(plain["status"] == .number(8) && plain["found"] == .number(0), "\(plain)")
            opened = plain["opened"] != .number(0)
        }
        #expect(opened, "the onlooker has missed it ten times")
    }

    @Test("the program as it was built is given no keys: 8, with what to do")
    func plain() async throws {
        let (path, credentials) = try await store()
        let built = try await check(Programs.healthcard(), path, Array(credentials.prefix(2)))
        #expect(built.status == 8 && built.errors.contains("Scripts/install"), "\(built.errors)")
        let chinese = try await check(
            Programs.healthcard(), path, Array(credentials.prefix(2)), ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.status == 8 && chinese.errors.contains("此处不打开任何密钥"))
        let made = try await Programs.healthcard(
            ["keys", "create", folder.file("new"), "--generate", "--into", folder.file("o2")])
        #expect(made.status == 8 && !FileManager.default.fileExists(atPath: folder.file("o2")))
        let list = try await Programs.healthcard(["keys", "list", path])
        #expect(list.status == 0)
        let installed = try await check(InstalledProgram.healthcard(), path, Array(credentials.prefix(2)))
        #expect(installed.status == 6 && installed.errors.contains("lacks: TK"), "\(installed.errors)")
    }

    @Test(
        "a library that is put before it does nothing, and no key is opened while one is; orders to the loader are told"
    )
    func preloading() async throws {
        let (path, credentials) = try await store()
        let source = try folder.write(
            "spy.c",
            """
            #include <fcntl.h>
            #include <stdlib.h>
            #include <unistd.h>
            __attribute__((constructor)) static void there(void) {
                int file = open(getenv("SPY"), O_WRONLY | O_CREAT, 0666);
                if (file >= 0) close(file);
            }
            """)
        let library = folder.file("spy.so")
        try await Programs.output("/usr/bin/gcc", ["-shared", "-fPIC", "-o", library, source])
        let trace = folder.file("trace")
        let two = Array(credentials.prefix(2))
        for (name, value) in [
            ("LD_PRELOAD", library), ("LD_AUDIT", library), ("LD_LIBRARY_PATH", folder.path), ("LD_BIND_NOT", "1"),
            ("GLIBC_TUNABLES", "glibc.malloc.check=3"), ("MALLOC_PERTURB_", "7"), ("LD_DEBUG", "libs"),
        ] {
            let outcome = try await check(
                InstalledProgram.healthcard(), path, two, [name: value, "SPY": trace])
            #expect(
                outcome.status == 8 && outcome.errors.contains(name), "\(name): \(outcome.status) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: trace), "\(name) was obeyed")
        }
        // In the program as it was built the library does run, and that is told before anything is asked.
        let plain = try await Programs.healthcard(
            ["keys", "check", path], environment: ["LD_PRELOAD": library, "SPY": trace])
        #expect(plain.status == 8 && plain.errors.contains("LD_PRELOAD"), "\(plain.errors)")
        #expect(FileManager.default.fileExists(atPath: trace))
        let key = try await Programs.healthcard(
            [
                "release", "authority", "new", "--key", folder.file("k"), "--public-key", folder.file("p"),
                "--credential",
                credentials[0],
            ], environment: ["LD_PRELOAD": library, "SPY": trace])
        #expect(key.status == 8 && !FileManager.default.fileExists(atPath: folder.file("k")))
        let empty = try await check(InstalledProgram.healthcard(), path, two, ["LD_PRELOAD": ""])
        #expect(empty.status == 6, "\(empty.errors)")
    }

    @Test("a process that is traced is given no keys")
    func traced() async throws {
        let (path, credentials) = try await store()
        let script = """
            import ctypes, os, sys
            child = os.fork()
            if child == 0:
                ctypes.CDLL(None).ptrace(0, 0, 0, 0)
                os.execv(sys.argv[1], sys.argv[1:])
            while True:
                _, status = os.waitpid(child, 0)
                if os.WIFEXITED(status):
                    sys.exit(os.WEXITSTATUS(status))
                signal = os.WSTOPSIG(status)
                ctypes.CDLL(None).ptrace(7, child, 0, 0 if signal == 5 else signal)
            """
        // Root's right to trace a program with a group of its own is what makes it run at all here.
        let outcome = try await Programs.run(
            Programs.python,
            ["-c", script, InstalledProgram.healthcard(), "keys", "check", path]
                + credentials.prefix(2).flatMap { ["--credential", $0] })
        #expect(outcome.status == 8, "\(outcome.status) \(outcome.errors)")
    }

    // MARK: Stores of the installation

    @Test(
        "a store that root makes in the keys' folder is read through the program alone, by anybody who has passphrases")
    func installationStore() async throws {
        let program = try await InstalledProgram.healthcard()
        let path = InstalledProgram.prefix + "/etc/healthcard/keys/" + UUID().uuidString
        let credentials = try Self.passphrases.prefix(2).enumerated().map { try folder.write("i\($0)", $1) }
        let options = credentials.flatMap { ["--credential", $0] }
        let made = try await InstalledProgram.asRoot(
            [program, "keys", "create", path, "--generate", "--into", folder.file("out")] + options)
        #expect(made.status == 0, "\(made.errors)")
        func rights() -> (mode: mode_t, group: gid_t, owner: uid_t) {
            var status = stat()
            stat(path, &status)
            return (status.st_mode & 0o7777, status.st_gid, status.st_uid)
        }
        #expect(rights() == (0o640, InstalledProgram.group, 0))
        let parts = try ["a", "b"].flatMap {
            ["--components", try folder.write($0, "TK \(Hex.encode(SystemRandom.bytes(16)))\n")]
        }
        let imported = try await InstalledProgram.asRoot(
            [program, "keys", "import", path, "--chip-batch", "one"] + parts + options)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(rights() == (0o640, InstalledProgram.group, 0))

        // An operator: nobody, in no group.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        if getuid() == 0 { for path in credentials { chown(path, 65534, 65534) } }
        let nobody = [
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
            "--bounding-set=-all",
        ]
        let opened = try await InstalledProgram.asRoot(nobody + [program, "keys", "check", path] + options)
        #expect(opened.status == 6 && opened.errors.contains("lacks: certificate issuer"), "\(opened.errors)")
        for command in [["/bin/cat", path], ["/bin/ls", InstalledProgram.prefix + "/etc/healthcard/keys"]] {
            #expect(try await InstalledProgram.asRoot(nobody + command).status != 0)
        }
        // Nor can the operator change it through the program.
        let changed = try await InstalledProgram.asRoot(
            nobody + [program, "keys", "import", path, "--chip-batch", "two"] + parts + options)
        #expect(changed.status == 6, "\(changed.errors)")
        // With the group's bit laid off, as under `no_new_privs`, the store is as far away as any other file.
        let bare = try await InstalledProgram.asRoot(
            nobody + ["--no-new-privs", program, "keys", "check", path] + options)
        #expect(bare.status != 0 && !bare.errors.contains("lacks"), "\(bare.errors)")
        // A store that more may read is exposed, whatever the group.
        chmod(path, 0o644)
        let exposed = try await InstalledProgram.run(["keys", "list", path])
        #expect(exposed.status == 6 && exposed.errors.contains("chmod 600"))
        chmod(path, 0o640)
        chown(path, 0, 0)
        #expect(try await InstalledProgram.run(["keys", "list", path]).status == 6)
        unlink(path)
    }

    @Test("what it starts and what it makes is the user's: no program behind it has the group")
    func children() async throws {
        let program = try await InstalledProgram.healthcard()
        let said = folder.file("groups")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        // What stands in a signer's place tells whose it is.
        let signer = try folder.write("signer.sh", "#!/bin/sh\n{ id -g; id -G; env; } >\(said)\n", mode: 0o755)
        let credential = try folder.write("credential", Self.passphrases[0])
        for name in ["authority", "one", "two"] {
            let made = try await InstalledProgram.run([
                "release", "authority", "new", "--key", folder.file(name), "--public-key", folder.file(name + ".pub"),
                "--credential", credential,
            ])
            #expect(made.status == 0, "\(made.errors)")
        }
        let drawn = try await InstalledProgram.run([
            "release", "authority", "enrol", "--name", "示范卫生健康委", "--authority", folder.file("authority.pub"),
            "--person", "张三=\(folder.file("one.pub"))", "--person", "李四=\(folder.file("two.pub"))", "--out",
            folder.file("enrolment"),
        ])
        #expect(drawn.status == 0, "\(drawn.errors)")
        _ = try await Programs.run(
            program,
            ["sign", folder.file("enrolment"), "--signer", signer, "--public-key", folder.file("one.pub"), "--yes"],
            environment: [
                "HEALTHCARD_STATION": folder.file("station"), "OPENSSL_CONF": "/x", "OPENSSL_MODULES": "/x",
                "SASL_PATH": "/x", "PGSSLKEY": "/x:y", "PGSERVICEFILE": "/x", "G_MODULE": "/x", "HARMLESS": "x",
            ])
        if let text = try? String(contentsOfFile: said, encoding: .utf8) {
            #expect(!text.split(whereSeparator: \.isWhitespace).contains("\(InstalledProgram.group)"), "\(text)")
            for name in ["OPENSSL_", "SASL_PATH", "PGSSLKEY", "PGSERVICEFILE", "G_MODULE", "HARMLESS"] {
                #expect(!text.contains(name), "\(name)")
            }
            #expect(text.contains("HEALTHCARD_STATION"))
        } else {
            Issue.record("no signer was started")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            var status = stat()
            stat(folder.file(name), &status)
            #expect(status.st_gid != InstalledProgram.group, "\(name)")
        }
    }

    @Test("a key that a database's address wants from an engine is no code that runs in it")
    func engines() async throws {
        let source = try folder.write(
            "engine.c",
            """
            #include <fcntl.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void there(void) { open("\(folder.file("ran"))", O_WRONLY | O_CREAT, 0666); }
            """)
        let library = folder.file("engine.so")
        try await Programs.output("/usr/bin/gcc", ["-shared", "-fPIC", "-w", "-o", library, source])
        try await Programs.output(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.file("key"), "-out",
                folder.file("pem"),
            ]
                + ["-subj", "/CN=x", "-days", "1"])
        // Whoever connects is told that there is TLS; then the client looks for its key.
        let server = """
            import socket, subprocess, sys, threading
            listener = socket.create_server(("127.0.0.1", 0))
            listener.settimeout(60)
            def serve():
                while True:
                    connection, _ = listener.accept()
                    connection.recv(8)
                    connection.send(b"S")
            threading.Thread(target=serve, daemon=True).start()
            url = "postgresql://u@127.0.0.1:%d/x?sslmode=require&sslcert=%s&sslkey=%s:k" % (
                listener.getsockname()[1], sys.argv[2], sys.argv[3])
            try:
                sys.exit(subprocess.run([sys.argv[1], "ledger", "verify", "--ledger", url], timeout=30).returncode)
            except subprocess.TimeoutExpired:
                sys.exit(99)
            """
        let outcome = try await Programs.run(
            Programs.python, ["-c", server, InstalledProgram.healthcard(), folder.file("pem"), library])
        #expect(outcome.status != 0)
        #expect(!FileManager.default.fileExists(atPath: folder.file("ran")), "\(outcome.errors)")
    }

    // MARK: Custodians

    @Test("two of three open it, one does not; a reader that somebody else wrote by Docs/keys.md agrees")
    func independent() async throws {
        let (path, credentials) = try await store()
        let reader = Programs.independent("keystore.py")
        func read(_ credentials: [String]) async throws -> Programs.Outcome {
            try await Programs.run(Programs.python, [reader, path, "--values"] + credentials)
        }
        for pair in [[0, 1], [2, 0], [1, 2]] {
            let outcome = try await read(pair.map { credentials[$0] })
            #expect(outcome.status == 0, "\(outcome.errors)")
            let text = String(decoding: outcome.output, as: UTF8.self)
            #expect(try text.contains(national("IRK")) && text.contains(national("CVK")))
        }
        for credential in credentials {
            let alone = try await read([credential])
            #expect(alone.status == 3 && alone.output.isEmpty, "\(alone.status) \(alone.errors)")
            let ours = try await check(InstalledProgram.healthcard(), path, [credential])
            #expect(ours.status == 6 && ours.errors.contains("opened by 2 of its custodians"), "\(ours.errors)")
        }
        #expect(try await read([folder.write("other", "somebody else's words")]).status == 4)
    }

    @Test("custodians and their passphrases are exchanged; the keys stay")
    func exchange() async throws {
        let (path, credentials) = try await store()
        let two = credentials.prefix(2).flatMap { ["--credential", $0] }
        let fresh = try ["four glass bicycles", "seven patient wolves"].enumerated().map {
            try folder.write("n\($0)", $1)
        }
        func keys(_ arguments: [String]) async throws -> Programs.Outcome {
            try await InstalledProgram.run(["keys"] + arguments)
        }
        let before = try await keys(["list", path, "--json"])
        let other = try await keys(
            ["passphrase", path, "--custodian", "李四", "--new-credential", fresh[0]] + two)
        #expect(other.status == 0, "\(other.errors)")
        #expect(try await keys(["check", path] + two).status == 6)
        #expect(try await keys(["check", path] + two).errors.contains("another one"))
        let now = ["--credential", credentials[0], "--credential", fresh[0]]
        #expect(try await keys(["check", path] + now).errors.contains("lacks: TK"))
        let absent = try await keys(
            ["passphrase", path, "--custodian", "王五", "--new-credential", fresh[1]] + now)
        #expect(absent.status == 2, "\(absent.errors)")
        let converted = try await keys(
            ["convert", path, "--custodian", "赵六", "--custodian", "钱七"] + now
                + fresh.flatMap { ["--new-credential", $0] })
        #expect(converted.status == 0, "\(converted.errors)")
        #expect(String(decoding: converted.output, as: UTF8.self).contains("2 of 赵六, 钱七"))
        #expect(try await keys(["check", path] + now).status == 6)
        let after = try await keys(["check", path, "--json"] + fresh.flatMap { ["--credential", $0] })
        let (old, new) = try (JSONValue(before.output), JSONValue(after.output))
        #expect(old["keys"] == new["keys"] && new["custodians"]?.elements.count == 2)
    }

    // MARK: What is typed

    @Test("what is typed lies in locked memory alone, and is wiped", .timeLimit(.minutes(3)))
    func typed() async throws {
        let (path, _) = try await store()
        let secrets = try folder.write("secrets", Self.passphrases.prefix(2).joined(separator: "\n"))
        let seen = try await onlooker(["root", InstalledProgram.healthcard(), path, secrets])
        for name in ["digits", "more", "component", "passphrase0", "passphrase1"] {
            #expect(seen[name]?["ordinary"]?.elements.count == 0, "\(name): \(seen)")
        }
        #expect(seen["component"]?["locked"] != .number(0), "\(seen)")
    }

    @Test(
        "a signal at a hidden prompt ends the program at once, with the terminal as it was",
        arguments: [("INT", SIGINT), ("QUIT", SIGQUIT), ("TERM", SIGTERM), ("HUP", SIGHUP), ("TSTP", SIGINT)])
    func signals(name: String, ends: Int32) async throws {
        for (index, words) in [
            [try await InstalledProgram.healthcard(), "keys", "create", folder.file("x.keys"), "--custodians", "3"],
            [
                try Programs.healthcard(), "release", "authority", "new", "--key", folder.file("k.pem"), "--public-key",
                folder.file("k.pub"),
            ],
        ].enumerated() {
            let seen = try await onlooker(["signal", name] + words)
            #expect(seen["silent"] == .flag(true), "\(index) \(seen)")
            #expect(seen["echo"] == .flag(true), "\(index) \(seen)")
            #expect(seen["status"] == .number(Double(-ends)), "\(index) \(seen)")
            #expect(seen["screen"]?.text?.contains("half a sec") != true)
            if name == "TSTP" {
                for what in ["stopped", "asksAgain"] {
                    #expect(seen[what] == .flag(true), "\(what): \(seen)")
                }
            }
        }
    }
}

/// A folder of a test; it goes when the test ends.
private final class InstallationFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "installation-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }
}
