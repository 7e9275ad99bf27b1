import Messages

/// Why bytes are not BER-TLV data objects, with the offset of the byte at fault from the start of the input.
public enum BERTLVError: AdvisedError, Hashable {
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

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case truncated, tagTooLong, indefiniteLength, lengthOfLength, valueTooLong, tooDeep, empty, trailingBytes
        case inputTooLong
    }

    public static let domain = "tlv"
    public var kind: ErrorKind { .cardRefused }

    public var code: Code {
        switch self {
        case .truncated: .truncated
        case .tagTooLong: .tagTooLong
        case .indefiniteLength: .indefiniteLength
        case .lengthOfLength: .lengthOfLength
        case .valueTooLong: .valueTooLong
        case .tooDeep: .tooDeep
        case .empty: .empty
        case .trailingBytes: .trailingBytes
        case .inputTooLong: .inputTooLong
        }
    }
}
