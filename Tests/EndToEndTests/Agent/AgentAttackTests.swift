import Foundation
import Testing

/// What pages, programs and the network might try.
@Suite("Agent: attacks") struct AgentAttackTests {
    private static let evil = "https://evil.example"

    @Test("A foreign host, a foreign origin, and a page that hides its origin get a problem, on every path and method")
    func foreign() async throws {
        let agent = try await AgentProgram()
        let paths = [
            ("GET", "/"), ("GET", "/openapi.json"), ("GET", "/metrics"), ("GET", "/v1/readers"), ("GET", "/v1/events"),
            ("GET", "/v1/status"), ("GET", "/v1/sam"), ("GET", "/v1/cards/x"), ("PATCH", "/v1/cards/x"),
            ("POST", "/v1/cards/x/block"), ("PUT", "/v1/sam/pin"), ("GET", "/v1/tokens"), ("GET", "/v1/pairings"),
            ("POST", "/v1/page/session"), ("POST", "/v1/pairings/x/confirm"),
        ]
        for (method, path) in paths {
            let body = method == "GET" ? nil : "{}"
            for host in [
                "evil.example", "evil.example:\(agent.port)", "localhost.evil.example:\(agent.port)", "127.0.0.1",
            ] {
                let answer = try await agent.ask(method, path, ["Host": host], body: body)
                #expect(
                    answer.status == 421 && answer.code == "agent.foreignHost",
                    "\(method) \(path) \(host): \(answer.status)")
            }
            for fields in [
                ["Origin": Self.evil], ["Origin": "null"], ["Origin": "http://127.0.0.1:1"], ["Origin": "file://"],
                ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"], ["Referer": "https://evil.example/x"],
            ] {
                let answer = try await agent.ask(method, path, fields, body: body)
                #expect(
                    answer.status == 403 && answer.code == "agent.foreignOrigin",
                    "\(method) \(path) \(fields): \(answer.status)")
                #expect(answer.headers["content-type"] == "application/problem+json")
                #expect(answer.headers["access-control-allow-origin"] == nil)
            }
            let preflight = try await agent.ask(
                "OPTIONS", path, ["Origin": Self.evil, "Access-Control-Request-Method": method])
            #expect(preflight.status == 403 && preflight.headers["access-control-allow-origin"] == nil)
        }
        try await agent.stop()
    }

    @Test("A page pairs, reads, and loses its right; its token is worth nothing to another page or program")
    func pairing() async throws {
        let agent = try await AgentProgram()
        let his = "https://his.example"
        let before = try await agent.ask("GET", "/v1/readers", ["Origin": his])
        #expect(before.status == 403)
        let preflight = try await agent.ask(
            "OPTIONS", "/v1/pairings",
            ["Origin": his, "Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"])
        #expect(preflight.status == 204 && preflight.headers["access-control-allow-origin"] == his)
        #expect(preflight.headers["access-control-allow-private-network"] == "true")
        #expect(preflight.headers["access-control-allow-credentials"] == nil)
        let token = try await agent.pair(["read-holder"], origin: his)
        let after = try await agent.ask("GET", "/v1/readers", ["Origin": his], token: token)
        #expect(
            after.status == 200 && after.headers["access-control-allow-origin"] == his
                && after.headers["vary"] == "Origin")
        #expect(try await agent.ask("GET", "/v1/readers", ["Origin": his]).status == 401)
        #expect(try await agent.ask("GET", "/v1/readers", ["Origin": Self.evil], token: token).status == 403)
        #expect(try await agent.ask("GET", "/v1/token", token: token).status == 401)
        let session = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"\#(agent.pageCode)"}"#).text(
            "session")
        let tokens = try await agent.ask("GET", "/v1/tokens", token: session).json["tokens"]?.elements ?? []
        guard case .text(let id)? = tokens.first?["id"] else {
            Issue.record("no token is listed")
            return
        }
        #expect(try await agent.ask("DELETE", "/v1/tokens/\(id)", token: session).status == 204)
        #expect(try await agent.ask("GET", "/v1/readers", ["Origin": his], token: token).status == 403)
        // Over plain http a page could be anybody's.
        let plain = try await agent.ask(
            "POST", "/v1/pairings", ["Origin": "http://his.example"], body: #"{"name":"HIS","rights":["write"]}"#)
        #expect(plain.status == 403 && plain.code == "agent.insecureOrigin")
        try await agent.stop()
    }

    @Test("Nobody confirms a wish but the page; numbers cannot be guessed, nor codes")
    func confirming() async throws {
        let agent = try await AgentProgram()
        let wish = try await agent.ask(
            "POST", "/v1/pairings", ["Origin": Self.evil], body: #"{"name":"EVIL","rights":["write"]}"#)
        #expect(wish.status == 201)
        let (id, number, secret) = (wish.text("id"), wish.text("number"), wish.text("secret"))
        let yes = #"{"number":"\#(number)"}"#
        for (headers, token) in [
            ([:], nil), (["Origin": Self.evil], secret), ([:], secret),
            (["Origin": "http://127.0.0.1:\(agent.port)"], secret),
        ] as [([String: String], String?)] {
            let answer = try await agent.ask("POST", "/v1/pairings/\(id)/confirm", headers, body: yes, token: token)
            #expect(answer.status == 403 || token == nil && answer.status == 401, "\(answer.status) \(answer.body)")
        }
        #expect(try await agent.ask("GET", "/v1/pairings/\(id)", token: secret).status == 404)
        #expect(
            try await agent.ask("GET", "/v1/pairings/\(id)", ["Origin": Self.evil], token: "hcp_x12345678").status
                == 404)
        for _ in 0..<10 { _ = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"guess"}"#) }
        let locked = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"\#(agent.pageCode)"}"#)
        #expect(locked.status == 429)
        try await agent.stop()
    }

    @Test("A simple request, which no preflight goes before, does nothing")
    func simple() async throws {
        let agent = try await AgentProgram()
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            for origin in [nil, Self.evil] as [String?] {
                var headers = ["Content-Type": type]
                headers["Origin"] = origin
                let answer = try await agent.ask(
                    "POST", "/v1/pairings", headers, body: #"{"name":"EVIL","rights":["write"]}"#)
                #expect(answer.status == 415 && answer.code == "agent.notJSON", "\(type) \(answer.status)")
            }
        }
        try await agent.stop()
    }

    @Test("Tricks with paths, lengths, headers and bytes get a 4xx, and the agent lives on")
    func syntax() async throws {
        let agent = try await AgentProgram()
        let host = "Host: 127.0.0.1:\(agent.port)\r\n"
        for text in [
            "GET /v1/../v1/readers HTTP/1.1\r\n\(host)\r\n", "GET //v1/readers HTTP/1.1\r\n\(host)\r\n",
            "GET /v1/%2e%2e/readers HTTP/1.1\r\n\(host)\r\n", "GET /v1/readers%00 HTTP/1.1\r\n\(host)\r\n",
            "GET http://evil.example/v1/readers HTTP/1.1\r\n\(host)\r\n",
            "GET /v1/readers HTTP/1.1\r\n\(host)\(host)\r\n",
            "GET /v1/readers HTTP/1.1\r\n\r\n", "GET /v1/readers HTTP/1.0\r\n\(host)\r\n", "GET /v1/readers\r\n\r\n",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n{}",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Length: 99999999\r\n\r\n",
            "GET /v1/readers HTTP/1.1\r\n\(host)X: a\u{0}b\r\n\r\n", "GET /v1/\u{0} HTTP/1.1\r\n\(host)\r\n",
            "GET /v1/readers HTTP/1.1\r\n\(host)X: a\r\n folded\r\n\r\n", "GET /v1/readers HTTP/9.9\r\n\(host)\r\n",
            "GET /v1/readers HTTP/1.1\n\(host)\n", "\u{16}\u{3}\u{1}\u{2}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /v1/readers HTTP/1.1\r\n\(host)" + String(repeating: "X-A: b\r\n", count: 200) + "\r\n",
            "GET /v1/readers HTTP/1.1\r\n\(host)X: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
            "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\n\(host)\r\n",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n",
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let answer = try await agent.send(Data(text.utf8), seconds: 15)
            let status = String(decoding: answer.prefix(12), as: UTF8.self)
            #expect(answer.isEmpty || status.hasPrefix("HTTP/1.1 4"), "\(text.prefix(60).debugDescription): \(status)")
        }
        for body in [
            "{", "[]", "null", "\"a\"", "{\"name\":1}", "\u{0}", "{\"name\":\"a\",\"name\":\"b\"}",
            String(repeating: "[", count: 5_000),
        ] {
            let answer = try await agent.ask("POST", "/v1/page/session", body: body)
            #expect(answer.status == 400 || answer.status == 422, "\(body.prefix(20)): \(answer.status)")
        }
        #expect(try await agent.ask("GET", "/v1/readers").status == 200)
        try await agent.stop()
    }

    @Test("A second request hidden in the body of a first is not answered")
    func smuggled() async throws {
        let agent = try await AgentProgram()
        let hidden = "GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1:\(agent.port)\r\n\r\n"
        let text =
            "GET /v1/readers HTTP/1.1\r\nHost: 127.0.0.1:\(agent.port)\r\nContent-Length: \(hidden.utf8.count)\r\n"
            + "Connection: close\r\n\r\n" + hidden
        let answer = String(decoding: try await agent.send(Data(text.utf8), seconds: 10), as: UTF8.self)
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
        #expect(!answer.contains("unfinishedActs"))
        try await agent.stop()
    }

    @Test("Bodies without end, slow heads and silent connections are cut off; others are served meanwhile")
    func slow() async throws {
        let agent = try await AgentProgram("limits: { body: 4096, requestSeconds: 2, connections: 40 }\n")
        let host = "Host: 127.0.0.1:\(agent.port)\r\n"
        let endless = try RawConnection(port: agent.port)
        endless.send(
            "POST /v1/pairings HTTP/1.1\r\n\(host)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        var isTaken = true
        for _ in 0..<2_000 where isTaken {
            isTaken = endless.send("400\r\n" + String(repeating: "a", count: 1_024) + "\r\n")
        }
        let refused = String(decoding: endless.receive(seconds: 10), as: UTF8.self)
        #expect(!isTaken || refused.hasPrefix("HTTP/1.1 413"), "\(refused)")
        let drip = try RawConnection(port: agent.port)
        let silent = try (0..<20).map { _ in try RawConnection(port: agent.port) }
        drip.send("GET /v1/readers HTTP/1.1\r\n")
        #expect(try await agent.ask("GET", "/v1/readers").status == 200)
        for _ in 0..<30 {
            drip.send("X: a\r\n")
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(drip.isClosed(within: 10))
        for connection in silent { #expect(connection.isClosed(within: 10)) }
        let half = try RawConnection(port: agent.port)
        half.send("POST /v1/pairings HTTP/1.1\r\n\(host)Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        let late = String(decoding: half.receive(seconds: 10), as: UTF8.self)
        #expect(late.hasPrefix("HTTP/1.1 408"), "\(late)")
        #expect(try await agent.ask("GET", "/v1/readers").status == 200)
        try await agent.stop()
    }

    @Test("A WebSocket opens for programs of this machine and for pages with a token, and for nobody else")
    func webSockets() async throws {
        let agent = try await AgentProgram()
        func upgrade(_ fields: String, path: String = "/v1/events", host: String? = nil) async throws -> String {
            let text =
                "GET \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(agent.port)")\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + fields + "\r\n"
            let port = agent.port
            return try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            let connection = try RawConnection(port: port)
                            connection.send(text)
                            return String(decoding: connection.receive(seconds: 5, until: "lastEventId"), as: UTF8.self)
                        })
                }
            }
        }
        let protocols = "Sec-WebSocket-Protocol: healthcard.events.v1"
        let own = try await upgrade(protocols + "\r\n")
        #expect(own.hasPrefix("HTTP/1.1 101") && own.contains("\"type\":\"state\""), "\(own)")
        for refused in [
            try await upgrade(protocols + "\r\nOrigin: \(Self.evil)\r\n"),
            try await upgrade(protocols + "\r\nOrigin: null\r\n"),
            try await upgrade(protocols + "\r\n", host: "evil.example"), try await upgrade(""),
            try await upgrade(protocols + "\r\n", path: "/v1/readers"),
            try await upgrade(protocols + ", healthcard.token.hca_wrongwrongwrong\r\n"),
        ] {
            #expect(refused.hasPrefix("HTTP/1.1 4") && !refused.contains("lastEventId"), "\(refused.prefix(60))")
            #expect(refused.lowercased().contains("content-type: application/problem+json"), "\(refused.prefix(200))")
        }
        // Java's client asks for HTTP/2 with its first request, and takes the answer as it comes.
        let other2 = try await agent.ask(
            "GET", "/v1/readers", ["Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABk"])
        #expect(other2.status == 200 && other2.body.contains("\"readers\""), "\(other2.body)")
        let his = "https://his.example"
        let token = try await agent.pair(["read-holder"], origin: his)
        let paired = try await upgrade(protocols + ", healthcard.token.\(token)\r\nOrigin: \(his)\r\n")
        #expect(paired.hasPrefix("HTTP/1.1 101"), "\(paired.prefix(200))")
        #expect(!paired.prefix(400).contains(token))
        let other = try await upgrade(protocols + ", healthcard.token.\(token)\r\nOrigin: \(Self.evil)\r\n")
        #expect(!other.hasPrefix("HTTP/1.1 101") && !other.contains("lastEventId"))
        try await agent.stop()
    }

    @Test("The page runs nothing but its own files, is shown in no frame, and is kept nowhere")
    func page() async throws {
        let agent = try await AgentProgram()
        for path in ["/", "/page.js", "/texts.js", "/page.css", "/openapi.json", "/v1/readers"] {
            let answer = try await agent.ask("GET", path)
            #expect(answer.status == 200)
            let policy = answer.headers["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe") && !policy.contains("*"))
            #expect(
                answer.headers["x-frame-options"] == "DENY" && answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["cache-control"] == "no-store" && answer.headers["referrer-policy"] == "no-referrer")
            #expect(answer.headers["cross-origin-resource-policy"] == "same-origin" && answer.headers["server"] == nil)
        }
        let html = try await agent.ask("GET", "/").body
        #expect(
            !html.contains("<script>") && !html.contains("style=") && !html.contains(" onclick") && !html.contains("//")
        )
        let script = try await agent.ask("GET", "/page.js").body
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!script.contains(word))
        }
        try await agent.stop()
    }
}
