import CardProfiles

extension CardDocument {
    /// The JSON of `Docs/items.md`: every section that was read, empty items absent, `unreadable` where something is.
    public var json: JSONValue {
        var members: [JSONValue.Member] = []
        for section in sections where section.unread == nil {
            switch section.content {
            case .object(let nodes): members.append(.init(section.name, Self.json(nodes, record: nil)))
            case .list(let entries):
                members.append(.init(section.name, .array(entries.map { Self.json($0.nodes, record: $0.record) })))
            case .photo(let picture?):
                members.append(.init(section.name, .string(picture.base64)))
            case .photo(nil): break
            }
        }
        if !unreadable.isEmpty {
            members.append(.init("unreadable", .array(unreadable.map(\.json))))
        }
        return .object(members)
    }

    private static func json(_ nodes: [Node], record: Int?) -> JSONValue {
        let record = record.map { [JSONValue.Member("record", .number($0))] } ?? []
        let members = nodes.map { node -> JSONValue.Member in
            switch node {
            case .item(let item, let value): .init(item.name, json(value))
            case .group(let name, let repetitions): .init(name, .array(repetitions.map { json($0, record: nil) }))
            }
        }
        return .object(record + members)
    }

    private static func json(_ value: ItemValue) -> JSONValue {
        switch value {
        case .flag(let flag): .boolean(flag)
        case .number(let number): .number(number)
        default: .string(value.text)
        }
    }
}

extension UnreadableFile {
    /// `{"file","section","record","item","code","reason"}`, without what is nil.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("file", .string(file)), .init("section", .string(section))]
        if let record { members.append(.init("record", .number(record))) }
        if let item { members.append(.init("item", .string(item))) }
        return .object(
            members + [.init("code", .string(code.rawValue)), .init("reason", .string(reason.english.what))])
    }
}
