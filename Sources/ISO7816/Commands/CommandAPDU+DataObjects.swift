/// Data objects, ISO/IEC 7816-4:2013 §11.4.
extension CommandAPDU {
    /// GET DATA `00 CA 9F 7F 00`: chip production data, 42 bytes on this card (`Docs/protocol.md §4`).
    public static let getProductionData = CommandAPDU(cla: 0, ins: InstructionByte.getData, p1: 0x9F, p2: 0x7F, ne: 256)
}
