import CardProfiles

/// What a visit says, for any layout a profile has: the bytes that are signed, and every item in them.
///
/// A content is always whole: an item without a value has its empty bytes (`Docs/protocol.md §5` "Values").
public struct VisitContent: Sendable, Hashable {
    public let layout: VisitLayout
    /// Exactly `layout.dataLength`, as they stand on a card before the signature.
    public private(set) var bytes: [UInt8]

    /// A visit that says nothing yet.
    public init(_ layout: VisitLayout) {
        self.layout = layout
        bytes = []
        bytes.reserveCapacity(layout.dataLength)
        for item in layout.items { bytes += ItemCodec.emptyValue(item) }
    }

    /// Bytes as a card or another program gives them, kept as they are.
    ///
    /// - Throws: `VisitContentError.length`.
    public init(bytes: [UInt8], layout: VisitLayout) throws(VisitContentError) {
        guard bytes.count == layout.dataLength else {
            throw .length(.data, bytes: bytes.count, expected: layout.dataLength)
        }
        self.layout = layout
        self.bytes = bytes
    }

    // MARK: Items

    /// The bytes of an item of this layout.
    public func field(of item: Item) -> ArraySlice<UInt8> {
        let offset = item.offset ?? 0
        return bytes[offset..<offset + item.length]
    }

    /// The value of an item; nil where it is empty.
    ///
    /// - Throws: ``VisitContentError/item(_:)`` for bytes that are no value of it.
    public func value(of item: Item) throws(VisitContentError) -> ItemValue? {
        do {
            return try ItemCodec.decode(field(of: item), as: item, profile: layout.profile)
        } catch {
            throw .item(error)
        }
    }

    /// The value of an item by name: `hospitalName`, `diagnoses[1].code`.
    public func value(of name: String) throws(VisitContentError) -> ItemValue? {
        guard let item = layout.item(named: name) else { throw .unknownName(name) }
        return try value(of: item)
    }

    /// Gives an item a value, or none.
    ///
    /// - Throws: ``VisitContentError/item(_:)`` for a value that does not fit; nothing is cut.
    public mutating func set(_ value: ItemValue?, for item: Item) throws(VisitContentError) {
        guard let value else { return put(ItemCodec.emptyValue(item), at: item.offset ?? 0) }
        do {
            put(try ItemCodec.encode(value, as: item, profile: layout.profile), at: item.offset ?? 0)
        } catch {
            throw .item(error)
        }
    }

    /// Gives the named item a value, or none.
    public mutating func set(_ value: ItemValue?, for name: String) throws(VisitContentError) {
        guard let item = layout.item(named: name) else { throw .unknownName(name) }
        try set(value, for: item)
    }

    mutating func put(_ field: some Collection<UInt8>, at offset: Int) {
        guard offset >= 0, offset + field.count <= bytes.count else { return }
        bytes.replaceSubrange(offset..<offset + field.count, with: field)
    }

    // MARK: The whole

    /// Every item is a value, and every required one is there.
    ///
    /// - Throws: ``VisitContentError/item(_:)``, ``VisitContentError/missing(_:)`` with all names.
    public func check() throws(VisitContentError) {
        var missing: [String] = []
        for item in layout.items {
            if try value(of: item) == nil, item.isRequired { missing.append(item.qualifiedName) }
        }
        guard missing.isEmpty else { throw .missing(missing) }
    }

    /// As ``check()``, and every value is one that may be written: no control character, no code that its table lacks,
    /// no required text of blanks only, and nothing that contradicts another value or the day.
    ///
    /// - Parameter today: the day after which nothing has happened yet; nil when nobody knows.
    /// - Throws: as ``check()``, and ``VisitContentError/contradictions(_:)``.
    public func checkForWriting(today: CalendarDate? = CalendarDate.today) throws(VisitContentError) {
        var missing: [String] = []
        for item in layout.items {
            let value = try value(of: item)
            var isBlank = false
            if let value {
                do { _ = try ItemCodec.encode(value, as: item, profile: layout.profile) } catch { throw .item(error) }
                if case .text(let text) = value { isBlank = EnteredText.isBlank(text) }
            }
            if value == nil || isBlank, item.isRequired { missing.append(item.qualifiedName) }
        }
        guard missing.isEmpty else { throw .missing(missing) }
        let contradictions = try VisitRelations(content: self, today: today).contradictions()
        guard contradictions.isEmpty else { throw .contradictions(contradictions) }
    }

    /// The last day the visit itself names, groups left out: discharge, or the visit's own day.
    public var date: CalendarDate? {
        layout.items.compactMap { item -> CalendarDate? in
            guard item.group == nil, let value = try? value(of: item) else { return nil }
            switch value {
            case .date(let date): return date
            case .dateTime(let dateTime): return dateTime.date
            default: return nil
            }
        }.max()
    }

    public static func == (one: VisitContent, other: VisitContent) -> Bool {
        one.layout == other.layout && one.bytes == other.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
