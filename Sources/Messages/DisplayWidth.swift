/// How many columns of a terminal a text takes: by Unicode's East Asian Width (UAX #11).
public enum DisplayWidth {
    /// Columns a character takes where ambiguous ones are narrow, as most terminals have them: 0, 1 or 2.
    public static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        if isZeroWidth(scalar) { return 0 }
        return isWide(scalar.value) ? 2 : 1
    }

    public static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// The most columns a character takes on any terminal: those of Chinese systems may give two to whatever Unicode calls
    /// ambiguous (`·`, `…`, `█`, Greek, Cyrillic), so that all but ASCII and what is narrow by its name counts as two.
    public static func mostColumns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x7F: 1
        case 0xFF61...0xFFDC, 0xFFE8...0xFFEE: 1
        default: isZeroWidth(scalar) ? 0 : 2
        }
    }

    public static func mostColumns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + mostColumns(of: $1) }
    }

    /// The beginning of a text that fits into so many columns on any terminal, with `..` behind it where something is
    /// left out.
    public static func fit(_ text: String, into columns: Int) -> String {
        guard mostColumns(of: text) > columns else { return text }
        let mark = String("..".prefix(max(0, columns)))
        var room = columns - mark.utf8.count
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            room -= mostColumns(of: scalar)
            if room < 0 { break }
            kept.append(scalar)
        }
        return String(kept) + mark
    }

    private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: scalar.value != 0xAD
        default: (0x1160...0x11FF).contains(scalar.value)
        }
    }

    /// East Asian Width W and F.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0, 0x23F3, 0x25FD...0x25FE,
            0x2614...0x2615, 0x2630...0x2637, 0x2648...0x2653, 0x267F, 0x268A...0x268F, 0x2693, 0x26A1, 0x26AA...0x26AB,
            0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE, 0x26D4, 0x26EA, 0x26F2...0x26F3, 0x26F5, 0x26FA, 0x26FD, 0x2705,
            0x270A...0x270B, 0x2728, 0x274C, 0x274E, 0x2753...0x2755, 0x2757, 0x2795...0x2797, 0x27B0, 0x27BF,
            0x2B1B...0x2B1C, 0x2B50, 0x2B55, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1D300...0x1D376, 0x1F004, 0x1F0CF, 0x1F18E, 0x1F191...0x1F19A,
            0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA,
            0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440, 0x1F442...0x1F4FC,
            0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A, 0x1F595...0x1F596, 0x1F5A4,
            0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF,
            0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945,
            0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
