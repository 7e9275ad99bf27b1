import ISO7816

/// The structures of elementary files; a dialect has a descriptor byte for each.
public enum FileKind: String, Sendable, Hashable, CaseIterable {
    case directory, transparent, linearFixed, linearVariableTLV, cyclic
}

/// The structure of an elementary file, with its sizes in bytes.
public enum FileStructure: Sendable, Hashable {
    case transparent(size: Int)
    /// Records `tag ‖ length ‖ value`, numbered 1…records, each of its own length.
    case linearVariableTLV(records: Int)
    case linearFixed(recordSize: Int, count: Int)
    /// The newest record has number 1.
    case cyclic(recordSize: Int, count: Int)

    public var kind: FileKind {
        switch self {
        case .transparent: .transparent
        case .linearVariableTLV: .linearVariableTLV
        case .linearFixed: .linearFixed
        case .cyclic: .cyclic
        }
    }
    /// Number of records; 0 for a transparent file.
    public var recordCount: Int {
        switch self {
        case .transparent: 0
        case .linearVariableTLV(let records): records
        case .linearFixed(_, let count), .cyclic(_, let count): count
        }
    }
    /// Bytes of each record; 0 where there is none or they differ.
    public var recordSize: Int {
        switch self {
        case .transparent, .linearVariableTLV: 0
        case .linearFixed(let size, _), .cyclic(let size, _): size
        }
    }
}

/// Who may do something with a file.
public enum AccessCondition: Sendable, Hashable {
    case always
    case never
    /// After external authentication with this key.
    case key(String)
}

/// How the data of a command travels (Docs/protocol.md §3).
public enum Protection: String, Sendable, Hashable, CaseIterable {
    case plain
    /// The data in clear, then a MAC.
    case mac
    /// Ciphertext, then a MAC over it.
    case encryptedMAC
}

/// What a file becomes in the JSON of a card (Docs/items.md).
public enum SectionShape: Sendable, Hashable {
    /// One object: the items of the file.
    case object
    /// A list: one object for each record of the file, the newest first in a cyclic file.
    case list
    /// One value: the picture.
    case photo
    /// Not shown: says which visit records are valid.
    case index
    /// An element of a list: visit `record`, valid when that record of the `index` file says so.
    case visits(index: String, record: Int)
}

/// An elementary file.
public struct FileDefinition: Sendable, Hashable {
    /// `DDF1/EF05`, unique in the profile.
    public let path: String
    /// `EF05`.
    public let name: String
    /// `DDF1`.
    public let directory: String
    public let title: String
    public let fileIdentifier: FileIdentifier
    public let sfi: ShortFileIdentifier
    public let structure: FileStructure
    /// Bytes of content: of all records, with tag and length where they have them.
    public let size: Int
    public let read: AccessCondition
    public let update: AccessCondition
    public let erase: AccessCondition
    /// What an update needs besides its right.
    public let protection: Protection
    /// What CREATE FILE fills it with.
    public let initialByte: UInt8
    /// The key of the JSON; files of one visit list share it.
    public let section: String
    public let shape: SectionShape
    /// The layout the items come from, when several files share one.
    public let layout: String?
    /// By record number or offset, without gaps.
    public let items: [Item]

    /// The item that is record `number`.
    public func item(record number: Int) -> Item? { items.first { $0.record == number } }
    /// The first item with that name; `index` chooses the repetition of a group's member.
    public func item(named name: String, group: String? = nil, index: Int = 0) -> Item? {
        items.first { $0.name == name && $0.group?.name == group && ($0.group?.index ?? 0) == index }
    }
}

/// A dedicated file: MF, DDF1, DF01 …
public struct DirectoryDefinition: Sendable, Hashable {
    public let name: String
    public let title: String
    public let fileIdentifier: FileIdentifier
    /// 1-16 bytes; nil for the MF.
    public let dfName: [UInt8]?
    /// nil for the MF alone.
    public let parent: String?
    /// In the order they are created and written.
    public let files: [FileDefinition]
}
