import CardProfiles
import ISO7816
import Messages

/// Why there is no suite.
public enum SuiteError: AdvisedError, Hashable {
    case noDialect(String, known: [String])
    /// Two checks with one name: a mistake in the suite or in the names of the profile.
    case repeatedCheck(String)
    /// No check has this name, or begins with it.
    case unknownCheck(String, like: [String])

    public enum Code: String, Sendable, Hashable, CaseIterable { case noDialect, repeatedCheck, unknownCheck }

    public static let domain = "suite"
    public var kind: ErrorKind { .usage }

    public var code: Code {
        switch self {
        case .noDialect: .noDialect
        case .repeatedCheck: .repeatedCheck
        case .unknownCheck: .unknownCheck
        }
    }
}

/// How far a run has come, in checks: one counts once it is done on every card it is for.
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
    /// One for each card.
    public var traffic: [CardTraffic] = []

    public init(
        cards: [TestedCard] = [], results: [CheckResult] = [], times: [OperationTimes] = [],
        traffic: [CardTraffic] = []
    ) {
        self.cards = cards
        self.results = results
        self.times = times
        self.traffic = traffic
    }
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
        let wanted = try Self.chosen(all, options)
        let families = CheckFamily.allCases
        let ordered = families.flatMap { family in wanted.filter { $0.description.family == family } }
        checks = ordered.filter { !$0.isDestructive } + ordered.filter(\.isDestructive)
    }

    /// Those that were asked for by their names or the beginning of one.
    private static func chosen(_ all: [Check], _ options: SuiteOptions) throws(SuiteError) -> [Check] {
        guard !options.only.isEmpty || !options.cases.isEmpty else { return all }
        let names = Set(all.map(\.id))
        for name in options.cases.sorted() where !names.contains(name) {
            throw .unknownCheck(name, like: NearChecks.of(name, among: all.map(\.id)))
        }
        for beginning in options.only where !all.contains(where: { $0.id.hasPrefix(beginning) }) {
            let beginnings = CheckFamily.allCases.map(\.rawValue) + all.map(\.id)
            throw .unknownCheck(beginning, like: NearChecks.of(beginning, among: beginnings))
        }
        return all.filter { check in
            options.cases.contains(check.id) || options.only.contains { check.id.hasPrefix($0) }
        }
    }

    /// What is checked, in order.
    public var list: [CheckDescription] { checks.map(\.description) }

    /// Puts cards to every check. Blocks; nothing a card says ends the run.
    ///
    /// A check is done on one card after the other. Checks that leave a card unfit are done last, on cards set aside
    /// alone; without such a card they are not run.
    ///
    /// - Parameters:
    ///   - wanted: whether a check is done on the card of a serial; nil: all on all.
    ///   - isCancelled: asked before each check; the checks that are left are not run then.
    ///   - progress: after each check on each card, in the order they are done.
    public func run(
        cards: [CardInHand], wanted: ((_ check: String, _ serial: String) -> Bool)? = nil,
        isCancelled: () -> Bool = { false }, progress: (SuiteProgress) -> Void = { _ in }
    ) -> SuiteFindings {
        var findings = SuiteFindings()
        var times = TimeTable()
        let memory = RunMemory()
        let benches = cards.map {
            (card: $0, bench: CheckBench($0, profile: profile, dialect: dialect, run: memory))
        }
        for (card, bench) in benches {
            // Nothing of what was done to the card before is to be in its volatile memory.
            card.power?.remove()
            card.power?.restore()
            bench.identify()
            findings.cards.append(
                TestedCard(
                    serial: serial(bench), answerToReset: Hex.encode(bench.answerToReset),
                    isSetAside: card.isSetAside))
        }
        let work = plan(benches.map(\.card), serials: findings.cards.map(\.serial), wanted)
        var done = 0
        for (check, indices, isPossible) in work {
            for (place, index) in indices.enumerated() {
                let bench = benches[index].bench
                let result: CheckResult
                if isCancelled() {
                    result = notRun(check, bench, CheckText("the run was stopped", "检测已中止"))
                } else if !isPossible {
                    result = notRun(check, bench, CheckText("no card was set aside for it", "没有为其另备卡片"))
                } else {
                    result = run(check, on: bench)
                    times.add(bench.times)
                }
                findings.results.append(result)
                if place == indices.count - 1 { done += 1 }
                progress(
                    SuiteProgress(done: done, total: work.count, result: result, description: check.description))
            }
        }
        findings.times = times.all
        findings.traffic = benches.map { CardTraffic(card: serial($0.bench), $0.bench) }
        return findings
    }

    /// Every check with the cards it is done on, in order; no card is fit for one that is not possible.
    private func plan(
        _ cards: [CardInHand], serials: [String], _ wanted: ((String, String) -> Bool)?
    ) -> [(check: Check, indices: [Int], isPossible: Bool)] {
        let spare = cards.indices.filter { cards[$0].isSetAside }
        return checks.compactMap { check in
            let fit = check.isDestructive ? spare : Array(cards.indices)
            let chosen = fit.filter { wanted?(check.id, serials[$0]) ?? true }
            if !chosen.isEmpty { return (check, chosen, true) }
            guard fit.isEmpty, !cards.isEmpty, wanted == nil else { return nil }
            return (check, [0], false)
        }
    }

    private func run(_ check: Check, on bench: CheckBench) -> CheckResult {
        bench.begin(isDestructive: check.isDestructive)
        do {
            try check.body(bench)
            return result(check, bench, .passed, bench.finding ?? CheckText("as expected", "与预期一致"))
        } catch {
            switch error {
            case .failed(let text): return failed(check, bench, error, text)
            case .notApplicable(let text): return result(check, bench, .notApplicable, text)
            case .notRun(let text):
                let result = result(check, bench, .notRun, text, cause: bench.waitsFor)
                // It may have ended behind a wrong attempt of its own.
                if !bench.attemptsLeft.isEmpty {
                    mark(BlockingChecks.recover(bench, isDestructive: check.isDestructive), check, bench, text)
                }
                return result
            }
        }
    }

    private func result(
        _ check: Check, _ bench: CheckBench, _ verdict: CheckVerdict, _ got: CheckText, cause: String? = nil
    ) -> CheckResult {
        CheckResult(
            check: check.id, card: serial(bench), verdict: verdict, got: got, exchanges: bench.link.evidence,
            cause: cause)
    }

    /// A failure with its step, what it was the first to meet, and what it left on the card.
    private func failed(_ check: Check, _ bench: CheckBench, _ stop: CheckStop, _ got: CheckText) -> CheckResult {
        let exchanges = bench.link.evidence
        let step = bench.failedStep.flatMap { $0.stop == stop ? $0.step : nil }
        let unheld = bench.unmet(by: stop)
        let recovery = BlockingChecks.recover(bench, isDestructive: check.isDestructive)
        var cause: Precondition?
        if !check.isDestructive {
            mark(recovery, check, bench, got)
            if let unheld {
                // What recovering has just done with right MACs is a second try.
                let isSettled = unheld.kind == .messaging && BlockingChecks.Subject(unheld.place, profile) != nil
                let isBroken = isSettled ? bench.broken[unheld] != nil : bench.blame(unheld, on: check.id, got)
                cause = isBroken ? unheld : nil
            }
        }
        return CheckResult(
            check: check.id, card: serial(bench), verdict: .failed, got: got, exchanges: exchanges, step: step,
            precondition: cause, recovery: recovery.isEmpty ? nil : recovery)
    }

    /// What is left on the card keeps other checks from it.
    private func mark(_ recovery: [CardRecovery], _ check: Check, _ bench: CheckBench, _ got: CheckText) {
        for found in recovery {
            switch found.finding {
            case .unblocked: bench.mark(Precondition(.wrongMACs, found.place), by: check.id, got)
            case .staysBlocked: bench.mark(Precondition(.directory, found.place), by: check.id, got)
            case .countStays: bench.mark(Precondition(.messaging, found.place), by: check.id, got)
            case .attemptsStay: bench.mark(Precondition(.key, found.place), by: check.id, got)
            case .restored, .contentStays: break
            }
        }
    }

    private func notRun(_ check: Check, _ bench: CheckBench, _ reason: CheckText) -> CheckResult {
        CheckResult(check: check.id, card: serial(bench), verdict: .notRun, got: reason, exchanges: [])
    }

    /// The chip's serial, or as much of the answer to reset as there is.
    private func serial(_ bench: CheckBench) -> String {
        guard let answer = try? AnswerToReset(tolerant: bench.answerToReset) else {
            return Hex.encode(bench.answerToReset.prefix(profile.cryptography.cardFactor.length))
        }
        let rule = profile.cryptography.cardFactor
        let historical = answer.historicalBytes
        guard let range = rule.range(in: historical.count, on: answer.cardInterface) else {
            return Hex.encode(historical.prefix(rule.length))
        }
        return Hex.encode(historical[range])
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
