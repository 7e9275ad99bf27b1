import Foundation
import Testing

/// `healthcard ecard query` over TLS, against platforms written in Python from `Docs/electronic-card.md §8` alone.
@Suite("Platforms of electronic cards") struct ElectronicPlatformTests {
    /// A platform beside the test.
    private struct Platform {
        let folder: TestFolder
        let running: Programs.Running
        let dialect: String

        init(_ dialect: String, fault: String = "") async throws {
            let folder = try TestFolder()
            self.folder = folder
            self.dialect = dialect
            let fault = fault.isEmpty ? [] : ["--fault", fault]
            let script = Programs.independent("electronic_platform.py")
            running = try Programs.Running(Programs.python, [script, dialect, folder.path] + fault)
            try await eventually("a platform") { FileManager.default.fileExists(atPath: folder.file("port")) }
        }

        func options(host: String = "localhost", trusted: Bool = true) throws -> [String] {
            [
                "--platform", "https://\(host):\(try folder.text("port"))/api", "--dialect", dialect, "--credentials",
                folder.file("credentials"),
            ] + (trusted ? ["--ca", folder.file("ca.pem")] : [])
        }

        func query(_ arguments: [String], host: String = "localhost", trusted: Bool = true) async throws
            -> Programs.Outcome
        {
            try await Programs.healthcard(["ecard", "query"] + options(host: host, trusted: trusted) + arguments)
        }

        func json(_ arguments: [String], status: Int32 = 0) async throws -> JSONValue {
            let outcome = try await query(arguments + ["--json"])
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            return try JSONValue(outcome.output)
        }
    }

    private static let man = ["--batch", Programs.sampleBatch, "--id", SampleBatch.man]
    private static let stranger = ["--number", "11010020171225006X", "--name", "电子健康卡"]

    @Test("A person is queried, registered and closed, a code made and verified", arguments: ["national", "tencent"])
    func operations(dialect: String) async throws {
        let platform = try await Platform(dialect)
        let known = try await platform.json(Self.man)
        #expect(known["samePerson"] == .flag(true) && known["id"]?.text?.count == 64)
        #expect(known["attribute"] == .text("formal") && known["status"] == .text("normal"))
        #expect(known["link"] == .text("bound") && known["relations"] == .list([.text("own")]))
        #expect(known["cards"]?.elements.first?["number"] == .text(SampleBatch.man))
        let unknown = try await platform.query(Self.stranger)
        #expect(unknown.status == 5 && unknown.errors.contains("it knows no such card"))
        #expect(!unknown.errors.contains("11010020171225006X") && !unknown.errors.contains("电子健康卡"))
        let guardian = ["--guardian-number", SampleBatch.man, "--guardian-name", "阿卜杜拉·买买提"]
        let registered = try await platform.json(Self.stranger + ["--operation", "register"] + guardian)
        #expect(registered["id"] == .text("98FF9F2C05145CB9305E9D8A57E072BB51180CA49E5BE5E9D41BCE3A9A571928"))
        #expect(registered["relations"] == .list([.text("childOfAdult")]) && registered["needsGuardian"] == .flag(true))
        let made = try await platform.json(Self.stranger + ["--operation", "makeCode"])
        let code = try #require(made["codeText"]?.text)
        let own = try await Programs.healthcard(["ecard", "verify", code, "--keys", "test", "--json"] + Self.stranger)
        #expect(own.status == 0, "\(own.errors)")
        let verified = try await platform.json(["--code", code, "--step", "10101"] + Self.stranger)
        #expect(verified["standing"] == .text("platformVerified") && verified["samePerson"] == .flag(true))
        let other = try await platform.json(["--code", code] + Self.man, status: 5)
        #expect(other["samePerson"] == .flag(false))
        let old = registered["id"]?.text.map { $0 + ":0:92FD69141DFE1553A42251E2B0196148" } ?? ""
        let expired = try await platform.query(["--code", old])
        #expect(expired.status == 5 && expired.errors.contains("no longer valid"))
        if dialect == "national" {
            let closed = try await platform.json(Self.stranger + ["--operation", "close"])
            #expect(closed["status"] == .text("closed"))
            let text = try await Programs.healthcard(
                ["--lang", "zh", "ecard", "query"] + platform.options() + Self.stranger)
            let said = String(decoding: text.output, as: UTF8.self)
            #expect(said.contains("已注销：请重新注册") && said.contains("成人名下的儿童卡：须有监护人在场"))
        } else {
            let bound = try await platform.json(["--code", code, "--operation", "bind", "--patient", "P1"])
            #expect(bound["id"] == registered["id"])
            #expect(try await platform.query(Self.stranger + ["--operation", "close"]).status == 2)
        }
    }

