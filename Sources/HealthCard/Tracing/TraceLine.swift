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

    init(_ json: [UInt8], _ number: Int) throws(TraceError) {
        self.number = number
        do {
            members = try JSONValue(leniently: json).decoded(as: Members.self)
        } catch {
            throw .malformed(line: number, .notAnObject)
        }
    }

    private func error(_ flaw: TraceFlaw) -> TraceError { .malformed(line: number, flaw) }

    func header() throws(TraceError) -> TraceFile.Header {
        guard let version = members.trace else { throw error(.noVersion) }
        guard version == TraceFile.version else { throw .version(version) }
        guard let profile = members.profile, let digest = members.digest, let redacted = members.redacted,
            let arguments = members.arguments
        else { throw error(.headerIncomplete) }
        return TraceFile.Header(
            profile: profile, digest: digest, date: members.date, isRedacted: redacted, arguments: arguments)
    }

    func time() throws(TraceError) -> Int {
        guard let time = members.at, time >= 0 else { throw error(.noTime) }
        return time
    }

    func event() throws(TraceError) -> TraceFile.Event {
        let kinds = [members.connect, members.command, members.answer, members.reset, members.failure, members.random]
        guard kinds.count(where: { $0 != nil }) + (members.end == nil ? 0 : 1) == 1 else {
            throw error(.notOneEvent)
        }
        if let text = members.connect {
            guard let link = TransmissionProtocol(traceName: members.link ?? "") else {
                throw error(.unknownLink)
            }
            return .connect(try channel(), answerToReset: try bytes(text), link)
        }
        if let text = members.command { return .command(try channel(), try bytes(text)) }
        if let text = members.answer { return .answer(try channel(), try bytes(text)) }
        if let text = members.reset { return .reset(try channel(), answerToReset: try bytes(text)) }
        if let text = members.failure {
            guard let code = ChannelError.Code(rawValue: text) else { throw error(.unknownFailure) }
            return .failure(try channel(), code, message: members.message ?? "")
        }
        if let text = members.random { return .random(try bytes(text)) }
        return .end(members.end ?? 0)
    }

    private func channel() throws(TraceError) -> TraceFile.Channel {
        guard let channel = TraceFile.Channel(rawValue: members.channel ?? "") else {
            throw error(.unknownChannel)
        }
        return channel
    }

    private func bytes(_ text: String) throws(TraceError) -> TraceBytes {
        guard let bytes = TraceBytes(text: text) else { throw error(.notBytes) }
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
