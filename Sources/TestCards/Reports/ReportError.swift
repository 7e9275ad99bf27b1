/// Why there is no report. Holds no personal data.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The evidence is not what a run of the suite writes.
    case evidence(String)
    /// A file cannot be read or written.
    case file(path: String, problem: String)
    /// The report on disk is not the one its evidence gives.
    case reportDiffers(path: String)
    /// There is no signature beside evidence that must have one.
    case unsigned(path: String)
    /// Evidence and signature do not belong together.
    case signature(path: String, station: String, problem: String)
    /// A page could not be drawn.
    case drawing(String)

    public var description: String {
        switch self {
        case .evidence(let problem):
            "the evidence cannot be used: \(problem); run the suite again"
        case .file(let path, let problem): "\(path): \(problem)"
        case .reportDiffers(let path):
            "\(path) is not the report its evidence gives: it was changed, or made by other software; "
                + "make it anew with `healthcard testcards report`"
        case .unsigned(let path):
            "\(path) is not signed: \(path)\(EvidenceSignature.suffix) is missing; bring both files from the station that ran "
                + "the suite"
        case .signature(let path, let station, let problem):
            "\(path) is not what station \(station) signed: \(problem); take both files again from that station, or run the "
                + "suite again"
        case .drawing(let problem): "the report cannot be drawn: \(problem)"
        }
    }
}
