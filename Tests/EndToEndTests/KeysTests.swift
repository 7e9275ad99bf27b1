import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing

/// The key store from the outside: a ceremony at a terminal and by files, what may never be seen, and every refusal.
@Suite("Keys") struct KeysTests {
    private static let passphrases = ["correct horse battery", "eleven quiet giraffes"]

    private let folder = KeyFolder()
    /// A file of each custodian.
    private var credential: [String] {
        get throws {
            try Self.passphrases.enumerated().flatMap {
                ["--credential", try folder.write("credential-\($0 + 1)", $1 + "\n")]
            }
        }
    }

    /// Both custodians type what they have.
    private func opening(_ names: [String] = ["custodian 1", "custodian 2"]) -> [Typist.Step] {
        zip(names, Self.passphrases).map { .init(prompt: "passphrase of custodian \($0): ", answer: $1) }
    }

    private func keys(
        _ arguments: [String], input: String = "", _ environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        var environment = environment
        for name in ["HEALTHCARD_KEYS_CREDENTIAL", "CREDENTIALS_DIRECTORY"] where environment[name] == nil {
            environment[name] = ""
        }
        return try await InstalledProgram.run(["keys"] + arguments, input: input, environment: environment)
    }

    /// A store with drawn components, in `store`, and what its two custodians carry away.
    private func drawn() async throws -> (store: String, components: [String]) {
        let store = folder.file("store")
        let outcome = try await keys(["create", store, "--generate", "--into", folder.file("out")] + credential)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return (store, [folder.file("out/custodian-1.txt"), folder.file("out/custodian-2.txt")])
    }

    private func checks(_ data: Data) throws -> [String: String] {
        var checks: [String: String] = [:]
        for key in try JSONValue(data)["keys"]?.elements ?? [] {
            if let name = key["name"]?.text { checks[name] = key["check"]?.text }
        }
        return checks
    }

    private func random() throws -> String { Hex.encode(try SystemRandom.bytes(16)) }

    private func combined(_ parts: [String]) -> [UInt8] {
        parts.compactMap { Hex.decode($0) }.reduce([UInt8](repeating: 0, count: 16)) { zip($0, $1).map { $0 ^ $1 } }
    }

    /// What the openssl command says the check value is.
    private func check(_ key: [UInt8]) async throws -> String {
        let zeros = folder.file("zeros")
        try Data(count: 16).write(to: URL(fileURLWithPath: zeros))
        let block = try await Programs.output(
            "/usr/bin/openssl", ["enc", "-sm4-ecb", "-nopad", "-K", Hex.encode(key), "-in", zeros])
        return Hex.encode(block.prefix(3))
    }

