import Messages

/// One thing the suite looks at: what it is called, and how it is done.
///
/// A body ends in one of three ways: it returns (passed), it throws ``CheckStop`` (failed, not applicable, not run), or
/// the link lets it down, which is a `CheckStop` too.
public struct Check: Sendable {
    public typealias Body = @Sendable (CheckBench) throws(CheckStop) -> Void

    public let description: CheckDescription
    let body: Body

    public var id: String { description.id }
    public var isDestructive: Bool { description.isDestructive }

    /// - Parameters:
    ///   - place: what follows the family in the identifier, `DDF1/EF05.read.without-key`.
    ///   - expected: what a right card does.
    ///   - isDestructive: leaves the card unfit for issue.
    public init(
        _ family: CheckFamily, _ place: String, _ title: CheckText, clause: String, expected: CheckText,
        isDestructive: Bool = false, body: @escaping Body
    ) {
        description = CheckDescription(
            id: "\(family.rawValue).\(place)", family: family, title: title, clause: clause, expectation: expected,
            isDestructive: isDestructive)
        self.body = body
    }
}

/// Why the body of a check went no further.
public enum CheckStop: Error, Sendable, Hashable {
    /// The card is not as it should be: what came instead.
    case failed(CheckText)
    /// Profile or product do not have what the check is about.
    case notApplicable(CheckText)
    /// It cannot be done here; nothing is known of the card.
    case notRun(CheckText)
}
