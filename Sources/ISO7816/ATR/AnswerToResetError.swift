import Messages

/// Why bytes are not an answer to reset (ISO/IEC 7816-3:2006 §8).
public enum AnswerToResetError: AdvisedError, Hashable {
    /// TS must be 3B (direct convention) or 3F (inverse).
    case initialCharacter(UInt8)
    /// The answer ends where `expected` should be.
    case truncated(expected: AnswerToResetCharacter)
    /// Bytes follow the last character, at this offset.
    case trailingBytes(offset: Int)
    /// More than 33 characters.
    case tooLong(count: Int)
    /// TCK is missing, though a protocol other than T=0 is offered.
    case checkByteMissing
    /// TCK does not bring the exclusive or of T0 to TCK to zero: `found` was sent, `expected` is right.
    case checkByte(found: UInt8, expected: UInt8)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case initialCharacter, truncated, trailingBytes, tooLong, checkByteMissing, checkByte
    }

    public static let domain = "atr"
    public var kind: ErrorKind { .cardRefused }

    public var code: Code {
        switch self {
        case .initialCharacter: .initialCharacter
        case .truncated: .truncated
        case .trailingBytes: .trailingBytes
        case .tooLong: .tooLong
        case .checkByteMissing: .checkByteMissing
        case .checkByte: .checkByte
        }
    }
}

/// A character of an answer to reset.
public enum AnswerToResetCharacter: Message, Hashable {
    /// `TS`, `T0`, `TCK`.
    case named(String)
    /// From 1.
    case historical(Int)
}
