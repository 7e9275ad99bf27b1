import Foundation
import Messages

/// The answers of the view, as bytes of HTTP/1.1. Each connection has one.
enum ViewAnswers {
    /// As the agent's: kept nowhere, shown in no frame, running nothing but the view's own files.
    private static let security = """
        Cache-Control: no-store\r
        Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r
        Cross-Origin-Opener-Policy: same-origin\r
        Cross-Origin-Resource-Policy: same-origin\r
        Referrer-Policy: no-referrer\r
        X-Content-Type-Options: nosniff\r
        X-Frame-Options: DENY\r
        Connection: close\r

        """

    static func whole(_ status: Int, type: String?, _ body: [UInt8], more: String = "") -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(reason(status))\r\n" + security + more
        if let type { head += "Content-Type: \(type)\r\n" }
        if status != 204 { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    static let done = whole(204, type: nil, [])

    static func picture(_ json: [UInt8]) -> [UInt8] { whole(200, type: "application/json", json) }

    /// Events without an end (HTML, server-sent events).
    static let stream = Array(
        ("HTTP/1.1 200 OK\r\n" + security + "Content-Type: text/event-stream; charset=utf-8\r\n\r\nretry: 2000\n\n")
            .utf8)
    static let stillThere = Array(":\n\n".utf8)

    /// - Parameter json: on one line.
    static func event(_ json: [UInt8]) -> [UInt8] { Array("event: line\ndata: ".utf8) + json + Array("\n\n".utf8) }

    /// A problem (RFC 9457) with its words in every language.
    static func refusal(_ status: Int) -> [UInt8] {
        let refusal = ViewRefusal(status: status)
        let code = "\(LineViewError.domain).\(refusal.rawValue)"
        let problem = ViewProblem(
            type: "urn:healthcard:problem:\(code)", status: status, code: code,
            texts: ViewTexts(refusal))
        let json = (try? JSONEncoder().encode(problem)) ?? Data()
        var more = ""
        if status == 401 { more = "WWW-Authenticate: Bearer\r\n" }
        if status == 429 || status == 503 { more = "Retry-After: 10\r\n" }
        return whole(status, type: "application/problem+json", Array(json), more: more)
    }

    private struct ViewProblem: Encodable {
        let type: String
        let status: Int
        let code: String
        let texts: ViewTexts
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        default: "Service Unavailable"
        }
    }
}

/// Why the view does not do what was asked of it.
enum ViewRefusal: String, Message, Hashable, CaseIterable {
    case malformed, wrongToken, notYours, nothingHere, method, tooSlow, over, tooLong, foreignHost, tooManyTokens
    case tooMany

    init(status: Int) {
        self =
            switch status {
            case 401: .wrongToken
            case 403: .notYours
            case 404: .nothingHere
            case 405: .method
            case 408: .tooSlow
            case 409: .over
            case 413, 431: .tooLong
            case 421: .foreignHost
            case 429: .tooManyTokens
            case 503: .tooMany
            default: .malformed
            }
    }
}

/// Words in every language, for a page that changes its own.
struct ViewTexts: Encodable, Equatable {
    let en: String
    let zh: String

    init(_ message: some Message) { (en, zh) = (message.text(in: .english), message.text(in: .chinese)) }
}
