import Messages

/// Whether an application of a card, or the card, may be used (`Docs/protocol.md §3`).
public enum BlockState: String, Sendable, Hashable, Codable, CaseIterable {
    case open
    /// ``HealthCardSession/unblockApplication(_:)`` lifts it.
    case temporary
    /// Nothing lifts it.
    case permanent
}

/// What a command of blocking or unblocking found and left.
public struct BlockReport: Sendable, Hashable {
    /// `DF02`; nil for the card.
    public let directory: String?
    public let before: BlockState
    /// As the card shows it afterwards.
    public let after: BlockState
    /// Commands of the session so far, continuations included.
    public let commands: Int

    public init(directory: String?, before: BlockState, after: BlockState, commands: Int) {
        self.directory = directory
        self.before = before
        self.after = after
        self.commands = commands
    }

    /// Nothing was sent: the card was as it should be.
    public var wasAlreadySo: Bool { before == after }

    /// The JSON of the command line: `{"directory","before","after","commands"}`; the card has no directory.
    public var json: JSONValue {
        .object(
            (directory.map { [.init("directory", .string($0))] } ?? []) + [
                .init("before", .string(before.rawValue)), .init("after", .string(after.rawValue)),
                .init("commands", .number(commands)),
            ])
    }
}

/// A blocking or unblocking that did not go to its end.
public struct BlockError: AdvisedError, Hashable {
    public let cause: HealthCardError
    /// `DF02`; nil for the card.
    public let directory: String?
    /// The command went out and its answer does not tell: ``HealthCardSession/blockState(of:)`` or
    /// ``HealthCardSession/cardBlockState()`` in a new session tells. Otherwise nothing has changed.
    public let isInDoubt: Bool

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case unchanged, inDoubt
    }

    public static let domain = "block"
    public var kind: ErrorKind { cause.kind }
    public var code: Code { isInDoubt ? .inDoubt : .unchanged }
    public var underlying: (any AdvisedError)? { cause }
}
