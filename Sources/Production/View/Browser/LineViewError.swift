import Files
import Messages

/// Why a line cannot be shown to browsers.
public enum LineViewError: AdvisedError, Hashable {
    case addressTaken(String)
    case notListening(String, SystemReason)
    case noRandomness
    case notStarted(SystemReason)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case addressTaken, notListening, noRandomness, notStarted
    }

    public static let domain = "lineView"

    public var kind: ErrorKind {
        switch self {
        case .addressTaken, .notListening: .usage
        case .noRandomness: .bug
        case .notStarted: .partFailed
        }
    }

    public var code: Code {
        switch self {
        case .addressTaken: .addressTaken
        case .notListening: .notListening
        case .noRandomness: .noRandomness
        case .notStarted: .notStarted
        }
    }
}
