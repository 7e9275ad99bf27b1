/// `report.json`: what programs, and who grants a release, read of a report (Docs/schemas/report-schema.json).
public struct ReportFile: Codable, Sendable, Hashable {
    public static let currentFormat = "resident-health-card-report/3"

    public struct Subject: Codable, Sendable, Hashable {
        public let maker: String
        /// Nil in evidence of older software.
        public let chip: String?
        public let product: String
        public let productVersion: String
        public let dialect: String
        public let profileDigest: String
        public let softwareDigest: String
        public let campaignDigest: String
    }

    public struct Family: Codable, Sendable, Hashable {
        public let family: CheckFamily
        public let passed: Int
        public let failed: Int
        public let notApplicable: Int
        public let notRun: Int
    }

    public struct Counts: Codable, Sendable, Hashable {
        public let checks: Int
        public let passed: Int
        public let failed: Int
        public let notApplicable: Int
        public let notRun: Int
        public let results: Int
    }

    public struct Check: Codable, Sendable, Hashable {
        public let id: String
        public let family: CheckFamily
        public let verdict: CheckVerdict
        public let isDestructive: Bool
    }

    public struct Card: Codable, Sendable, Hashable {
        public let serial: String
        public let answerToReset: String
        public let isSetAside: Bool
        public let verdict: ReportVerdict
        public let passed: Int
        public let failed: Int
        public let notRun: Int
        public let notApplicable: Int
    }

    /// Failures with one first cause.
    public struct Cause: Codable, Sendable, Hashable {
        public let kind: ReportCause.Kind
        public let title: CheckText
        public let meaning: CheckText
        /// Checks that failed by it.
        public let checks: [String]
        /// Checks that were not run on a card because of it.
        public let notRun: [String]
        public let cards: [String]
    }

    /// A check that was done more than once on a card.
    public struct Repeated: Codable, Sendable, Hashable {
        public struct Result: Codable, Sendable, Hashable {
            /// From 0, as in `runs`.
            public let run: Int
            public let verdict: CheckVerdict
            public let got: CheckText
        }

        public let check: String
        public let card: String
        /// In the order of the runs; the last one counts.
        public let results: [Result]
    }

    public struct Failure: Codable, Sendable, Hashable {
        public let check: String
        public let card: String
        public let title: CheckText
        public let clause: String
        public let expectation: CheckText
        public let got: CheckText
        /// What the check left on the card, and what became of it.
        public let recovery: [CheckText]
        public let exchanges: [CheckExchange]
    }

    public let format: String
    public let number: String
    /// SM3 over the canonical JSON of the evidence.
    public let evidenceDigest: String
    public let verdict: ReportVerdict
    /// Every check of the suite was done, or found not to apply, on at least one card.
    public let isWhole: Bool
    /// Why it is the report of a part only; empty for the whole suite.
    public let missing: [CheckText]
    public let subject: Subject
    /// Nil outside of a campaign.
    public let campaign: Campaign?
    /// What the cards were made in.
    public let environment: EnvironmentRecord?
    /// What they were tested with.
    public let equipment: TestEquipment?
    /// Who gathered and signed the evidence; nil: nobody did.
    public let station: EvidenceStation?
    public let reader: String
    public let tester: String
    public let startedAt: String
    public let finishedAt: String
    /// Every run the evidence is of, the whole suite first; nil: there was one only.
    public let runs: [SuiteRun]?
    public let cards: [Card]
    public let counts: Counts
    public let families: [Family]
    public let checks: [Check]
    public let causes: [Cause]
    public let failures: [Failure]
    /// What a later run did again, with every result.
    public let repeated: [Repeated]
    public let times: [TimeStatistics]
    /// Of a real card; nil where no run has counted.
    public let estimate: TimeEstimate?

    public init(_ report: Report) {
        let evidence = report.evidence
        format = Self.currentFormat
        number = report.number
        evidenceDigest = report.evidenceDigest
        verdict = report.verdict
        isWhole = report.isWhole
        missing = report.missing.map(\.text)
        campaign = evidence.campaign
        environment = evidence.environment
        equipment = evidence.equipment
        station = evidence.station
        subject = Subject(
            maker: evidence.maker, chip: evidence.chip, product: evidence.product,
            productVersion: evidence.productVersion,
            dialect: evidence.dialect, profileDigest: evidence.profileDigest,
            softwareDigest: evidence.softwareDigest, campaignDigest: evidence.campaignDigest)
        reader = evidence.reader
        tester = evidence.tester
        startedAt = evidence.startedAt
        finishedAt = evidence.finishedAt
        runs = evidence.runs
        cards = report.cards.map {
            Card(
                serial: $0.card.serial, answerToReset: $0.card.answerToReset, isSetAside: $0.card.isSetAside,
                verdict: $0.verdict, passed: $0.passed, failed: $0.failed, notRun: $0.notRun,
                notApplicable: $0.notApplicable)
        }
        counts = Counts(
            checks: report.checks.count, passed: report.checks(.passed), failed: report.checks(.failed),
            notApplicable: report.checks(.notApplicable), notRun: report.checks(.notRun),
            results: evidence.results.count)
        families = report.families.map { family in
            Family(
                family: family, passed: report.checks(.passed, in: family), failed: report.checks(.failed, in: family),
                notApplicable: report.checks(.notApplicable, in: family), notRun: report.checks(.notRun, in: family))
        }
        checks = report.checks.map {
            Check(
                id: $0.description.id, family: $0.description.family, verdict: $0.verdict ?? .notRun,
                isDestructive: $0.description.isDestructive)
        }
        failures = report.failures.map { check, result in
            Failure(
                check: check.id, card: result.card, title: check.title, clause: check.clause,
                expectation: result.expectation(of: check), got: result.got,
                recovery: (result.recovery ?? []).map(\.text), exchanges: result.exchanges)
        }
        causes = report.causes.map {
            Cause(
                kind: $0.kind, title: $0.title, meaning: $0.kind.meaning, checks: $0.checks, notRun: $0.followerChecks,
                cards: $0.cards)
        }
        repeated = evidence.repeated.map { repeated in
            Repeated(
                check: repeated.last.check, card: repeated.last.card,
                results: (repeated.earlier + [repeated.last]).map {
                    Repeated.Result(run: $0.run ?? 0, verdict: $0.verdict, got: $0.got)
                })
        }
        estimate = report.estimate
        times = evidence.times.compactMap(TimeStatistics.init)
    }

    /// The bytes of the file; their SM3 is the report's digest, which a release names.
    public func bytes() throws(ReportError) -> [UInt8] { try ReadableJSON.encode(self) }
}
