/// Bytes that are no APDU, or an APDU that cannot be put into bytes (ISO/IEC 7816-4:2013 §5.1).
public enum APDUError: Error, Hashable, CustomStringConvertible {
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

    public var description: String {
        switch self {
        case .commandTooShort(let count): "a command APDU needs at least 4 bytes (CLA INS P1 P2), got \(count)"
        case .lengthMismatch(let count): "the Lc and Le fields do not fit the \(count) bytes of this command APDU"
        case .responseTooShort(let count): "an answer needs at least 2 bytes (SW1 SW2), got \(count)"
        case .dataTooLong(let count, let maximum): "\(count) data bytes, at most \(maximum) fit this form of APDU"
        case .expectedLengthOutOfRange(let ne, let maximum): "Ne \(ne) is outside 1-\(maximum)"
        }
    }
}
