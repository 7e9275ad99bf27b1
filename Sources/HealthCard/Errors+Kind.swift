import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension CardChangesError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
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
