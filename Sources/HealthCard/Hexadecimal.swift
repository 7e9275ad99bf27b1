extension Collection where Element == UInt8 {
    /// Two capital digits a byte.
    var hexadecimal: String {
        var text = ""
        text.reserveCapacity(count * 2)
        for byte in self {
            text += String(byte >> 4, radix: 16, uppercase: true)
            text += String(byte & 0x0F, radix: 16, uppercase: true)
        }
        return text
    }

    /// Two capital digits a byte, a space between bytes.
    var spaced: String { map { [$0].hexadecimal }.joined(separator: " ") }
}

extension Array where Element == UInt8 {
    /// Bytes of hexadecimal digits of either case without separators; nil for anything else.
    init?(hexadecimal text: String) {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        self = bytes
    }

    /// Decimal digits two a byte, padded with F to `length` bytes (`Docs/card.md §1.4`); nil if they do not fit.
    init?(digits text: String, length: Int) {
        var nibbles: [UInt8] = []
        for character in text.utf8 where character != 0x2D {
            guard (0x30...0x39).contains(character) else { return nil }
            nibbles.append(character - 0x30)
        }
        guard nibbles.count <= length * 2 else { return nil }
        nibbles += Array(repeating: 0x0F, count: length * 2 - nibbles.count)
        self = stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }
}
