import Messages

/// Bytes that are not an APDU, or an APDU that cannot be put into bytes (ISO/IEC 7816-4:2013 §5.1).
public enum APDUError: AdvisedError, Hashable {
    /// A command has at least the four header bytes; this many came.
    case commandTooShort(count: Int)
    /// The length field and the bytes that follow it disagree.
    case lengthMismatch(count: Int)
    /// An answer has at least SW1-SW2; this many bytes came.
    case responseTooShort(count: Int)
    /// Nc must be 0-65535 (0-255 in short form).
    case dataTooLong(count: Int, maximum: Int)
    /// Ne must be 1-65536 (1-256 in short form).
    case expectedLengthOutOfRange(Int, maximum: Int)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case commandTooShort, lengthMismatch, responseTooShort, dataTooLong, expectedLengthOutOfRange
    }

    public static let domain = "apdu"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch self {
        case .commandTooShort: .commandTooShort
        case .lengthMismatch: .lengthMismatch
        case .responseTooShort: .responseTooShort
        case .dataTooLong: .dataTooLong
        case .expectedLengthOutOfRange: .expectedLengthOutOfRange
        }
    }
}
