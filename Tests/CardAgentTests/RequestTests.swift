import Foundation
import HealthCard
import NIOHTTP1
import Testing

@testable import CardAgent

@Suite("Requests") struct RequestTests {
    private func problem(_ target: String = "/v1/readers", _ headers: [(String, String)] = []) -> AgentError? {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: target, headers: HTTPHeaders([("Host", "localhost:8327")] + headers))
        return StrictRequest.problem(head, bodyLimit: 1_000)
    }

    @Test(
        "A path that could be read in two ways is no path",
        arguments: [
            "/v1/../v1/readers", "/v1/./readers", "//v1/readers", "/v1//readers", "/v1/readers/", "/v1/%2e%2e/readers",
            "/v1%2freaders", "/v1/readers%00", "/v1\\readers", "http://localhost:8327/v1/readers", "*", "v1/readers",
            "",
            "/v1/readers;x", "/v1/readers#x", "/v1/é", "/v1/readers?x=\u{7F}", "/\u{0}", "/v1/readers?a=<b>",
            "/" + String(repeating: "a", count: 3_000),
        ])
    func targets(_ target: String) { #expect(problem(target) == .malformedRequest(.target)) }

    @Test("A request that two programs would end at different places is no request")
    func smuggling() {
        #expect(problem() == nil)
        #expect(problem("/", [("Transfer-Encoding", "chunked")]) == nil)
        for headers in [
            [("Content-Length", "3"), ("Content-Length", "4")], [("Content-Length", "3"), ("Content-Length", "3")],
            [("Content-Length", "3"), ("Transfer-Encoding", "chunked")], [("Transfer-Encoding", "gzip, chunked")],
            [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], [("Transfer-Encoding", "xchunked")],
            [("Content-Length", "+3")], [("Content-Length", "-3")], [("Content-Length", "3, 3")],
            [("Content-Length", "99999999999999999999")], [("Content-Length", "0x10")],
        ] { #expect(problem("/", headers) == .malformedRequest(.length), "\(headers)") }
        #expect(problem("/", [("Content-Length", "1001")]) == .bodyTooLong(limit: 1_000))
        #expect(problem("/", [("Host", "b")]) == .malformedRequest(.host))
        #expect(problem("/", [("Origin", "a"), ("origin", "b")]) == .malformedRequest(.headerValue))
        #expect(
            problem("/", [("Authorization", "Bearer a"), ("Authorization", "Bearer b")])
                == .malformedRequest(.headerValue))
        #expect(problem("/", [("X", "a\u{0}b")]) == .malformedRequest(.headerValue))
        let old = HTTPRequestHead(version: .http1_0, method: .GET, uri: "/", headers: HTTPHeaders([("Host", "a")]))
        #expect(StrictRequest.problem(old, bodyLimit: 1) == .malformedRequest(.version))
    }

    @Test("A query has each parameter once, and none that is unknown")
    func queries() throws {
        #expect(try QueryText.parse("a=1&b=x%20y+z", names: ["a", "b"]) == ["a": "1", "b": "x y z"])
        #expect(try QueryText.parse("", names: []).isEmpty)
        for text in ["a=1&a=2", "c=1", "a=%", "a=%0", "a=%zz", "a=%00", "a=%FF", "%61%=1"] {
            #expect(throws: AgentError.self, "\(text)") { try QueryText.parse(Substring(text), names: ["a", "b"]) }
        }
    }

    @Test("Callers are slowed one by one")
    func rates() throws {
        let limiter = RateLimiter(requestsASecond: 5)
        let start = ContinuousClock.now
        for _ in 0..<20 { try limiter.take("a", now: start) }
        #expect(throws: AgentError.tooMany(.requests)) { try limiter.take("a", now: start) }
        try limiter.take("b", now: start)
        try limiter.take("a", now: start + .milliseconds(250))
        #expect(throws: AgentError.tooMany(.requests)) { try limiter.take("a", now: start + .milliseconds(250)) }
    }

    @Test("A problem has its code, both languages and a status; a section that no right names needs the stronger one")
    func problems() throws {
        let problem = Problem(AgentError.cardGone)
        #expect(problem.status == 409 && problem.json["code"] == .string("agent.cardGone"))
        for language in ["en", "zh"] {
            guard case .string(let text)? = problem.json["texts"]?[language]?["what"] else {
                Issue.record("no \(language)")
                continue
            }
            #expect(!text.isEmpty)
        }
        #expect(AccessRight.toRead("holder") == .readHolder)
        #expect(AccessRight.toRead("allergies") == .readClinical)
        #expect(AccessRight.toRead("somethingNew") == .readClinical)
    }
}
