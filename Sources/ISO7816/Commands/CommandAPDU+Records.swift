/// Records, ISO/IEC 7816-4:2013 §11.3, and the index commands of this card (`Docs/card.md §3.1`).
extension CommandAPDU {
    /// The low three bits of P2 in READ RECORD.
    public enum RecordReference: UInt8, Sendable, Hashable {
        /// 0: P1 is the tag of the record (`Docs/protocol.md §4`).
        case tag = 0
        /// 4: P1 is the record number.
        case number = 4
        /// 5: all records from number P1 to the last.
        case allFrom = 5
    }

    /// READ RECORD `00 B2 P1 P2 Le` of the current file, or of `file`, which becomes current.
    /// - Parameters:
    ///   - p1: record number 1-254, or the tag.
    ///   - ne: 1-256, to 65536 where the card takes extended length; 256 is "the whole record".
    public static func readRecord(
        _ p1: UInt8, by reference: RecordReference = .number, of file: ShortFileIdentifier? = nil, ne: Int = 256
    ) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.readRecord, p1: p1, p2: p2(file, reference.rawValue), ne: ne)
    }

    private static func p2(_ file: ShortFileIdentifier?, _ mode: UInt8) -> UInt8 {
        file?.recordP2(mode: mode) ?? mode
    }
}
