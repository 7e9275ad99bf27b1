import Foundation
import ISO7816

/// One line of a trace as JSON has it; members nobody knows are passed over.
struct TraceLine {
    private struct Members: Decodable {
        var trace: Int?
        var profile: String?
        var digest: String?
        var date: String?
        var redacted: Bool?
        var arguments: [String]?
        var at: Int?
        var channel: String?
        var connect: String?
        var link: String?
        var command: String?
        var answer: String?
        var reset: String?
        var failure: String?
        var message: String?
        var random: String?
        var end: Int?
    }

    private let members: Members
    private let number: Int

    init(_ json: Data, _ number: Int) throws(TraceError) {
        self.number = number
        do {
            members = try JSONDecoder().decode(Members.self, from: json)
        } catch {
            throw .malformed(line: number, "no JSON object of a trace")
        }
    }

    private func error(_ reason: String) -> TraceError { .malformed(line: number, reason) }

    func header() throws(TraceError) -> TraceFile.Header {
        guard let version = members.trace else { throw error("the first line of a trace has its version, \"trace\"") }
        guard version == TraceFile.version else { throw .version(version) }
        guard let profile = members.profile, let digest = members.digest, let redacted = members.redacted,
            let arguments = members.arguments
        else { throw error("the first line has profile, digest, redacted and arguments") }
        return TraceFile.Header(
            profile: profile, digest: digest, date: members.date, isRedacted: redacted, arguments: arguments)
    }

    func time() throws(TraceError) -> Int {
        guard let time = members.at, time >= 0 else { throw error("no time \"at\" of 0 or more") }
        return time
    }

    func event() throws(TraceError) -> TraceFile.Event {
        let kinds = [members.connect, members.command, members.answer, members.reset, members.failure, members.random]
        guard kinds.count(where: { $0 != nil }) + (members.end == nil ? 0 : 1) == 1 else {
            throw error("an event is one of connect, command, answer, reset, failure, random and end")
        }
        if let text = members.connect {
            guard let link = TransmissionProtocol(traceName: members.link ?? "") else {
                throw error("the link is T=0, T=1 or raw")
            }
            return .connect(try channel(), answerToReset: try bytes(text), link)
        }
        if let text = members.command { return .command(try channel(), try bytes(text)) }
        if let text = members.answer { return .answer(try channel(), try bytes(text)) }
        if let text = members.reset { return .reset(try channel(), answerToReset: try bytes(text)) }
        if let text = members.failure {
            guard let code = ChannelError.Code(rawValue: text) else { throw error("an unknown failure") }
            return .failure(try channel(), code, message: members.message ?? "")
        }
        if let text = members.random { return .random(try bytes(text)) }
        return .end(members.end ?? 0)
    }

    private func channel() throws(TraceError) -> TraceFile.Channel {
        guard let channel = TraceFile.Channel(rawValue: members.channel ?? "") else {
            throw error("the channel is card or sam")
        }
        return channel
    }

    private func bytes(_ text: String) throws(TraceError) -> TraceBytes {
        guard let bytes = TraceBytes(text: text) else { throw error("bytes are hexadecimal digits and counts [n]") }
        return bytes
    }
}

extension TransmissionProtocol {
    var traceName: String {
        switch self {
        case .t0: "T=0"
        case .t1: "T=1"
        case .raw: "raw"
        }
    }

    init?(traceName: String) {
        switch traceName {
        case "T=0": self = .t0
        case "T=1": self = .t1
        case "raw": self = .raw
        default: return nil
        }
    }
}

extension TraceFile.Header {
    /// The first line of a file, with its end.
    public var line: String { json.text() + "\n" }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("trace", .number(TraceFile.version)), .init("profile", .string(profile)),
            .init("digest", .string(digest)),
        ]
        if let date { members.append(.init("date", .string(date))) }
        members.append(.init("redacted", .boolean(isRedacted)))
        members.append(.init("arguments", .array(arguments.map { .string($0) })))
        return .object(members)
    }
}

extension TraceFile.Entry {
    /// A line of a file, with its end.
    public var line: String { json.text() + "\n" }

    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("at", .number(time))]
        if let channel = event.channel { members.append(.init("channel", .string(channel.rawValue))) }
        switch event {
        case .connect(_, let answerToReset, let link):
            members.append(.init("connect", .string(answerToReset.description)))
            members.append(.init("link", .string(link.traceName)))
        case .command(_, let bytes): members.append(.init("command", .string(bytes.description)))
        case .answer(_, let bytes): members.append(.init("answer", .string(bytes.description)))
        case .reset(_, let answerToReset): members.append(.init("reset", .string(answerToReset.description)))
        case .failure(_, let code, let message):
            members.append(.init("failure", .string(code.rawValue)))
            members.append(.init("message", .string(message)))
        case .random(let bytes): members.append(.init("random", .string(bytes.description)))
        case .end(let status): members.append(.init("end", .number(status)))
        }
        return .object(members)
    }
}
