import ISO7816
import Messages

/// Why a SAM did not do what it was asked, and what to do next. Holds no PIN, no key and no data.
public enum SAMError: AdvisedError, Hashable {
    /// The PIN was wrong; 63Cx tells how many tries are left.
    case wrongPIN(triesLeft: Int?)
    /// This PIN was refused before, and was not sent again.
    case refusedBefore
    /// Too many wrong PINs (6983).
    case pinBlocked
    /// One try is left: a PIN that nobody has just typed was not sent.
    case lastTry
    /// The SAM wants its PIN first (6982).
    case pinNeeded(CommandHeader)
    /// Not a PIN: 4-16 decimal digits.
    case notAPIN
    /// The card in the reader lacks what every SAM has: it answered so.
    case notASAM(StatusWord, CommandHeader)
    /// The SAM keeps the key at none of the levels that could be asked for (6A80).
    case levelMismatch(key: String)
    /// The SAM keeps the key for its own province, and the card is of another: digits of GB/T 2260.
    case anotherProvince(key: String, sam: String, card: String)
    /// The profile names no such file of a SAM.
    case noSuchFile(String)
    /// The SAM refused with a status word.
    case refused(StatusWord, CommandHeader)
    /// The SAM answered something that is no answer to the command.
    case malformed(MalformedSAMAnswer, CommandHeader)
    /// The link to the SAM is gone, or a command could not travel.
    case channel(ChannelError, CommandHeader?)

    /// The command cannot be put into bytes.
    case command(APDUError, CommandHeader)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case wrongPIN, refusedBefore, pinBlocked, lastTry, pinNeeded, notAPIN, notASAM, levelMismatch
        case anotherProvince, noSuchFile, refused, malformed, channel, command
    }

    public static let domain = "sam"

    public var kind: ErrorKind {
        switch self {
        case .channel(let error, _): error.kind
        case .notAPIN: .badInput
        case .anotherProvince: .notAllowed
        default: .cardRefused
        }
    }

    public var code: Code {
        switch self {
        case .wrongPIN: .wrongPIN
        case .refusedBefore: .refusedBefore
        case .pinBlocked: .pinBlocked
        case .lastTry: .lastTry
        case .pinNeeded: .pinNeeded
        case .notAPIN: .notAPIN
        case .notASAM: .notASAM
        case .levelMismatch: .levelMismatch
        case .anotherProvince: .anotherProvince
        case .noSuchFile: .noSuchFile
        case .refused: .refused
        case .malformed: .malformed
        case .channel: .channel
        case .command: .command
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .channel(let error, _): error
        case .command(let error, _): error
        default: nil
        }
    }

    init(_ error: CardError) {
        switch error {
        case .channel(let error, let header): self = .channel(error, header)
        case .status(let status, let header): self = .refused(status, header)
        case .malformed(let what, let header): self = .malformed(.answer(what), header)
        case .command(let error, let header): self = .command(error, header)
        }
    }

    /// What a status word other than 9000 means where no command gives it a meaning of its own.
    init(_ status: StatusWord, _ header: CommandHeader) {
        switch status {
        case .securityStatusNotSatisfied: self = .pinNeeded(header)
        case .authenticationMethodBlocked: self = .pinBlocked
        default: self = .refused(status, header)
        }
    }
}

/// What is wrong with a SAM's answer.
public enum MalformedSAMAnswer: Message, Hashable {
    case answer(MalformedAnswer)
    case digest(bytes: Int, expected: Int)
    case signature(bytes: Int, expected: Int)
    case ciphertext(bytes: Int, expected: Int)
    case mac(bytes: Int, expected: Int)
    case file(String, bytes: Int, expected: Int)
}
