import ISO7816

/// Builds what a profile says about the card factor.
struct CardFactorBuilder {
    /// What stands for an interface without a factor.
    private static let none = "none"

    func rule(_ parent: MappingReader) -> CardFactorRule {
        let reader = parent.mapping("cardFactor")
        defer { reader.finish() }
        let length = reader.integer("length", in: 1...15)
        var places: [CardInterface: HistoricalBytesPlace] = [:]
        for interface in CardInterface.allCases { places[interface] = place(interface.rawValue, length, reader) }
        if places.isEmpty, reader.has("length") {
            reader.fail(
                "contact",
                "is '\(Self.none)' like the others: no interface would give a factor",
                "与其他接口同为“\(Self.none)”，没有接口可得到分散因子")
        }
        return CardFactorRule(
            length: length, places: places, isSameOnInterfaces: reader.flag("sameOnInterfaces"),
            fields: fields(length, reader))
    }

    private func place(_ name: String, _ length: Int, _ parent: MappingReader) -> HistoricalBytesPlace? {
        guard parent.has(name), !parent.isMapping(name) else {
            let reader = parent.mapping(name)
            defer { reader.finish() }
            let end = reader.choice("from", HistoricalBytesPlace.End.self)
            let offset = reader.integer("offset", in: 0...max(0, 15 - length))
            return end.map { HistoricalBytesPlace(end: $0, offset: offset) }
        }
        let text = parent.text(name)
        if !text.isEmpty, text != Self.none {
            parent.fail(
                name, "is '\(text)', expected a place (from, offset) or '\(Self.none)'",
                "的值“\(text)”不对，应为位置（from、offset）或“\(Self.none)”")
        }
        return nil
    }

    private func fields(_ length: Int, _ parent: MappingReader) -> [CardFactorField] {
        var offset = 0
        let fields = parent.entries("fields", ordered: true).map { name, reader in
            defer { reader.finish() }
            let count = reader.integer("length", in: 1...15)
            defer { offset += count }
            return CardFactorField(
                name: name, title: reader.text("title"), english: reader.text("english"), offset: offset,
                length: count, codeTable: reader.optionalText("codeTable"))
        }
        if !fields.isEmpty, offset != length {
            parent.fail(
                "fields",
                "are \(offset) bytes, 'length' says \(length)",
                "共 \(offset) 字节，“length”写的是 \(length)")
        }
        return fields
    }
}
