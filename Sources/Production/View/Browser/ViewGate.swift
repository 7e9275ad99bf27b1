import ShangMi
import Synchronization

/// What an operator may say to a line in a browser.
public enum ViewCommand: String, Sendable, Hashable, CaseIterable {
    case pause, resume, stop
}

/// Who may see a line, and who may stop it.
final class ViewGate: Sendable {
    enum Answer: Sendable, Hashable {
        case file(ViewPage)
        case picture
        case stream
        case command(ViewCommand)
        case refused(Int)
    }

    /// Wrong tokens a minute, by whomever.
    static let wrongTokensAMinute = 10

    let address: ViewAddress
    /// Nil: nobody may say anything to the line.
    private let token: String?
    private let wrong = Mutex<[ContinuousClock.Instant]>([])

    init(address: ViewAddress, token: String?) {
        self.address = address
        // Others on the network could listen to the token.
        self.token = address.isThisMachine ? token.map(Self.plain) : nil
    }

    var takesCommands: Bool { token != nil }

    /// What a request gets. Host and origin come first: a page of another origin learns nothing, and a name that was made
    /// to lead here (DNS rebinding) gets nothing.
    func answer(_ request: ViewRequest, now: ContinuousClock.Instant = .now) -> Answer {
        guard let host = request.headers["host"]?.lowercased(), address.hosts.contains(host) else {
            return .refused(421)
        }
        guard isOwn(request, host) else { return .refused(403) }
        if let command = ViewCommand(rawValue: String(request.target.dropFirst("/v1/line/".count))),
            request.target == "/v1/line/" + command.rawValue
        {
            guard request.method == "POST" else { return .refused(405) }
            return admit(request, now) ?? .command(command)
        }
        let answer: Answer
        switch request.target {
        case "/v1/line": answer = .picture
        case "/v1/line/events": answer = .stream
        default:
            guard let page = ViewPage(path: request.target) else { return .refused(404) }
            answer = .file(page)
        }
        return request.method == "GET" ? answer : .refused(405)
    }

    /// Whether a request comes from the view's own page, or from no page.
    private func isOwn(_ request: ViewRequest, _ host: String) -> Bool {
        let headers = request.headers
        if let origin = headers["origin"] { return origin == "http://" + host }
        switch headers["sec-fetch-site"] {
        case nil: return headers["referer"].map { $0.hasPrefix("http://\(host)/") } ?? true
        case "same-origin", "none": return true
        default:
            // Following a link to the page is no secret and does nothing.
            return request.method == "GET" && request.target == "/" && headers["sec-fetch-mode"] == "navigate"
                && headers["sec-fetch-dest"] == "document"
        }
    }

    /// Nil for the operator.
    private func admit(_ request: ViewRequest, _ now: ContinuousClock.Instant) -> Answer? {
        guard let token else { return .refused(403) }
        let parts = (request.headers["authorization"] ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return .refused(401) }
        let given = Self.plain(String(parts[1]))
        return wrong.withLock { wrong in
            wrong.removeAll { $0 < now - .seconds(60) }
            guard wrong.count < Self.wrongTokensAMinute else { return .refused(429) }
            guard Self.isSame(given, token) else {
                wrong.append(now)
                return .refused(401)
            }
            return nil
        }
    }

    // MARK: The token

    private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    /// Sixty random bits in groups that a person can read out and type: `K7QF-M2XD-9TCA`.
    ///
    /// - Throws: when the system has no randomness to give.
    static func newToken() throws(ShangMiError) -> String {
        let characters = try SystemRandom.bytes(12).map { alphabet[Int($0 & 31)] }
        return stride(from: 0, to: 12, by: 4)
            .map { String(decoding: characters[$0..<$0 + 4], as: UTF8.self) }.joined(separator: "-")
    }

    /// As people type it: without groups, in either case.
    private static func plain(_ token: String) -> String {
        String(decoding: token.uppercased().utf8.filter { alphabet.contains($0) }, as: UTF8.self)
    }

    /// Takes as long for a wrong token as for the right one.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// The files of the page.
enum ViewPage: String, Sendable, Hashable, CaseIterable {
    case html = "/"
    /// The design that pages have in common.
    case base = "/base.css"
    case style = "/line.css"
    case script = "/line.js"
    case texts = "/line-texts.js"

    init?(path: String) { self.init(rawValue: path) }

    var type: String {
        switch self {
        case .html: "text/html; charset=utf-8"
        case .base, .style: "text/css; charset=utf-8"
        case .script, .texts: "text/javascript; charset=utf-8"
        }
    }

    var content: [UInt8] {
        switch self {
        case .html: PackageResources.line_html
        case .base: PackageResources.base_css
        case .style: PackageResources.line_css
        case .script: PackageResources.line_js
        case .texts: PackageResources.line_texts_js
        }
    }
}
