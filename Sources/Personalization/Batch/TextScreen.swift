import CardProfiles

/// Knows of one column the texts that are right as they stand; of every other it asks.
///
/// One thread at a time.
final class TextScreen {
    private enum Rule {
        case asked
        case idNumber
        case date
        /// Digits; of telephone numbers some have lost their first.
        case digits(counts: ClosedRange<Int>, isPhone: Bool)
        /// Chinese characters and what is allowed of ASCII behind the first, at most so many bytes in GBK.
        case chinese(limit: Int)
    }

    /// Longer numbers may have been rounded by a spreadsheet.
    private static let mostDigits = 17

    /// Nil for a column that is no item.
    private let item: Item?
    private let allowed: [String]
    private let rule: Rule
    /// Beside Chinese characters, by the byte.
    private let ascii: [Bool]
    private var known = PlainTexts()

    /// Of an item.
    init(_ item: Item, _ validator: ApplicationValidator) {
        let profile = validator.profile
        let form = profile.form(of: item)
        self.item = item
        allowed = []
        let others = form.map { Array(($0.refused + $0.separators).unicodeScalars) } ?? []
        ascii = (0..<0x80).map { byte in
            (0x20..<0x7F).contains(byte) && !others.contains(Unicode.Scalar(UInt8(byte)))
        }
        func fits(_ text: String) -> Bool { (try? ItemCodec.encode(text, as: item, profile: profile)) != nil }
        let isChinese = others.contains { (0x4E00...0x9FFF).contains($0.value) }
        switch item.format {
        // Whether one value fits its field, so do all that have as many characters.
        case .idNumber where fits("11010519491231002X"): rule = .idNumber
        case .date where fits("2000-01-01"): rule = .date
        case .text where form == nil || form.map { $0.characters == .any && !$0.isNumber && $0.digits == nil } == true:
            rule = isChinese ? .asked : .chinese(limit: item.length)
        case .text where form.map { $0.isNumber && $0.separators.isEmpty } == true:
            let counts = form?.digits ?? 1...item.length
            let last = min(counts.upperBound, item.length, Self.mostDigits)
            let isTaken = counts.lowerBound <= last && !others.contains { (0x30...0x39).contains($0.value) }
            rule =
                isTaken
                ? .digits(counts: max(1, counts.lowerBound)...last, isPhone: form?.isPhone ?? false) : .asked
        default: rule = .asked
        }
    }

    /// Of a column that is no item and may have these values, or any.
    init(allowed: [String]) {
        item = nil
        self.allowed = allowed
        rule = allowed.isEmpty ? .chinese(limit: .max) : .asked
        ascii = (0..<0x80).map { (0x20..<0x7F).contains($0) }
    }

    /// Whether a text is right, and spelled as it should be.
    ///
    /// - Parameter isRight: looks closely at the text of an item.
    func accepts(_ text: UnsafeRawBufferPointer, isRight: (String, Item) -> Bool) -> Bool {
        switch rule {
        case .asked: break
        case .idNumber: if PlainBytes.idNumber(text) != nil { return true }
        case .date: if PlainBytes.date(text) != nil { return true }
        case .digits(let counts, let isPhone): if isNumber(text, counts, isPhone) { return true }
        case .chinese(let limit): if isChinese(text, limit) { return true }
        }
        if known.contains(text) { return true }
        let string = String(decoding: text, as: UTF8.self)
        guard item.map({ isRight(string, $0) }) ?? isKept(string) else { return false }
        known.insert(text)
        return true
    }

    private func isKept(_ text: String) -> Bool {
        guard allowed.isEmpty || allowed.contains(text), SpreadsheetDamage.found(in: text, isNumber: false) == nil
        else { return false }
        do { try EnteredText.check(text) } catch { return false }
        return true
    }

    private func isNumber(_ text: UnsafeRawBufferPointer, _ counts: ClosedRange<Int>, _ isPhone: Bool) -> Bool {
        guard counts.contains(text.count) else { return false }
        for byte in text where byte &- 0x30 > 9 { return false }
        // What begins with neither may have lost its zero.
        return !isPhone || text[0] == 0x30 || text.count == 11 && text[0] == 0x31
            || text.count != 10 && text.count != 11
    }

    private func isChinese(_ text: UnsafeRawBufferPointer, _ limit: Int) -> Bool {
        guard let first = text.first, first >= 0x80 else { return false }
        let characters = PlainCharacters.all
        var (index, length) = (0, 0)
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                guard ascii[Int(byte)] else { return false }
                index += 1
                length += 1
                continue
            }
            guard byte >= 0xE4, byte <= 0xE9, index + 3 <= text.count else { return false }
            let value =
                UInt32(byte & 0x0F) << 12 | UInt32(text[index + 1] & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F)
            guard characters.mark(value) > (index == 0 ? 1 : 0) else { return false }
            index += 3
            length += 2
        }
        return length <= limit
    }
}
