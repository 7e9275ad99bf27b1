import Messages

/// Why a command did not do what it was sent for. It names the command by its header, never by its data.
public enum CardError: AdvisedError, Hashable {
    /// The bytes did not get there or back.
    case channel(ChannelError, CommandHeader?)
    /// The card answered with a status word that the caller did not expect.
    case status(StatusWord, CommandHeader)
    /// The answer is not one to this command.
    case malformed(MalformedAnswer, CommandHeader)
    /// The command cannot be put into bytes.
    case command(APDUError, CommandHeader)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case channel, status, malformed, command
    }

    public static let domain = "card"

    public var kind: ErrorKind {
        guard case .channel(let error, _) = self else { return .cardRefused }
        return error.kind
    }

    public var code: Code {
        switch self {
        case .channel: .channel
        case .status: .status
        case .malformed: .malformed
        case .command: .command
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .channel(let error, _): error
        case .command(let error, _): error
        case .status, .malformed: nil
        }
    }
}

/// What is wrong with an answer.
public enum MalformedAnswer: Message, Hashable {
    /// SW1-SW2 are missing.
    case tooShort(bytes: Int)
    /// More than the caller has room for.
    case tooLong(limit: Int)
    /// 61xx again and again.
    case endless
    /// Data of another length than the command asks for.
    case length(bytes: Int, expected: Int)
}
