extension ItemCodec {
    /// The value a text stands for, nil for an empty text; its length, its code, its form and its
    /// check character are looked at when it is encoded.
    ///
    /// What can be read in one way only is taken: blanks around a text do not count, `TRUE` is `true`, `5` is the code
    /// `05` of a table that has no `5`, `1997/3/25` is a day, a small `x` ends an identity number as `X` does.
    ///
    /// - Throws: ``ItemError``, which names the item and what is wrong with the text.
    public static func value(of text: String, as item: Item, profile: CardProfile) throws(ItemError) -> ItemValue? {
        let text = EnteredText.trimmed(text)
        guard !text.isEmpty else { return nil }
        switch item.format {
        case .text:
            return .text(text)
        case .idNumber:
            return .text((try? IDNumber(entered: text))?.text ?? text)
        case .digits:
            _ = try digits(text, item)
            return .digits(text)
        case .number:
            let significant = try digits(text, item).drop { $0 == 0x30 }
            guard significant.count <= item.digits.upperBound else {
                throw ItemError(item, .wrongDigitCount(significant.count, allowed: item.digits))
            }
            guard let number = Int(text) else { throw ItemError(item, .notANumber) }
            return .number(number)
        case .amount:
            return .amount(text)
        case .code(let name):
            return .code(profile.codeTables[name]?.canonical(text) ?? text)
        case .date:
            guard let date = CalendarDate(entered: text) else { throw ItemError(item, .notADate) }
            return .date(date)
        case .dateTime:
            guard let dateTime = CalendarDateTime(text) else { throw ItemError(item, .notADateTime) }
            return .dateTime(dateTime)
        case .flag:
            switch text {
            case "true", "TRUE", "True": return .flag(true)
            case "false", "FALSE", "False": return .flag(false)
            default: throw ItemError(item, .notAFlag)
            }
        case .binary:
            guard let bytes = [UInt8](hexadecimal: text) else { throw ItemError(item, .notHexadecimal) }
            return .binary(bytes)
        case .photo:
            guard let bytes = [UInt8](base64: text) else { throw ItemError(item, .notBase64) }
            return .photo(bytes)
        }
    }

    private static func digits(_ text: String, _ item: Item) throws(ItemError) -> [UInt8] {
        let digits = Array(text.utf8)
        guard digits.allSatisfy({ $0.decimalDigit != nil }) else { throw ItemError(item, .notDigits) }
        return digits
    }
}
