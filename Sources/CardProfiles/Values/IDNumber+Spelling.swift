extension IDNumber {
    /// A number as people type it: blanks around it do not count, and a small `x` is the check character `X`.
    ///
    /// - Throws: ``Problem``, which never repeats the number.
    public init(entered text: String) throws(Problem) {
        try self.init(Self.withCapital(EnteredText.trimmed(text)))
    }

    /// A number as another office's program may have written it: in full-width characters, with blanks, hyphens or
    /// apostrophes in it, with another letter that looks like `X`, or in the fifteen digits of before 1999 (GB 11643-1989,
    /// born in 19xx).
    ///
    /// For comparing what others say with what was applied for; nothing of it is written onto a card.
    ///
    /// - Throws: ``Problem``, which never repeats the number.
    public init(anySpelling text: String) throws(Problem) {
        // Most numbers are spelled as they should be.
        if Self.isPlain(text.utf8) {
            try self.init(text)
            return
        }
        var plain = Self.plainSpelling(of: text)
        if plain.utf8.count == 15, plain.utf8.allSatisfy({ $0.decimalDigit != nil }) {
            let digits = plain.prefix(6) + "19" + plain.dropFirst(6)
            plain = digits + String(Unicode.Scalar(Self.checkCharacter(of: digits.utf8)))
        }
        try self.init(plain)
    }

    /// Eighteen characters, the last a digit or `X`.
    private static func isPlain(_ text: String.UTF8View) -> Bool {
        var count = 0
        for byte in text {
            count += 1
            guard byte.decimalDigit != nil || byte == 0x58 && count == 18 else { return false }
        }
        return count == 18
    }

    /// Whether a text in any spelling has the shape of a number, though there may be no such number: eighteen characters,
    /// the last a digit or `X`.
    public static func hasShape(anySpelling text: String) -> Bool {
        let bytes = Array(plainSpelling(of: text).utf8)
        guard bytes.count == 18, let last = bytes.last else { return false }
        return bytes.dropLast().allSatisfy { $0.decimalDigit != nil } && (last.decimalDigit != nil || last == 0x58)
    }

    /// A text in any spelling as the ASCII that it stands for, by which numbers are compared that no sound row can have.
    public static func plainSpelling(of text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: plain.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x0425, 0x0445, 0x2169, 0x2179, 0xD7: plain.append("X")
            default: plain.unicodeScalars.append(scalar)
            }
        }
        let marks = "-'`\u{2010}\u{2011}\u{2019}".unicodeScalars
        plain.unicodeScalars.removeAll { EnteredText.isBlank($0) || marks.contains($0) }
        return withCapital(plain)
    }

    private static func withCapital(_ text: String) -> String {
        text.utf8.last == UInt8(ascii: "x") ? String(text.dropLast()) + "X" : text
    }
}
