/// One run of the suite, or of a part of it, that evidence is of.
public struct SuiteRun: Codable, Sendable, Hashable {
    /// RFC 3339, UTC, seconds.
    public let startedAt: String
    public let finishedAt: String
    public let tester: String
    /// The reader's name, or `virtual`.
    public let reader: String
    public let equipment: TestEquipment?
    /// Those in hand.
    public let cards: [TestedCard]
    /// The checks that were done again, sorted; empty: the whole suite.
    public let cases: [String]
    /// ``SuiteEvidence/digest()`` of the evidence it was added to; nil for the first run.
    public let addedTo: String?

    public init(
        startedAt: String, finishedAt: String, tester: String, reader: String, equipment: TestEquipment?,
        cards: [TestedCard], cases: [String], addedTo: String?
    ) {
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.tester = tester
        self.reader = reader
        self.equipment = equipment
        self.cards = cards
        self.cases = cases
        self.addedTo = addedTo
    }
}

/// A check on one card that was done more than once.
public struct RepeatedResult: Sendable, Hashable {
    /// In the order of the runs.
    public let earlier: [CheckResult]
    public let last: CheckResult

    /// It failed, and what came last is not a failure.
    public var isCured: Bool { last.verdict == .passed && hasFailed }
    public var hasFailed: Bool { earlier.contains { $0.verdict == .failed } }
}

extension SuiteEvidence {
    /// Checks that were done more than once on a card, in the order of the results.
    public var repeated: [RepeatedResult] {
        guard let superseded else { return [] }
        let earlier = Dictionary(grouping: superseded, by: ResultPlace.init)
        return results.compactMap { last in
            earlier[ResultPlace(last)].map { RepeatedResult(earlier: $0, last: last) }
        }
    }

    /// What a run of what failed does again: on each card the checks that failed on it, and those that could not be done
    /// because of one that did.
    public var failedCases: [(card: String, checks: Set<String>)] {
        cards.compactMap { card in
            let wanted = results.filter { result in
                result.card == card.serial && (result.verdict == .failed || result.cause != nil)
            }
            return wanted.isEmpty ? nil : (card.serial, Set(wanted.map(\.check)))
        }
    }

    /// The evidence with another run's results: what they take the place of is kept beside them.
    ///
    /// A check that could not be done leaves the result before it as it is.
    ///
    /// - Parameters:
    ///   - findings: of checks and cards of this evidence.
    ///   - run: without `addedTo`, which is this evidence.
    /// - Throws: `.notAdded` where the run is not of the same cards; `.evidence` when this evidence cannot be written.
    public func adding(_ findings: SuiteFindings, of run: SuiteRun) throws(ReportError) -> SuiteEvidence {
        try checkCards(findings.cards)
        let known = Set(checks.map(\.id))
        if let strange = findings.results.first(where: { !known.contains($0.check) }) {
            throw .evidence(.unknownCheck(strange.check))
        }
        let digest: String
        do { digest = try self.digest() } catch { throw .evidence(.notWritable) }
        var evidence = self
        let number = max(1, runs?.count ?? 1)
        evidence.runs =
            (runs ?? [firstRun]) + [
                SuiteRun(
                    startedAt: run.startedAt, finishedAt: run.finishedAt, tester: run.tester, reader: run.reader,
                    equipment: run.equipment, cards: findings.cards,
                    cases: Set(findings.results.map(\.check)).sorted(), addedTo: digest)
            ]
        var superseded = superseded ?? []
        let news = Dictionary(findings.results.map { (ResultPlace($0), $0) }) { first, _ in first }
        evidence.results = results.map { old in
            guard var new = news[ResultPlace(old)], new.verdict != .notRun || old.verdict == .notRun else { return old }
            superseded.append(old)
            new.run = number
            return new
        }
        evidence.superseded = superseded.isEmpty ? nil : superseded
        evidence.finishedAt = run.finishedAt
        evidence.times = merged(times, findings.times)
        return evidence
    }

    private var firstRun: SuiteRun {
        SuiteRun(
            startedAt: startedAt, finishedAt: finishedAt, tester: tester, reader: reader, equipment: equipment,
            cards: cards, cases: [], addedTo: nil)
    }

    /// Another operating system is another product: it wants a campaign of its own.
    private func checkCards(_ found: [TestedCard]) throws(ReportError) {
        for card in found {
            guard let known = cards.first(where: { $0.serial == card.serial }) else {
                throw .notAdded(.strangeCard(card.serial))
            }
            guard known.build == card.build else { throw .notAdded(.otherBuild(card.serial)) }
        }
    }

    private func merged(_ old: [OperationTimes], _ new: [OperationTimes]) -> [OperationTimes] {
        var times = old
        for time in new {
            guard let index = times.firstIndex(where: { $0.operation == time.operation }) else {
                times.append(time)
                continue
            }
            times[index] = OperationTimes(
                operation: time.operation, microseconds: times[index].microseconds + time.microseconds,
                limit: times[index].limit ?? time.limit)
        }
        return times
    }

    /// What contradicts itself in runs and what they superseded; nil: nothing does.
    var runFlaw: EvidenceFlaw? {
        let old = superseded ?? []
        guard let runs else { return old.isEmpty && results.allSatisfy { $0.run == nil } ? nil : .runs }
        guard runs.count > 1, let first = runs.first, first.cases.isEmpty, first.addedTo == nil,
            first.startedAt == startedAt, runs.last?.finishedAt == finishedAt,
            runs.dropFirst().allSatisfy({ run in
                run.addedTo.map(Self.isDigest) == true && UTCTime(run.startedAt) != nil
                    && UTCTime(run.finishedAt) != nil
            })
        else { return .runs }
        let done = runs.map { Set($0.cases) }
        var last: [ResultPlace: Int] = [:]
        for result in old + results {
            let run = result.run ?? 0
            guard runs.indices.contains(run), run == 0 || done[run].contains(result.check),
                last[ResultPlace(result)].map({ $0 < run }) ?? true
            else { return .runs }
            last[ResultPlace(result)] = run
        }
        let (there, before) = (Set(results.map(ResultPlace.init)), Set(old.map(ResultPlace.init)))
        // What a later run did again has a result before it: it cannot be taken away.
        let isWhole = results.allSatisfy { $0.run == nil || before.contains(ResultPlace($0)) }
        return isWhole && there.isSuperset(of: before) ? nil : .runs
    }

    /// Cards on which a check failed once, and that were not what they had been when it was done again.
    var exchangedCards: [String] {
        guard let runs else { return [] }
        func build(_ result: CheckResult) -> String? {
            let run = result.run ?? 0
            guard runs.indices.contains(run) else { return nil }
            return runs[run].cards.first { $0.serial == result.card }?.build
        }
        let changed = repeated.filter { repeated in
            let now = build(repeated.last)
            return now == nil || repeated.earlier.contains { build($0) != now }
        }
        return Set(changed.map(\.last.card)).sorted()
    }
}

/// Where a result belongs.
struct ResultPlace: Hashable {
    let check: String
    let card: String

    init(check: String, card: String) {
        self.check = check
        self.card = card
    }

    init(_ result: CheckResult) { self.init(check: result.check, card: result.card) }
}