    private func certificate() throws -> String {
        let profile = try CardProfile.bundled()
        let root = KeySet(
            version: 1, values: [:], signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()])
        let bytes = try SoftwareSecurityModule(profile: profile, keys: root).certificate(
            #require(profile.certificate("issuer")),
            values: [
                "issuerCode": "9156000132430000000001", "issueDate": "2026-10-12", "validUntil": "2036-10-11",
            ])
        let path = folder.file("issuer.bin")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("two custodians type: nothing they type is seen, and the openssl command says the same check values")
    func ceremony() async throws {
        let names = try CardProfile.bundled().keys.filter { $0.role != .transport }.map(\.name)
        let typed = try (1...2).map { _ in try names.map { _ in try random() } }
        var steps: [Typist.Step] = []
        for custodian in 0..<2 {
            for (index, name) in names.enumerated() {
                let prompt = "\(name), component \(custodian + 1): "
                if custodian == 1, index == 0 {
                    // Not hexadecimal, too short, zeros, counting up, the other one's: asked again each time.
                    for wrong in [
                        "hello", "00112233", String(repeating: "0", count: 32), "00112233445566778899AABBCCDDEEFF",
                        typed[0][0],
                    ] {
                        steps.append(.init(prompt: prompt, answer: wrong))
                    }
                }
                steps.append(.init(prompt: prompt, answer: typed[custodian][index].lowercased()))
            }
        }
        // Too short, guessed by anybody, typed otherwise the second time; then the other one's.
        let first = "passphrase of custodian 张三, 12 bytes or more: "
        for wrong in ["too short", "password123456"] { steps.append(.init(prompt: first, answer: wrong)) }
        steps.append(.init(prompt: first, answer: Self.passphrases[0]))
        steps.append(.init(prompt: "again: ", answer: Self.passphrases[0] + "!"))
        steps.append(.init(prompt: first, answer: Self.passphrases[0]))
        steps.append(.init(prompt: "again: ", answer: Self.passphrases[0]))
        let second = "passphrase of custodian 李四, 12 bytes or more: "
        steps.append(.init(prompt: second, answer: Self.passphrases[0]))
        steps.append(.init(prompt: second, answer: Self.passphrases[1]))
        steps.append(.init(prompt: "again: ", answer: Self.passphrases[1]))
        let store = folder.file("factory.keys")
        let outcome = try await Typist.run(
            InstalledProgram.healthcard(), ["keys", "create", store, "--custodian", "张三", "--custodian", "李四"], steps)
        #expect(outcome.status == 0, "\(outcome.screen)")
        for index in names.indices {
            for custodian in 0..<2 {
                #expect(try await outcome.screen.contains(check(combined([typed[custodian][index]]))))
            }
        }
        let list = try await keys(["list", store, "--json"])
        let opened = try await keys(["check", store, "--json"] + credential)
        #expect(opened.status == 6)
        #expect(opened.errors.contains("lacks: TK, certificate issuer"))
        let values = try checks(list.output)
        #expect(try checks(opened.output) == values)
        #expect(values.keys.sorted() == names.sorted())
        var secrets = typed.flatMap { $0 } + Self.passphrases
        for (index, name) in names.enumerated() {
            let key = combined(typed.map { $0[index] })
            secrets.append(Hex.encode(key))
            #expect(try await values[name] == check(key))
        }
        let file = String(decoding: try Data(contentsOf: URL(fileURLWithPath: store)), as: UTF8.self)
        let shown = [
            outcome.screen, String(decoding: list.output, as: UTF8.self), list.errors,
            String(decoding: opened.output, as: UTF8.self), opened.errors, file,
        ].joined().uppercased()
        for secret in secrets { #expect(!shown.contains(secret.uppercased())) }
        #expect(try permissions(store) == 0o600)

        // The rest of what a factory needs.
        let transport = try (1...2).map { _ in try random() }
        let imported = try await Typist.run(
            InstalledProgram.healthcard(), ["keys", "import", store, "--chip-batch", "0A0B0C0D"],
            opening(["张三", "李四"])
                + transport.enumerated().map { .init(prompt: "TK, component \($0 + 1): ", answer: $1) })
        #expect(imported.status == 0, "\(imported.screen)")
        #expect(!transport.contains { imported.screen.contains($0) })
        #expect(try await imported.screen.contains("0A0B0C0D    \(check(combined(transport)))"))
        let certified = try await keys(["import", store, "--certificate", certificate()] + credential)
        #expect(certified.status == 0, "\(certified.errors)")
        let whole = try await keys(["check", store] + credential)
        #expect(whole.status == 0)
        #expect(String(decoding: whole.output, as: UTF8.self).hasSuffix("complete\n"))
        let nothing = try await keys(["import", store] + credential)
        #expect(nothing.status == 0 && nothing.errors.contains("nothing is missing"))
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("while keys are loaded the process cannot be dumped or looked into, and a crash leaves and shows nothing")
    func process() async throws {
        let (store, _) = try await drawn()
        // Whoever runs the tests: as root the program runs as nobody, who must reach it and the store.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        if getuid() == 0 { #expect(chown(store, 65534, 65534) == 0) }
        let outcome = try await Typist.run(
            InstalledProgram.healthcard(), ["keys", "import", store, "--key", "CVK"],
            opening() + [.init(prompt: "CVK, component 1: ", answer: nil)], asNobody: true, in: folder.path)
        #expect(outcome.status == 128 + SIGSEGV, "\(outcome.screen)")
        #expect(!outcome.dumpsCore)
        #expect(outcome.user != 0 && outcome.owner == 0, "another process of the user could look into it")
        #expect(["0 0", "unreadable"].contains(outcome.coreLimit))
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0)
        if limit.rlim_cur >= 65536 {
            #expect(outcome.lockedKilobytes > 0)
            #expect(!outcome.screen.contains("swapped out"))
        } else {
            #expect(outcome.lockedKilobytes > 0 || outcome.screen.contains("swapped out"))
        }
        #expect(!outcome.screen.contains("Backtrace") && !outcome.screen.contains("Registers"))
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.hasPrefix("core") })
    }

    @Test("without locked memory a note says so, and the work goes on")
    func unlockedMemory() async throws {
        let (store, _) = try await drawn()
        let command = "ulimit -l 0; exec setpriv --bounding-set -ipc_lock --inh-caps -ipc_lock \"$@\""
        let outcome = try await Programs.run(
            "/bin/sh",
            ["-c", getuid() == 0 ? command : "ulimit -l 0; exec \"$@\"", "sh", InstalledProgram.healthcard()]
                + ["keys", "check", store] + credential)
        #expect(outcome.status == 6)
        #expect(outcome.errors.contains("note: keys may be swapped out to a disk"))
        #expect(outcome.errors.contains("lacks: TK"))
    }

    @Test("drawn components: a file for each custodian alone, from which the same keys come again")
    func generated() async throws {
        let (store, components) = try await drawn()
        for path in components { #expect(try permissions(path) == 0o600) }
        #expect(try permissions(folder.file("out")) == 0o700)
        let again = folder.file("again")
        let files = components.flatMap { ["--components", $0] }
        let outcome = try await keys(["create", again] + files + credential)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let one = try await checks(keys(["list", store, "--json"]).output)
        #expect(try await checks(keys(["list", again, "--json"]).output) == one)
        #expect(one.count == 22)
        // Nothing is ever made over what is there.
        let folderAgain = try await keys(
            ["create", folder.file("third"), "--generate", "--into", folder.file("out")] + credential)
        #expect(folderAgain.status == 6 && folderAgain.errors.contains("custodian-1.txt is there already"))
        let storeAgain = try await keys(["create", store] + files + credential)
        #expect(storeAgain.status == 6 && storeAgain.errors.contains("is there already"))
    }

    @Test("passphrases come from files and systemd; a wrong one, a changed store and an open file are refused")
    func credentials() async throws {
        let (store, _) = try await drawn()
        let paths = try Self.passphrases.enumerated().map { try folder.write("c\($0)", $1) }
        func opens(_ arguments: [String] = [], _ environment: [String: String] = [:]) async throws -> Programs.Outcome {
            try await keys(["check", store] + arguments, environment)
        }
        for outcome in [
            try await opens(paths.flatMap { ["--credential", $0] }),
            try await opens(paths.reversed().flatMap { ["--credential", $0] }),
            try await opens([], ["HEALTHCARD_KEYS_CREDENTIAL": paths.joined(separator: ":")]),
        ] { #expect(outcome.errors.contains("lacks: TK"), "\(outcome.errors)") }
        try FileManager.default.createDirectory(atPath: folder.file("run"), withIntermediateDirectories: true)
        for (index, passphrase) in Self.passphrases.enumerated() {
            try folder.write("run/healthcard-keys-\(index + 1)", passphrase, mode: 0o440)
        }
        let service = try await opens([], ["CREDENTIALS_DIRECTORY": folder.file("run")])
        #expect(service.errors.contains("lacks: TK"), "\(service.errors)")
        let none = try await opens()
        #expect(none.status == 2 && none.errors.contains("--credential"))
        let chinese = try await opens([], ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.status == 2 && chinese.errors.contains("缺少口令"))
        for path in paths {
            let alone = try await opens(["--credential", path])
            #expect(
                alone.status == 6 && alone.errors.contains("opened by 2 of its custodians together"), "\(alone.errors)")
        }
        let wrongFile = try folder.write("wrong", "correct horse batterx")
        let wrong = try await opens(["--credential", wrongFile, "--credential", paths[1]])
        #expect(
            wrong.status == 6 && wrong.errors.contains("the passphrase is another one, or the key store was changed"))
        let open = try await opens(["--credential", try folder.write("open", Self.passphrases[0], mode: 0o644)])
        #expect(open.status == 6 && open.errors.contains("chmod 600"))
        for (text, reason) in [
            ("elevenbytes", "fewer than 12 bytes"), ("aaaaaaaaaaaaaaaa", "different characters"),
            ("Password2026!", "guessed first"),
        ] {
            let weak = try await keys(
                ["create", folder.file("new"), "--generate", "--into", folder.file("o2"), "--credential"]
                    + [try folder.write("weak", text), "--credential", paths[1]])
            #expect(weak.status == 6 && weak.errors.contains(reason), "\(weak.errors)")
        }
        let same = try await keys(
            ["create", folder.file("new"), "--generate", "--into", folder.file("o2")]
                + ["--credential", paths[0], "--credential", paths[0]])
        #expect(same.status == 6 && same.errors.contains("have the same passphrase"))
        let few = try await keys(
            ["create", folder.file("new"), "--generate", "--into", folder.file("o2"), "--credential", paths[0]])
        #expect(few.status == 2 && few.errors.contains("one for each"))
        for name in ["new", "o2"] { #expect(!FileManager.default.fileExists(atPath: folder.file(name)), "\(name)") }
        let nowhere = try await keys(["create", folder.file("no/store")])
        #expect(nowhere.status == 6 && nowhere.errors.contains("cannot be written to"))

        // A name in the header that was not there when it was sealed.
        let text = try String(contentsOfFile: store, encoding: .utf8)
        try folder.write("changed", text.replacing("\"CVK\"", with: "\"CVX\""))
        let changed = try await keys(["check", folder.file("changed")] + credential)
        #expect(changed.status == 6 && changed.errors.contains("the key store was changed"))
        try folder.write("huge", text.replacing("131072", with: "1099511627776"))
        let huge = try await keys(["check", folder.file("huge")] + credential)
        #expect(huge.status == 6 && huge.errors.contains("N=1099511627776"))
        try folder.write("exposed", text, mode: 0o640)
        #expect(try await keys(["list", folder.file("exposed")]).errors.contains("chmod 600"))
    }

    @Test("components that may be no key, files that are wrong, and options that do not go together")
    func refusals() async throws {
        let profile = try CardProfile.bundled()
        let one = try random()
        func created(_ first: String, _ second: String, mode: Int = 0o600) async throws -> Programs.Outcome {
            let files = [try folder.write("a", first, mode: mode), try folder.write("b", second)]
            return try await keys(["create", folder.file("s")] + files.flatMap { ["--components", $0] } + credential)
        }
        let zeros = String(repeating: "0", count: 32)
        let test = Hex.encode(SM3.hash(Array("resident-health-card test key:IRK".utf8)).prefix(16))
        let toTest = Hex.encode(combined([one, test]))
        for (first, second, text) in [
            ("IRK \(one)", "IRK \(one)", "components 1 and 2 of IRK are equal"),
            ("IRK \(one)", "IRK \(zeros)", "component 2 of IRK is all zeros"),
            ("IRK \(one)", "IRK \(toTest)", "would be the published test key IRK"),
            ("IRK \(one)", "CVK \(one)", "b has no component of IRK"),
            ("IRK \(one)", "IRK 0123456789ABCDEFFEDCBA9876543210", "component 2 of IRK was not drawn"),
            ("IRK \(one)", "IRK \(test)", "it is the published key IRK"),
            ("IRK \(one) 000000", "IRK \(try random())", "line 1: the check value of IRK"),
            ("IRK \(one)\nIRK \(one)", "IRK \(try random())", "line 2: IRK stands here a second time"),
            ("ROOT \(one)", "ROOT \(try random())", "the profile takes no key ROOT"),
            ("TK \(one)", "TK \(try random())", "--chip-batch"),
        ] {
            let outcome = try await created(first, second)
            #expect(outcome.status == (text == "--chip-batch" ? 2 : 6), "\(text)")
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
            #expect(!outcome.errors.uppercased().contains(one))
        }
        let same = try random()
        let both = try await created("IRK \(one)\nCVK \(same)", "IRK \(same)\nCVK \(one)")
        #expect(both.status == 6 && both.errors.contains("CVK would be equal to IRK"))
        let open = try await created("IRK \(one)", "IRK \(same)", mode: 0o644)
        #expect(open.status == 6 && open.errors.contains("a may be read or changed by others"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("s")))

        for arguments in [
            ["--custodians", "1"], ["--generate"], ["--into", "x"], ["--components", "a"],
            ["--generate", "--into", "x", "--components", "a", "--components", "b"],
            ["--threshold", "1"], ["--threshold", "3"], ["--custodian", "A", "--custodian", "A"], ["--custodian", "A"],
        ] { #expect(try await keys(["create", folder.file("s")] + arguments).status == 2, "\(arguments)") }
        let silent = try await keys(["create", folder.file("s")])
        #expect(silent.status == 2 && silent.errors.contains("typed at a terminal"))
        let overlay = try await keys(["create", folder.file("s"), "--overlay", "test-keys"] + credential)
        #expect(overlay.status == 8 && overlay.errors.contains("test keys"))
        #expect(profile.testKeys == nil)
        #expect(try await keys(["list", folder.file("none")]).status == 6)
        let (store, _) = try await drawn()
        #expect(try await keys(["check", store, "--overlay", "test-keys"] + credential).status == 8)
    }

    @Test("what is there is replaced only after a yes")
    func replacing() async throws {
        let (store, _) = try await drawn()
        let before = try await checks(keys(["list", store, "--json"]).output)
        let files = try ["a", "b"].flatMap { ["--components", try folder.write($0, "CVK \(random())\n")] }
        let asked = try await keys(["import", store] + files + credential)
        #expect(asked.status == 2 && asked.errors.contains("CVK will be replaced"))
        #expect(try await checks(keys(["list", store, "--json"]).output) == before)
        let done = try await keys(["import", store, "--yes"] + files + credential)
        #expect(done.status == 0, "\(done.errors)")
        let after = try await checks(keys(["list", store, "--json"]).output)
        #expect(after["CVK"] != before["CVK"])
        #expect(after.filter { $0.key != "CVK" } == before.filter { $0.key != "CVK" })
    }

    @Test("a process that ends while it writes leaves the old store")
    func interruptedWriting() async throws {
        let (store, _) = try await drawn()
        let before = try Data(contentsOf: URL(fileURLWithPath: store))
        let files = try ["a", "b"].flatMap { ["--components", try folder.write($0, "TK \(random())\n")] }
        // A file may not grow beyond a block: the signal comes in the middle of the new store.
        let outcome = try await Programs.run(
            "/bin/sh",
            ["-c", "ulimit -f 1; exec \"$@\"", "sh", InstalledProgram.healthcard(), "keys", "import", store]
                + ["--chip-batch", "one"] + files + credential)
        // The signal, or the error where whoever started the tests has it ignored.
        #expect([128 + SIGXFSZ, 6].contains(outcome.status), "\(outcome.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
        let again = try await keys(["import", store, "--chip-batch", "one"] + files + credential)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try await keys(["check", store] + credential).errors.contains("lacks: certificate issuer"))
    }

    @Test("--help of each command teaches")
    func help() async throws {
        let options = [
            "create": [
                "--name", "--custodians", "--components", "--generate", "--into", "--chip-batch", "--certificate",
                "--custodian", "--threshold",
            ],
            "convert": ["--custodian", "--threshold", "--new-credential"],
            "passphrase": ["--custodian", "--new-credential"],
            "import": ["--key", "--custodians", "--components", "--chip-batch", "--certificate", "--yes"],
            "check": ["--credential", "--profile", "--json"], "list": ["--json"],
        ]
        let root = try await keys(["--help"])
        #expect(root.status == 0)
        for (command, options) in options {
            #expect(String(decoding: root.output, as: UTF8.self).contains("  \(command) "))
            let outcome = try await keys([command, "--help"])
            #expect(outcome.status == 0)
            for option in options { #expect(String(decoding: outcome.output, as: UTF8.self).contains(option)) }
        }
    }
}

/// A folder of a test; it goes when the test ends.
private final class KeyFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "keys-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }
}
