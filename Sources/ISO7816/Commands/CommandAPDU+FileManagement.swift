/// Making files, ISO/IEC 7816-9, and keys, as the reference dialect has them (`Docs/protocol.md §5`). Other dialects are
/// templates of a profile and need no builder.
extension CommandAPDU {
    /// CREATE FILE `00 E0 00 00 Lc 62{…}` in the current directory; a directory so made becomes current.
    public static func createFile(_ file: FileControlInformation) -> CommandAPDU {
        var parameters = file
        parameters.template = .parameters
        return CommandAPDU(cla: 0, ins: InstructionByte.createFile, p1: 0, p2: 0, data: parameters.encoded)
    }

    /// ACTIVATE FILE `00 44 00 00`, at the MF: personalization is over for good.
    public static let activateFile = CommandAPDU(cla: 0, ins: InstructionByte.activateFile, p1: 0, p2: 0)

    /// `00 44 05 00 00`: activation as some chips in the field have it (`Docs/card.md §3.1`).
    public static let activateFile05 = CommandAPDU(cla: 0, ins: InstructionByte.activateFile, p1: 5, p2: 0, ne: 256)

    /// `80 05 00 00 00`: activation as other chips in the field have it (`Docs/card.md §3.1`).
    public static let activate05 = CommandAPDU(cla: 0x80, ins: 0x05, p1: 0, p2: 0, ne: 256)

    /// SET STATUS `80 F0 40 04 Lc name`: activation directory by directory (`Docs/card.md §3.1`).
    public static func setStatus(activated name: DedicatedFileName) -> CommandAPDU {
        CommandAPDU(cla: 0x80, ins: InstructionByte.setStatus, p1: 0x40, p2: 4, data: name.bytes)
    }

    /// WRITE KEY `84 D4 01 key Lc ciphertext ‖ MAC` into the current directory. Keys travel in no other way.
    /// - Parameters:
    ///   - key: the reference it will have.
    ///   - body: 36 bytes, 32 of ciphertext and 4 of MAC.
    public static func writeKey(_ key: UInt8, body: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x84, ins: InstructionByte.writeKey, p1: 1, p2: key, data: body)
    }
}

/// Blocking, `Docs/card.md §3.1` and `Docs/protocol.md §3`: each after its own key and with a MAC of 4 bytes.
extension CommandAPDU {
    /// APPLICATION BLOCK `84 1E 00 {00 temporary, 01 permanent} 04 MAC`.
    public static func applicationBlock(isPermanent: Bool, mac: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x84, ins: InstructionByte.applicationBlock, p1: 0, p2: isPermanent ? 1 : 0, data: mac)
    }

    /// APPLICATION UNBLOCK `84 18 00 00 04 MAC`.
    public static func applicationUnblock(mac: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x84, ins: InstructionByte.applicationUnblock, p1: 0, p2: 0, data: mac)
    }

    /// CARD BLOCK `84 16 00 00 04 MAC`: final.
    public static func cardBlock(mac: [UInt8]) -> CommandAPDU {
        CommandAPDU(cla: 0x84, ins: InstructionByte.cardBlock, p1: 0, p2: 0, data: mac)
    }
}
