/// Builds the items of a file or of a layout, groups written out.
struct ItemBuilder {
    let report: ProfileReport
    /// Where values come from unless an item says otherwise.
    let standardSource: ItemSource

    /// Items by number, as `parent.items` gives them.
    func items(of parent: MappingReader) -> [Item] {
        var all: [Item] = []
        for (name, reader) in parent.entries("items") {
            if reader.has("group") {
                all += group(name, reader)
            } else {
                if let item = single(name, reader) { all.append(item) }
                reader.finish()
            }
        }
        return all.sorted { $0.number < $1.number }
    }

    private func single(_ name: String, _ reader: MappingReader) -> Item? {
        let number = reader.integer("number", in: 1...9999)
        let place: ItemPlace
        if reader.has("record") {
            place = .record(reader.integer("record", in: 1...254))
        } else {
            place = .offset(reader.integer("offset", in: 0...0x7FFF))
        }
        return item(name, reader, number: number, place: place, group: nil)
    }

    private func group(_ name: String, _ reader: MappingReader) -> [Item] {
        let count = reader.integer("group", in: 1...255)
        let firstNumber = reader.integer("number", in: 1...9999)
        let firstOffset = reader.integer("offset", in: 0...0x7FFF)
        let members = reader.entries("members", ordered: true)
        reader.finish()
        var patterns: [Item] = []
        for (index, (memberName, member)) in members.enumerated() {
            let group = ItemGroup(name: name, index: 0, count: count, member: index)
            let pattern = item(
                memberName, member, number: firstNumber + index, place: .offset(firstOffset), group: group)
            member.finish()
            guard let pattern else { return [] }
            patterns.append(pattern)
        }
        var items: [Item] = []
        var offset = firstOffset
        for index in 0..<count {
            for (member, pattern) in patterns.enumerated() {
                items.append(
                    pattern.repeated(index, number: firstNumber + index * patterns.count + member, offset: offset))
                offset += pattern.length
            }
        }
        return items
    }

    private func item(
        _ name: String, _ reader: MappingReader, number: Int, place: ItemPlace, group: ItemGroup?
    ) -> Item? {
        let label = reader.text("label")
        let length = reader.integer("length", in: 1...0x7FFF)
        let coding = reader.choice("coding", ItemCoding.self)
        let formatText = reader.text("format")
        let isRequired = required(reader, isGroup: group != nil)
        let source = source(reader)
        let substitute = reader.optionalText("substitute")
        guard let coding, let source else { return nil }
        guard let format = ItemFormatNotation(formatText) else {
            if !formatText.isEmpty { reader.fail("format", "is '\(formatText)', \(ItemFormatNotation.expectation)") }
            return nil
        }
        if let wrong = format.problem(length: length, coding: coding) { reader.fail("format", wrong) }
        return Item(
            number: number, name: name, label: label, length: length, coding: coding, format: format.format,
            place: place, group: group, isRequired: isRequired, source: source, digits: format.digits,
            decimals: format.decimals, prefixLength: format.prefixLength,
            emptyByte: format.emptyByte ?? (coding == .cn ? 0xFF : 0x00), flag: format.flag, substitute: substitute)
    }

    /// `true`, `false`, and in a group `first`: required in the first repetition alone.
    private func required(_ reader: MappingReader, isGroup: Bool) -> Bool {
        guard reader.has("required") else {
            reader.record("required", "false")
            return false
        }
        guard isGroup else { return reader.flag("required") }
        guard reader.text("required") == "first" else {
            reader.fail("required", "says something else than 'first', which is all a member of a group may say")
            return false
        }
        return true
    }

    private func source(_ reader: MappingReader) -> ItemSource? {
        guard reader.has("source") else { return standardSource }
        let text = reader.text("source")
        if let source = ItemSource(notation: text) { return source }
        if !text.isEmpty { reader.fail("source", "is '\(text)', \(ItemSource.expectation)") }
        return nil
    }
}

extension Item {
    /// The same item in another repetition of its group; required in the first alone.
    fileprivate func repeated(_ index: Int, number: Int, offset: Int) -> Item {
        Item(
            number: number, name: name, label: label, length: length, coding: coding, format: format,
            place: .offset(offset),
            group: group.map { ItemGroup(name: $0.name, index: index, count: $0.count, member: $0.member) },
            isRequired: isRequired && index == 0, source: source, digits: digits, decimals: decimals,
            prefixLength: prefixLength, emptyByte: emptyByte, flag: flag, substitute: substitute)
    }
}

extension ItemSource {
    static let expectation =
        "expected application, constant(TEXT), batch(FIELD), item(SECTION.ITEM), chipSerial(DIGITS), securityCode, "
        + "certificate(NAME), signature or later"

    init?(notation text: String) {
        guard let notation = Notation(text) else { return nil }
        switch (notation.name, notation.argument) {
        case ("application", nil): self = .application
        case ("constant", let value?): self = .constant(value)
        case ("batch", let field?) where MappingReader.isName(field): self = .batch(field)
        case ("item", let reference?):
            guard let reference = ItemReference(notation: reference) else { return nil }
            self = .item(reference)
        case ("chipSerial", let digits?):
            guard let count = MappingReader.decimal(digits), (1...32).contains(count) else { return nil }
            self = .chipSerial(hexDigits: count)
        case ("securityCode", nil): self = .securityCode
        case ("certificate", let name?) where MappingReader.isName(name): self = .certificate(name)
        case ("signature", nil): self = .signature
        case ("later", nil): self = .later
        default: return nil
        }
    }
}

extension ItemReference {
    /// `section.item`.
    init?(notation text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ MappingReader.isName(String($0)) }) else { return nil }
        self.init(section: String(parts[0]), item: String(parts[1]))
    }
}
