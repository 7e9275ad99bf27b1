/// Why a trace cannot be read or played.
public enum TraceError: Error, Sendable, Hashable {
    /// The line, from 1, and what is wrong with it.
    case malformed(line: Int, String)
    case version(Int)
    /// Its data was left out when it was recorded.
    case redacted
    /// It has nothing of this channel.
    case noChannel(TraceFile.Channel)
    case mismatch(TraceMismatch)
}

/// Where a replay left its trace.
public struct TraceMismatch: Sendable, Hashable {
    /// The line of the file, from 1.
    public let line: Int
    /// The command it would have been, from 1; commands of both channels count.
    public let command: Int
    /// What comes next in the trace, without data: `card READ RECORD 00B2012C`.
    public let expected: String
    /// What was asked for, in the same way.
    public let got: String
    /// Both are the same as far as they may be shown: the data differs.
    public let isAboutData: Bool
}

extension TraceError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let line, let reason): "line \(line) of the trace: \(reason)"
        case .version(let version):
            "the trace has version \(version), this program reads \(TraceFile.version): use the program that recorded it"
        case .redacted:
            "the trace is redacted, it can be shown but not played: record it from a test card with its data"
        case .noChannel(let channel): "the trace has no \(channel.rawValue)"
        case .mismatch(let mismatch): mismatch.description
        }
    }
}

extension TraceMismatch: CustomStringConvertible {
    public var description: String {
        let difference =
            isAboutData
            ? "\(got) came with other data than was recorded" : "the trace has \(expected), but came \(got)"
        return "command \(command), line \(line) of the trace: \(difference)"
    }
}
