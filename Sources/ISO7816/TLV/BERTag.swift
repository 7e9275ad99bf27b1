/// A BER-TLV tag of one to three bytes, by its bytes: `0x84`, `0xBF0C`, `0x5FC102` (ISO/IEC 7816-4:2013 §5.2.2.1).
///
/// Cards use long-form tags for numbers below 31 (`BF0C`, `DF01`), so a tag is what its bytes are and not the number
/// in them.
public struct BERTag: Sendable, Hashable {
    /// Where a tag has its meaning, bits 8 and 7 of the first byte.
    public enum Class: UInt8, Sendable, Hashable {
        case universal, application, contextSpecific, `private`
    }

    /// The bytes of the tag as one big-endian number.
    public let rawValue: UInt32

    @inlinable @inline(__always)
    init(unchecked rawValue: UInt32) { self.rawValue = rawValue }

    /// nil unless the bytes of `rawValue` are one whole tag of one to three bytes. None starts with `00` or `FF`, which
    /// are padding between data objects.
    public init?(rawValue: UInt32) {
        self.init(unchecked: rawValue)
        guard isValid else { return nil }
    }

    /// The tag whose bytes these are; nil as for `init(rawValue:)`.
    public init?(_ bytes: some Collection<UInt8>) {
        guard (1...3).contains(bytes.count), bytes.first != 0 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// 1-3 bytes.
    public var bytes: [UInt8] {
        let all = [UInt8(truncatingIfNeeded: rawValue >> 16), UInt8(truncatingIfNeeded: rawValue >> 8), lastByte]
        return Array(all.suffix(count))
    }

    /// Bytes of the tag, 1-3.
    @inlinable public var count: Int { rawValue > 0xFFFF ? 3 : rawValue > 0xFF ? 2 : 1 }

    /// Whether the value is made of data objects, bit 6 of the first byte.
    @inlinable public var isConstructed: Bool { firstByte & 0x20 != 0 }

    public var tagClass: Class { Class(rawValue: firstByte >> 6) ?? .universal }

    @inlinable var firstByte: UInt8 { UInt8(truncatingIfNeeded: rawValue >> (8 * UInt32(count - 1))) }
    private var lastByte: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    private var isValid: Bool {
        let isLong = firstByte & 0x1F == 0x1F && firstByte != 0xFF
        return switch count {
        case 1: rawValue != 0 && rawValue & 0x1F != 0x1F
        case 2: isLong && lastByte & 0x80 == 0
        default: rawValue <= 0xFF_FFFF && isLong && rawValue & 0x8000 != 0 && lastByte & 0x80 == 0
        }
    }
}

extension BERTag: ExpressibleByIntegerLiteral, CustomStringConvertible, Comparable {
    /// For tags written in source; `init(rawValue:)` is for tags that come from outside.
    public init(integerLiteral value: UInt32) {
        self.init(unchecked: value)
        assert(isValid, "\(Hex.encode(bytes)) is no BER-TLV tag")
    }

    /// `BF0C`
    public var description: String { Hex.encode(bytes) }

    public static func < (left: BERTag, right: BERTag) -> Bool { left.rawValue < right.rawValue }
}
