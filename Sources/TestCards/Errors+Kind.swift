import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension ReportError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .drawing: .bug
        case .evidence, .file, .reportDiffers, .unsigned, .signature: .badInput
        }
    }
}

extension CampaignError: ClassifiedError {
    public var kind: ErrorKind {
        switch self {
        case .exists: .usage
        case .profileChanged: .notAllowed
        case .value, .file, .photo: .badInput
        }
    }
}

extension SuiteError: ClassifiedError {
    public var kind: ErrorKind { .usage }
}
