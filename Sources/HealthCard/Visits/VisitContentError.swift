import CardProfiles

/// What is wrong with a visit before it comes near a card. Names items and places, never values.
public enum VisitContentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A value that does not fit its item, or bytes that are none.
    case item(ItemError)
    /// Required items without a value, by name.
    case missing([String])
    /// A name that no item of the visit has: `diagnoses[2].colour`.
    case unknownName(String)
    /// An item that is made while the visit is written: its signature, certificate or record number.
    case madeByWriting(String)
    /// More repetitions of a group than the card has room for.
    case groupTooLong(String, count: Int, limit: Int)
    /// JSON of another kind than the item takes.
    case wrongJSON(String, expected: String)
    case malformedJSON(JSONError)
    /// The concatenated or the joined form, at a byte counted from 0.
    case text(offset: Int, item: Int?, VisitTextProblem)
    /// Bytes where exactly so many are wanted.
    case length(what: String, bytes: Int, expected: Int)
    /// A field outside the data of the visit.
    case outside(offset: Int, length: Int, limit: Int)
    /// A field whose bytes are no text of the style asked for.
    case style(offset: Int, FieldStyle)
    case profile(String)

    public var description: String {
        switch self {
        case .item(let error): error.description
        case .missing(let names):
            "\(names.count == 1 ? "a required item has" : "\(names.count) required items have") no value: "
                + names.joined(separator: ", ")
        case .unknownName(let name): "no item of such a visit is called '\(name)'; `Docs/items.md` has the names"
        case .madeByWriting(let name): "'\(name)' is made when the visit is written; leave it out"
        case .groupTooLong(let name, let count, let limit):
            "'\(name)' has \(count) entries where the card has room for \(limit); nothing is cut, choose \(limit)"
        case .wrongJSON(let name, let expected): "'\(name)' takes \(expected)"
        case .malformedJSON(let error): "this is no JSON of a visit: \(error)"
        case .text(let offset, let item, let problem):
            "byte \(offset)\(item.map { ", item \($0)" } ?? ""): \(problem)"
        case .length(let what, let bytes, let expected): "\(what) has \(bytes) bytes, not \(expected)"
        case .outside(let offset, let length, let limit):
            "a field of \(length) bytes at offset \(offset) is not within the \(limit) bytes of the visit"
        case .style(let offset, let style): "the field at offset \(offset) cannot hold this as \(style)"
        case .profile(let reason): reason
        }
    }
}

/// What is wrong with a visit in one of its text forms.
public enum VisitTextProblem: Sendable, Equatable, CustomStringConvertible {
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

    public var description: String {
        switch self {
        case .cutShort(let wanted, let left): "\(wanted) bytes should follow, \(left) do"
        case .notThreeDigits: "three decimal digits should stand here"
        case .unknownItem: "no item of this kind of visit has this number"
        case .repeated: "the item has been given before"
        case .madeByWriting: "this item is made when the visit is written; leave it out"
        case .notGBK: "the value is no GBK text"
        case .notDigits(let decimals):
            decimals == 0
                ? "the value may hold decimal digits only"
                : "the value may hold decimal digits only; the last \(decimals) are decimals, without a point"
        case .notHexadecimal(let bytes): "the value should be \(bytes * 2) hexadecimal digits"
        case .wrongCount(let count, let expected): "\(count) items are given where \(expected) are wanted"
        case .separatorInValue: "the value holds the bar that separates the items; write another character"
        case .value(let problem): problem.description
        }
    }
}
