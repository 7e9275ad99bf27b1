import Foundation
import PCSC
import Testing

/// The daemon on a real PC: events, signals, ports, clients that are slow or dead.
@Suite("Agent: life") struct AgentLifeTests {
    @Test("Insertions and removals come once and in order, by stream and by waiting; who comes back misses none")
    func events() async throws {
        let slot = try await VirtualSlot()
        let agent = try await AgentProgram()
        let port = agent.port
        let start = try await agent.ask("GET", "/v1/readers").text("lastEventId")
        let stream = try RawConnection(port: port)
        stream.send(
            "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: text/event-stream\r\nLast-Event-ID: \(start)\r\n\r\n"
        )
        for number in 0..<3 {
            let card = try await CardInSlot.insert("524843000000042\(number)", slot: slot)
            _ = try await agent.card(in: card.reader)
            try await card.stop()
        }
        var told = ""
        for _ in 0..<100 where told.components(separatedBy: "event: card.removed").count < 4 {
            told += String(decoding: stream.receive(seconds: 0.2), as: UTF8.self)
        }
        let kinds = told.components(separatedBy: "\n").filter { $0.hasPrefix("event: card.") && !$0.contains("mute") }
        let own = kinds.map { String($0.dropFirst(12)) }
        // Other tests use other readers at the same time: of this one's there are three of each.
        #expect(own.filter { $0 == "inserted" }.count >= 3 && own.filter { $0 == "removed" }.count >= 3, "\(told)")
        let polled = try await agent.ask("GET", "/v1/events?after=\(start)")
        let sequences =
            polled.json["events"]?.elements.compactMap { event -> Int? in
                if case .number(let number)? = event["sequence"] { return Int(number) }
                return nil
            } ?? []
        #expect(!sequences.isEmpty && sequences == Array((sequences.first ?? 0)...(sequences.last ?? 0)))
        let tokens =
            polled.json["events"]?.elements.filter { $0["type"] == .text("card.inserted") }.map { $0["card"] } ?? []
        #expect(Set(tokens.map { "\(String(describing: $0))" }).count == tokens.count)
        #expect(!polled.body.contains("524843000000042"))
        let now = polled.text("lastEventId")
        let began = ContinuousClock.now
        let quiet = try await agent.ask("GET", "/v1/events?after=\(now)&wait=1")
        #expect(
            quiet.status == 200 && ContinuousClock.now - began >= .milliseconds(500)
                || quiet.json["events"]?.elements.isEmpty == false)
        try await agent.stop()
    }

    @Test("Two hundred streams are open at once and end with the agent; dead ones cost nothing")
    func streams() async throws {
        let agent = try await AgentProgram()
        let host = "Host: 127.0.0.1:\(agent.port)\r\n"
        var streams = try (0..<200).map { _ in
            let connection = try RawConnection(port: agent.port)
            connection.send("GET /v1/events HTTP/1.1\r\n\(host)Accept: text/event-stream\r\n\r\n")
            return connection
        }
        for stream in streams { #expect(!stream.receive(seconds: 10, until: "event: state").isEmpty) }
        func open() async throws -> JSONValue? { try await agent.ask("GET", "/v1/status").json["streams"] }
        #expect(try await open() == .number(200))
        streams.removeFirst(150)
        for _ in 0..<2_000 {
            if try await open() == .number(50) { break }
            // An event wakes them, and those that are gone are noticed.
            _ = try await agent.ask("POST", "/v1/pairings", body: #"{"name":"X","rights":["write"]}"#)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await open() == .number(50))
        let outcome = try await agent.stop()
        #expect(outcome.status == 0)
        for stream in streams { #expect(stream.isClosed(within: 5)) }
    }

    @Test("A taken port is said, the next of a range is used; a socket serves its owner; SIGHUP takes over new origins")
    func ports() async throws {
        let first = try await AgentProgram()
        let taken = try await Programs.run(
            AgentProgram.path(), ["--listen", "127.0.0.1:\(first.port)"],
            environment: ["XDG_STATE_HOME": first.folder.path(percentEncoded: false)])
        #expect(taken.status == 2 && taken.errors.contains("is taken by another program"), "\(taken.errors)")
        let second = try await AgentProgram(
            "listen: [{ address: 127.0.0.1, port: \(first.port)-\(min(first.port + 50, 65_535)) }]\n")
        #expect(second.port > first.port)
        try await second.stop()
        // The same state is one agent's: two would write over each other.
        let same = try await Programs.run(
            AgentProgram.path(), ["--config", first.folder.path(percentEncoded: false) + "/agent.yaml"],
            environment: ["LANG": "zh_CN.UTF-8"])
        #expect(same.status == 2 && same.errors.contains("另一个代理服务正在使用文件夹"), "\(same.errors)")
        #expect(same.errors.contains(":\(first.port)"))
        let help = try await Programs.run(AgentProgram.path(), ["--help"], environment: ["LANG": "zh_CN.UTF-8"])
        let words = String(decoding: help.output, as: UTF8.self)
        #expect(help.status == 0 && words.contains("本地服务") && words.contains("用法："), "\(words)")
        for english in ["Serve until", "USAGE", "Show", "The configuration"] { #expect(!words.contains(english)) }
        let his = "https://his.example"
        let path = first.folder.path(percentEncoded: false) + "/agent.yaml"
        let preflight = ["Origin": his, "Access-Control-Request-Method": "GET"]
        #expect(try await first.ask("OPTIONS", "/v1/readers", preflight).status == 403)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + "origins: [\"\(his)\"]\n").write(toFile: path, atomically: true, encoding: .utf8)
        first.program.send(SIGHUP)
        for _ in 0..<500 {
            if try await first.ask("OPTIONS", "/v1/readers", preflight).status == 204 { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await first.ask("OPTIONS", "/v1/readers", preflight).status == 204)
        // A configuration with a mistake is told and not taken over.
        try (text + "colour: red\n").write(toFile: path, atomically: true, encoding: .utf8)
        first.program.send(SIGHUP)
        try await eventually("the mistake is told") { first.log.contains("colour") }
        #expect(try await first.ask("OPTIONS", "/v1/readers", preflight).status == 204)
        let check = try await Programs.run(AgentProgram.path(), ["check", "--config", path])
        #expect(check.status == 6 && check.errors.contains("agent.yaml:"), "\(check.errors)")
        try await first.stop()
    }

    @Test("systemd is told when the agent is ready, alive, and stopping")
    func systemd() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "s").path(percentEncoded: false)
        let listener = try Programs.Running(
            Programs.python,
            [
                "-c",
                "import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\n"
                    + "while True:\n d=s.recv(4096).decode();print(d,flush=True)\n if 'STOPPING' in d:break", path,
            ])
        try await eventually("the socket") { FileManager.default.fileExists(atPath: path) }
        let agent = try await AgentProgram(environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"])
        try await eventually("ready and alive") {
            let text = String(decoding: listener.output, as: UTF8.self)
            return text.contains("READY=1") && text.components(separatedBy: "WATCHDOG=1").count > 3
        }
        try await agent.stop()
        let outcome = try await listener.wait()
        #expect(String(decoding: outcome.output, as: UTF8.self).contains("STOPPING=1"))
    }

    @Test("Beyond this machine there is TLS and a token, with a certificate made at the first start")
    func network() async throws {
        let agent = try await AgentProgram(
            "listen: [{ address: 127.0.0.1, port: 0 }, { address: 127.0.0.1, port: 0, tls: own }]\n")
        try await eventually("the fingerprint") { agent.log.contains("sha256=") }
        let log = agent.log
        let address = log.components(separatedBy: "https://").last?.prefix { $0 != "\n" && $0 != " " } ?? ""
        let certificate = agent.folder.appending(path: "certificate.pem").path(percentEncoded: false)
        let trusted = try await Programs.run(
            "/usr/bin/curl", ["-sS", "--cacert", certificate, "https://\(address)/v1/readers"])
        #expect(
            trusted.status == 0 && String(decoding: trusted.output, as: UTF8.self).contains("\"readers\""),
            "\(trusted.errors)")
        let stranger = try await Programs.run("/usr/bin/curl", ["-sS", "https://\(address)/v1/readers"])
        #expect(stranger.status != 0)
        let key = agent.folder.appending(path: "certificate-key.pem").path(percentEncoded: false)
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await agent.stop()
        let bare = FileManager.default.temporaryDirectory.appending(path: "bare-\(UUID().uuidString).yaml").path(
            percentEncoded: false)
        try "listen: [{ address: 0.0.0.0 }]\n".write(toFile: bare, atomically: true, encoding: .utf8)
        let refused = try await Programs.run(AgentProgram.path(), ["check", "--config", bare])
        #expect(refused.status == 6 && refused.errors.contains("tls"))
    }
}
