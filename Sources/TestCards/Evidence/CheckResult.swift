import ISO7816
import Messages

/// What a check came to.
public enum CheckVerdict: String, Codable, Sendable, Hashable, CaseIterable {
    case passed
    case failed
    /// The profile or the product does not have what the check is about.
    case notApplicable
    /// It could not be done here (no second card for destructive checks, no power to cut, or another check found that what
    /// it rests on does not hold): nothing is known.
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
    /// Status words that evidence of before 0.3.0 names where the step that failed is not what the check is about.
    public let expected: CheckText?
    public let exchanges: [CheckExchange]
    /// Of a failure: the step that ended it, where that was a command's answer.
    public let step: FailedStep?
    /// Of a failure: what other checks rest on, and this one was the first to find not to hold.
    public let precondition: Precondition?
    /// Of one that was not run: the check that failed on this card before, and why this one could not be done.
    public let cause: String?
    /// Of a failure: what it left on the card; nil where there was nothing.
    public let recovery: [CardRecovery]?
    /// Which of the evidence's runs it is of, from 0; nil: the first.
    public internal(set) var run: Int?

    public init(
        check: String, card: String, verdict: CheckVerdict, got: CheckText, expected: CheckText? = nil,
        exchanges: [CheckExchange], step: FailedStep? = nil, precondition: Precondition? = nil, cause: String? = nil,
        recovery: [CardRecovery]? = nil, run: Int? = nil
    ) {
        self.check = check
        self.card = card
        self.verdict = verdict
        self.got = got
        self.expected = expected
        self.exchanges = exchanges
        self.step = step
        self.precondition = precondition
        self.cause = cause
        self.recovery = recovery
        self.run = run
    }

    /// What a right card does at the step that failed, in one sentence with its clause: it never says anything else than the
    /// finding does.
    public func expectation(of check: CheckDescription) -> CheckText {
        let sentence = expectedSentence(check)
        return CheckText("\(sentence) (\(check.clause))", "\(sentence)（\(check.clause)）")
    }

    private func expectedSentence(_ check: CheckDescription) -> CheckText {
        if let step, !step.expected.isEmpty {
            let name = step.name.map { "\($0) " } ?? ""
            return CheckText(
                "\(name)\(step.command) is answered \(step.expected.joined(separator: " or "))",
                "\(name)\(step.command) 应答 \(step.expected.joined(separator: " 或 "))")
        }
        if let precondition { return precondition.holds }
        if let step { return CheckText("\(step.command) is answered", "对 \(step.command) 有应答") }
        guard let expected else { return check.expectation }
        return CheckText("this step is answered \(expected)", "本步应答 \(expected)")
    }
}

extension FailedStep {
    /// `READ RECORD`; nil for an instruction that has no name.
    var name: String? {
        let bytes = command.split(separator: " ")
        guard bytes.count == 4, let ins = UInt8(bytes[1], radix: 16) else { return nil }
        return InstructionByte.name(of: ins)
    }
}
