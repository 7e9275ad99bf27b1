/// Why a command did not do what it was sent for. It names the command by its header, never by its data.
public enum CardError: Error, Sendable, Hashable {
    /// The bytes did not get there or back.
    case channel(ChannelError, CommandHeader?)
    /// The card answered with a status word that the caller did not expect.
    case status(StatusWord, CommandHeader)
    /// The answer is no answer to this command.
    case malformed(String, CommandHeader)
    /// The command cannot be put into bytes.
    case command(APDUError, CommandHeader)
}

extension CardError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .channel(let error, let header?): "\(error.message) (at command \(header))"
        case .channel(let error, nil): error.message
        case .status(let status, let header):
            "the card answered \(status) (\(status.meaning(for: header.ins))) to command \(header)"
        case .malformed(let what, let header): "\(what) (answer to command \(header))"
        case .command(let error, let header): "command \(header) cannot be sent: \(error)"
        }
    }
}
