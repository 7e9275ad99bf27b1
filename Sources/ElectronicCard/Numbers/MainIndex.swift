import ISO7816
import ShangMi

/// The main index (主索引) of a person: what joins the physical card, the electronic card and a row of a batch. SM3 over
/// document type ‖ number ‖ name in UTF-8 (`Docs/electronic-card.md §2`).
///
/// Whoever has number and name can compute it. It is no secret and proves nothing; it does identify a person.
public struct MainIndex: Sendable, Hashable {
    /// 32 bytes.
    public let bytes: [UInt8]

    public init(of identity: HolderIdentity) {
        var hasher = SM3.Hasher()
        var type = identity.documentType.rawValue
        var (number, name) = (identity.number, identity.name)
        type.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        number.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        name.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        bytes = hasher.finalize()
    }

    /// From 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex), bytes.count == SM3.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 64 upper-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// What the holder's keys are diversified by: the exclusive or of the four groups of 8 bytes.
    public var factor: [UInt8] {
        (0..<8).map { bytes[$0] ^ bytes[$0 + 8] ^ bytes[$0 + 16] ^ bytes[$0 + 24] }
    }
}
