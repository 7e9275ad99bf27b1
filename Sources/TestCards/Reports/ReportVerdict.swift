import Messages

/// What a whole report comes to.
public enum ReportVerdict: String, Codable, Sendable, Hashable, CaseIterable {
    /// Every check that applies was passed on every card it was done on, and none lacks a result.
    case passed
    /// At least one check failed on at least one card.
    case failed
    /// Nothing failed, but part of the suite has no result: no card was set aside for destructive checks, say, or the run
    /// was asked for some checks only.
    case incomplete
}

extension Language {
    func callAsFunction(_ english: String, _ chinese: String) -> String { self == .chinese ? chinese : english }
    func callAsFunction(_ text: CheckText) -> String { self == .chinese ? text.zh : text.en }
}
