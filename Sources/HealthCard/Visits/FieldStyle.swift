import CardProfiles
import ISO7816

/// How a program wants a field's bytes: the styles of the C interface hospitals call (`Docs/card.md §3.4`).
public enum FieldStyle: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The bytes as they are.
    case bytes
    /// GBK up to the first 00.
    case text
    /// Decimal digits up to the first F.
    case digits
    /// Two hexadecimal capitals a byte.
    case hexadecimal

    public var description: String { rawValue }

    /// Whether a field is a text of this style to its end: behind its digits there is nothing but F. Part of a number is
    /// another number.
    public func isWhole(_ field: some Collection<UInt8>) -> Bool {
        guard self == .digits else { return true }
        return field.flatMap { [$0 >> 4, $0 & 0x0F] }.drop { $0 < 10 }.allSatisfy { $0 == 0x0F }
    }

    /// What a program is given for a field; a byte that is no digit ends the digits.
    public func text(of field: some Collection<UInt8>) -> [UInt8] {
        switch self {
        case .bytes: Array(field)
        case .text: Array(field.prefix { $0 != 0 })
        case .digits: field.flatMap { [$0 >> 4, $0 & 0x0F] }.prefix { $0 < 10 }.map { $0 + 0x30 }
        case .hexadecimal: Array(Hex.encode(field).utf8)
        }
    }

    /// How many bytes a program's text takes; nil where it is no text of this style.
    public func byteCount(of text: [UInt8]) -> Int? {
        switch self {
        case .bytes: return text.count
        case .text: return (try? GBK.decode(text)) == nil || text.contains(0) ? nil : text.count
        case .digits: return text.allSatisfy { (0x30...0x39).contains($0) } ? (text.count + 1) / 2 : nil
        case .hexadecimal:
            let digits = String(decoding: text, as: UTF8.self)
            guard let bytes = Hex.decode(digits), bytes.count * 2 == text.count else { return nil }
            return bytes.count
        }
    }

    /// The field of a program's text, padded to its length; nil where it does not fit.
    public func field(of text: [UInt8], length: Int) -> [UInt8]? {
        guard let count = byteCount(of: text), count <= length else { return nil }
        let rest = length - count
        switch self {
        case .bytes, .text: return text + [UInt8](repeating: 0, count: rest)
        case .digits: return [UInt8](digits: String(decoding: text, as: UTF8.self), length: length)
        case .hexadecimal:
            guard let bytes = Hex.decode(String(decoding: text, as: UTF8.self)) else { return nil }
            return bytes + [UInt8](repeating: 0, count: rest)
        }
    }
}

extension VisitContent {
    /// A field by its place, as the C interface reads it.
    ///
    /// - Parameters:
    ///   - offset: 0 for the first byte of the data.
    ///   - length: bytes of the field, at least 1.
    /// - Throws: ``VisitContentError/outside(offset:length:limit:)``: signature and certificate are no part of the data.
    public func field(at offset: Int, length: Int, as style: FieldStyle) throws(VisitContentError) -> [UInt8] {
        style.text(of: bytes[try range(offset, length)])
    }

    /// Puts a program's text into a field by its place, padded; the other bytes stay. The bytes are not looked at
    /// further: ``check()`` does that.
    ///
    /// - Throws: ``VisitContentError/outside(offset:length:limit:)``, ``VisitContentError/style(offset:_:)``.
    public mutating func setField(
        at offset: Int, length: Int, to text: [UInt8], as style: FieldStyle
    ) throws(VisitContentError) {
        let range = try range(offset, length)
        guard let field = style.field(of: text, length: length) else { throw .style(offset: offset, style) }
        put(field, at: range.lowerBound)
    }

    private func range(_ offset: Int, _ length: Int) throws(VisitContentError) -> Range<Int> {
        guard offset >= 0, length > 0, offset < bytes.count, length <= bytes.count - offset else {
            throw .outside(offset: offset, length: length, limit: bytes.count)
        }
        return offset..<offset + length
    }

    // MARK: Joined by bars

    private static let bar = UInt8(ascii: "|")

    /// All items in the order of their numbers, joined with bars: 147 of an inpatient visit, 170 of an outpatient one.
    /// Values stand as in ``VisitText``; an empty item is nothing between two bars.
    ///
    /// - Throws: ``VisitContentError/item(_:)``; ``VisitContentError/text(offset:item:_:)`` for text with a bar in it.
    public func joined() throws(VisitContentError) -> [UInt8] {
        var text: [UInt8] = []
        for (index, item) in layout.items.enumerated() {
            let value = try VisitFieldText.text(of: item, in: self)
            guard !value.containsBar else { throw .text(offset: text.count, item: item.number, .separatorInValue) }
            text += (index > 0 ? [Self.bar] : []) + value
        }
        return text
    }

    /// From all items joined with bars.
    ///
    /// - Throws: ``VisitContentError/text(offset:item:_:)``.
    public init(joined text: [UInt8], layout: VisitLayout) throws(VisitContentError) {
        self.init(layout)
        try apply(joined: text)
    }

    /// Sets the items of a joined text; those with nothing between their bars stay as they are.
    ///
    /// - Throws: ``VisitContentError/text(offset:item:_:)``, and nothing is changed then.
    public mutating func apply(joined text: [UInt8]) throws(VisitContentError) {
        var pieces: [Range<Int>] = []
        var start = 0
        // 7C is also the second byte of characters: bars are looked for where characters begin.
        var offset = 0
        while offset < text.count {
            if text[offset] == Self.bar {
                pieces.append(start..<offset)
                start = offset + 1
            }
            offset += text[offset] < 0x81 ? 1 : 2
        }
        pieces.append(start..<text.count)
        guard pieces.count == layout.items.count else {
            throw .text(offset: text.count, item: nil, .wrongCount(pieces.count, expected: layout.items.count))
        }
        var changed = self
        for (item, piece) in zip(layout.items, pieces) where !piece.isEmpty {
            let field = try VisitFieldText.field(of: text[piece], item, layout.profile, at: piece.lowerBound)
            changed.put(field, at: item.offset ?? 0)
        }
        self = changed
    }
}

extension [UInt8] {
    /// A bar where a GBK character begins: 7C is also the second byte of characters.
    fileprivate var containsBar: Bool {
        var offset = 0
        while offset < count {
            if self[offset] == UInt8(ascii: "|") { return true }
            offset += self[offset] < 0x81 ? 1 : 2
        }
        return false
    }
}
