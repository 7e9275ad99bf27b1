import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension VirtualCardError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .link: .noReader
        case .serialLength, .cipherUnavailable, .profile, .state, .file, .notAPIN: .badInput
        }
    }
}
