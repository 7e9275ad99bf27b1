import CardProfiles

/// The form in which hospital programs hand over a visit (`Docs/card.md §1.4`): item number in three digits, length of
/// the value in three digits, the value, one item after the other: `213002aa`. Lengths count bytes of GBK.
///
/// A value stands as its field holds it: text of `ans` items in GBK, digits of `cn` items without padding, dates as
/// `YYYYMMDD`, amounts without a point, `b` items in hexadecimal. Missing items are empty.
public enum VisitText {
    /// The longest value the form can say.
    static let longestValue = 999

    /// The visit of a text; items in any order, each at most once.
    ///
    /// - Parameter text: GBK.
    /// - Throws: ``VisitContentError/text(offset:item:_:)``. Required items are looked at by ``VisitContent/check()``.
    public static func content(of text: [UInt8], layout: VisitLayout) throws(VisitContentError) -> VisitContent {
        var content = VisitContent(layout)
        var seen: Set<Int> = []
        var offset = 0
        while offset < text.count {
            let start = offset
            let number = try digits(text, at: &offset, item: nil)
            guard let item = layout.item(number) else {
                let isMade = number == layout.signature.number || number == layout.certificate.number
                throw .text(offset: start, item: number, isMade ? .madeByWriting : .unknownItem)
            }
            guard seen.insert(number).inserted else { throw .text(offset: start, item: number, .repeated) }
            let length = try digits(text, at: &offset, item: number)
            guard text.count - offset >= length else {
                throw .text(offset: offset, item: number, .cutShort(wanted: length, left: text.count - offset))
            }
            let value = text[offset..<offset + length]
            content.put(try VisitFieldText.field(of: value, item, layout.profile, at: offset), at: item.offset ?? 0)
            offset += length
        }
        return content
    }

    /// The text of a visit, in GBK; empty items are left out.
    ///
    /// - Throws: ``VisitContentError/item(_:)`` for bytes that are no value of their item.
    public static func text(of content: VisitContent) throws(VisitContentError) -> [UInt8] {
        var text: [UInt8] = []
        for item in content.layout.items {
            let value = try VisitFieldText.text(of: item, in: content)
            guard !value.isEmpty else { continue }
            guard item.number <= longestValue, value.count <= longestValue else {
                throw .profile(.longItem(number: item.number, item.qualifiedName))
            }
            text += Array(three(item.number).utf8) + Array(three(value.count).utf8) + value
        }
        return text
    }

    private static func digits(
        _ text: [UInt8], at offset: inout Int, item: Int?
    ) throws(VisitContentError) -> Int {
        guard text.count - offset >= 3 else {
            throw .text(offset: offset, item: item, .cutShort(wanted: 3, left: text.count - offset))
        }
        let digits = text[offset..<offset + 3]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .text(offset: offset, item: item, .notThreeDigits)
        }
        offset += 3
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func three(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

extension VisitContent {
    /// From the concatenated form; see ``VisitText``.
    public init(text: [UInt8], layout: VisitLayout) throws(VisitContentError) {
        self = try VisitText.content(of: text, layout: layout)
    }

    /// The concatenated form; see ``VisitText``.
    public func text() throws(VisitContentError) -> [UInt8] { try VisitText.text(of: self) }
}

/// One field ↔ its value in a program's text, GBK.
enum VisitFieldText {
    /// The bytes of the field, by way of the item's value: every value has one form on the card.
    static func field(
        of text: some Collection<UInt8>, _ item: Item, _ profile: CardProfile, at offset: Int
    ) throws(VisitContentError) -> [UInt8] {
        guard !text.isEmpty else { return ItemCodec.emptyValue(item) }
        let bytes = Array(text)
        do {
            let raw = try raw(bytes, item, offset)
            guard let value = try ItemCodec.decode(raw, as: item, profile: profile) else {
                return ItemCodec.emptyValue(item)
            }
            return try ItemCodec.encode(value, as: item, profile: profile)
        } catch let error as ItemError {
            throw .text(offset: offset, item: item.number, .value(error.problem))
        } catch let error as VisitContentError {
            throw error
        } catch {
            throw .text(offset: offset, item: item.number, .unknownItem)
        }
    }

    /// The text of a field, empty where it is.
    static func text(of item: Item, in content: VisitContent) throws(VisitContentError) -> [UInt8] {
        guard try content.value(of: item) != nil else { return [] }
        let field = content.field(of: item)
        switch item.coding {
        case .ans: return FieldStyle.text.text(of: field)
        case .cn: return FieldStyle.digits.text(of: field)
        case .b: return FieldStyle.hexadecimal.text(of: field)
        }
    }

    private static func raw(_ text: [UInt8], _ item: Item, _ offset: Int) throws(VisitContentError) -> [UInt8] {
        let style: FieldStyle =
            switch item.coding {
            case .ans: .text
            case .cn: .digits
            case .b: .hexadecimal
            }
        guard let needed = style.byteCount(of: text) else {
            throw .text(offset: offset, item: item.number, problem(of: item))
        }
        guard needed <= item.length, item.coding != .b || needed == item.length else {
            throw .text(
                offset: offset, item: item.number,
                item.coding == .b
                    ? .notHexadecimal(bytes: item.length) : .value(.tooLong(bytes: needed, limit: item.length)))
        }
        guard let field = style.field(of: text, length: item.length) else {
            throw .text(offset: offset, item: item.number, problem(of: item))
        }
        return field
    }

    private static func problem(of item: Item) -> VisitTextProblem {
        switch item.coding {
        case .ans: .notGBK
        case .cn: .notDigits(impliedDecimals: item.decimals)
        case .b: .notHexadecimal(bytes: item.length)
        }
    }
}
