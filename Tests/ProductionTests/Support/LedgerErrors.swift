import Ledger
import Messages

/// Errors of a ledger whose reason is what a store says, the same in every language.
extension LedgerError {
    static func unavailable(_ text: String) -> Self { .unavailable(AnyMessage(VerbatimText(text))) }
    static func full(_ text: String) -> Self { .full(AnyMessage(VerbatimText(text))) }
    static func damaged(_ text: String) -> Self { .damaged(AnyMessage(VerbatimText(text))) }
}
