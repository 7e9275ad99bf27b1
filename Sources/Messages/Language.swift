/// A language that people are spoken to in. A new one is a case here, a ``LanguageTag``, a requirement of ``Message``, and
/// one file in each module: until that is written, the module does not compile.
public enum Language: String, Sendable, Hashable, Codable, CaseIterable {
    case english = "en"
    case chinese = "zh"

    /// What this language puts between the parts of an enumeration, and between what happened and what to do.
    var marks: (list: String, clause: String) {
        switch self {
        case .english: (", ", "; ")
        case .chinese: ("、", "；")
        }
    }

    /// The language of `zh`, `en` or the name of a locale that begins so (`zh_CN.UTF-8`); nil for any other.
    public init?(named name: String) {
        guard let language = Self.allCases.first(where: { name.lowercased().hasPrefix($0.rawValue) }) else {
            return nil
        }
        self = language
    }

    /// The language a program is asked to speak.
    ///
    /// - Parameters:
    ///   - choice: what was given on the command line, if anything.
    ///   - environment: `HEALTHCARD_LANG`, where it names a language there is, else the first of `LC_ALL`, `LC_MESSAGES`
    ///     and `LANG` that is not empty. A locale of another language, `C` for one, is answered in English.
    public static func preferred(_ choice: Language? = nil, in environment: [String: String]) -> Language {
        if let choice = choice ?? environment["HEALTHCARD_LANG"].flatMap(Language.init(named:)) { return choice }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale.flatMap(Language.init(named:)) ?? .english
    }
}

/// A language as a type, so that words of one are never taken for words of another.
public protocol LanguageTag: Sendable {
    static var language: Language { get }

    /// What a message says in this language.
    static func wording(of message: some Message) -> Wording<Self>
}

public enum EnglishTag: LanguageTag {
    public static var language: Language { .english }
    public static func wording(of message: some Message) -> Wording<Self> { message.english }
}

public enum ChineseTag: LanguageTag {
    public static var language: Language { .chinese }
    public static func wording(of message: some Message) -> Wording<Self> { message.chinese }
}
