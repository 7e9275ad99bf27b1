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
}
