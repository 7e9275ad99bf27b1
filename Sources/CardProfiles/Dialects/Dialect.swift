/// The bytes a maker's commands use for what the profile names.
public struct DialectCodes: Sendable, Hashable {
    /// File descriptor bytes.
    public let descriptors: [FileKind: UInt8]
    /// The right everyone has.
    public let always: UInt8
    /// The right nobody has. A right that needs a key is that key's reference.
    public let never: UInt8
    public let protections: [Protection: UInt8]
    /// Usage bytes of WRITE KEY; keys whose usage is not here are not written.
    public let usages: [KeyUsage: UInt8]
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
        case .key(let name): profile.key(name)?.reference
        }
    }
}
