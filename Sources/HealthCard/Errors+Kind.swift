import ISO7816
import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension HealthCardError: ClassifiedError {
    public var kind: ErrorKind {
        if let channel { return ChannelError(channel, "").kind }
        return switch code {
        case .notPermitted: .notAllowed
        case .profile: .badInput
        default: .cardRefused
        }
    }
}

extension CardChangesError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}

extension UpdateError: ClassifiedError {
    public var kind: ErrorKind { cause.kind }
}

extension BlockError: ClassifiedError {
    public var kind: ErrorKind { cause.kind }
}

extension SecurityModuleError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .keyNotHeld: .notAllowed
        case .sam(let error): error.kind
        default: .cardRefused
        }
    }
}

extension SAMError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .channel(let error, _): error.kind
        case .notAPIN: .badInput
        case .anotherProvince: .notAllowed
        default: .cardRefused
        }
    }
}

extension VisitError: ClassifiedError {
    public var kind: ErrorKind {
        switch problem {
        case .content: .badInput
        case .noSuchRecord: .usage
        case .card(let error): error.kind
        case .securityModule(let error): error.kind
        case .noFreeRecord, .notValid, .notTrusted, .signing, .otherCard: .cardRefused
        }
    }
}

extension VisitContentError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}

extension TraceError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}

extension KeyStoreError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .testProfile, .otherProfile, .notFormal, .openedByOne, .publishedKeys: .notAllowed
        case .custody, .chipBatchNeeded, .unknownChipBatch: .usage
        default: .badInput
        }
    }
}
