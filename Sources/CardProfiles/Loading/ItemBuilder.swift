/// Builds the items of a file or of a layout, groups written out.
struct ItemBuilder {
    let report: ProfileReport
    /// Where values come from unless an item says otherwise.
    let standardSource: ItemSource
    /// The most items a group may make.
    private static let maximumItems = 1024

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
        var tag: UInt8 = 0
        if reader.has("record") {
            place = .record(reader.integer("record", in: 1...254))
            tag = self.tag(reader, number: number)
        } else {
            place = .offset(reader.integer("offset", in: 0...0x7FFF))
        }
        return item(name, reader, number: number, tag: tag, place: place, group: nil)
    }

    /// The number, for items of the standard; `tag`, for those whose numbers are beyond a byte.
    private func tag(_ reader: MappingReader, number: Int) -> UInt8 {
        if reader.has("tag") { return reader.byte("tag") }
        guard let tag = UInt8(exactly: number), tag < 255 else {
            reader.fail(
                "number",
                "is \(number) and no tag: give the tag byte of the record in 'tag'",
                "为 \(number)，不能作标签，请在“tag”中给出记录的标签字节")
            return 0
        }
        reader.record("tag", MappingReader.spelling([tag]))
        return tag
    }

    private func group(_ name: String, _ reader: MappingReader) -> [Item] {
        let count = reader.integer("group", in: 1...255)
        let firstNumber = reader.integer("number", in: 1...9999)
        let firstOffset = reader.integer("offset", in: 0...0x7FFF)
        let members = reader.entries("members", ordered: true)
        reader.finish()
        guard count * members.count <= Self.maximumItems else {
            reader.fail(
                "group",
                "makes \(count * members.count) items, expected at most \(Self.maximumItems)",
                "会产生 \(count * members.count) 个数据项，最多 \(Self.maximumItems) 个")
            return []
        }
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
        _ name: String, _ reader: MappingReader, number: Int, tag: UInt8 = 0, place: ItemPlace, group: ItemGroup?
    ) -> Item? {
        let label = reader.text("label")
        let length = reader.integer("length", in: 1...0x7FFF)
        let coding = reader.choice("coding", ItemCoding.self)
        let formatText = reader.scalar("format") ?? ""
        let formName = form(reader, isText: formatText == "text")
        let isRequired = required(reader, isGroup: group != nil)
        let source = source(reader)
        let substitute = reader.optionalText("substitute")
        guard let coding, let source else { return nil }
        guard let format = ItemFormatNotation(formatText) else {
            if !formatText.isEmpty {
                reader.fail(
                    "format",
                    "is '\(formatText)', \(ItemFormatNotation.expectation)",
                    "的值“\(formatText)”不对，\(ItemFormatNotation.expectation.chinese)")
            }
            return nil
        }
        reader.record("format", format.spelling)
        if let wrong = format.problem(length: length, coding: coding) {
            reader.fail("format", wrong.english, wrong.chinese)
        }
        return Item(
            number: number, tag: tag, name: name, label: label, length: length, coding: coding, format: format.format,
            form: formName, place: place, group: group, isRequired: isRequired, source: source, digits: format.digits,
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
            reader.fail(
                "required",
                "says something else than 'first', which is all a member of a group may say",
                "只能为“first”，组中的数据项不能写其他值")
            return false
        }
        return true
    }

    /// The form of a text; other formats say themselves what they hold.
    private func form(_ reader: MappingReader, isText: Bool) -> String? {
        guard isText else {
            if reader.has("form") {
                reader.fail(
                    "form",
                    "belongs to items of format text only: \(reader.text("form"))",
                    "只用于格式为 text 的数据项：\(reader.text("form"))")
            }
            return nil
        }
        return reader.text("form", default: ItemForm.standardName)
    }

    private func source(_ reader: MappingReader) -> ItemSource? {
        guard reader.has("source") else {
            reader.record("source", standardSource.description)
            return standardSource
        }
        let text = reader.scalar("source") ?? ""
        if let source = ItemSource(notation: text) {
            reader.record("source", source.description)
            return source
        }
        if !text.isEmpty {
            reader.fail(
                "source",
                "is '\(text)', \(ItemSource.expectation)",
                "的值“\(text)”不对，\(ItemSource.expectation.chinese)")
        }
        return nil
    }
}

extension Item {
    /// The same item in another repetition of its group; required in the first alone.
    fileprivate func repeated(_ index: Int, number: Int, offset: Int) -> Item {
        Item(
            number: number, tag: tag, name: name, label: label, length: length, coding: coding, format: format,
            form: form, place: .offset(offset),
            group: group.map { ItemGroup(name: $0.name, index: index, count: $0.count, member: $0.member) },
            isRequired: isRequired && index == 0, source: source, digits: digits, decimals: decimals,
            prefixLength: prefixLength, emptyByte: emptyByte, flag: flag, substitute: substitute)
    }
}
