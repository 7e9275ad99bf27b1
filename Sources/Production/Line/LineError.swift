import Ledger
import Personalization

/// Why a run did not begin: no chip was fed.
public enum LineError: Error, Equatable, CustomStringConvertible {
    /// Cards of this batch may not be made here.
    case gate(PersonalizationError)
    /// No lane could be made ready; the first one's reason.
    case noLanes(String)
    case ledger(LedgerError)
    /// A line runs once.
    case hasRun

    public var description: String {
        switch self {
        case .gate(let error): error.description
        case .noLanes(let what): "no lane is ready: \(what)"
        case .ledger(let error): error.description
        case .hasRun: "this line has run already: make a new one"
        }
    }
}
