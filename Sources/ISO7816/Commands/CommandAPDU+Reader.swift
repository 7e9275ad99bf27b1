/// Commands that a reader answers itself, PC/SC part 3 §3.2.2.1. CLA FF never reaches a card behind a contactless reader.
extension CommandAPDU {
    /// GET DATA `FF CA 01 00 00`: the historical bytes of a contactless card's answer to select.
    public static let readerHistoricalBytes = CommandAPDU(
        cla: 0xFF, ins: InstructionByte.getData, p1: 0x01, p2: 0x00, ne: 256)
}
