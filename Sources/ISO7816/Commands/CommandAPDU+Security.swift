/// Basic security, ISO/IEC 7816-4:2013 §11.5, as this card codes it (`Docs/protocol.md §3`).
extension CommandAPDU {
    /// GET CHALLENGE `00 84 00 00 08`.
    public static func getChallenge(count: Int = 8) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.getChallenge, p1: 0, p2: 0, ne: count)
    }

    /// EXTERNAL AUTHENTICATE `00 82 00 key 11 cryptogram ‖ original ‖ version`.
    /// - Parameters:
    ///   - key: key reference in the current directory.
    ///   - cryptogram: 8 bytes.
    ///   - original: 8 bytes of fresh random, what the cryptogram was made from.
    ///   - version: of the key; 01 formal, F1 test.
    public static func externalAuthenticate(
        key: UInt8, cryptogram: [UInt8], original: [UInt8], version: UInt8
    ) -> CommandAPDU {
        CommandAPDU(
            cla: 0, ins: InstructionByte.externalAuthenticate, p1: 0, p2: key, data: cryptogram + original + [version])
    }

    /// INTERNAL AUTHENTICATE `00 88 00 key 11 seed ‖ original ‖ version 08`: the card answers its cryptogram.
    public static func internalAuthenticate(
        key: UInt8, seed: [UInt8], original: [UInt8], version: UInt8, ne: Int = 8
    ) -> CommandAPDU {
        CommandAPDU(
            cla: 0, ins: InstructionByte.internalAuthenticate, p1: 0, p2: key, data: seed + original + [version], ne: ne
        )
    }

    /// VERIFY `00 20 00 00 Lc PIN`, of the security access module (`Docs/protocol.md §6`).
    /// - Parameter pin: the digits packed, `12 34 56`. The command holds it: not for logs.
    public static func verify(pin: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.verify, p1: 0, p2: 0, data: pin)
    }
}
