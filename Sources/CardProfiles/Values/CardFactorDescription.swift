import ISO7816
import Messages

/// What a card factor says of its chip: who made it, who made the card of it, its number (Docs/card.md §2.5).
public struct CardFactorDescription: Message, Hashable {
    public struct Part: Message, Hashable {
        /// `chipMaker`, as the profile names the field.
        public let name: String
        /// Chinese.
        public let title: String
        public let englishTitle: String
        /// Capital hexadecimal digits.
        public let value: String
        /// The field is a code of a table.
        public let isCode: Bool
        /// What the table has for the code; nil where it has nothing, and for a number.
        public let entry: CodeEntry?
    }

    public let parts: [Part]

    public subscript(name: String) -> Part? { parts.first { $0.name == name } }
}

extension CardProfile {
    /// Takes a card factor apart.
    ///
    /// - Returns: nil for bytes of another length, and where the profile does not say what a factor is made of.
    public func describe(factor: [UInt8]) -> CardFactorDescription? {
        let rule = cryptography.cardFactor
        guard factor.count == rule.length, !rule.fields.isEmpty else { return nil }
        let parts = rule.fields.compactMap { field -> CardFactorDescription.Part? in
            guard factor.count >= field.offset + field.length else { return nil }
            let value = Hex.encode(factor[field.offset..<field.offset + field.length])
            var entry: CodeEntry?
            if let name = field.codeTable, let table = codeTables[name] { entry = table[value] }
            return CardFactorDescription.Part(
                name: field.name, title: field.title, englishTitle: field.english, value: value,
                isCode: field.codeTable != nil, entry: entry)
        }
        return CardFactorDescription(parts: parts)
    }

    /// The same of a chip as ledgers and lists name it, by hexadecimal digits.
    public func describe(chip: String) -> CardFactorDescription? {
        Hex.decode(chip).flatMap { describe(factor: $0) }
    }
}
