import CardProfiles

/// Makes the checks of one family, or a part of one, out of what the profile says.
protocol CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check]
}

/// What checks are made for.
public struct SuitePlan: Sendable {
    public let profile: CardProfile
    public let dialect: Dialect
    public let options: SuiteOptions
}

/// What the user may choose.
public struct SuiteOptions: Sendable, Hashable {
    /// Writes of the endurance checks; 0 leaves them out.
    public var enduranceWrites = 0
    /// Challenges that must all differ.
    public var challenges = 64
    /// Checks whose identifier begins with one of these; empty: all.
    public var only: [String] = []
    /// Checks by their whole names, besides those of `only`; both empty: all.
    public var cases: Set<String> = []

    public init() {}
}

extension ConformanceSuite {
    /// Every source; the order of families is the report's, the order here that of checks within one.
    static var sources: [any CheckSource.Type] {
        [
            AnswerToResetChecks.self, DirectoryChecks.self, FileChecks.self, RecordChecks.self,
            PersonalizationChecks.self,
            WriteOnceChecks.self, CyclicChecks.self, VisitChecks.self, VisitFlowChecks.self, CertificateChecks.self,
            LifeCycleChecks.self, IndirectAccessChecks.self,
        ] + behaviour
    }
}
