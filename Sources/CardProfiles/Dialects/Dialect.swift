import ISO7816

/// The bytes a maker's commands use for what the profile names.
public struct DialectCodes: Sendable, Hashable {
    /// File descriptor bytes.
    public let descriptors: [FileKind: UInt8]
    /// The right everyone has.
    public let always: UInt8
    /// The right nobody has.
    public let never: UInt8
    /// The rights that need a key, by its name; of a key that is not here its reference.
    public let keyRights: [String: UInt8]
    public let protections: [Protection: UInt8]
    /// Usage bytes of WRITE KEY; keys whose usage is not here are not written.
    public let usages: [KeyUsage: UInt8]
    /// Where keys lie, on chips whose keys need a file.
    public let keyFile: KeyFile?

    /// A file of keys, the first in its directory.
    public struct KeyFile: Sendable, Hashable {
        public let identifier: FileIdentifier
        public let descriptor: UInt8
        /// Bytes each key takes, 1-255.
        public let bytesPerKey: Int
        /// Bytes each file and directory takes besides its content, 0-255.
        public let bytesPerFile: Int
    }
}

/// What the chips of a dialect understand: which commands make a card of them, and what ends that
/// (Docs/dialects.md). A virtual chip plays it by its own hand; templates are the other side's.
public enum ChipConvention: String, Sendable, Hashable, CaseIterable {
    /// Blank; data objects of ISO/IEC 7816-9 and ACTIVATE FILE at the MF.
    case iso7816
    /// Blank; CREATE FILE `80 E0` with key files, and a command that ends it.
    case pboc
    /// With its files; each directory is activated by its name, the first one last.
    case activatedByName
    /// With its files; records in plain until the first directory is activated.
    case plainUntilActivated
    /// With its files; without an activation command the transport key is erased.
    case erasedTransportKey
}

/// How content is written before activation.
public enum InitialWriting: Sendable, Hashable {
    case with(Protection)
    /// The content made by CREATE FILE is already right.
    case none
    /// By the rules of the card in use.
    case afterActivation
}

/// The phases of making a card, in the order of the dialect.
public enum PersonalizationPhase: String, Sendable, Hashable, CaseIterable {
    /// Authentication with the transport key.
    case open
    case structure
    case keys
    case content
    case readBack
    case activate
    /// What the card takes in use alone, and the comparison of all of it.
    case finish
}

/// The templates of one purpose: the same for all files, or by their structure.
public struct DialectCommands: Sendable, Hashable {
    public let any: [CommandTemplate]
    public let byKind: [FileKind: [CommandTemplate]]
}

/// How one maker's chips are made and used (Docs/protocol.md §5).
public struct Dialect: Sendable, Hashable {
    public let name: String
    public let title: String
    /// Templates by purpose: the dialect's own, else the profile's. More than one are sent one after the other.
    public let templates: [CommandPurpose: DialectCommands]
    public let codes: DialectCodes
    public let phases: [PersonalizationPhase]
    public let writing: [FileKind: InitialWriting]
    /// Files that differ from their kind's rule, by path.
    public let writingExceptions: [String: InitialWriting]
    /// Chips come with their files: none is created.
    public let isPreStructured: Bool
    /// A directory is reached only by way of the MF.
    public let directoriesThroughMaster: Bool
    /// SELECT of the directory one is in drops its rights.
    public let reselectDropsRights: Bool
    /// The directory in which activation is sent.
    public let activationDirectory: String?
    public let chip: ChipConvention

    /// The commands for a purpose, of a file's structure where it matters; empty when this maker's chips have none.
    public func commands(for purpose: CommandPurpose, kind: FileKind? = nil) -> [CommandTemplate] {
        guard let commands = templates[purpose] else { return [] }
        return kind.flatMap { commands.byKind[$0] } ?? commands.any
    }
    /// The only or first command for a purpose.
    public func command(for purpose: CommandPurpose, kind: FileKind? = nil) -> CommandTemplate? {
        commands(for: purpose, kind: kind).first
    }

    /// How a file's content is written before activation.
    public func initialWriting(of file: FileDefinition) -> InitialWriting {
        writingExceptions[file.path] ?? writing[file.structure.kind] ?? .none
    }

    /// The byte of a right; nil when the key is unknown.
    public func code(of access: AccessCondition, in profile: CardProfile) -> UInt8? {
        switch access {
        case .always: codes.always
        case .never: codes.never
        case .key(let name): codes.keyRights[name] ?? profile.key(name)?.reference
        }
    }
}
