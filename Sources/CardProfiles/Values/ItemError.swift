import Messages

/// A value that does not fit its item, or bytes that are no value of it.
///
/// Names the item and what is wrong, never the value: it may be personal.
public struct ItemError: AdvisedError, Hashable {
    /// 1-385 (`Docs/items.md`).
    public let number: Int
    /// The item's name, with its group: `fees[3].amount`.
    public let item: String
    public let problem: Problem

    public init(_ item: Item, _ problem: Problem) {
        self.init(number: item.number, item.qualifiedName, problem)
    }

    init(number: Int, _ item: String, _ problem: Problem) {
        self.number = number
        self.item = item
        self.problem = problem
    }

    public enum Problem: Hashable, Sendable {
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

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case tooLong, notEncodable, notInTable, unknownTable, form, notDigits, wrongDigitCount, notANumber, notAnAmount
        case notADate, notADateTime, notAFlag, idNumber, notHexadecimal, notBase64, wrongLength, wrongKind, invalidText
        case contentAfterPadding, invalidDigit, photoLength, noConverter
    }

    public static let domain = "item"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch problem {
        case .tooLong: .tooLong
        case .notEncodable: .notEncodable
        case .notInTable: .notInTable
        case .unknownTable: .unknownTable
        case .form: .form
        case .notDigits: .notDigits
        case .wrongDigitCount: .wrongDigitCount
        case .notANumber: .notANumber
        case .notAnAmount: .notAnAmount
        case .notADate: .notADate
        case .notADateTime: .notADateTime
        case .notAFlag: .notAFlag
        case .idNumber: .idNumber
        case .notHexadecimal: .notHexadecimal
        case .notBase64: .notBase64
        case .wrongLength: .wrongLength
        case .wrongKind: .wrongKind
        case .invalidText: .invalidText
        case .contentAfterPadding: .contentAfterPadding
        case .invalidDigit: .invalidDigit
        case .photoLength: .photoLength
        case .noConverter: .noConverter
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
