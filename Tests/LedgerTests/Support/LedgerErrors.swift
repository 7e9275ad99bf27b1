import Messages
import Testing

@testable import Ledger

/// Errors of a ledger whose reason is what a store says, the same in every language.
extension LedgerError {
    static func unavailable(_ text: String) -> Self { .unavailable(AnyMessage(VerbatimText(text))) }
    static func full(_ text: String) -> Self { .full(AnyMessage(VerbatimText(text))) }
    static func unknown(_ text: String) -> Self { .unknown(AnyMessage(VerbatimText(text))) }
}

/// That `act` is refused with `sentence` as its English words.
func expectRefused(
    _ sentence: String, _ sourceLocation: SourceLocation = #_sourceLocation, by act: () throws -> some Any
) {
    let error = #expect(throws: LedgerError.self, sourceLocation: sourceLocation) { try act() }
    #expect(error?.description == sentence, sourceLocation: sourceLocation)
}
