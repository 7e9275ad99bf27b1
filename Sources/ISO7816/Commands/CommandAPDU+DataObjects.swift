/// Data objects, ISO/IEC 7816-4:2013 §11.4.
extension CommandAPDU {
    /// GET DATA `00 CA P1-P2 Le`: the data object whose tag of one or two bytes is P1-P2.
    /// - Returns: nil for a tag of three bytes.
    public static func getData(_ tag: BERTag, ne: Int = 256) -> CommandAPDU? {
        guard tag.rawValue <= 0xFFFF else { return nil }
        return CommandAPDU(
            cla: 0, ins: InstructionByte.getData, p1: UInt8(truncatingIfNeeded: tag.rawValue >> 8),
            p2: UInt8(truncatingIfNeeded: tag.rawValue), ne: ne)
    }

    /// GET DATA `00 CA 9F 7F 00`: chip production data, 42 bytes on this card (`Docs/protocol.md §4`).
    public static let getProductionData = CommandAPDU(cla: 0, ins: InstructionByte.getData, p1: 0x9F, p2: 0x7F, ne: 256)
}
