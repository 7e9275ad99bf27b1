import Messages

/// Why a trace cannot be read, or not played to its end.
public enum TraceError: AdvisedError, Hashable {
    /// The line, from 1, and what is wrong with it.
    case malformed(line: Int, TraceFlaw)
    case version(Int)
    /// Its data was left out when it was recorded.
    case redacted
    /// It has nothing of this channel.
    case noChannel(TraceFile.Channel)
    case mismatch(TraceMismatch)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case malformed, version, redacted, noChannel, mismatch
    }

    public static let domain = "trace"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch self {
        case .malformed: .malformed
        case .version: .version
        case .redacted: .redacted
        case .noChannel: .noChannel
        case .mismatch: .mismatch
        }
    }
}

/// What is wrong with a line of a trace.
public enum TraceFlaw: Message, Hashable {
    case notAnObject, noVersion, headerIncomplete, noTime, notOneEvent, unknownLink, unknownFailure, unknownChannel
    case notBytes
    case tooManyLines(limit: Int)
    case empty
    /// Bytes are left out of a trace that says it is not redacted.
    case hidesBytes
    case afterTheEnd, timeRunsBackwards, answerWithoutCommand, otherChannelFails, commandBeforeAnswer, emptyCommand
    case eventBeforeAnswer
}

/// Where a replay left its trace.
public struct TraceMismatch: Message, Hashable {
    /// The line of the file, from 1.
    public let line: Int
    /// The command it would have been, from 1; commands of both channels count.
    public let command: Int
    /// What comes next in the trace, without data: `card READ RECORD 00B2012C`.
    public let expected: TraceStep
    /// What was asked for, in the same way.
    public let got: TraceStep

    /// Both are the same as far as they may be shown: the data differs.
    public var isAboutData: Bool { expected == got }
}

/// A step of a trace as it may be shown, without data.
public enum TraceStep: Message, Hashable {
    case end
    case connection(TraceFile.Channel)
    case reset(TraceFile.Channel)
    /// `READ RECORD 00B2012C`, and how long the command is.
    case command(TraceFile.Channel, String, bytes: Int)
    case answer(TraceFile.Channel)
    case random(bytes: Int)
}

/// What a program is told that asks for more than was recorded.
struct ReplayEnd: Message {}
