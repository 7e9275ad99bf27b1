import CardProfiles
import ISO7816
import Messages

/// Why there is no suite.
public enum SuiteError: AdvisedError, Hashable {
    case noDialect(String, known: [String])
    /// Two checks with one name: a mistake in the suite or in the names of the profile.
    case repeatedCheck(String)

    public enum Code: String, Sendable, Hashable, CaseIterable { case noDialect, repeatedCheck }

    public static let domain = "suite"
    public var kind: ErrorKind { .usage }

    public var code: Code {
        switch self {
        case .noDialect: .noDialect
        case .repeatedCheck: .repeatedCheck
        }
    }
}

/// How far a run has come.
public struct SuiteProgress: Sendable {
    /// From 0.
    public let done: Int
    public let total: Int
    public let result: CheckResult
    public let description: CheckDescription
}

/// What a run found.
public struct SuiteFindings: Sendable, Hashable {
    public var cards: [TestedCard] = []
    public var results: [CheckResult] = []
    /// One for each operation, all cards together.
    public var times: [OperationTimes] = []
}

/// Every check a card of a profile can be put to, made from that profile (`Docs/card.md §4`).
public struct ConformanceSuite: Sendable {
    public let profile: CardProfile
    public let dialect: Dialect
    /// By family; within one, those that leave the card unfit come last.
    public let checks: [Check]

    /// - Parameter dialect: nil for the profile's own choice.
    /// - Throws: ``SuiteError``.
    public init(
        profile: CardProfile, dialect name: String? = nil, options: SuiteOptions = SuiteOptions()
    ) throws(SuiteError) {
        let name = name ?? profile.defaultDialect
        guard let dialect = profile.dialect(name) else {
            throw .noDialect(name, known: profile.dialects.keys.sorted())
        }
        self.profile = profile
        self.dialect = dialect
        let plan = SuitePlan(profile: profile, dialect: dialect, options: options)
        let all = Self.sources.flatMap { $0.checks(plan) }
        var seen: Set<String> = []
        for check in all where !seen.insert(check.id).inserted { throw .repeatedCheck(check.id) }
        let wanted =
            options.only.isEmpty
            ? all : all.filter { check in options.only.contains { check.id.hasPrefix($0) } }
        let families = CheckFamily.allCases
        let ordered = families.flatMap { family in wanted.filter { $0.description.family == family } }
        checks = ordered.filter { !$0.isDestructive } + ordered.filter(\.isDestructive)
    }

    /// What is checked, in order.
    public var list: [CheckDescription] { checks.map(\.description) }

    /// Puts cards to every check. Blocks; nothing a card says ends the run.
    ///
    /// Checks that leave a card unfit are done last, on cards set aside alone; without such a card they are not run.
    ///
    /// - Parameters:
    ///   - progress: after each check, in the order they are done.
    ///   - isCancelled: asked before each check; the checks that are left are not run then.
    public func run(
        cards: [CardInHand], isCancelled: () -> Bool = { false }, progress: (SuiteProgress) -> Void = { _ in }
    ) -> SuiteFindings {
        var findings = SuiteFindings()
        var times = TimeTable()
        let memory = RunMemory()
        let benches = cards.map {
            (card: $0, bench: CheckBench($0, profile: profile, dialect: dialect, run: memory))
        }
        for (card, bench) in benches {
            bench.identify()
            findings.cards.append(
                TestedCard(
                    serial: serial(bench), answerToReset: Hex.encode(bench.answerToReset),
                    isSetAside: card.isSetAside))
        }
        var work: [(check: Check, index: Int, isPossible: Bool)] = []
        for index in benches.indices {
            work += checks.filter { !$0.isDestructive }.map { ($0, index, true) }
        }
        let spare = benches.indices.filter { benches[$0].card.isSetAside }
        let destructive = checks.filter(\.isDestructive)
        for index in spare { work += destructive.map { ($0, index, true) } }
        if spare.isEmpty, !benches.isEmpty { work += destructive.map { ($0, 0, false) } }
        for (done, item) in work.enumerated() {
            let bench = benches[item.index].bench
            let result: CheckResult
            if isCancelled() {
                result = notRun(item.check, bench, CheckText("the run was stopped", "检测已中止"))
            } else if !item.isPossible {
                result = notRun(
                    item.check, bench, CheckText("no card was set aside for it", "没有为其另备卡片"))
            } else {
                result = run(item.check, on: bench)
                times.add(bench.times)
            }
            findings.results.append(result)
            progress(
                SuiteProgress(done: done + 1, total: work.count, result: result, description: item.check.description))
        }
        findings.times = times.all
        return findings
    }

    private func run(_ check: Check, on bench: CheckBench) -> CheckResult {
        bench.begin()
        let verdict: CheckVerdict
        let got: CheckText
        do {
            try check.body(bench)
            verdict = .passed
            got = bench.finding ?? CheckText("as expected", "与预期一致")
        } catch {
            switch error {
            case .failed(let text): (verdict, got) = (.failed, text)
            case .notApplicable(let text): (verdict, got) = (.notApplicable, text)
            case .notRun(let text): (verdict, got) = (.notRun, text)
            }
        }
        let result = CheckResult(
            check: check.id, card: serial(bench), verdict: verdict, got: got,
            expected: verdict == .failed ? Self.expected(bench, got, check) : nil, exchanges: bench.link.evidence)
        // A check that ended early may leave wrong MACs counted, or a directory blocked by them: neither the next check nor
        // whoever uses the card is to find that.
        if verdict == .failed, bench.link.hasSentProtected { BlockingChecks.recover(bench) }
        if verdict == .failed, bench.link.hasLostAttempts { RefillChecks.recover(bench) }
        return result
    }

    /// What the step that failed was to be answered; nil where the check's own expectation says so.
    private static func expected(_ bench: CheckBench, _ got: CheckText, _ check: Check) -> CheckText? {
        let words = bench.unmet.map(\.description)
        let wanted = words.joined(separator: " or ")
        guard !words.isEmpty, got.en.hasSuffix("expected \(wanted)"),
            !words.allSatisfy({ check.description.expectation.en.contains($0) })
        else { return nil }
        return CheckText("\(wanted)", "\(words.joined(separator: " 或 "))")
    }

    private func notRun(_ check: Check, _ bench: CheckBench, _ reason: CheckText) -> CheckResult {
        CheckResult(check: check.id, card: serial(bench), verdict: .notRun, got: reason, exchanges: [])
    }

    /// The chip's serial, or as much of the answer to reset as there is.
    private func serial(_ bench: CheckBench) -> String {
        let rule = profile.cryptography.cardFactor
        let historical = (try? AnswerToReset(tolerant: bench.answerToReset).historicalBytes) ?? bench.answerToReset
        return Hex.encode(historical.dropFirst(rule.offset).prefix(rule.length))
    }
}

/// Measurements of one operation belong together, in the order they were made.
private struct TimeTable {
    private var order: [String] = []
    private var values: [String: (microseconds: [Int], limit: Int?)] = [:]

    mutating func add(_ times: [OperationTimes]) {
        for time in times {
            if values[time.operation] == nil { order.append(time.operation) }
            let before = values[time.operation]
            values[time.operation] = (
                (before?.microseconds ?? []) + time.microseconds, before?.limit ?? time.limit
            )
        }
    }

    var all: [OperationTimes] {
        order.compactMap { name in
            values[name].map { OperationTimes(operation: name, microseconds: $0.microseconds, limit: $0.limit) }
        }
    }
}
