import Foundation
import Glibc

/// `healthcard-agent` beside the test, with a state folder and a port of its own.
final class AgentProgram {
    let program: Programs.Running
    let folder: URL
    let port: Int
    /// Not where another agent goes on with its state.
    var removesFolder = true
    private static let fileName = "agent.yaml"

    /// `HEALTHCARD_AGENT`, else the one beside the program under test.
    static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["HEALTHCARD_AGENT"], !named.isEmpty { return named }
        return try URL(fileURLWithPath: Programs.healthcard()).deletingLastPathComponent()
            .appending(path: "healthcard-agent").path(percentEncoded: false)
    }

    /// - Parameters:
    ///   - yaml: more lines of the configuration; it listens on a free port of 127.0.0.1 unless they say otherwise.
    ///   - folder: the state of one that ran before.
    init(_ yaml: String = "", folder: URL? = nil, environment: [String: String] = [:]) async throws {
        let folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let state = folder.path(percentEncoded: false)
        try? FileManager.default.removeItem(atPath: state + "/address")
        let listen = yaml.contains("listen:") ? "" : "listen: [{ address: 127.0.0.1, port: 0 }]\n"
        try (listen + "state: \(state)\nlog: debug\n" + yaml).write(
            toFile: state + "/" + Self.fileName, atomically: true, encoding: .utf8)
        let program = try Programs.Running(
            Self.path(), ["--config", state + "/" + Self.fileName], environment: environment)
        self.program = program
        self.folder = folder
        var port: Int?
        try await eventually("the agent listens") {
            guard program.isRunning else {
                throw ProgramError(description: "the agent ended: \(String(decoding: program.errors, as: UTF8.self))")
            }
            let text = (try? String(contentsOfFile: state + "/address", encoding: .utf8)) ?? ""
            port = text.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
            return port != nil
        }
        self.port = port ?? 0
    }

    deinit { if !program.isRunning, removesFolder { try? FileManager.default.removeItem(at: folder) } }

    var log: String { String(decoding: program.errors, as: UTF8.self) }
    var pageCode: String {
        get throws {
            try String(contentsOf: folder.appending(path: "page-code"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Ends it by a signal; it has to end well.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> Programs.Outcome { try await program.stop(signal) }

    // MARK: Asking

    /// One request on a connection of its own.
    func ask(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: String? = nil, token: String? = nil
    ) async throws -> HTTPAnswer {
        var lines = ["\(method) \(path) HTTP/1.1"]
        if headers["Host"] == nil { lines.append("Host: 127.0.0.1:\(port)") }
        lines += headers.map { "\($0): \($1)" }
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body {
            if headers["Content-Type"] == nil { lines.append("Content-Type: application/json") }
            lines.append("Content-Length: \(body.utf8.count)")
        }
        lines.append("Connection: close")
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        return try await HTTPAnswer(send(Data(text.utf8)))
    }

    /// Sends bytes and gives what came back until the agent closed the connection, or the time was over.
    func send(_ bytes: Data, seconds: Double = 30) async throws -> Data {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let connection = try RawConnection(port: port)
                        connection.send(bytes)
                        return connection.receive(seconds: seconds)
                    })
            }
        }
    }

    /// Pairs a program, as its person does it, and gives the token.
    func pair(_ rights: [String], origin: String? = nil, name: String = "PACS") async throws -> String {
        let headers = origin.map { ["Origin": $0] } ?? [:]
        let wish = try await ask(
            "POST", "/v1/pairings", headers,
            body: #"{"name":"\#(name)","rights":["\#(rights.joined(separator: "\",\""))"]}"#)
        let (id, number, secret) = (wish.text("id"), wish.text("number"), wish.text("secret"))
        guard wish.status == 201 else { throw ProgramError(description: "no pairing: \(wish.status) \(wish.body)") }
        let session = try await ask("POST", "/v1/page/session", body: #"{"code":"\#(pageCode)"}"#).text("session")
        let confirmed = try await ask(
            "POST", "/v1/pairings/\(id)/confirm", body: #"{"number":"\#(number)"}"#, token: session)
        guard confirmed.status == 200 else {
            throw ProgramError(description: "not confirmed: \(confirmed.status) \(confirmed.body)")
        }
        return try await ask("GET", "/v1/pairings/\(id)", headers, token: secret).text("token")
    }

    /// The token of the card in a reader, once the agent has seen it.
    func card(in reader: String) async throws -> String {
        for _ in 0..<2_000 {
            let readers = try await ask("GET", "/v1/readers").json["readers"]?.elements ?? []
            for entry in readers where entry["name"] == .text(reader) {
                if case .text(let token)? = entry["card"] { return token }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ProgramError(description: "the agent sees no card in \(reader)")
    }
}

/// What came back.
struct HTTPAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let bytes: Data

    init(_ data: Data) throws {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else {
            throw ProgramError(description: "no answer: \(String(decoding: data.prefix(200), as: UTF8.self))")
        }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        self.headers = headers
        bytes = Data(data[end.upperBound...])
    }

    var body: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(bytes)) ?? .object([:]) }
    var code: String { text("code") }

    func text(_ name: String) -> String {
        if case .text(let text)? = json[name] { return text }
        return ""
    }
}

/// A TCP connection by hand: what no well-behaved client sends can be sent by it.
final class RawConnection {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ProgramError(description: "no connection to port \(port): \(errno)") }
    }

    deinit { close(descriptor) }

    /// - Returns: false when the other side takes no more.
    @discardableResult
    func send(_ bytes: Data) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Data(text.utf8)) }

    /// Everything until the other side closes, or the time is over, or `end` has come.
    func receive(seconds: Double, until end: String? = nil) -> Data {
        var data = Data()
        let deadline = Date(timeIntervalSinceNow: seconds)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while Date() < deadline {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 50) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            data.append(contentsOf: buffer[..<count])
            if let end, data.range(of: Data(end.utf8)) != nil { break }
        }
        return data
    }

    /// Whether the other side has closed the connection by then.
    func isClosed(within seconds: Double) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while Date() < deadline {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 50) > 0 else { continue }
            if recv(descriptor, &buffer, buffer.count, 0) <= 0 { return true }
        }
        return false
    }
}
