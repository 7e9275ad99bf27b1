import Messages

/// Text as it comes in from outside, wherever it is kept: on a card, in the ledger, in a list. Every field that takes
/// text takes it through here.
public enum EnteredText {
    /// Why a text is not taken. Names characters, never the text.
    public enum Problem: AdvisedError, Hashable {
        /// A character that is not seen: it ends a text, breaks a line, hides itself or turns the direction of writing.
        case control(Unicode.Scalar)
        /// U+FFFD, which a program writes for a character that it could not read.
        case lost
        /// What a program makes of a text that it read in another character set.
        case garbled

        public enum Code: String, Sendable, Hashable, CaseIterable {
            case control, lost, garbled
        }

        public static let domain = "enteredText"
        public var kind: ErrorKind { .badInput }

        public var code: Code {
            switch self {
            case .control: .control
            case .lost: .lost
            case .garbled: .garbled
            }
        }
    }

    /// The text without blanks around it, in any width: U+3000 as well as a space, a tab or a line end.
    public static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        // Most texts begin and end with a letter or a digit and need no trimming.
        if isPlain(first), isPlain(last) { return text }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        if start == scalars.startIndex, scalars.index(after: end) == scalars.endIndex { return text }
        return String(scalars[start...end])
    }

    /// Whether nothing is in the text but blanks.
    public static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isBlank) }

    /// Whether both have the same characters. `==` takes two characters for one where Unicode calls them equivalent, a
    /// Greek `·` and a Latin one: they have different codes on the card.
    public static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    /// - Throws: the first thing that no kept text may have.
    public static func check(_ text: String) throws(Problem) {
        // Most bytes tell at once.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return }
        for scalar in text.unicodeScalars {
            if scalar.value == 0xFFFD { throw .lost }
            if isUnseen(scalar) { throw .control(scalar) }
        }
        if isGarbled(text) { throw .garbled }
    }

    private static func isPlain(_ byte: UInt8) -> Bool { (0x21..<0x7F).contains(byte) }

    /// White space of any width, and what is as invisible: U+200B and a byte order mark that joining files left behind.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Of ASCII and of Chinese characters it is known without asking for all that Unicode says of them.
        case 0..<0x80: return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
        case 0x3001...0x9FFF: return false
        default: break
        }
        return scalar.properties.isWhitespace || scalar.value == 0x200B || scalar.value == 0xFEFF
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x20, 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xFFFE...0xFFFF, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}
