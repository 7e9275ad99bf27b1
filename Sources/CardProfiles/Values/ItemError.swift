/// A value that does not fit its item, or bytes that are no value of it.
///
/// Names the item and what is wrong, never the value: it may be personal.
public struct ItemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// 1-385 (`Docs/items.md`).
    public let number: Int
    /// The item's name, with its group: `fees[3].amount`.
    public let item: String
    public let problem: Problem

    public init(_ item: Item, _ problem: Problem) {
        number = item.number
        self.item = item.qualifiedName
        self.problem = problem
    }

    public enum Problem: Equatable, Sendable {
        /// Text that takes more bytes than the field has.
        case tooLong(bytes: Int, limit: Int)
        /// A character the card's character set lacks, or a control character.
        case notEncodable(Unicode.Scalar)
        /// The table has no such code; the codes it has.
        case notInTable(title: String, codes: [String])
        /// The profile has no such table.
        case unknownTable(String)
        /// The text is not of the item's form, which is called so in Chinese.
        case form(title: String, ItemForm.Problem)
        case notDigits
        case wrongDigitCount(Int, allowed: ClosedRange<Int>)
        case notANumber
        case notAnAmount(decimals: Int)
        case notADate
        case notADateTime
        case notAFlag
        case idNumber(IDNumber.Problem)
        case notHexadecimal
        case notBase64
        /// Bytes where exactly so many are wanted.
        case wrongLength(bytes: Int, expected: Int)
        /// The value is of another kind than the item.
        case wrongKind
        /// Reading: the byte at this offset begins no character.
        case invalidText(offset: Int)
        /// Reading: something other than padding after the padding began at this offset.
        case contentAfterPadding(offset: Int)
        /// Reading: a nibble at this offset is neither a digit nor F.
        case invalidDigit(offset: Int)
        /// Reading: the length before a picture is more than its file holds.
        case photoLength(bytes: Int, limit: Int)
        /// The C library cannot convert GBK.
        case noConverter
    }

    public var description: String { "item \(number) \(item): \(problem)" }
}

extension ItemError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong(let bytes, let limit):
            "takes \(bytes) bytes where the card has \(limit); shorten it, nothing is cut"
        case .notEncodable(let scalar):
            scalar.value < 0x20 || scalar.value == 0x7F
                ? "has the control character U+\(scalar.code); remove it"
                : "has the character '\(scalar)' (U+\(scalar.code)), which GBK lacks; write another in its place"
        case .notInTable(let title, let codes):
            "is no code of \(title); it has \(codes.joined(separator: ", "))"
        case .unknownTable(let name): "the profile has no code table '\(name)'"
        case .form(_, let problem): problem.description
        case .notDigits: "may hold decimal digits only"
        case .wrongDigitCount(let count, let allowed):
            allowed.lowerBound == allowed.upperBound
                ? "has \(count) digits where \(allowed.lowerBound) are wanted"
                : "has \(count) digits where \(allowed.lowerBound) to \(allowed.upperBound) are allowed"
        case .notANumber: "is no natural number"
        case .notAnAmount(let decimals): "is no amount; write digits, a point and at most \(decimals) decimals"
        case .notADate: "is no date of the calendar, or can be read in two ways; write YYYY-MM-DD"
        case .notADateTime: "is no date and time; write YYYY-MM-DDThh:mm:ss"
        case .notAFlag: "is neither true nor false; write true or false"
        case .idNumber(let problem): problem.description
        case .notHexadecimal: "may hold hexadecimal digits only, two a byte"
        case .notBase64: "is not Base64"
        case .wrongLength(let bytes, let expected): "has \(bytes) bytes where \(expected) are wanted"
        case .wrongKind: "is given a value of another kind"
        case .invalidText(let offset): "the byte at offset \(offset) begins no GBK character"
        case .contentAfterPadding(let offset): "goes on after its padding began at offset \(offset)"
        case .invalidDigit(let offset): "the byte at offset \(offset) holds neither digits nor padding"
        case .photoLength(let bytes, let limit): "says it is \(bytes) bytes long where at most \(limit) fit"
        case .noConverter: GBKError.unavailable.description
        }
    }
}

extension Item {
    /// The name, with its group and the number of its repetition from 1: `fees[3].amount`.
    public var qualifiedName: String {
        guard let group else { return name }
        return "\(group.name)[\(group.index + 1)].\(name)"
    }
}

extension Unicode.Scalar {
    /// The digits after `U+`: four or more, capitals.
    var code: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
