import Messages

extension CommandDescription.Argument {
    var isVersion: Bool { names?.contains { $0.spelling == "--version" } ?? false }

    /// What it is for, which values it takes and what holds without it, where its own text does not say so.
    func description(in language: Language) -> String {
        let own = [abstract, discussion].compactMap(\.self)
        var text = own.map { HelpCatalogue.text($0, in: language) }
        if let values = allValues, !values.isEmpty, !values.allSatisfy({ value in own.contains { $0.contains(value) } })
        {
            text.append(HelpText.values(values).text(in: language))
        }
        if let value = defaultValue, !value.isEmpty, !own.contains(where: { $0.contains("Default:") }) {
            // A number without a fraction.
            let shown = value.hasSuffix(".0") ? String(value.dropLast(2)) : value
            text.append(HelpText.defaultValue(shown).text(in: language))
        }
        return text.joined(separator: language == .english ? " " : "")
    }
}
