/// Why bytes are no BER-TLV data objects, with the offset of the byte at fault from the start of the input.
public enum BERTLVError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The input ends, or the enclosing data object does, inside the tag or the length that starts at `offset`.
    case truncated(offset: Int)
    /// The tag at `offset` is longer than three bytes.
    case tagTooLong(offset: Int)
    /// The length byte `80` at `offset`: cards send definite lengths only (ISO/IEC 7816-4:2013 §5.2.2.2).
    case indefiniteLength(offset: Int)
    /// The first length byte at `offset` is none of 00-7F and 81-84.
    case lengthOfLength(UInt8, offset: Int)
    /// The data object at `offset` claims `length` bytes of value where only `available` are left.
    case valueTooLong(length: Int, available: Int, offset: Int)
    /// The data object at `offset` lies deeper than `BERTLV.maximumDepth` templates.
    case tooDeep(offset: Int)
    /// No data object at all: nothing, or padding alone.
    case empty
    /// One data object was expected; another follows it at `offset`.
    case trailingBytes(offset: Int)
    /// More input than `BERTLV.maximumCount`.
    case inputTooLong(count: Int)

    public var description: String {
        switch self {
        case .truncated(let offset): "the data object at byte \(offset) is cut short in its tag or length"
        case .tagTooLong(let offset): "the tag at byte \(offset) is longer than 3 bytes"
        case .indefiniteLength(let offset):
            "indefinite length (80) at byte \(offset): cards must send definite lengths"
        case .lengthOfLength(let byte, let offset):
            "length byte \(Hex.encode([byte])) at byte \(offset) is not supported, only 00-7F and 81-84 are"
        case .valueTooLong(let length, let available, let offset):
            "the data object at byte \(offset) claims \(length) bytes of value, \(available) are left"
        case .tooDeep(let offset):
            "the data object at byte \(offset) is nested deeper than \(BERTLV.maximumDepth) templates"
        case .empty: "no data object found"
        case .trailingBytes(let offset): "one data object was expected, another starts at byte \(offset)"
        case .inputTooLong(let count): "\(count) bytes are too many, \(BERTLV.maximumCount) at most"
        }
    }
}
