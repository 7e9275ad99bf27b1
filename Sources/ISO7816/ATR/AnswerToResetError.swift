/// Why bytes are no answer to reset (ISO/IEC 7816-3:2006 §8).
public enum AnswerToResetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// TS must be 3B (direct convention) or 3F (inverse).
    case initialCharacter(UInt8)
    /// The answer ends where `expected` should be.
    case truncated(expected: String)
    /// Bytes follow the last character, at this offset.
    case trailingBytes(offset: Int)
    /// More than 33 characters.
    case tooLong(count: Int)
    /// TCK is missing, though a protocol other than T=0 is offered.
    case checkByteMissing
    /// TCK does not bring the exclusive or of T0 to TCK to zero: `found` was sent, `expected` is right.
    case checkByte(found: UInt8, expected: UInt8)

    public var description: String {
        switch self {
        case .initialCharacter(let byte):
            "an answer to reset starts with 3B or 3F, not \(Hex.encode([byte])): no card, or not understood"
        case .truncated(let expected): "the answer to reset ends before \(expected)"
        case .trailingBytes(let offset): "bytes follow the answer to reset from byte \(offset) on"
        case .tooLong(let count): "\(count) bytes are no answer to reset, it has 33 at most"
        case .checkByteMissing: "the answer to reset lacks its check byte TCK"
        case .checkByte(let found, let expected):
            "the check byte of the answer to reset is \(Hex.encode([found])), \(Hex.encode([expected])) is right: "
                + "clean the contacts and insert the card again"
        }
    }
}
