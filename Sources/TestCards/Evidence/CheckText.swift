import Messages

/// A sentence of a check, its result or a report, in both languages.
///
/// A check says what it does and what it found next to doing it, in one expression that has the English and the Chinese
/// words: some hundred sentences that are said in one place each and never told apart by programs. What stands in them by
/// interpolation is of the same language, as in every message (`Docs/messages.md`).
public struct CheckText: Message, Hashable {
    public let english: English
    public let chinese: Chinese

    public init(_ english: English, _ chinese: Chinese) {
        self.english = english
        self.chinese = chinese
    }

    /// As evidence and reports write it.
    public var en: String { text(in: .english) }
    public var zh: String { text(in: .chinese) }
}

/// `{"en":"…","zh":"…"}`, as evidence and reports have it.
extension CheckText: Codable {
    private enum CodingKeys: String, CodingKey { case en, zh }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            English(verbatim: try values.decode(String.self, forKey: .en)),
            Chinese(verbatim: try values.decode(String.self, forKey: .zh)))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(en, forKey: .en)
        try values.encode(zh, forKey: .zh)
    }
}
