import Messages

extension UnreadReason {
    public var english: English {
        switch self {
        case .card(let finding): finding.english
        case .needsKey(let finding): .init("needs a key: \(finding)", hintOf: finding)
        case .noIndex: "has no index"
        case .indexUnread(let file): "its index \(file) could not be read"
        case .unclearMark(let record):
            "record \(record) of the index is neither yes nor no: whether there is such a visit cannot be told"
        case .neverWritten: "the index lists it, and nothing was ever written into it"
        case .photoCutShort(let item, let name): "item \(item) \(name) is cut short: its end is missing"
        case .notAPhoto(let item, let name): "item \(item) \(name) is not a JPEG picture"
        case .item(let record, let error): "\(record.map { "record \($0), " } ?? "")\(error)"
        }
    }
}

extension UnreadableFile.Code {
    public var english: English {
        switch self {
        case .blocked: "not read: blocked"
        case .refused: "not read: refused by the card"
        case .needsKey: "not read: needs a key or a SAM"
        case .notPermitted: "not read: this SAM may not read it"
        case .securityModule: "not read: the SAM failed"
        case .damaged: "damaged"
        }
    }
}

extension DocumentText {
    var english: English {
        switch self {
        case .picture(let bytes): "JPEG, \(bytes, "byte")"
        case .unreadable: "not read or damaged"
        case .whole(let code): code.english
        case .of(let item, let code): "\(code): \(item)"
        }
    }
}

extension TraceError {
    public var english: English {
        switch self {
        case .malformed(let line, let flaw): .init("line \(line) of the trace: \(flaw)", hintOf: flaw)
        case .version(let version):
            .init(
                "the trace has version \(version), and this program reads \(TraceFile.version)",
                hint: "use the program that recorded it")
        case .redacted:
            .init(
                "the trace is redacted: it can be shown but not played",
                hint: "record it from a test card with its data")
        case .noChannel(let channel): "the trace has no \(channel)"
        case .mismatch(let mismatch): mismatch.english
        }
    }
}

extension TraceFlaw {
    public var english: English {
        switch self {
        case .notAnObject: "is not a JSON object of a trace"
        case .noVersion: "the first line of a trace has its version, \"trace\""
        case .headerIncomplete: "the first line has profile, digest, redacted and arguments"
        case .noTime: "has no time \"at\" of 0 or more"
        case .notOneEvent: "an event is one of connect, command, answer, reset, failure, random and end"
        case .unknownLink: "the link is T=0, T=1 or raw"
        case .unknownFailure: "has an unknown failure"
        case .unknownChannel: "the channel is card or sam"
        case .notBytes: "bytes are hexadecimal digits and counts [n]"
        case .tooManyLines(let limit): "more than \(limit) lines"
        case .empty: "the file is empty"
        case .hidesBytes: "bytes are left out, though the trace says that it is not redacted"
        case .afterTheEnd: "something follows the end"
        case .timeRunsBackwards: "time runs backwards"
        case .answerWithoutCommand: "an answer without a command"
        case .otherChannelFails: "the failure of another channel"
        case .commandBeforeAnswer: "a command before the answer to the last one"
        case .emptyCommand: "a command without bytes"
        case .eventBeforeAnswer: "an event between a command and its answer"
        }
    }
}

extension TraceMismatch {
    public var english: English {
        isAboutData
            ? "command \(command), line \(line) of the trace: \(got) came with other data than was recorded"
            : "command \(command), line \(line) of the trace: the trace has \(expected), but came \(got)"
    }
}

extension TraceStep {
    public var english: English {
        switch self {
        case .end: "the end"
        case .connection(let channel): "\(channel) connection"
        case .reset(let channel): "\(channel) reset"
        case .command(let channel, let name, let bytes): "\(channel) \(name), \(bytes, "byte")"
        case .answer(let channel): "an answer of the \(channel)"
        case .random(let bytes): "\(bytes, "random byte")"
        }
    }
}

extension TraceFile.Channel: Message {
    public var english: English {
        switch self {
        case .card: "card"
        case .sam: "sam"
        }
    }
}

extension ReplayEnd {
    var english: English { "the recording ends at this command, before its answer" }
}
