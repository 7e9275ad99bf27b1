extension Array where Element == UInt8 {
    /// Decimal digits two a byte, padded with F to `length` bytes (`Docs/card.md §1.4`); hyphens of dates are passed
    /// over; nil if they do not fit.
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
