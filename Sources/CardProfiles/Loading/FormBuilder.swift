extension IssuingRulesBuilder {
    /// What may be written into text items.
    func forms(_ root: MappingReader) -> [String: ItemForm] {
        var forms: [String: ItemForm] = [:]
        for (name, reader) in root.entries("forms") {
            forms[name] = ItemForm(
                name: name, title: reader.text("title"),
                characters: reader.choice("characters", ItemForm.Characters.self, default: .any) ?? .any,
                marks: reader.text("marks", default: ""), refused: reader.text("refused", default: ""),
                separators: reader.text("separators", default: ""), digits: digits(reader),
                isNumber: reader.flag("number", default: false))
            reader.finish()
        }
        return forms
    }

    /// `N` or `M-N`, as a format has them.
    private func digits(_ reader: MappingReader) -> ClosedRange<Int>? {
        guard reader.has("digits"), let text = reader.scalar("digits") else { return nil }
        guard let notation = ItemFormatNotation("digits(\(text))") else {
            reader.fail(
                "digits",
                "is '\(text)', expected N or M-N",
                "的值“\(text)”不对，应为 N 或 M-N")
            return nil
        }
        reader.record("digits", "\(notation.digits.lowerBound)-\(notation.digits.upperBound)")
        return notation.digits
    }
}
