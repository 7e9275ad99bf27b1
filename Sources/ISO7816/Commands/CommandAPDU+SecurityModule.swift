/// Commands of the security access module (`Docs/card.md §3.3`, `Docs/protocol.md §6`). Answers come by 61xx.
extension CommandAPDU {
    /// Where a CIPHER DATA command stands in its sequence, and whether it encrypts or makes a MAC.
    public enum CipherStep: UInt8, Sendable, Hashable {
        /// 00: encrypt, the only or the last piece.
        case encryptLast = 0x00
        /// 02: encrypt, more follows.
        case encryptMore = 0x02
        /// 05: MAC of one piece; its first 16 bytes are the initial value.
        case macOnly = 0x05
        /// 07: MAC, first piece, the first 16 bytes being the initial value.
        case macFirst = 0x07
        /// 03: MAC, next piece.
        case macNext = 0x03
        /// 01: MAC, last piece.
        case macLast = 0x01
    }

    /// DELIVERY SESSION KEY `80 DE usage key Lc factors ‖ seed`.
    /// - Parameters:
    ///   - usage: P1, levels of diversification in bits 8-6 and type in bits 5-1.
    ///   - key: P2, the key's identifier.
    ///   - factors: 8 bytes a level, the card's first.
    ///   - seed: 8 bytes.
    public static func deliverSessionKey(
        usage: UInt8, key: UInt8, factors: [[UInt8]], seed: [UInt8]
    ) -> CommandAPDU {
        CommandAPDU(
            cla: 0x80, ins: InstructionByte.deliverSessionKey, p1: usage, p2: key, data: factors.joined() + seed)
    }

    /// CIPHER DATA `80 FA step 00 Lc data`.
    public static func cipherData(_ step: CipherStep, _ data: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x80, ins: InstructionByte.cipherData, p1: step.rawValue, p2: 0, data: data)
    }

    /// DATA COMPRESS `80 CC {00 more, 01 last} 00 Lc data`: SM3, the last piece answers 32 bytes.
    public static func dataCompress(_ data: [UInt8], isLast: Bool) -> CommandAPDU {
        CommandAPDU(cla: 0x80, ins: InstructionByte.dataCompress, p1: isLast ? 1 : 0, p2: 0, data: data)
    }

    /// DIGITAL SIGNATURE `80 CE 00 00 20 digest`: SM2 over the digest as given, 64 bytes r ‖ s.
    public static func digitalSignature(digest: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x80, ins: InstructionByte.digitalSignature, p1: 0, p2: 0, data: digest)
    }

    /// CHANGE PIN `80 5E 01 00 Lc old ‖ FF ‖ new`. The command holds both: not for logs.
    public static func changePIN(old: [UInt8], new: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x80, ins: InstructionByte.changePIN, p1: 1, p2: 0, data: old + [0xFF] + new)
    }
}
