import CPCSC

/// The readers of the PC/SC service.
public struct PCSCReaders: ReaderProvider {
    public init() {}

    public var hasService: Bool { true }

    public func service(commandLimit: Duration?) throws -> any ReaderService {
        try PCSCContext(commandLimit: commandLimit)
    }
}

extension PCSCContext: ReaderService {
    public func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection {
        try CardConnection(
            reader, context: self, mode: terms.mode, protocols: terms.protocols, patience: terms.patience)
    }
}

extension PCSCError: ReaderFault {
    static func channelCode(of number: UInt32) -> Code { table[number]?.channelCode ?? .other }
}

extension ReaderState {
    /// For a provider that has no PC/SC service to count for it.
    ///
    /// - Parameters:
    ///   - isReachable: false for a reader of which nothing can be known.
    ///   - eventCount: insertions and removals so far.
    public init(
        _ reader: ReaderName, isReachable: Bool = true, hasCard: Bool = false, isMute: Bool = false,
        isInUse: Bool = false,
        eventCount: UInt16 = 0, answerToReset: [UInt8] = []
    ) {
        var flags =
            !isReachable
            ? SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE : hasCard ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY
        if isReachable, hasCard, isMute { flags |= SCARD_STATE_MUTE }
        if isReachable, hasCard, isInUse { flags |= SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE }
        self.init(
            reader: reader, known: UInt(flags) | UInt(eventCount) << 16,
            answerToReset: isReachable && hasCard ? answerToReset : [])
    }

    /// Whether another look saw something else; never for the name by which PC/SC tells of readers that come and go.
    public func differs(from other: ReaderState) -> Bool {
        let changed = UInt(SCARD_STATE_CHANGED)
        return known & ~changed != other.known & ~changed
    }
}
