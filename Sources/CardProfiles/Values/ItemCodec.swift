/// Text at a boundary ↔ the exact bytes of a field (`Docs/protocol.md §5` "Values" and §10, `Docs/items.md`).
///
/// `encode` makes all `item.length` bytes or refuses: nothing is ever cut. `decode` tells an empty field, a value and
/// bytes that are neither apart.
public enum ItemCodec {
    /// The bytes of a text; an empty text gives ``emptyValue(_:)``.
    ///
    /// - Throws: ``ItemError``, which names the item and what is wrong with the text.
    public static func encode(_ text: String, as item: Item, profile: CardProfile) throws(ItemError) -> [UInt8] {
        guard let value = try value(of: text, as: item, profile: profile) else { return emptyValue(item) }
        return try encode(value, as: item, profile: profile)
    }

    /// The bytes of a value.
    ///
    /// - Throws: ``ItemError``: ``ItemError/Problem/wrongKind`` when the item holds another kind of value.
    public static func encode(
        _ value: ItemValue, as item: Item, profile: CardProfile
    ) throws(ItemError) -> [UInt8] {
        switch (item.format, value) {
        case (.text, .text(let text)):
            return try formed(text, item, profile)
        case (.idNumber, .text(let text)):
            do { _ = try IDNumber(text) } catch { throw ItemError(item, .idNumber(error)) }
            return try padded(characters(of: text, item), item)
        case (.digits, .digits(let digits)):
            try check(count: digits.utf8.count, item)
            return try padded(decimal: digits, item)
        case (.number, .number(let number)):
            guard number >= 0 else { throw ItemError(item, .notANumber) }
            try check(count: String(number).utf8.count, item)
            return try padded(decimal: String(number), item)
        case (.amount, .amount(let amount)):
            return try padded(decimal: impliedDigits(of: amount, item), item)
        case (.date, .date(let date)):
            return try padded(decimal: date.digits, item)
        case (.dateTime, .dateTime(let dateTime)):
            return try padded(decimal: dateTime.digits, item)
        case (.code(let name), .code(let code)):
            try check(code, in: name, item, profile)
            return item.coding == .b ? try number(code, item) : try padded(decimal: code, item)
        case (.flag, .flag(let flag)):
            let byte = flag ? item.flag.yes : item.flag.no
            return [byte] + Array(repeating: item.emptyByte, count: max(0, item.length - 1))
        case (.binary, .binary(let bytes)):
            guard bytes.count == item.length else {
                throw ItemError(item, .wrongLength(bytes: bytes.count, expected: item.length))
            }
            return bytes
        case (.photo, .photo(let bytes)):
            return try framed(picture: bytes, item)
        default:
            throw ItemError(item, .wrongKind)
        }
    }

    /// The bytes of an item without a value: `00…`, `FF…` for digits, as the profile says.
    public static func emptyValue(_ item: Item) -> [UInt8] {
        guard item.format == .photo else { return Array(repeating: item.emptyByte, count: item.length) }
        return Array(repeating: 0, count: item.prefixLength)
            + Array(repeating: item.emptyByte, count: max(0, item.capacity))
    }

    // MARK: Characters and digits

    /// The one check of what may be written into a text item, wherever the text comes from.
    private static func formed(_ text: String, _ item: Item, _ profile: CardProfile) throws(ItemError) -> [UInt8] {
        guard let form = profile.form(of: item) else { return try padded(characters(of: text, item), item) }
        if let problem = form.characterProblem(in: text) { throw ItemError(item, .form(title: form.title, problem)) }
        let bytes = try padded(characters(of: text, item), item)
        if let problem = form.countProblem(in: text) { throw ItemError(item, .form(title: form.title, problem)) }
        return bytes
    }

