/// The kinds of checks, in the order they are run and reported.
public enum CheckFamily: String, Codable, Sendable, Hashable, CaseIterable {
    case answerToReset, directories, files, records, personalization, access, protection, writeOnce, cyclic, visits
    case keys, certificates, lifeCycle, robustness, persistence, collateral, cards, otherApplications, timing
    case endurance, blocking
}

/// A check by its name: everything of it but the doing.
public struct CheckDescription: Codable, Sendable, Hashable {
    /// Dotted, stable from run to run: `family.place.what`.
    public let id: String
    public let family: CheckFamily
    public let title: CheckText
    /// Where the rule stands: `card-facts §1.3; protocol §5`.
    public let clause: String
    public let expectation: CheckText
    /// Leaves the card unfit for issue: run last, on cards set aside.
    public let isDestructive: Bool

    public init(
        id: String, family: CheckFamily, title: CheckText, clause: String, expectation: CheckText,
        isDestructive: Bool = false
    ) {
        self.id = id
        self.family = family
        self.title = title
        self.clause = clause
        self.expectation = expectation
        self.isDestructive = isDestructive
    }
}
