import Messages

/// The record TLV of this card: tag(1) length(1) value(0-255), tag = item number (Docs/card.md §1.3). Not BER: any
/// tag byte stands for itself and every length byte is a length.
public struct RecordTLV: Sendable, Hashable {
    public var tag: UInt8
    /// 0-255 bytes.
    public var value: [UInt8]

    public enum ParseError: AdvisedError, Hashable {
        /// At this offset the bytes end inside a record.
        case truncated(offset: Int)
        /// A record holds at most 255 bytes of value.
        case valueTooLong(count: Int)
        /// One record was expected; bytes follow it from this offset on.
        case trailingBytes(offset: Int)

        public enum Code: String, Sendable, Hashable, CaseIterable {
            case truncated, valueTooLong, trailingBytes
        }

        public static let domain = "recordTLV"
        public var kind: ErrorKind { .cardRefused }

        public var code: Code {
            switch self {
            case .truncated: .truncated
            case .valueTooLong: .valueTooLong
            case .trailingBytes: .trailingBytes
            }
        }
    }

    /// - Throws: `valueTooLong` above 255 bytes.
    public init(tag: UInt8, value: [UInt8]) throws(ParseError) {
        guard value.count <= 255 else { throw .valueTooLong(count: value.count) }
        self.tag = tag
        self.value = value
    }

    /// One record, exactly.
    public init(_ bytes: some Collection<UInt8>) throws(ParseError) {
        let records = try Self.records(in: bytes)
        guard let first = records.first else { throw .truncated(offset: 0) }
        guard records.count == 1 else { throw .trailingBytes(offset: first.encoded.count) }
        self = first
    }

    public var encoded: [UInt8] { [tag, UInt8(truncatingIfNeeded: value.count)] + value }

    /// Records laid end to end, as a multi-record READ RECORD answers them.
    public static func records(in bytes: some Collection<UInt8>) throws(ParseError) -> [RecordTLV] {
        let all = Array(bytes)
        var records: [RecordTLV] = []
        var offset = 0
        while offset < all.count {
            guard offset + 2 <= all.count, offset + 2 + Int(all[offset + 1]) <= all.count else {
                throw .truncated(offset: offset)
            }
            let end = offset + 2 + Int(all[offset + 1])
            records.append(try RecordTLV(tag: all[offset], value: Array(all[offset + 2..<end])))
            offset = end
        }
        return records
    }
}
