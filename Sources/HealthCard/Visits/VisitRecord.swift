import CardProfiles

/// A visit with a property for each item, named as in `Docs/items.md`; its JSON is the JSON of that page.
///
/// Lengths, codings and places come from the profile alone: a record goes to a card by way of ``VisitContent``.
public protocol VisitRecord: Codable, Sendable, Hashable {
    static var kind: VisitKind { get }
}

extension VisitRecord {
    /// The record as its bytes.
    ///
    /// - Throws: ``VisitContentError``: a value that does not fit its item, a group with more entries than the card has
    ///   room for, required items without a value.
    public func content(_ profile: CardProfile) throws(VisitContentError) -> VisitContent {
        let json: JSONValue
        do {
            json = try JSONValue(encoding: self)
        } catch {
            throw .profile(.notJSON(type: "\(Self.self)"))
        }
        let content = try VisitContent(jsonText: Array(json.text().utf8), layout: VisitLayout(Self.kind, of: profile))
        try content.check()
        return content
    }

    /// The record of some bytes.
    ///
    /// - Throws: ``VisitContentError``: bytes of another kind of visit, bytes that are no value of their item, required
    ///   items without a value.
    public init(_ content: VisitContent) throws(VisitContentError) {
        guard content.layout.kind == Self.kind else {
            throw .wrongJSON(Self.kind.rawValue, expected: .visit(not: content.layout.kind))
        }
        try content.check()
        do {
            self = try content.json().decoded(as: Self.self)
        } catch let error as VisitContentError {
            throw error
        } catch {
            throw .profile(.otherItems(Self.kind, type: "\(Self.self)"))
        }
    }
}

/// The entries of a group; in JSON an empty one is absent.
@propertyWrapper
public struct VisitGroup<Entry: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    public var wrappedValue: [Entry]

    public init() { wrappedValue = [] }
    public init(wrappedValue: [Entry]) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws { wrappedValue = try [Entry](from: decoder) }
    public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

/// A flag; in JSON an absent one is false.
@propertyWrapper
public struct VisitFlag: Codable, Sendable, Hashable {
    public var wrappedValue: Bool

    public init() { wrappedValue = false }
    public init(wrappedValue: Bool) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws { wrappedValue = try Bool(from: decoder) }
    public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

extension KeyedDecodingContainer {
    /// What the synthesized `init(from:)` of a record calls for a flag.
    public func decode(_ type: VisitFlag.Type, forKey key: Key) throws -> VisitFlag {
        try decodeIfPresent(type, forKey: key) ?? VisitFlag()
    }

    /// What the synthesized `init(from:)` of a record calls for a group.
    public func decode<Entry>(_ type: VisitGroup<Entry>.Type, forKey key: Key) throws -> VisitGroup<Entry> {
        try decodeIfPresent(type, forKey: key) ?? VisitGroup()
    }
}

extension KeyedEncodingContainer {
    /// What the synthesized `encode(to:)` of a record calls for a group.
    public mutating func encode<Entry>(_ value: VisitGroup<Entry>, forKey key: Key) throws {
        guard !value.wrappedValue.isEmpty else { return }
        try encode(value.wrappedValue, forKey: key)
    }
}
