/// How a list is written.
public enum ListFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// For people: columns, headings, totals.
    case text = "txt"
    /// RFC 4180, a header row of item names; UTF-8.
    case csv
    case json
}
