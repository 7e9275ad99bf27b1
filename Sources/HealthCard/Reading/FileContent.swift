/// What was read of a file, byte for byte.
public enum FileContent: Sendable, Hashable {
    /// Whole records in their order, tag and length included where the file has them.
    case records([[UInt8]])
    /// The bytes from the start of a transparent file, as far as they were read.
    case bytes([UInt8])

    /// All bytes in order.
    public var bytes: [UInt8] {
        switch self {
        case .records(let records): Array(records.joined())
        case .bytes(let bytes): bytes
        }
    }
}

/// A file that could not be read, or holds something that is no value of its items.
public struct UnreadableFile: Sendable, Hashable {
    /// `DF02/EF06`.
    public let file: String
    /// English, one sentence, without the value.
    public let reason: String

    public init(file: String, reason: String) {
        self.file = file
        self.reason = reason
    }
}

/// How much of a card is wanted.
public struct ReadScope: Sendable, Hashable {
    public enum Visits: Sendable, Hashable {
        case none
        /// Those their index calls valid.
        case valid
        /// All files, whatever the index says: for comparing a card with what was written.
        case all
    }

    /// Names of sections (`Docs/items.md`); nil for all.
    public var sections: Set<String>?
    public var visits: Visits
    /// Read transparent files to their end and not only as far as their content goes.
    public var wholeFiles: Bool
    /// Make values of the bytes; otherwise the reading's document has no sections.
    public var decodesItems: Bool

    public init(
        sections: Set<String>? = nil, visits: Visits = .valid, wholeFiles: Bool = false, decodesItems: Bool = true
    ) {
        self.sections = sections
        self.visits = visits
        self.wholeFiles = wholeFiles
        self.decodesItems = decodesItems
    }

    /// Everything a person may read.
    public static let everything = ReadScope()
    /// Every byte of every file.
    public static let everyByte = ReadScope(visits: .all, wholeFiles: true)
    /// Every byte of every file and no values: for comparing a card with what was written.
    public static let bytesOnly = ReadScope(visits: .all, wholeFiles: true, decodesItems: false)

    func wants(section: String) -> Bool { sections?.contains(section) ?? true }
}
