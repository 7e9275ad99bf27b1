import CardProfiles
import Messages

/// What is wrong with a visit before it comes near a card. Names items and places, never values.
public enum VisitContentError: AdvisedError, Equatable {
    /// A value that does not fit its item, or bytes that are none.
    case item(ItemError)
    /// Required items without a value, by name.
    case missing([String])
    /// Values that cannot all be right.
    case contradictions([VisitContradiction])
    /// A name that no item of the visit has: `diagnoses[2].colour`.
    case unknownName(String)
    /// An item that is made while the visit is written: its signature, certificate or record number.
    case madeByWriting(String)
    /// More repetitions of a group than the card has room for.
    case groupTooLong(String, count: Int, limit: Int)
    /// JSON of another kind than the item takes.
    case wrongJSON(String, expected: JSONShape)
    case malformedJSON(JSONError)
    /// The concatenated or the joined form, at a byte counted from 0.
    case text(offset: Int, item: Int?, VisitTextProblem)
    /// Bytes where exactly so many are wanted.
    case length(VisitPart, bytes: Int, expected: Int)
    /// A field outside the data of the visit.
    case outside(offset: Int, length: Int, limit: Int)
    /// A field whose bytes are no text of the style asked for.
    case style(offset: Int, FieldStyle)
    case profile(VisitProfileProblem)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case item, missing, contradictions, unknownName, madeByWriting, groupTooLong, wrongJSON, malformedJSON, text,
            length, outside,
            style
        case profile
    }

    public static let domain = "visitContent"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch self {
        case .item: .item
        case .missing: .missing
        case .contradictions: .contradictions
        case .unknownName: .unknownName
        case .madeByWriting: .madeByWriting
        case .groupTooLong: .groupTooLong
        case .wrongJSON: .wrongJSON
        case .malformedJSON: .malformedJSON
        case .text: .text
        case .length: .length
        case .outside: .outside
        case .style: .style
        case .profile: .profile
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .item(let error): error
        case .malformedJSON(let error): error
        default: nil
        }
    }
}

/// What of a visit has a length of its own.
public enum VisitPart: Message, Hashable, CaseIterable {
    case whole, data
}

/// Why a profile's visits, or a program's type for them, do not fit.
public enum VisitProfileProblem: Message, Hashable {
    /// The visit was made with another profile than the card is read with.
    case otherProfile
    case noVisits(VisitKind, profile: String)
    /// Not data, a signature, a certificate.
    case otherLayout(VisitKind)
    case noFlag(index: String)
    /// The item's number or length does not fit the form of text that was asked for.
    case longItem(number: Int, String)
    case notJSON(type: String)
    case otherItems(VisitKind, type: String)
}

/// What is wrong with a visit in one of its text forms.
public enum VisitTextProblem: Message, Equatable {
    /// The text ends within an item number, a length or a value.
    case cutShort(wanted: Int, left: Int)
    /// Three decimal digits were expected.
    case notThreeDigits
    /// The visit has no such item.
    case unknownItem
    case repeated
    /// The signature or the certificate, which writing makes.
    case madeByWriting
    /// The bytes of the value are no GBK.
    case notGBK
    /// A `cn` value with something else than digits: amounts stand without a point, their last two digits are decimals.
    case notDigits(impliedDecimals: Int)
    /// Hexadecimal digits, two a byte of the item, were expected.
    case notHexadecimal(bytes: Int)
    case wrongCount(Int, expected: Int)
    /// Text with the bar that separates the items.
    case separatorInValue
    /// No value the item could have.
    case value(ItemError.Problem)
}
