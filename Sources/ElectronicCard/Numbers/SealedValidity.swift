import CardProfiles
import ISO7816

/// Until when a dynamic code is valid, encrypted under the protection key: one block (`Docs/electronic-card.md §2`).
public struct SealedValidity: Sendable, Hashable {
    /// 16 bytes.
    public let bytes: [UInt8]

    static let byteCount = 16

    /// From 32 hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 2 * Self.byteCount, let bytes = Hex.decode(hex), bytes.count == Self.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    init(encrypted bytes: [UInt8]) { self.bytes = bytes }

    /// 32 upper-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// The block that is encrypted: `YYYYMMDDhhmmss` in BCD, then zeros.
    static func block(_ time: CalendarDateTime) -> [UInt8] {
        let digits = time.digits.utf8.map { $0 & 0x0F }
        let packed = stride(from: 0, to: 14, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        return packed + [UInt8](repeating: 0, count: byteCount - packed.count)
    }

    /// The time in a decrypted block; nil where it has none, as under another key.
    static func time(in block: [UInt8]) -> CalendarDateTime? {
        guard block.count == byteCount, block[7...].allSatisfy({ $0 == 0 }) else { return nil }
        let digits = block[..<7].flatMap { [$0 >> 4 | 0x30, $0 & 0x0F | 0x30] }
        return CalendarDateTime(digits: digits)
    }
}