    @Test(
        "What is wrong about an answer is said, and the answer is not used",
        arguments: [
            ("signature", Int32(5), "signature is wrong"), ("changed", 5, "signature is wrong"),
            ("clock", 5, "clocks of this machine and the platform differ by 3"), ("cut", 3, "ended early"),
            ("slow", 3, "did not answer within 1 seconds"), ("long", 5, "longer than 1048576 bytes"),
            ("text", 5, "not one in this dialect"), ("http", 5, "HTTP status 500"), ("other", 5, "another person"),
        ])
    func faults(fault: String, status: Int32, text: String) async throws {
        for dialect in ["national", "tencent"] {
            let platform = try await Platform(dialect, fault: fault)
            let outcome = try await platform.query(Self.man + ["--timeout", "1"])
            #expect(outcome.status == status, "\(dialect): \(outcome.errors)")
            #expect(outcome.errors.contains(text), "\(dialect): \(outcome.errors)")
            #expect(!outcome.errors.contains(SampleBatch.man))
        }
    }

    @Test("An answer that came before is not used again")
    func replay() async throws {
        // Of the Tencent style another request has another number; of the national style the digest is known.
        let tencent = try await Platform("tencent", fault: "replay")
        #expect(try await tencent.query(Self.man).status == 0)
        let again = try await tencent.query(Self.man)
        #expect(again.status == 5 && again.errors.contains("belongs to another request"))
        let national = try await Platform("national", fault: "replay")
        let queue = national.folder.file("queue")
        // Two requests in one run, answered alike.
        let dead = try await Platform("national")
        let address = try dead.options()
        try await dead.running.stop(SIGKILL)
        for person in [Self.man, Self.stranger] {
            let kept = try await Programs.healthcard(
                ["ecard", "query"] + address + person + ["--operation", "register", "--queue", queue])
            #expect(kept.status == 7 && kept.errors.contains("waits in the queue"), "\(kept.errors)")
        }
        let sent = try await national.query(["--queue", queue, "--send"])
        #expect(sent.status == 5 && sent.errors.contains("belongs to another request"), "\(sent.errors)")
        #expect(String(decoding: sent.output, as: UTF8.self) == "register  done\n")
        // What was not answered is still there.
        let healthy = try await Platform("national")
        let rest = try await healthy.json(["--queue", queue, "--send"])
        #expect(rest.elements.count == 1 && rest.elements.first?["done"] == .flag(true))
        #expect(try await healthy.json(["--queue", queue, "--send"]) == .list([]))
    }

    @Test("A server that cannot prove who it is, or is not there, is not asked")
    func trust() async throws {
        let platform = try await Platform("national")
        let unknown = try await platform.query(Self.man, trusted: false)
        #expect(unknown.status == 5 && unknown.errors.contains("could not prove"), "\(unknown.errors)")
        // The certificate is of localhost, and of no other name.
        let named = try await platform.query(Self.man, host: "127.0.0.1")
        #expect(named.status == 5 && named.errors.contains("could not prove"), "\(named.errors)")
        let port = try platform.folder.text("port")
        func query(_ address: String) async throws -> Programs.Outcome {
            var options = try platform.options()
            options[1] = address
            return try await Programs.healthcard(["ecard", "query"] + options + Self.man)
        }
        #expect(try await query("http://localhost:\(port)/").status == 2)
        #expect(try await query("https://no-such-host.invalid/").status == 2)
        try await platform.running.stop(SIGKILL)
        let gone = try await platform.query(Self.man)
        #expect(gone.status == 3 && gone.errors.contains("cannot be reached"))
    }

    @Test("A wrong secret, a wrong clock and an old token are told apart")
    func requests() async throws {
        for dialect in ["national", "tencent"] {
            let platform = try await Platform(dialect)
            let secret = try platform.folder.text("credentials")
            try platform.folder.write(
                secret.replacingOccurrences(of: "a secret of", with: "another secret of"), to: "wrong")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: platform.folder.file("wrong"))
            var options = try platform.options()
            options[5] = platform.folder.file("wrong")
            let wrong = try await Programs.healthcard(["ecard", "query"] + options + Self.man)
            #expect(wrong.status == 5 && wrong.errors.contains("does not accept the signature"), "\(wrong.errors)")
            #expect(!wrong.errors.contains("secret of tests"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: platform.folder.file("wrong"))
            #expect(try await Programs.healthcard(["ecard", "query"] + options + Self.man).status == 6)
        }
        let renewed = try await Platform("tencent", fault: "token")
        #expect(try await renewed.json(Self.man)["samePerson"] == .flag(true))
        let odd = try await Platform("national", fault: "values")
        let values = try await odd.json(Self.man)
        #expect(values["status"] == .text("77") && values["link"] == .text("unbound"))
        #expect(values["attribute"] == .text("temporary") && values["relations"] == .list([.text("ward"), .text("x")]))
        #expect(values["needsGuardian"] == .flag(true))
    }
}
