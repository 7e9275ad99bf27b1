import ShangMi

/// What a run of the suite came to: a pure function of its evidence, so that the same evidence gives the same report to
/// the byte, in every form it is written in (Docs/testcards.md).
public struct Report: Sendable, Hashable {
    public let evidence: SuiteEvidence
    /// SM3 over the canonical JSON of the evidence, lower-case hexadecimal.
    public let evidenceDigest: String
    public let verdict: ReportVerdict
    /// Why it is the report of a part only, if it is one.
    public let missing: [EvidenceGap]
    /// One for each check of the evidence, in its order.
    public let checks: [CheckSummary]
    /// SM3 over `report.json`, lower-case hexadecimal: what a release names, and the paper shows.
    public private(set) var digest = ""

    /// - Throws: `.evidence` when the evidence contradicts itself.
    public init(_ evidence: SuiteEvidence) throws(ReportError) {
        try Self.check(evidence)
        self.evidence = evidence
        do {
            evidenceDigest = try evidence.digest()
        } catch {
            throw .evidence(.notWritable)
        }
        var byCheck: [String: [CheckResult]] = [:]
        for result in evidence.results { byCheck[result.check, default: []].append(result) }
        checks = evidence.checks.map { CheckSummary($0, results: byCheck[$0.id] ?? []) }
        missing = evidence.missing
        verdict = Self.verdict(of: checks, isPart: !missing.isEmpty)
        digest = SuiteEvidence.hex(SM3.hash(try ReportFile(self).bytes()))
    }

    private static func verdict(of checks: [CheckSummary], isPart: Bool) -> ReportVerdict {
        if checks.contains(where: { $0.verdict == .failed }) { return .failed }
        // A part of the suite is never passed.
        guard !isPart, checks.allSatisfy({ !$0.isGap }) else { return .incomplete }
        return checks.contains { $0.verdict == .passed } ? .passed : .incomplete
    }

    /// Whether every check of the suite was done, or found not to apply, on at least one card.
    public var isWhole: Bool { missing.isEmpty && !checks.isEmpty && gaps.isEmpty }

    /// Whether a station has signed the evidence: not so with older software.
    public var isSigned: Bool { evidence.station != nil }

    /// The results that failed, in the order of the checks, then of the cards.
    public var failures: [(check: CheckDescription, result: CheckResult)] {
        checks.flatMap { summary in
            summary.results.filter { $0.verdict == .failed }.map { (summary.description, $0) }
        }
    }

    /// Failures by their first causes, in the order in which each was found first.
    public var causes: [ReportCause] { CauseFinder(checks).causes }

    /// What each card came to, in the order of the evidence.
    public var cards: [CardSummary] {
        let results = Dictionary(grouping: evidence.results, by: \.card)
        return evidence.cards.map { CardSummary($0, results[$0.serial] ?? [], isPart: !missing.isEmpty) }
    }

    /// Checks that failed on a card and were passed when they were done again.
    public var cured: [RepeatedResult] { evidence.repeated.filter(\.isCured) }

    /// Of a real card; nil where no run has counted.
    public var estimate: TimeEstimate? { TimeEstimate(evidence.traffic ?? []) }

    /// Checks that could not be done on any card: what the report does not know.
    public var gaps: [CheckSummary] { checks.filter(\.isGap) }

    public func checks(_ verdict: CheckVerdict, in family: CheckFamily? = nil) -> Int {
        checks.count { ($0.verdict ?? .notRun) == verdict && (family == nil || $0.description.family == family) }
    }

    /// The families that have checks, in the order they are run.
    public var families: [CheckFamily] {
        CheckFamily.allCases.filter { family in checks.contains { $0.description.family == family } }
    }

    /// A short name for people: the report's number on its first page.
    public var number: String {
        let day = evidence.finishedAt.prefix(10).filter { $0 != "-" }
        return "TC-\(day)-\(evidenceDigest.prefix(12).uppercased())"
    }

    // MARK: Evidence that cannot be

    private static func check(_ evidence: SuiteEvidence) throws(ReportError) {
        if let contradiction = evidence.contradiction ?? evidence.runFlaw { throw .evidence(contradiction) }
        let ids = Set(evidence.checks.map(\.id))
        guard ids.count == evidence.checks.count else { throw .evidence(.checkTwice) }
        let cards = Set(evidence.cards.map(\.serial))
        guard cards.count == evidence.cards.count else { throw .evidence(.cardTwice) }
        var places: Set<ResultPlace> = []
        for result in evidence.results + (evidence.superseded ?? []) {
            guard ids.contains(result.check), result.cause.map({ ids.contains($0) }) ?? true else {
                throw .evidence(.unknownCheck(String(result.check.prefix(80))))
            }
            guard cards.contains(result.card) else {
                throw .evidence(.unknownCard)
            }
        }
        for result in evidence.results {
            guard places.insert(ResultPlace(result)).inserted else {
                throw .evidence(.twoResults(String(result.check.prefix(80))))
            }
        }
        guard SuiteEvidence.isDigest(evidence.profileDigest) else {
            throw .evidence(.profileDigest)
        }
        for digest in [evidence.softwareDigest, evidence.campaignDigest]
        where !digest.isEmpty && !SuiteEvidence.isDigest(digest) {
            throw .evidence(.digest)
        }
        for time in [evidence.startedAt, evidence.finishedAt] where UTCTime(time) == nil {
            throw .evidence(.time)
        }
        guard evidence.traffic?.allSatisfy(TimeEstimate.isPlausible) ?? true else {
            throw .evidence(.duration)
        }
        guard evidence.times.allSatisfy({ $0.microseconds.allSatisfy { (0...86_400_000_000).contains($0) } }) else {
            throw .evidence(.duration)
        }
    }
}

/// What one check came to on all cards.
public struct CheckSummary: Sendable, Hashable {
    public let description: CheckDescription
    public let results: [CheckResult]
    /// Failed if it failed on any card, else passed if it was passed on any, and so on; nil without a result.
    public let verdict: CheckVerdict?

    init(_ description: CheckDescription, results: [CheckResult]) {
        self.description = description
        self.results = results
        let order: [CheckVerdict] = [.failed, .passed, .notApplicable, .notRun]
        verdict = order.first { verdict in results.contains { $0.verdict == verdict } }
    }

    public func count(_ verdict: CheckVerdict) -> Int { results.count { $0.verdict == verdict } }

    /// Nothing is known of it.
    public var isGap: Bool { (verdict ?? .notRun) == .notRun }
}

/// What the checks came to on one card.
public struct CardSummary: Sendable, Hashable {
    public let card: TestedCard
    public let verdict: ReportVerdict
    public let passed: Int
    public let failed: Int
    public let notRun: Int
    public let notApplicable: Int

    init(_ card: TestedCard, _ results: [CheckResult], isPart: Bool) {
        self.card = card
        func count(_ verdict: CheckVerdict) -> Int { results.count { $0.verdict == verdict } }
        (passed, failed, notRun) = (count(.passed), count(.failed), count(.notRun))
        notApplicable = count(.notApplicable)
        verdict = failed > 0 ? .failed : isPart || passed == 0 || notRun > 0 ? .incomplete : .passed
    }
}
