/// A message of any type, by its words in every language: for a place that must be a value of one type, and for texts that
/// have no case of their own.
public struct AnyMessage: Message, Hashable {
    public let english: English
    public let chinese: Chinese

    public init(_ message: some Message) { self.init(message.english, message.chinese) }

    /// What an error says: in every language where it has words for it, else in English.
    public init(of error: some Error) {
        if let message = error as? any Message { self.init(message) } else { self.init(VerbatimText("\(error)")) }
    }

    public init(_ english: English, _ chinese: Chinese) {
        self.english = english
        self.chinese = chinese
    }
}

/// As its English text: what is read back is the same in every language.
extension AnyMessage: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(VerbatimText(try decoder.singleValueContainer().decode(String.self)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(english.text)
    }
}
