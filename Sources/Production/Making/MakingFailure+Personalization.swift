import Ledger
import Messages
import Personalization

extension MakingFailure {
    /// What an error of the engine means for the line.
    ///
    /// - Parameter chipState: what is known of the chip beside what the error tells.
    public init(_ error: PersonalizationError, chipState: ChipState = .untouched) {
        let blame: Blame =
            switch error.fault {
            case .chip: .chip
            case .reader: .reader
            case .applicant: .applicant
            case .station: .station
            }
        self.init(
            LedgerReason(code: error.ledgerCode, AnyMessage(of: error)), blame: blame,
            chipState: max(error.chipState, chipState))
    }
}
