extension EnteredText {
    /// Whether a text is what a program makes of one that it read in another character set: nobody wrote it.
    ///
    /// - `Ã©`, `å¼ `: UTF-8 read as Latin 1 or Windows-1252;
    /// - `寮犱笁` of `张三`: UTF-8 read as GBK. Taken for it only where its bytes are the UTF-8 of at least two common
    ///   characters and at least one character of the text is rare, so that no name is mistaken for it;
    /// - `锟斤拷`: U+FFFD twice in UTF-8, read as GBK; `烫烫烫`, `屯屯屯`: memory that nobody has written.
    static func isGarbled(_ text: String) -> Bool {
        // Most texts are of ASCII or too short.
        guard text.utf8.contains(where: { $0 >= 0x80 }), mayBeGarbled(text) else { return false }
        let scalars = Array(text.unicodeScalars)
        return hasDebris(scalars) || isUTF8InLatin(scalars) || isUTF8InGBK(scalars)
    }

    /// Whether a text has anything at all that the rules below look for: a letter of Latin 1, a character of the debris, or
    /// a first character from where UTF-8 ends up that is read as GBK.
    private static func mayBeGarbled(_ text: String) -> Bool {
        var isFirst = true
        for scalar in text.unicodeScalars where scalar.value >= 0x80 {
            switch scalar {
            case "\u{C2}"..."\u{F4}", "锟", "斤", "烫", "屯": return true
            default: break
            }
            guard isFirst else { continue }
            isFirst = false
            if let lead = GBK.lead(of: scalar), (0xE4...0xE9).contains(lead) { return true }
        }
        return false
    }

    private static let debris = ["锟斤", "斤拷", "烫烫烫", "屯屯屯"].map { Array($0.unicodeScalars) }

    private static func hasDebris(_ scalars: [Unicode.Scalar]) -> Bool {
        debris.contains { word in
            guard scalars.count >= word.count else { return false }
            return (0...(scalars.count - word.count)).contains { scalars[$0..<$0 + word.count].elementsEqual(word) }
        }
    }

    /// A byte that begins a character of UTF-8 as Latin 1 shows it, and behind it as many that go on.
    private static func isUTF8InLatin(_ scalars: [Unicode.Scalar]) -> Bool {
        for (index, scalar) in scalars.enumerated() {
            let more: Int
            switch scalar.value {
            case 0xC2...0xDF: more = 1
            case 0xE0...0xEF: more = 2
            case 0xF0...0xF4: more = 3
            default: continue
            }
            let rest = scalars[(index + 1)...].prefix(more)
            if rest.count == more, rest.allSatisfy(isContinuation) { return true }
        }
        return false
    }

    /// 80 to BF in Latin 1, or what Windows-1252 has there.
    private static func isContinuation(_ scalar: Unicode.Scalar) -> Bool {
        (0x80...0xBF).contains(scalar.value) || windows.contains(scalar)
    }

    private static let windows = Set("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".unicodeScalars)

    /// Characters that may have been lost at the end.
    private static let lost: Set<Unicode.Scalar> = ["?", "\u{FFFD}", "？"]

    private static func isUTF8InGBK(_ scalars: [Unicode.Scalar]) -> Bool {
        var rest = scalars[...]
        while let last = rest.last, lost.contains(last) { rest = rest.dropLast() }
        guard rest.count >= 3 else { return false }
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: rest)
        guard let bytes = try? GBK.encode(String(plain)), hasRare(bytes) else { return false }
        var common = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                continue
            }
            guard (0xE4...0xE9).contains(byte) else { return false }
            let character = bytes[index...].prefix(3)
            // A character may have been cut at the end.
            guard character.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return false }
            guard character.count == 3 else { break }
            let value = character.reduce(UInt32(0)) { $0 << 6 | UInt32($1 & ($0 == 0 ? 0x0F : 0x3F)) }
            guard let scalar = Unicode.Scalar(value), isCommon(scalar) else { return false }
            common += 1
            index += 3
        }
        return common >= 2
    }

    /// Whether a character of two bytes lies outside GB 2312, where hardly any name has one.
    private static func hasRare(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            guard bytes[index] >= 0x80, index + 1 < bytes.count else {
                index += 1
                continue
            }
            if bytes[index] < 0xA1 || bytes[index + 1] < 0xA1 { return true }
            index += 2
        }
        return false
    }

    /// One of the 3,755 characters that GB 2312 calls the common ones, or a mark.
    private static func isCommon(_ scalar: Unicode.Scalar) -> Bool {
        guard let bytes = try? GBK.encode(String(scalar)), bytes.count == 2 else { return false }
        return (0xA1...0xD7).contains(bytes[0]) && bytes[1] >= 0xA1
    }
}
