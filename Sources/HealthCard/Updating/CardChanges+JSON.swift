import CardProfiles

extension CardChanges {
    /// Takes changes from the JSON of `Docs/items.md`: sections, and in them the items that change. An empty string
    /// clears an item. A list says what the card's list begins with afterwards, the newest first, so that reading a
    /// card, putting an entry in front and giving it back adds that entry alone.
    ///
    /// - Throws: ``CardChangesError`` with everything that is wrong; nothing has changed then.
    public mutating func merge(json text: some Sequence<UInt8>) throws(CardChangesError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw CardChangesError(.malformedJSON(error))
        }
        guard case .object(let sections) = value else {
            throw CardChangesError(.noObject)
        }
        var changes = self
        var problems: [CardChangesError.Problem] = []
        for section in sections { changes.take(section, &problems) }
        guard problems.isEmpty else { throw CardChangesError(problems: problems) }
        self = changes
    }

    private mutating func take(_ section: JSONValue.Member, _ problems: inout [CardChangesError.Problem]) {
        func attempt(_ step: () throws(CardChangesError) -> Void) {
            do { try step() } catch { problems += error.problems }
        }
        guard let file = profile.files(section: section.name).first else {
            problems.append(.unknownSection(section.name, sections: profile.sections.filter(isUpdatable)))
            return
        }
        switch (file.shape, section.value) {
        case (.photo, let value):
            attempt { () throws(CardChangesError) in
                try set("\(file.section).\(file.items.first?.name ?? "")", to: value)
            }
        case (.object, .object(let members)):
            for member in members {
                attempt { () throws(CardChangesError) in try set("\(file.section).\(member.name)", to: member.value) }
            }
        case (.list, .array(let entries)):
            for entry in entries.reversed() {
                attempt { () throws(CardChangesError) in try add(to: file.section, try Self.texts(of: entry, file)) }
            }
        case (.visits, _), (.index, _):
            problems.append(.visit(section.name, file: file.path))
        case (.object, _): problems.append(.wrongJSON(section.name, expected: .itemObject))
        case (.list, _): problems.append(.wrongJSON(section.name, expected: .objectList))
        }
    }

    private func isUpdatable(_ section: String) -> Bool {
        profile.files(section: section).contains { !$0.isWrittenByVisit && $0.update != .never }
    }

    private mutating func set(_ name: String, to value: JSONValue) throws(CardChangesError) {
        try set(name, to: Self.text(of: value, find(name).item))
    }

    private static func texts(of entry: JSONValue, _ file: FileDefinition) throws(CardChangesError) -> [String: String]
    {
        guard case .object(let members) = entry else {
            throw CardChangesError(.wrongJSON(file.section, expected: .objectList))
        }
        var texts: [String: String] = [:]
        for member in members {
            texts[member.name] = try text(of: member.value, file.item(named: member.name))
        }
        return texts
    }

    /// A scalar as ``ItemValue/text`` writes it.
    private static func text(of value: JSONValue, _ item: Item?) throws(CardChangesError) -> String {
        switch value {
        case .string(let text): return text
        case .number(let number): return String(number)
        case .decimal(let text): return text
        case .boolean(let boolean) where item?.format == .flag || item == nil: return boolean ? "true" : "false"
        case .boolean, .object, .array:
            throw CardChangesError(
                .wrongJSON(item?.name ?? "", expected: item?.format == .flag ? .flag : .text))
        }
    }
}
