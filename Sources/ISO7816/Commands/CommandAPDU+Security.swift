/// Basic security, ISO/IEC 7816-4:2013 §11.5, as this card codes it (`Docs/protocol.md §3`).
extension CommandAPDU {
    /// GET CHALLENGE `00 84 00 00 08`.
    public static func getChallenge(count: Int = 8) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.getChallenge, p1: 0, p2: 0, ne: count)
    }

    /// VERIFY `00 20 00 00 Lc PIN`, of the security access module (`Docs/protocol.md §6`).
    /// - Parameter pin: the digits packed, `12 34 56`. The command holds it: not for logs.
    public static func verify(pin: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.verify, p1: 0, p2: 0, data: pin)
    }
}
