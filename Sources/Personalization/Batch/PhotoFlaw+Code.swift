import Photos

extension PhotoFlaw {
    /// The flaw among the codes of a report.
    var code: BatchProblem.Code {
        switch self {
        case .missing: .photoMissing
        case .ambiguous, .unreadable, .empty, .notJPEG, .damaged: .photoUnreadable
        case .fileTooLong, .tooManyPixels: .photoTooLarge
        case .printColours: .photoPrintColours
        case .tiny: .photoTiny
        case .wrongRatio: .photoWrongRatio
        case .grey: .photoGrey
        case .blank: .photoBlank
        case .doesNotFit: .photoDoesNotFit
        }
    }
}
