import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension BatchError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}

extension PersonalizationError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .batch, .profile: .badInput
        case .noRelease, .release, .wrongKeys: .notAllowed
        case .interrupted(_, let error, _): error.kind
        case .unreadable(_, let error, _): error.channel == nil ? .cardRefused : error.kind
        case .unusableCard, .transportKeyRefused, .refused, .readBackDiffers, .securityModule: .cardRefused
        }
    }
}
