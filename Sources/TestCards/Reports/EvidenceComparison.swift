import Messages

/// What two runs do not have in common: on what and with what, checks, results, times.
public struct EvidenceComparison: Encodable, Sendable {
    /// Something that is one thing in A and another in B.
    public struct Difference: Encodable, Sendable, Hashable {
        /// The member's name in the evidence: `productVersion`, `environment.planDigest`.
        public let name: String
        public let a: String
        public let b: String
    }

    public struct Result: Encodable, Sendable, Hashable {
        public let check: String
        /// Nil: it has no result there.
        public let a: CheckVerdict?
        public let b: CheckVerdict?
        /// What B found, or A where B found nothing wrong.
        public let got: CheckText
    }

    public struct Time: Encodable, Sendable, Hashable {
        public let operation: String
        /// Medians, microseconds.
        public let a: Int
        public let b: Int
    }

    public let subject: [Difference]
    public let commonChecks: Int
    /// Names of checks.
    public let onlyInA: [String]
    public let onlyInB: [String]
    /// Checks of one name that ask for something else.
    public let redefined: [String]
    public let results: [Result]
    public let times: [Time]

    public init(_ a: SuiteEvidence, _ b: SuiteEvidence) {
        subject = Self.subject(a, b) + Self.environment(a, b)
        let (one, other) = (Self.byName(a), Self.byName(b))
        commonChecks = one.keys.count { other[$0] != nil }
        onlyInA = a.checks.map(\.id).filter { other[$0] == nil }
        onlyInB = b.checks.map(\.id).filter { one[$0] == nil }
        redefined = a.checks.filter { check in other[check.id].map { $0 != check } ?? false }.map(\.id)
        results = Self.results(a, b)
        times = Self.times(a, b)
    }

    private static func byName(_ evidence: SuiteEvidence) -> [String: CheckDescription] {
        Dictionary(evidence.checks.map { ($0.id, $0) }) { first, _ in first }
    }

    // MARK: On what and with what

    private static func subject(_ a: SuiteEvidence, _ b: SuiteEvidence) -> [Difference] {
        let members: [(String, (SuiteEvidence) -> String)] = [
            ("campaign", { $0.campaign?.id ?? "" }), ("maker", \.maker), ("chip", { $0.chip ?? "" }),
            ("product", \.product), ("productVersion", \.productVersion), ("dialect", \.dialect),
            ("profileDigest", \.profileDigest), ("softwareDigest", \.softwareDigest),
            ("engineVersion", { $0.equipment?.engineVersion ?? "" }),
            ("serviceVersion", { $0.equipment?.serviceVersion ?? "" }),
            ("readers", { readers($0.equipment?.readers ?? []) }), ("station", { $0.station?.description ?? "" }),
            ("tester", \.tester), ("startedAt", \.startedAt), ("cards", { String($0.cards.count) }),
            ("builds", { Set($0.cards.map(\.build)).sorted().joined(separator: ", ") }),
        ]
        return members.compactMap { name, value in
            value(a) == value(b) ? nil : Difference(name: name, a: value(a), b: value(b))
        }
    }

    private static func readers(_ readers: [EnvironmentRecord.Reader]) -> String {
        readers.map { "\($0.name) \($0.driverVersion)" }.joined(separator: ", ")
    }

    private static func environment(_ a: SuiteEvidence, _ b: SuiteEvidence) -> [Difference] {
        guard let old = a.environment, let new = b.environment else {
            guard (a.environment == nil) != (b.environment == nil) else { return [] }
            let isThere = { (record: EnvironmentRecord?) in record?.station ?? "" }
            return [Difference(name: "environment", a: isThere(a.environment), b: isThere(b.environment))]
        }
        return new.differences(from: old).map { Difference(name: "environment.\($0.field)", a: $0.tested, b: $0.now) }
    }

    // MARK: What came of it

    private static func results(_ a: SuiteEvidence, _ b: SuiteEvidence) -> [Result] {
        let (one, other) = (summaries(a), summaries(b))
        return a.checks.compactMap { check in
            guard let old = one[check.id], let new = other[check.id], old.verdict != new.verdict else { return nil }
            let shown = new.results.first { $0.verdict == .failed } ?? old.results.first { $0.verdict == .failed }
            return Result(
                check: check.id, a: old.verdict, b: new.verdict,
                got: shown?.got ?? new.results.first?.got ?? CheckText("no result", "无结果"))
        }
    }

    private static func summaries(_ evidence: SuiteEvidence) -> [String: CheckSummary] {
        let results = Dictionary(grouping: evidence.results, by: \.check)
        return Dictionary(evidence.checks.map { ($0.id, CheckSummary($0, results: results[$0.id] ?? [])) }) {
            first, _ in
            first
        }
    }

    private static func times(_ a: SuiteEvidence, _ b: SuiteEvidence) -> [Time] {
        let other = Dictionary(
            b.times.compactMap(TimeStatistics.init).map { ($0.operation, $0.median) },
            uniquingKeysWith: { first, _ in first })
        return a.times.compactMap(TimeStatistics.init).compactMap { time in
            guard let median = other[time.operation], abs(median - time.median) * 10 > max(median, time.median) else {
                return nil
            }
            return Time(operation: time.operation, a: time.median, b: median)
        }
    }
}
