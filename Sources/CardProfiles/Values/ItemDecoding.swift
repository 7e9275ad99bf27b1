extension ItemCodec {
    /// The value of a field's bytes; nil for an empty field.
    ///
    /// A code that its table lacks is given as it stands: it is what the card says. So is a number of unusual length.
    ///
    /// - Parameter bytes: exactly `item.length`, or for a picture at least its length field and as many as that says.
    /// - Throws: ``ItemError`` for bytes that are no value of the item; nothing is dropped silently.
    public static func decode(
        _ bytes: some Collection<UInt8>, as item: Item, profile: CardProfile
    ) throws(ItemError) -> ItemValue? {
        let bytes = Array(bytes)
        if item.format == .photo { return try picture(bytes, item) }
        guard bytes.count == item.length else {
            throw ItemError(item, .wrongLength(bytes: bytes.count, expected: item.length))
        }
        switch item.coding {
        case .ans: return try value(of: text(bytes, item), item, profile)
        case .cn: return try value(of: digits(bytes, item), item, profile)
        case .b: return try binary(bytes, item, profile)
        }
    }

    // MARK: Codings

    private static func text(_ bytes: [UInt8], _ item: Item) throws(ItemError) -> String {
        let end = bytes.firstIndex(of: item.emptyByte) ?? bytes.endIndex
        guard bytes[end...].allSatisfy({ $0 == item.emptyByte }) else {
            throw ItemError(item, .contentAfterPadding(offset: end))
        }
        do {
            return try GBK.decode(bytes[..<end])
        } catch .invalid(let offset) {
            throw ItemError(item, .invalidText(offset: offset))
        } catch {
            throw ItemError(item, .noConverter)
        }
    }

    private static func digits(_ bytes: [UInt8], _ item: Item) throws(ItemError) -> String {
        var digits: [UInt8] = []
        var paddingOffset: Int?
        for (offset, byte) in bytes.enumerated() {
            for nibble in [byte >> 4, byte & 0x0F] {
                switch nibble {
                case 0x0F:
                    if paddingOffset == nil { paddingOffset = offset }
                case 0...9:
                    if let paddingOffset { throw ItemError(item, .contentAfterPadding(offset: paddingOffset)) }
                    digits.append(0x30 + nibble)
                default:
                    throw ItemError(item, .invalidDigit(offset: offset))
                }
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func binary(
        _ bytes: [UInt8], _ item: Item, _ profile: CardProfile
    ) throws(ItemError) -> ItemValue? {
        switch item.format {
        case .flag:
            if bytes.first == item.flag.yes { return .flag(true) }
            if bytes.first == item.flag.no { return .flag(false) }
            guard bytes.allSatisfy({ $0 == item.emptyByte }) else { throw ItemError(item, .notAFlag) }
            return nil
        case .code(let name):
            guard bytes.count <= 7 else { throw ItemError(item, .wrongLength(bytes: bytes.count, expected: 7)) }
            let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let entry = profile.codeTables[name]?.entries.first { UInt64($0.code) == number }
            if entry == nil, bytes.allSatisfy({ $0 == item.emptyByte }) { return nil }
            return .code(entry?.code ?? String(number))
        case .binary:
            return bytes.allSatisfy { $0 == item.emptyByte } ? nil : .binary(bytes)
        default:
            throw ItemError(item, .wrongKind)
        }
    }

    // MARK: Formats

    private static func value(
        of text: String, _ item: Item, _ profile: CardProfile
    ) throws(ItemError) -> ItemValue? {
        guard !text.isEmpty else { return nil }
        switch item.format {
        case .text, .idNumber:
            return .text(text)
        case .code(let name):
            return .code(canonical(text, in: profile.codeTables[name], profile))
        case .digits:
            return .digits(try decimal(text, item))
        case .number:
            guard let number = Int(try decimal(text, item)) else { throw ItemError(item, .notANumber) }
            return .number(number)
        case .amount:
            return .amount(pointed(try decimal(text, item), item.decimals))
        case .date:
            // A field never written since its file was created: 00 is no day.
            if text.utf8.allSatisfy({ $0 == 0x30 }) { return nil }
            guard let date = CalendarDate(digits: text.utf8) else { throw ItemError(item, .notADate) }
            return .date(date)
        case .dateTime:
            if text.utf8.allSatisfy({ $0 == 0x30 }) { return nil }
            guard let dateTime = CalendarDateTime(digits: text.utf8) else { throw ItemError(item, .notADateTime) }
            return .dateTime(dateTime)
        case .flag, .binary, .photo:
            throw ItemError(item, .wrongKind)
        }
    }

    private static func decimal(_ text: String, _ item: Item) throws(ItemError) -> String {
        guard text.utf8.allSatisfy({ $0.decimalDigit != nil }) else { throw ItemError(item, .notDigits) }
        return text
    }

    /// The table's way of writing a code: cards in the field hold `1F` and `01` for the same one
    /// (`Docs/card.md §1.4`).
    private static func canonical(_ code: String, in table: CodeTable?, _ profile: CardProfile) -> String {
        profile.text.toleratesLeadingZero ? table?.canonical(code) ?? code : code
    }

    private static func pointed(_ digits: String, _ decimals: Int) -> String {
        guard decimals > 0 else { return digits }
        let significant = digits.drop { $0 == "0" }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - significant.count)) + significant
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    private static func picture(_ bytes: [UInt8], _ item: Item) throws(ItemError) -> ItemValue? {
        guard bytes.count >= item.prefixLength else {
            throw ItemError(item, .wrongLength(bytes: bytes.count, expected: item.prefixLength))
        }
        let length = bytes.prefix(item.prefixLength).reduce(0) { $0 << 8 | Int($1) }
        let limit = min(bytes.count - item.prefixLength, item.capacity)
        guard length <= limit else { throw ItemError(item, .photoLength(bytes: length, limit: limit)) }
        return length == 0 ? nil : .photo(Array(bytes.dropFirst(item.prefixLength).prefix(length)))
    }
}
