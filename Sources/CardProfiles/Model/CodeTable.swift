/// One code and what it stands for.
public struct CodeEntry: Sendable, Hashable {
    /// The code as text, leading zeros included.
    public let code: String
    /// Chinese.
    public let label: String
    /// English, where the profile gives it.
    public let english: String?
}

/// A code table (Docs/card.md §6).
public struct CodeTable: Sendable, Hashable {
    public let name: String
    public let title: String
    /// The standard that defines it, `GB/T 2261.1`; empty when none is known.
    public let standard: String
    /// The list is known to be incomplete: other codes that fit the item are let through.
    public let isOpen: Bool
    /// By code, in the order of their characters.
    public let entries: [CodeEntry]

    /// The entry of a code, exactly as written.
    public subscript(code: String) -> CodeEntry? { entries.first { EnteredText.isSame($0.code, code) } }

    /// The table's way of writing a code: `05` for `5` where the table has one code of that number and no `5`. A code
    /// the table lacks stays as it is.
    public func canonical(_ code: String) -> String {
        guard self[code] == nil, let number = Self.number(code) else { return code }
        let same = entries.filter { Self.number($0.code) == number }
        return same.count == 1 ? same[0].code : code
    }

    /// Of digits alone: a number with a sign is no way to write a code.
    private static func number(_ code: String) -> UInt64? {
        code.utf8.allSatisfy { $0.decimalDigit != nil } ? UInt64(code) : nil
    }
}
