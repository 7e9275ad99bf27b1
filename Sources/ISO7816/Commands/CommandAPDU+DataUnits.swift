/// Data units of transparent files, ISO/IEC 7816-4:2013 §11.2.
extension CommandAPDU {
    /// READ BINARY `00 B0 offset Le` of the current file.
    /// - Parameters:
    ///   - offset: 0-32767.
    ///   - ne: 1-256, to 65536 where the card takes extended length; 256 is "all there is".
    /// - Returns: nil when the offset does not fit P1-P2.
    public static func readBinary(offset: Int, ne: Int) -> CommandAPDU? {
        place(InstructionByte.readBinary, offset, [], ne)
    }

    /// READ BINARY `00 B0 80|SFI offset Le`; the file becomes current.
    /// - Parameter offset: 0-255.
    public static func readBinary(_ file: ShortFileIdentifier, offset: UInt8 = 0, ne: Int) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.readBinary, p1: file.binaryP1, p2: offset, ne: ne)
    }

    /// UPDATE BINARY `00 D6 offset Lc data` in the current file.
    /// - Parameters:
    ///   - offset: 0-32767.
    ///   - cla: 04 when the data carry secure messaging.
    /// - Returns: nil when the offset does not fit P1-P2.
    public static func updateBinary(offset: Int, _ data: [UInt8], cla: UInt8 = 0) -> CommandAPDU? {
        place(InstructionByte.updateBinary, offset, data, nil, cla: cla)
    }

    /// UPDATE BINARY `00 D6 80|SFI offset Lc data`; the file becomes current.
    public static func updateBinary(
        _ file: ShortFileIdentifier, offset: UInt8 = 0, _ data: [UInt8], cla: UInt8 = 0
    ) -> CommandAPDU {
        CommandAPDU(cla: cla, ins: InstructionByte.updateBinary, p1: file.binaryP1, p2: offset, data: data)
    }

    private static func place(
        _ ins: UInt8, _ offset: Int, _ data: [UInt8], _ ne: Int?, cla: UInt8 = 0
    ) -> CommandAPDU? {
        guard (0...0x7FFF).contains(offset) else { return nil }
        return CommandAPDU(
            cla: cla, ins: ins, p1: UInt8(truncatingIfNeeded: offset >> 8), p2: UInt8(truncatingIfNeeded: offset),
            data: data, ne: ne)
    }
}
