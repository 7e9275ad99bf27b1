/// What a check came to.
public enum CheckVerdict: String, Codable, Sendable, Hashable, CaseIterable {
    case passed
    case failed
    /// The profile or the product does not have what the check is about.
    case notApplicable
    /// It could not be done here (no second card for destructive checks, no power to cut): nothing is known.
    case notRun
}

/// One command and its answer, as they crossed the link.
public struct CheckExchange: Codable, Sendable, Hashable {
    /// Capital hexadecimal; `RESET` for a reset.
    public let command: String
    /// Capital hexadecimal with the status word; what went wrong on the link otherwise.
    public let response: String

    public init(command: String, response: String) {
        self.command = command
        self.response = response
    }
}

/// One check on one card: what was expected, what came, and the exchange that shows it.
public struct CheckResult: Codable, Sendable, Hashable {
    /// The check's identifier: `access.DF01/EF05.read.without-key`.
    public let check: String
    /// The chip serial, capital hexadecimal.
    public let card: String
    public let verdict: CheckVerdict
    public let got: CheckText
    /// What the step that failed was to be answered, where that is not what the check is about in the end.
    public let expected: CheckText?
    public let exchanges: [CheckExchange]

    public init(
        check: String, card: String, verdict: CheckVerdict, got: CheckText, expected: CheckText? = nil,
        exchanges: [CheckExchange]
    ) {
        self.check = check
        self.card = card
        self.verdict = verdict
        self.got = got
        self.expected = expected
        self.exchanges = exchanges
    }

    /// What was expected where it failed: what a report says of it is what the finding says.
    public func expectation(of check: CheckDescription) -> CheckText {
        guard let expected else { return check.expectation }
        return CheckText(
            "\(expected.en) at this step; in the end: \(check.expectation.en)",
            "本步应为 \(expected.zh)；最终：\(check.expectation.zh)")
    }
}
