import CardProfiles

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
            throw .wrongJSON(layout.kind.rawValue, expected: .itemObject)
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
        let json: JSONValue
        do {
            json = try JSONValue(parsing: jsonText)
        } catch {
            throw .malformedJSON(error)
        }
        try self.init(json: json, layout: layout)
    }

    private mutating func set(_ json: JSONValue, ofGroup name: String, _ limit: Int) throws(VisitContentError) {
        guard case .array(let repetitions) = json else { throw .wrongJSON(name, expected: .list) }
        guard repetitions.count <= limit else { throw .groupTooLong(name, count: repetitions.count, limit: limit) }
        for (index, repetition) in repetitions.enumerated() {
            let place = "\(name)[\(index + 1)]"
            guard case .object(let members) = repetition else { throw .wrongJSON(place, expected: .object) }
            for member in members { try set(member.value, of: "\(place).\(member.name)") }
        }
    }

    private mutating func set(_ json: JSONValue, of name: String) throws(VisitContentError) {
        guard let item = layout.item(named: name) else { throw .unknownName(name) }
        switch (item.format, json) {
        case (.flag, .boolean(let flag)): try set(.flag(flag), for: item)
        case (.flag, _): throw .wrongJSON(name, expected: .flag)
        case (.number, .number(let number)): try set(.number(number), for: item)
        case (.number, _): throw .wrongJSON(name, expected: .wholeNumber)
        case (_, .string(let text)):
            do {
                try set(ItemCodec.value(of: text, as: item, profile: layout.profile), for: item)
            } catch let error as ItemError {
                throw .item(error)
            } catch let error as VisitContentError {
                throw error
            } catch {
                throw .wrongJSON(name, expected: .text)
            }
        case (.amount, _): throw .wrongJSON(name, expected: .amount)
        default: throw .wrongJSON(name, expected: .text)
        }
    }
}
