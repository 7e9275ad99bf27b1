import CardProfiles
import Foundation

extension VisitContent {
    /// The JSON of `Docs/items.md`, without a record number, signature and certificate: empty items and empty trailing
    /// repetitions are absent.
    ///
    /// - Throws: ``VisitContentError/item(_:)`` for bytes that are no value; nothing is left out silently.
    public func json() throws(VisitContentError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var groups: [String: [[JSONValue.Member]]] = [:]
        for item in layout.items {
            if let group = item.group, groups[group.name] == nil {
                groups[group.name] = Array(repeating: [], count: group.count)
                // A place in the order of the profile; filled below.
                members.append(JSONValue.Member(group.name, .array([])))
            }
            guard let value = try value(of: item) else { continue }
            let member = JSONValue.Member(item.name, Self.json(value))
            if let group = item.group, let repetitions = groups[group.name], repetitions.indices.contains(group.index) {
                groups[group.name]?[group.index].append(member)
            } else {
                members.append(member)
            }
        }
        return .object(
            members.compactMap { member in
                guard let repetitions = groups[member.name], member.value == .array([]) else { return member }
                guard let last = repetitions.lastIndex(where: { !$0.isEmpty }) else { return nil }
                return JSONValue.Member(member.name, .array(repetitions[...last].map { .object($0) }))
            })
    }

    private static func json(_ value: ItemValue) -> JSONValue {
        switch value {
        case .flag(let flag): .boolean(flag)
        case .number(let number): .number(number)
        default: .string(value.text)
        }
    }

    /// From the JSON of `Docs/items.md`.
    ///
    /// - Throws: ``VisitContentError``: unknown names, values that do not fit, groups with more entries than the card has
    ///   room for, anything that only writing makes. Required items are looked at by ``check()`` alone.
    public init(json: JSONValue, layout: VisitLayout) throws(VisitContentError) {
        self.init(layout)
        guard case .object(let members) = json else {
            throw .wrongJSON(layout.kind.rawValue, expected: "an object with its items")
        }
        let made = ["record", layout.signature.name, layout.certificate.name]
        for member in members {
            if made.contains(member.name) { throw .madeByWriting(member.name) }
            if let limit = layout.count(ofGroup: member.name) {
                try set(member.value, ofGroup: member.name, limit)
            } else {
                try set(member.value, of: member.name)
            }
        }
    }

    /// From the text of such JSON.
    public init(jsonText: [UInt8], layout: VisitLayout) throws(VisitContentError) {
        try self.init(json: JSONValue(parsing: jsonText), layout: layout)
    }

    private mutating func set(_ json: JSONValue, ofGroup name: String, _ limit: Int) throws(VisitContentError) {
        guard case .array(let repetitions) = json else { throw .wrongJSON(name, expected: "a list") }
        guard repetitions.count <= limit else { throw .groupTooLong(name, count: repetitions.count, limit: limit) }
        for (index, repetition) in repetitions.enumerated() {
            let place = "\(name)[\(index + 1)]"
            guard case .object(let members) = repetition else { throw .wrongJSON(place, expected: "an object") }
            for member in members { try set(member.value, of: "\(place).\(member.name)") }
        }
    }

    private mutating func set(_ json: JSONValue, of name: String) throws(VisitContentError) {
        guard let item = layout.item(named: name) else { throw .unknownName(name) }
        switch (item.format, json) {
        case (.flag, .boolean(let flag)): try set(.flag(flag), for: item)
        case (.flag, _): throw .wrongJSON(name, expected: "true or false")
        case (.number, .number(let number)): try set(.number(number), for: item)
        case (.number, _): throw .wrongJSON(name, expected: "a whole number")
        case (_, .string(let text)):
            do {
                try set(ItemCodec.value(of: text, as: item, profile: layout.profile), for: item)
            } catch let error as ItemError {
                throw .item(error)
            } catch let error as VisitContentError {
                throw error
            } catch {
                throw .wrongJSON(name, expected: "a string")
            }
        case (.amount, _): throw .wrongJSON(name, expected: "a string with a decimal number, like \"12.50\"")
        default: throw .wrongJSON(name, expected: "a string")
        }
    }
}

extension JSONValue {
    /// Reads UTF-8 text. Members that are `null` count as absent; numbers must be whole.
    ///
    /// - Throws: ``VisitContentError/malformedJSON(_:)``.
    init(parsing text: [UInt8]) throws(VisitContentError) {
        do {
            self = try JSONDecoder().decode(Parsed.self, from: Data(text)).value
        } catch DecodingError.dataCorrupted(let context) {
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            throw .malformedJSON(detail ?? context.debugDescription)
        } catch {
            throw .malformedJSON("it is not to be understood")
        }
    }

    private struct Parsed: Decodable {
        let value: JSONValue

        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: Name.self) {
                var members: [Member] = []
                for key in container.allKeys where try !container.decodeNil(forKey: key) {
                    members.append(Member(key.stringValue, try container.decode(Parsed.self, forKey: key).value))
                }
                value = .object(members)
                return
            }
            if var list = try? decoder.unkeyedContainer() {
                var values: [JSONValue] = []
                while !list.isAtEnd { values.append(try list.decode(Parsed.self).value) }
                value = .array(values)
                return
            }
            let single = try decoder.singleValueContainer()
            if let boolean = try? single.decode(Bool.self) {
                value = .boolean(boolean)
            } else if let number = try? single.decode(Int.self) {
                value = .number(number)
            } else if let string = try? single.decode(String.self) {
                value = .string(string)
            } else {
                throw DecodingError.dataCorruptedError(
                    in: single, debugDescription: "a number that is not whole, or null in a list")
            }
        }
    }
}
