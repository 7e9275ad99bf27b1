/// Selection, ISO/IEC 7816-4:2013 §11.1.
extension CommandAPDU {
    /// What SELECT is to answer, bits 4 and 3 of P2.
    public enum SelectAnswer: Sendable, Hashable {
        /// P2 00 with Le 00: the file control information.
        case information
        /// P2 04 with Le 00: the file control parameters.
        case parameters
        /// P2 00 without Le: what the card likes; over T=0 a card may offer it by 61xx.
        case unspecified
        /// P2 0C without Le: nothing.
        case none

        var p2: UInt8 {
            switch self {
            case .information, .unspecified: 0x00
            case .parameters: 0x04
            case .none: 0x0C
            }
        }
        var ne: Int? { self == .information || self == .parameters ? 256 : nil }
    }

    /// SELECT `00 A4 00 P2 02 FID`: the current directory's files and directories, itself, its sisters, its parent and
    /// the MF (`Docs/protocol.md §5`, "Tree").
    public static func select(file: FileIdentifier, answer: SelectAnswer = .unspecified) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 0, p2: answer.p2, data: file.bytes, ne: answer.ne)
    }

    /// SELECT `00 A4 04 P2 Lc name`: a directory anywhere on the card, by its whole name.
    public static func select(name: DedicatedFileName, answer: SelectAnswer = .unspecified) -> CommandAPDU {
        CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 4, p2: answer.p2, data: name.bytes, ne: answer.ne)
    }
}
