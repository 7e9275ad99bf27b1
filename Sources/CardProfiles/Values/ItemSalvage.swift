/// What a field's bytes say, as far as they say anything.
public struct SalvagedValue: Sendable, Equatable {
    /// Nil for an empty field, and for bytes of which nothing can be shown. In a text U+FFFD stands for each character
    /// that does not decode.
    public let value: ItemValue?
    /// What is wrong with the bytes; nil when nothing is.
    public let problem: ItemError?
}

extension ItemCodec {
    /// The value of a field's bytes, or of those that do decode: one bad character, half a one at the end of a field as
    /// other programs leave it, does not hide the others.
    ///
    /// Only what is shown as it stands is shown in part: texts, strings of digits and codes. A date, a number or a flag is
    /// whole or nothing.
    ///
    /// - Parameter bytes: as ``decode(_:as:profile:)`` takes them.
    public static func salvage(
        _ bytes: some Collection<UInt8>, as item: Item, profile: CardProfile
    ) -> SalvagedValue {
        do {
            return SalvagedValue(value: try decode(bytes, as: item, profile: profile), problem: nil)
        } catch {
            return SalvagedValue(value: remains(of: Array(bytes), item, error), problem: error)
        }
    }

    private static func remains(of bytes: [UInt8], _ item: Item, _ error: ItemError) -> ItemValue? {
        if case .wrongLength = error.problem { return nil }
        if case .noConverter = error.problem { return nil }
        let text: String
        switch item.coding {
        case .ans: text = salvagedText(bytes, item)
        case .cn: text = salvagedDigits(bytes)
        case .b: return nil
        }
        guard text.unicodeScalars.contains(where: { $0 != replacement }) else { return nil }
        switch item.format {
        case .text, .idNumber, .digits: return .text(text)
        case .code: return .code(text)
        case .number, .amount, .date, .dateTime, .flag, .binary, .photo: return nil
        }
    }

    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    /// The padding at the end left out; padding before more text is one bad character.
    private static func salvagedText(_ bytes: [UInt8], _ item: Item) -> String {
        let end = bytes.lastIndex { $0 != item.emptyByte }.map { $0 + 1 } ?? 0
        let pieces = bytes[..<end].split(separator: item.emptyByte)
        let text = pieces.map { GBK.decodeWithReplacements($0) }.joined(separator: String(replacement))
        return end > 0 && bytes[0] == item.emptyByte ? String(replacement) + text : text
    }

    /// The padding at the end left out; any other nibble that is no digit is a bad character.
    private static func salvagedDigits(_ bytes: [UInt8]) -> String {
        var nibbles = bytes.flatMap { [$0 >> 4, $0 & 0x0F] }
        while nibbles.last == 0x0F { nibbles.removeLast() }
        return String(
            String.UnicodeScalarView(nibbles.map { $0 < 10 ? Unicode.Scalar(0x30 + $0) : replacement }))
    }
}
