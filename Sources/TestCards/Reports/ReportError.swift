/// Why there is no report. Holds no personal data.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The evidence is not what a run of the suite writes.
    case evidence(String)
    /// A file cannot be read or written.
    case file(path: String, problem: String)
    /// The report on disk is not the one its evidence gives.
    case reportDiffers(path: String)
    /// A page could not be drawn.
    case drawing(String)

    public var description: String {
        switch self {
        case .evidence(let problem):
            "the evidence cannot be used: \(problem); run the suite again rather than mend it"
        case .file(let path, let problem): "\(path): \(problem)"
        case .reportDiffers(let path):
            "\(path) is not the report its evidence gives: it was changed, or made by other software; "
                + "make it anew with `healthcard testcards report`"
        case .drawing(let problem): "the report cannot be drawn: \(problem)"
        }
    }
}
