/// A sentence in both languages of the report.
public struct BilingualText: Codable, Sendable, Hashable {
    public let en: String
    public let zh: String

    public init(en: String, zh: String) {
        self.en = en
        self.zh = zh
    }
}
