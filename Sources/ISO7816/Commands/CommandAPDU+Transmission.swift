/// Transmission, ISO/IEC 7816-4:2013 §11.7.
extension CommandAPDU {
    /// GET RESPONSE `00 C0 00 00 Le`.
    public static func getResponse(cla: UInt8 = 0, ne: Int) -> CommandAPDU {
        CommandAPDU(cla: cla, ins: InstructionByte.getResponse, p1: 0, p2: 0, ne: ne)
    }

    /// CLA of the GET RESPONSE that continues this command: its logical channel, without chaining, secure messaging or
    /// a proprietary class. A class whose coding is all the maker's own has no known channel and gets channel 0.
    var continuationClass: UInt8 {
        switch cla {
        case 0x00...0x1F, 0x80...0x9F: cla & 0x03
        case 0x40...0x7F: 0x40 | cla & 0x0F
        default: 0
        }
    }

    /// The bytes to hand a PC/SC reader on a T=0 link, which carries no Le beside data: header and `00` for case 1,
    /// header and Le for case 2 (`00` above 255), header, Lc and data for cases 3 and 4, whose answer then comes by
    /// 61xx (ISO/IEC 7816-3:2006 §12.2).
    /// - Throws: `dataTooLong` above 255 bytes, for which T=0 needs command chaining, and `expectedLengthOutOfRange`.
    public func encodedForT0() throws(APDUError) -> [UInt8] {
        guard data.count <= 255 else { throw .dataTooLong(count: data.count, maximum: 255) }
        if let ne, !(1...65_536).contains(ne) { throw .expectedLengthOutOfRange(ne, maximum: 65_536) }
        guard data.isEmpty else { return header.bytes + [UInt8(truncatingIfNeeded: data.count)] + data }
        return header.bytes + [UInt8(truncatingIfNeeded: min(ne ?? 256, 256))]
    }
}
