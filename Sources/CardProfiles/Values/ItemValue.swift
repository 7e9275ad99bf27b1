/// What a data item says, apart from its bytes (`Docs/items.md`).
public enum ItemValue: Sendable, Hashable {
    /// Free text or an identity number.
    case text(String)
    /// Decimal digits whose leading zeros count.
    case digits(String)
    /// A natural number.
    case number(Int)
    /// A decimal number as text, with all its decimals: `12.50`.
    case amount(String)
    /// A code as its table writes it, leading zeros included.
    case code(String)
    case date(CalendarDate)
    case dateTime(CalendarDateTime)
    case flag(Bool)
    case binary([UInt8])
    /// The picture, without its length field.
    case photo([UInt8])

    /// The value as it stands in a CSV column or a JSON string: dates `YYYY-MM-DD`, date-times
    /// `YYYY-MM-DDThh:mm:ss`, flags `true` and `false`, bytes in lowercase hexadecimal, a picture in Base64.
    public var text: String {
        switch self {
        case .text(let text), .digits(let text), .amount(let text), .code(let text): text
        case .number(let number): String(number)
        case .date(let date): date.description
        case .dateTime(let dateTime): dateTime.description
        case .flag(let flag): flag ? "true" : "false"
        case .binary(let bytes): bytes.hexadecimal
        case .photo(let bytes): bytes.base64
        }
    }
}
