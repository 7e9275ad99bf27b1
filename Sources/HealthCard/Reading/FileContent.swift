import CardProfiles
import Messages

/// What was read of a file, byte for byte.
public enum FileContent: Sendable, Hashable {
    /// Whole records in their order, tag and length included where the file has them; an empty one could not be read.
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

/// A file that could not be read, or an item in it whose bytes are not a value: nothing of the kind is ever the same as
/// what the card does not have.
public struct UnreadableFile: Sendable, Hashable {
    /// Why, for programs. Stable: these are in the JSON of `Docs/items.md`.
    public enum Code: String, Message, Hashable, CaseIterable {
        /// Its directory is blocked.
        case blocked
        /// The card refused a command for it, or the key it wants.
        case refused
        /// The card opens it to a key, and did not prove itself under the keys in use.
        case needsKey
        /// The security module holds no key for it: a SAM of another type does.
        case notPermitted
        /// The security module failed.
        case securityModule
        /// What the card gives is not what belongs there.
        case damaged
    }

    /// `DF02/EF06`.
    public let file: String
    /// What it is part of, `allergies`.
    public let section: String
    /// The record of a list or an index, the number of a visit, from 1; nil in other files.
    public let record: Int?
    /// The item whose bytes are not a value, `allergen`; nil for the file as a whole.
    public let item: String?
    public let code: Code
    /// The item is shown all the same, as far as its bytes decode.
    public let isShown: Bool
    /// Without the value.
    public let reason: UnreadReason

    public init(
        file: String, section: String, record: Int? = nil, item: String? = nil, code: Code, isShown: Bool = false,
        reason: UnreadReason
    ) {
        self.file = file
        self.section = section
        self.record = record
        self.item = item
        self.code = code
        self.isShown = isShown
        self.reason = reason
    }
}

/// Why a file, or an item in it, could not be read.
public indirect enum UnreadReason: Message, Hashable {
    case card(CardFinding)
    /// The card opens it to a key, and did not prove itself.
    case needsKey(CardFinding)
    case noIndex
    case indexUnread(file: String)
    /// The index of visits is neither yes nor no here.
    case unclearMark(record: Int)
    /// The index lists a visit of which nothing was ever written.
    case neverWritten
    case photoCutShort(item: Int, name: String)
    case notAPhoto(item: Int, name: String)
    case item(record: Int?, ItemError)
}

extension UnreadableFile {
    /// A file as a whole.
    init(_ file: FileDefinition, _ code: Code, _ reason: UnreadReason) {
        var record: Int?
        if case .visits(_, let number) = file.shape { record = number }
        self.init(file: file.path, section: file.section, record: record, code: code, reason: reason)
    }

    /// One record of a file of which others were read.
    init(_ file: FileDefinition, record: Int, _ error: HealthCardError) {
        let whole = UnreadableFile(file, error)
        let item = file.item(record: record)
        self.init(
            file: file.path, section: file.section, record: item == nil ? record : nil, item: item?.qualifiedName,
            code: whole.code, reason: whole.reason)
    }

    /// A mark of an index that says neither yes nor no may be of a visit that is there.
    init(markOf record: Int, in index: FileDefinition, _ section: String) {
        self.init(
            file: index.path, section: section, record: record, item: index.items.first?.name, code: .damaged,
            reason: .unclearMark(record: record))
    }

    init(_ file: FileDefinition, _ error: HealthCardError) {
        let code: Code =
            switch error.code {
            case .blocked: .blocked
            case .refused: .refused
            case .notGenuine: .needsKey
            case .notPermitted: .notPermitted
            case .securityModule: .securityModule
            case .channel, .answerToReset, .notAHealthCard, .malformed, .otherCard, .contradiction, .profile, .notNoted:
                .damaged
            }
        self.init(file, code, .card(error.finding))
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
