import Messages

/// What help says in other languages than English, by the English of the commands' own declarations. A text that was
/// changed there and not here is in no language but English, which a test refuses.
package enum HelpCatalogue {
    /// A text of the help in a language: itself where there is no other.
    package static func text(_ english: String, in language: Language) -> String {
        switch language {
        case .english: english
        case .chinese: chinese[english] ?? english
        }
    }

    /// English and Chinese.
    static let entries = Array(
        [cardInChinese, visitsInChinese, electronicCardInChinese, factoryInChinese, keysInChinese, releasesInChinese]
            .joined())

    private static let chinese = Dictionary(
        entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
}
