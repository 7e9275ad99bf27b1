/// The two status bytes SW1-SW2 that end every answer (ISO/IEC 7816-4:2013 §5.6, Docs/card.md §3.4).
public struct StatusWord: Sendable, Hashable, RawRepresentable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(_ sw1: UInt8, _ sw2: UInt8) { rawValue = UInt16(sw1) << 8 | UInt16(sw2) }

    public var sw1: UInt8 { UInt8(rawValue >> 8) }
    public var sw2: UInt8 { UInt8(rawValue & 0xFF) }
    public var bytes: [UInt8] { [sw1, sw2] }

    /// 9000: normal processing, nothing to say.
    public static let ok = StatusWord(rawValue: 0x9000)
    /// 6282: end of file or record reached before Ne bytes.
    public static let endOfFile = StatusWord(rawValue: 0x6282)
    /// 6283: the selected file is deactivated; on this card, temporarily blocked.
    public static let fileDeactivated = StatusWord(rawValue: 0x6283)
    /// 6581: writing the non-volatile memory failed.
    public static let memoryFailure = StatusWord(rawValue: 0x6581)
    /// 6700: wrong length.
    public static let wrongLength = StatusWord(rawValue: 0x6700)
    /// 6883: the last command of a chain was expected.
    public static let lastCommandOfChainExpected = StatusWord(rawValue: 0x6883)
    /// 6884: command chaining not supported.
    public static let commandChainingNotSupported = StatusWord(rawValue: 0x6884)
    /// 6981: the command does not fit the structure of the file.
    public static let incompatibleFileStructure = StatusWord(rawValue: 0x6981)
    /// 6982: the security status does not allow it.
    public static let securityStatusNotSatisfied = StatusWord(rawValue: 0x6982)
    /// 6983: the key or PIN is locked.
    public static let authenticationMethodBlocked = StatusWord(rawValue: 0x6983)
    /// 6984: no challenge was taken, or the reference data cannot be used.
    public static let referenceDataNotUsable = StatusWord(rawValue: 0x6984)
    /// 6985: conditions of use not satisfied.
    public static let conditionsNotSatisfied = StatusWord(rawValue: 0x6985)
    /// 6986: no current file.
    public static let commandNotAllowed = StatusWord(rawValue: 0x6986)
    /// 6988: wrong MAC, padding or cryptogram.
    public static let incorrectSecureMessagingData = StatusWord(rawValue: 0x6988)
    /// 6A80: wrong content of the command data.
    public static let wrongData = StatusWord(rawValue: 0x6A80)
    /// 6A81: function not supported; on this card, the card is blocked.
    public static let functionNotSupported = StatusWord(rawValue: 0x6A81)
    /// 6A82: no such file.
    public static let fileNotFound = StatusWord(rawValue: 0x6A82)
    /// 6A83: no such record.
    public static let recordNotFound = StatusWord(rawValue: 0x6A83)
    /// 6A84: not enough room.
    public static let notEnoughMemory = StatusWord(rawValue: 0x6A84)
    /// 6A86: wrong P1-P2.
    public static let incorrectP1P2 = StatusWord(rawValue: 0x6A86)
    /// 6A88: no such key or referenced data.
    public static let referencedDataNotFound = StatusWord(rawValue: 0x6A88)
    /// 6A89: the file exists.
    public static let fileAlreadyExists = StatusWord(rawValue: 0x6A89)
    /// 6B00: offset outside the file.
    public static let wrongP1P2 = StatusWord(rawValue: 0x6B00)
    /// 6D00: instruction not supported.
    public static let instructionNotSupported = StatusWord(rawValue: 0x6D00)
    /// 6E00: class not supported.
    public static let classNotSupported = StatusWord(rawValue: 0x6E00)
    /// 6F00: no precise diagnosis.
    public static let noPreciseDiagnosis = StatusWord(rawValue: 0x6F00)
    /// 9303: the application is blocked for good (Docs/card.md §3.4).
    public static let permanentlyBlocked = StatusWord(rawValue: 0x9303)

    /// 61xx: xx bytes wait for GET RESPONSE.
    public static func remaining(_ count: Int) -> StatusWord { StatusWord(0x61, UInt8(truncatingIfNeeded: count)) }
    /// 63Cx: verification failed, x tries left (0-15).
    public static func triesLeft(_ count: Int) -> StatusWord { StatusWord(0x63, 0xC0 | UInt8(max(0, min(15, count)))) }
    /// 6Cxx: wrong Le, xx is right (256 is written 00).
    public static func correctLength(_ count: Int) -> StatusWord {
        StatusWord(0x6C, UInt8(truncatingIfNeeded: count))
    }

    /// True for 9000 alone: 61xx and the warnings of 62xx and 63xx are not plain success.
    public var isSuccess: Bool { self == .ok }

    /// Whether a command so answered may have changed the card: warnings, failures while it was carried out, and
    /// 6Fxx, which says nothing (ISO/IEC 7816-4:2013 §5.6).
    public var mayHaveChangedMemory: Bool { (0x62...0x66).contains(sw1) || sw1 == 0x6F }

    /// x of 63Cx.
    public var triesLeft: Int? { rawValue & 0xFFF0 == 0x63C0 ? Int(rawValue & 0xF) : nil }

    /// The right Ne of 6Cxx, 1-256.
    public var correctLength: Int? { sw1 == 0x6C ? (sw2 == 0 ? 256 : Int(sw2)) : nil }

    /// The bytes that 61xx says are waiting, 1-256.
    public var remaining: Int? { sw1 == 0x61 ? (sw2 == 0 ? 256 : Int(sw2)) : nil }
}

extension StatusWord: CustomStringConvertible {
    /// Four upper-case hexadecimal digits.
    public var description: String { Hex.encode(bytes) }
}
