import Foundation
import Glibc
import HealthCard
import Ledger
import Synchronization
import Testing

@testable import Production

@Suite("Requests to the view of a line") struct ViewRequestTests {
    private func read(_ text: String) -> ViewRequest.Reading { ViewRequest.read(Array(text.utf8)) }

    @Test("A request is read once it is whole, whatever pieces it comes in")
    func pieces() {
        let text = "POST /v1/line/pause HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n\r\n{}"
        for count in 0..<text.utf8.count { #expect(ViewRequest.read(Array(text.utf8.prefix(count))) == .more) }
        guard case .request(let request) = read(text) else { return #expect(Bool(false)) }
        #expect(request.method == "POST" && request.target == "/v1/line/pause" && request.headers["host"] == "a:1")
        #expect(read(text + "GET / HTTP/1.1\r\n") == .request(request))
    }

    @Test(
        "What two programs could read in two ways is none",
        arguments: [
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n",
            "get / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        ])
    func ambiguous(_ text: String) { #expect(read(text) == .refused(400)) }

    @Test("No request is longer than allowed")
    func limits() {
        #expect(read(String(repeating: "G", count: 9_000)) == .refused(431))
        #expect(
            read("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 80) + "\r\n") == .refused(431))
        #expect(read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n") == .refused(413))
        #expect(read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n") == .refused(400))
    }

    @Test("No bytes stop the reading")
    func anything() {
        let letters = Array("GET /HTP1.\r\n: \u{0}a\u{7f}".utf8)
        var state: UInt64 = 88_172_645_463_325_252
        for length in 0..<600 {
            let bytes = (0..<length).map { _ -> UInt8 in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return letters[Int(state % UInt64(letters.count))]
            }
            _ = ViewRequest.read(bytes)
        }
    }
}

@Suite("Who may see and stop a line") struct ViewGateTests {
    private let address = ViewAddress("127.0.0.1:8330")
    private static let token = "K7QF-M2XD-9TCA"

    private func gate(_ address: String = "127.0.0.1:8330", token: String? = ViewGateTests.token) throws -> ViewGate {
        ViewGate(address: try #require(ViewAddress(address)), token: token)
    }

    private func request(
        _ target: String, _ headers: [String: String] = [:], method: String = "GET", host: String = "127.0.0.1:8330"
    ) -> ViewRequest {
        ViewRequest(method: method, target: target, headers: ["host": host].merging(headers) { $1 })
    }

    @Test("Addresses are those of this machine's network, by number and with a port")
    func addresses() {
        #expect(ViewAddress("127.0.0.1:8330")?.description == "127.0.0.1:8330")
        #expect(ViewAddress("localhost:0")?.description == "127.0.0.1:0")
        #expect(ViewAddress("[::1]:8330")?.isThisMachine == true)
        #expect(ViewAddress("192.168.1.20:8330")?.isThisMachine == false)
        for text in [
            "0.0.0.0:1", "[::]:1", "::1:1", "127.0.0.1", "a.example:1", "127.0.0.1:65536", ":1", "[127.0.0.1]:1",
            "127.0.0.1:-1",
        ] {
            #expect(ViewAddress(text) == nil, "\(text)")
        }
    }

    @Test("A name that was made to lead here, and pages of other origins, get nothing")
    func hostAndOrigin() throws {
        let gate = try gate()
        #expect(gate.answer(request("/")) == .file(.html))
        #expect(gate.answer(request("/", host: "localhost:8330")) == .file(.html))
        for host in ["evil.example:8330", "127.0.0.1", "127.0.0.1:8331", ""] {
            #expect(gate.answer(request("/v1/line", host: host)) == .refused(421), "\(host)")
        }
        for origin in ["http://evil.example", "null", "https://127.0.0.1:8330", "http://localhost:8330"] {
            #expect(gate.answer(request("/v1/line", ["origin": origin])) == .refused(403), "\(origin)")
        }
        #expect(gate.answer(request("/v1/line/events", ["sec-fetch-site": "cross-site"])) == .refused(403))
        #expect(gate.answer(request("/v1/line", ["referer": "http://evil.example/"])) == .refused(403))
        let link = ["sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"]
        #expect(gate.answer(request("/", link)) == .file(.html))
        #expect(gate.answer(request("/v1/line", link)) == .refused(403))
        #expect(gate.answer(request("/v1/line", ["sec-fetch-site": "same-origin"])) == .picture)
    }

    @Test("A command needs the token, as people type it, and guessing ends after ten a minute")
    func token() throws {
        let gate = try gate()
        func say(_ token: String?, _ now: ContinuousClock.Instant = .now) -> ViewGate.Answer {
            gate.answer(
                request("/v1/line/stop", token.map { ["authorization": "Bearer \($0)"] } ?? [:], method: "POST"),
                now: now)
        }
        #expect(say("k7qfm2xd9tca") == .command(.stop))
        #expect(say(Self.token) == .command(.stop))
        #expect(say(nil) == .refused(401))
        #expect(gate.answer(request("/v1/line/stop")) == .refused(405))
        #expect(gate.answer(request("/v1/line/quit", method: "POST")) == .refused(404))
        #expect(gate.answer(request("/v1/line", method: "POST")) == .refused(405))
        let now = ContinuousClock.now
        for _ in 0..<ViewGate.wrongTokensAMinute { #expect(say("K7QF-M2XD-9TCB", now) == .refused(401)) }
        #expect(say(Self.token, now) == .refused(429))
        #expect(say(Self.token, now + .seconds(61)) == .command(.stop))
    }

    @Test("From the network, and without a token, a line can only be looked at")
    func readOnly() throws {
        let wide = try gate("192.168.1.20:8330")
        let headers = ["authorization": "Bearer \(Self.token)"]
        let stop = request("/v1/line/stop", headers, method: "POST", host: "192.168.1.20:8330")
        #expect(wide.answer(stop) == .refused(403) && !wide.takesCommands)
        #expect(try gate(token: nil).answer(request("/v1/line/stop", headers, method: "POST")) == .refused(403))
    }

    @Test("Tokens are different, and of letters and digits that are not mistaken for each other")
    func tokens() throws {
        let tokens = try (0..<50).map { _ in try ViewGate.newToken() }
        #expect(Set(tokens).count == 50)
        #expect(tokens.allSatisfy { $0.utf8.count == 14 && !$0.contains { "IO01".contains($0) } })
    }
}

@Suite("What browsers are shown of a line") struct LinePictureTests {
    @Test("Samples stay few, however long the run is, and never go back")
    func history() {
        var history = LineHistory()
        let start = ContinuousClock.now
        for second in 0..<20_000 { history.note(second / 7, at: start + .seconds(second)) }
        #expect(history.made.count <= LineHistory.most && history.made.count >= LineHistory.most / 2)
        #expect(history.made == history.made.sorted())
        #expect(history.made.count * history.seconds >= 20_000 - history.seconds)
        #expect(history.seconds > 5)
    }

    @Test("Rejects are counted by reason, chips apart from orders")
    func rejects() {
        var story = LineStory()
        let (one, other) = (LedgerReason(code: "writeFailed", text: "w"), LedgerReason(code: "badRow", text: "b"))
        for (kind, reason) in [(LineEvent.Kind.chipRejected, one), (.chipRejected, one), (.orderRejected, other)] {
            var event = LineEvent(kind)
            event.reason = reason
            story.take(event)
        }
        let picture = story.picture(nil, batch: "B", takesCommands: false)
        #expect(picture.rejects.map(\.code) == ["writeFailed", "badRow"] && picture.rejects.map(\.count) == [2, 1])
        #expect(picture.phase == "preparing" && picture.lanes == [])
        var end = LineEvent(.lineEnded)
        end.reason = one
        story.take(end)
        #expect(story.picture(nil, batch: "B", takesCommands: false).phase == "ended")
    }

    @Test("The design is the one that the agent's pages have")
    func design() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let own = try Data(contentsOf: sources.appending(path: "Production/View/Browser/Page/base.css"))
        #expect(try own == Data(contentsOf: sources.appending(path: "CardAgent/Page/base.css")))
    }
}

@Suite("The view's server") struct LineBrowserServerTests {
    private final class Heard: Sendable {
        let commands = Mutex<[ViewCommand]>([])
    }

    private func status(_ made: Int) -> LineStatus {
        var counts = BatchCounts()
        counts.made = made
        return LineStatus(
            phase: .running, lanes: [LaneStatus(lane: LaneName(number: 1, reader: "R <b>"))], counts: counts,
            made: made,
            cardsPerMinute: 0, secondsLeft: nil, ledgerTrouble: nil)
    }

    private func view(_ takesCommands: Bool = true) throws -> LineBrowserView {
        try LineBrowserView(
            address: try #require(ViewAddress("127.0.0.1:0")), batch: "B1", takesCommands: takesCommands)
    }

    /// Everything that comes until the other side closes.
    private func ask(_ view: LineBrowserView, _ method: String, _ target: String, _ more: String = "") async throws
        -> String
    {
        let host = "\(view.address)"
        return try await exchange(view, "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(more)\r\n")
    }

    private func exchange(_ view: LineBrowserView, _ text: String) async throws -> String {
        let port = Int("\(view.address)".split(separator: ":").last ?? "") ?? 0
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try RawClient(port).exchange(text) })
            }
        }
    }

    @Test("Pages, the picture and refusals carry the agent's protection, and connections end")
    func pages() async throws {
        let view = try view()
        defer { view.finish() }
        view.follow({ self.status(3) }, obey: { _ in })
        for page in ViewPage.allCases {
            let answer = try await ask(view, "GET", page.rawValue)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(page)")
            #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"), "\(page)")
            #expect(answer.contains("X-Frame-Options: DENY\r\n") && answer.contains("Connection: close\r\n"))
        }
        #expect(try await ask(view, "GET", "/none").hasPrefix("HTTP/1.1 404 "))
        #expect(try await exchange(view, "nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
        let foreign = try await exchange(view, "GET /v1/line HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(foreign.hasPrefix("HTTP/1.1 421 ") && foreign.contains("lineView.foreignHost"))
        let origin = try await ask(view, "GET", "/v1/line", "Origin: https://evil.example\r\n")
        #expect(origin.hasPrefix("HTTP/1.1 403 ") && !origin.lowercased().contains("access-control"))
    }

    @Test("The operator's token commands the line; a wrong one, or none, does not")
    func commands() async throws {
        let view = try view()
        defer { view.finish() }
        let heard = Heard()
        let token = try #require(view.token)
        #expect(
            try await ask(view, "POST", "/v1/line/pause", "Authorization: Bearer \(token)\r\n").hasPrefix(
                "HTTP/1.1 409 "))
        view.follow({ self.status(3) }, obey: { command in heard.commands.withLock { $0.append(command) } })
        #expect(
            try await ask(view, "POST", "/v1/line/pause", "Authorization: Bearer WRONG\r\n").hasPrefix("HTTP/1.1 401 "))
        #expect(try await ask(view, "POST", "/v1/line/pause").hasPrefix("HTTP/1.1 401 "))
        for command in ViewCommand.allCases {
            let answer = try await ask(
                view, "POST", "/v1/line/\(command.rawValue)", "Authorization: Bearer \(token)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 204 "))
        }
        #expect(heard.commands.withLock { $0 } == ViewCommand.allCases)
        let silent = try self.view(false)
        defer { silent.finish() }
        #expect(silent.token == nil)
        #expect(
            try await ask(silent, "POST", "/v1/line/stop", "Authorization: Bearer \(token)\r\n").hasPrefix(
                "HTTP/1.1 403 "))
    }

    @Test("A stream has each new picture, and the last one before it ends")
    func stream() throws {
        let view = try view()
        let made = Mutex(3)
        view.follow({ self.status(made.withLock { $0 }) }, obey: { _ in })
        let client = try RawClient(Int("\(view.address)".split(separator: ":").last ?? "") ?? 0)
        client.send("GET /v1/line/events HTTP/1.1\r\nHost: \(view.address)\r\n\r\n")
        var text = client.receive(until: #""made":3"#)
        made.withLock { $0 = 4 }
        text += client.receive(until: #""made":4"#)
        var end = LineEvent(.lineEnded)
        end.reason = LedgerReason(code: "finished", text: "done")
        view.take(end)
        view.finish()
        text += client.receive(until: nil)
        #expect(text.contains("Content-Type: text/event-stream"))
        let pictures = text.components(separatedBy: "event: line\ndata: ").dropFirst()
        #expect(pictures.count >= 3)
        #expect(pictures.first?.contains(#""made":3"#) == true)
        #expect(pictures.last?.contains(#""phase":"ended""#) == true && pictures.last?.contains(#""made":4"#) == true)
    }

    @Test("An address that is taken is said before anything begins")
    func taken() throws {
        let view = try view()
        defer { view.finish() }
        #expect(throws: LineViewError.addressTaken("\(view.address)")) {
            try LineBrowserView(address: view.address, batch: "B", takesCommands: true)
        }
    }

    @Test("More browsers than there is room for are told so, and those that were there go on")
    func crowd() async throws {
        let view = try view()
        defer { view.finish() }
        view.follow({ self.status(1) }, obey: { _ in })
        let port = Int("\(view.address)".split(separator: ":").last ?? "") ?? 0
        let streams = try (0..<LineBrowserView.mostStreams).map { _ in try RawClient(port) }
        for stream in streams { stream.send("GET /v1/line/events HTTP/1.1\r\nHost: \(view.address)\r\n\r\n") }
        for stream in streams { #expect(stream.receive(until: "data: ").contains("200 OK")) }
        #expect(try await ask(view, "GET", "/v1/line/events").hasPrefix("HTTP/1.1 503 "))
        #expect(try await ask(view, "GET", "/v1/line").hasPrefix("HTTP/1.1 200 "))
    }
}

/// A connection by hand.
private final class RawClient {
    private let descriptor: Int32

    init(_ port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func receive(until end: String?) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            if let end, String(decoding: bytes, as: UTF8.self).contains(end) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func exchange(_ text: String) -> String {
        send(text)
        return receive(until: nil)
    }
}