    private static func characters(of text: String, _ item: Item) throws(ItemError) -> [UInt8] {
        if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), let bytes = try? GBK.encode(text) { return bytes }
        // Something is wrong with the text, or is to be substituted: which character it is has to be said.
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            // A 00 would end the text when it is read; the others print as nothing.
            guard scalar.value >= 0x20, scalar.value != 0x7F else { throw ItemError(item, .notEncodable(scalar)) }
            do {
                bytes += try GBK.encode(String(scalar))
            } catch .unavailable {
                throw ItemError(item, .noConverter)
            } catch {
                guard let substitute = item.substitute, let code = try? GBK.encode(substitute) else {
                    throw ItemError(item, .notEncodable(scalar))
                }
                bytes += code
            }
        }
        return bytes
    }

    private static func padded(_ bytes: [UInt8], _ item: Item) throws(ItemError) -> [UInt8] {
        guard bytes.count <= item.length else {
            throw ItemError(item, .tooLong(bytes: bytes.count, limit: item.length))
        }
        return bytes + Array(repeating: item.emptyByte, count: item.length - bytes.count)
    }

    /// Digits as characters in an `ans` item, packed two a byte in a `cn` one.
    private static func padded(decimal text: String, _ item: Item) throws(ItemError) -> [UInt8] {
        guard item.coding != .ans else { return try padded(characters(of: text, item), item) }
        guard item.coding == .cn else { throw ItemError(item, .wrongKind) }
        var nibbles: [UInt8] = []
        for character in text.utf8 {
            guard let digit = character.decimalDigit else { throw ItemError(item, .notDigits) }
            nibbles.append(digit)
        }
        let bytes = (nibbles.count + 1) / 2
        guard bytes <= item.length else { throw ItemError(item, .tooLong(bytes: bytes, limit: item.length)) }
        nibbles += Array(repeating: 0x0F, count: item.length * 2 - nibbles.count)
        return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    private static func check(count: Int, _ item: Item) throws(ItemError) {
        guard item.digits.contains(count) else { throw ItemError(item, .wrongDigitCount(count, allowed: item.digits)) }
    }

    private static func impliedDigits(of amount: String, _ item: Item) throws(ItemError) -> String {
        let parts = amount.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count <= 2 else {
            throw ItemError(item, .notAnAmount(decimals: item.decimals))
        }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        guard parts.count == 1 || !fraction.isEmpty, fraction.count <= item.decimals else {
            throw ItemError(item, .notAnAmount(decimals: item.decimals))
        }
        let all = whole + fraction + Array(repeating: 0x30, count: item.decimals - fraction.count)
        guard all.allSatisfy({ $0.decimalDigit != nil }) else {
            throw ItemError(item, .notAnAmount(decimals: item.decimals))
        }
        let digits = all.drop { $0 == 0x30 }
        guard digits.count <= item.digits.upperBound else {
            throw ItemError(item, .wrongDigitCount(digits.count, allowed: item.digits))
        }
        return digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
    }

    // MARK: Codes and pictures

    private static func check(
        _ code: String, in name: String, _ item: Item, _ profile: CardProfile
    ) throws(ItemError) {
        guard let table = profile.codeTables[name] else { throw ItemError(item, .unknownTable(name)) }
        guard table[code] != nil || (table.isOpen && !code.isEmpty) else {
            throw ItemError(item, .notInTable(title: table.title, codes: table.entries.map(\.code)))
        }
    }

    /// A code as a big-endian binary number.
    private static func number(_ code: String, _ item: Item) throws(ItemError) -> [UInt8] {
        guard var number = UInt64(code) else { throw ItemError(item, .notDigits) }
        var bytes: [UInt8] = Array(repeating: 0, count: item.length)
        for index in bytes.indices.reversed() {
            bytes[index] = UInt8(truncatingIfNeeded: number)
            number >>= 8
        }
        guard number == 0 else { throw ItemError(item, .tooLong(bytes: 8, limit: item.length)) }
        return bytes
    }

    private static func framed(picture: [UInt8], _ item: Item) throws(ItemError) -> [UInt8] {
        guard picture.count <= item.capacity else {
            throw ItemError(item, .tooLong(bytes: picture.count, limit: item.capacity))
        }
        let prefix = (0..<item.prefixLength).reversed().map { UInt8(truncatingIfNeeded: picture.count >> (8 * $0)) }
        return prefix + picture + Array(repeating: item.emptyByte, count: item.capacity - picture.count)
    }
}
