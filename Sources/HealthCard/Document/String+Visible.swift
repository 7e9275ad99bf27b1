extension String {
    /// The text as a terminal may show it: what would steer the terminal, or show the text otherwise than it is, stands
    /// there in a form that can be read. Line ends and tabs stay.
    ///
    /// Control characters become their pictures (U+2400 and following). Those of eight bits, which some terminals obey
    /// too, marks that turn the direction of writing round, separators of lines and paragraphs, and characters without any
    /// width are written by their numbers, `<U+202E>`.
    public var visible: String { visible { $0 == 0x0A || $0 == 0x09 } }

    /// As ``visible`` for text that must stay on one line.
    public var visibleOnOneLine: String { visible { _ in false } }

    private func visible(keeping isKept: (UInt32) -> Bool) -> String {
        // Most of what is printed is plain.
        guard utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return self }
        guard unicodeScalars.contains(where: { !$0.isHarmless && !isKept($0.value) }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isHarmless || isKept(scalar.value) {
                text.unicodeScalars.append(scalar)
            } else if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
                text.unicodeScalars.append(picture)
            } else if scalar.value == 0x7F {
                text.append("\u{2421}")
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
            }
        }
        return text
    }

    /// JSON text with the same characters written as escapes: another spelling of the same values.
    public var visibleJSON: String {
        guard utf8.contains(where: { $0 >= 0x7F }) else { return self }
        guard unicodeScalars.contains(where: { $0.value >= 0x7F && !$0.isHarmless }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.value < 0x7F || scalar.isHarmless {
                text.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Neither steers a terminal nor hides what stands there.
    fileprivate var isHarmless: Bool {
        switch value {
        case 0x00..<0x20, 0x7F...0x9F: false
        case 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: false
        case 0xE0000...0xE007F: false
        default: true
        }
    }
}
