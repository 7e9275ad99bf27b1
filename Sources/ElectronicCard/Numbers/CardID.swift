import ISO7816

/// An electronic card id (电子健康卡ID): document type and number encrypted under the holder's key
/// (`Docs/electronic-card.md §2`). Who holds the root can compute it from type, number and name; nobody else can tell what
/// it says.
public struct CardID: Sendable, Hashable {
    /// 32 bytes, or the 24 of ids that some platforms give and whose rule is not known.
    public let bytes: [UInt8]

    /// Bytes of an id whose rule is known.
    public static let byteCount = 32
    /// Bytes of the other kind.
    public static let shortByteCount = 24

    /// Nil for another length than 24 or 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount || bytes.count == Self.shortByteCount else { return nil }
        self.bytes = bytes
    }

    init(encrypted bytes: [UInt8]) { self.bytes = bytes }

    /// From 48 or 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 2 * Self.byteCount || hex.utf8.count == 2 * Self.shortByteCount,
            let bytes = Hex.decode(hex)
        else { return nil }
        self.init(bytes: bytes)
    }

    /// Upper-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// Whether it can be computed again: one of 24 bytes cannot, for nobody has said how they are made.
    public var isComputable: Bool { bytes.count == Self.byteCount }
}
