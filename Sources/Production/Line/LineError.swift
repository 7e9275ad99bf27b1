import Ledger
import Messages
import Personalization

/// Why a run did not begin: no chip was fed.
public enum LineError: AdvisedError, Equatable {
    /// Cards of this batch may not be made here.
    case gate(PersonalizationError)
    /// No lane could be made ready; the first one's reason, nil where no lane was given.
    case noLanes(LedgerReason?)
    case ledger(LedgerError)
    /// A line runs once.
    case hasRun

    public enum Code: String, Sendable, Hashable, CaseIterable { case gate, noLanes, ledger, hasRun }

    public static let domain = "line"

    public var kind: ErrorKind {
        switch self {
        case .gate(let error): error.kind
        case .noLanes: .noReader
        case .ledger(let error): error.kind
        case .hasRun: .bug
        }
    }

    public var code: Code {
        switch self {
        case .gate: .gate
        case .noLanes: .noLanes
        case .ledger: .ledger
        case .hasRun: .hasRun
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .gate(let error): (error as any Error) as? any AdvisedError
        case .ledger(let error): error
        case .noLanes, .hasRun: nil
        }
    }
}

extension LineError {
    /// What the gate says; of a release, whatever its error is wrapped in.
    static func said(by error: PersonalizationError) -> AnyMessage {
        if case .release(let refusal) = error { AnyMessage(refusal) } else { AnyMessage(of: error) }
    }
}
