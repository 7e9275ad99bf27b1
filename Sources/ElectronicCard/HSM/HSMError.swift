import Messages

/// Why a security device that holds the keys (`Docs/electronic-card.md §7`) did not compute. Never has data in it.
public enum HSMError: AdvisedError, Hashable {
    /// No connection; the system's own reason, an `errno`.
    case unreachable(Int32)
    case address
    /// It did not answer in time.
    case timeout(seconds: Int)
    /// The connection ended within an answer, or before one.
    case closed
    /// Its own code, two digits.
    case refused(code: String)
    /// The answer is not one to this command.
    case malformed

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case unreachable, address, timeout, closed, refused, malformed
    }

    public static let domain = "hsm"

    public var code: Code {
        switch self {
        case .unreachable: .unreachable
        case .address: .address
        case .timeout: .timeout
        case .closed: .closed
        case .refused: .refused
        case .malformed: .malformed
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .unreachable, .address, .timeout, .closed: .noReader
        case .refused, .malformed: .cardRefused
        }
    }
}
