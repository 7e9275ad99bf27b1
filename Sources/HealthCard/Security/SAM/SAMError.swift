import ISO7816

/// Why a SAM did not do what it was asked, and what to do next. Holds no PIN, no key and no data.
public enum SAMError: Error, Sendable, Hashable, CustomStringConvertible {
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
    /// The card in the reader lacks what every SAM has.
    case notASAM(String)
    /// The SAM keeps the key at none of the levels that could be asked for (6A80).
    case levelMismatch(key: String)
    /// The SAM keeps the key for its own province, and the card is of another: digits of GB/T 2260.
    case anotherProvince(key: String, sam: String, card: String)
    /// The profile names no such file of a SAM.
    case noSuchFile(String)
    /// The SAM refused with a status word.
    case refused(StatusWord, CommandHeader)
    /// The SAM answered something that is no answer to the command.
    case malformed(String, CommandHeader)
    /// The link to the SAM is gone, or a command could not travel.
    case channel(ChannelError, CommandHeader?)

    public var description: String {
        switch self {
        case .wrongPIN(let tries?):
            "the SAM's PIN is wrong; \(tries) \(tries == 1 ? "try is" : "tries are") left, it is not tried again by itself"
                + (tries == 0 ? ", and its issuer alone can help now" : "")
        case .wrongPIN(nil): "the SAM's PIN is wrong; how many tries are left it does not tell, so ask its keeper"
        case .refusedBefore:
            "the SAM refused this PIN before, so it was not sent again; ask its keeper for the right one"
        case .pinBlocked:
            "the SAM's PIN is blocked after too many wrong tries; its issuer has to exchange or unblock it"
        case .lastTry:
            "the SAM has one PIN try left, so a stored PIN was not sent; type the PIN yourself once you are sure of it"
        case .pinNeeded(let header):
            "the SAM wants its PIN first (6982 to command \(header)); give the PIN and try again"
        case .notAPIN: "a SAM's PIN has 4 to 16 decimal digits; nothing was sent"
        case .notASAM(let what): "the card in the SAM's reader is no SAM: \(what); insert a SAM, or choose its reader"
        case .levelMismatch(let key):
            "the SAM keeps \(key) at another level than could be asked for (6A80); read the card's issuer file first, "
                + "or correct the key's address in the profile"
        case .anotherProvince(let key, let sam, let card):
            "the SAM keeps \(key) for province \(sam), the card is of province \(card); use a SAM of that province"
        case .noSuchFile(let name): "the profile names no file '\(name)' of a SAM"
        case .refused(let status, let header):
            "the SAM answered \(status) (\(status.meaning(for: header.ins))) to command \(header); "
                + Self.advice(status, header)
        case .malformed(let what, let header):
            "\(what) (the SAM's answer to command \(header)); clean its contacts and try again"
        case .channel(let error, let header?): "SAM: \(error.message) (at command \(header))"
        case .channel(let error, nil): "SAM: \(error.message)"
        }
    }

    private static func advice(_ status: StatusWord, _ header: CommandHeader) -> String {
        switch (status, header.ins) {
        case (.conditionsNotSatisfied, InstructionByte.cipherData):
            "no session key waits there or its key may not be used so: see to it that no other program uses this SAM"
        case (.incorrectP1P2, _), (.instructionNotSupported, _), (.classNotSupported, _):
            "this kind of SAM does not know the command: use another"
        default: "take the SAM out and in again, then try once more"
        }
    }

    init(_ error: CardError) {
        switch error {
        case .channel(let error, let header): self = .channel(error, header)
        case .status(let status, let header): self = .refused(status, header)
        case .malformed(let what, let header): self = .malformed(what.description, header)
        case .command(let error, let header): self = .malformed("the command cannot be sent: \(error)", header)
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
