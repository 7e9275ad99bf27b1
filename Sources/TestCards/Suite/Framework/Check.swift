/// A check of the suite: what it is, and how it is done.
public struct Check: Sendable {
    public let description: CheckDescription
    /// Done from a fresh reset. Returning is passing.
    let body: @Sendable (CheckBench) throws(CheckStop) -> Void

    public var id: String { description.id }
    public var family: CheckFamily { description.family }

    public init(_ description: CheckDescription, _ body: @escaping @Sendable (CheckBench) throws(CheckStop) -> Void) {
        self.description = description
        self.body = body
    }

    init(
        _ id: String, _ family: CheckFamily, _ title: BilingualText, clause: String, expects: BilingualText,
        isDestructive: Bool = false, _ body: @escaping @Sendable (CheckBench) throws(CheckStop) -> Void
    ) {
        self.init(
            CheckDescription(
                id: id, family: family, title: title, clause: clause, expectation: expects,
                isDestructive: isDestructive),
            body)
    }
}

/// Why a check ended before its end.
public enum CheckStop: Error, Sendable, Hashable {
    /// What came instead of what was expected.
    case failed(BilingualText)
    /// The profile or the product does not have what the check is about.
    case notApplicable(BilingualText)
    /// It could not be done here: nothing is known.
    case notRun(BilingualText)
}

extension BilingualText {
    init(_ en: String, _ zh: String) { self.init(en: en, zh: zh) }
}
