import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension LineError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .gate(let error): error.kind
        case .noLanes: .noReader
        case .ledger(let error): error.kind
        case .hasRun: .bug
        }
    }
}

extension HandlingError: ClassifiedError {
    public var kind: ErrorKind { .partFailed }
}

extension BatchListsError: ClassifiedError {
    public var kind: ErrorKind { .partFailed }
}
