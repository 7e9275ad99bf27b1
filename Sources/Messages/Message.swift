/// Something that is told to a person: a value with typed arguments, and its words in every language.
///
/// A module keeps the words of all its messages in one file for each language, `Messages+English.swift` and
/// `Messages+Chinese.swift`, as a `switch` without `default` (Docs/messages.md).
public protocol Message: Sendable, CustomStringConvertible {
    var english: English { get }
    var chinese: Chinese { get }
}

extension Message {
    /// English, for logs and `catch`.
    public var description: String { english.text }

    /// All of it in one line.
    public func text(in language: Language) -> String { parts(in: language).text }

    /// What there is to say, without the advice.
    public func what(in language: Language) -> String { parts(in: language).what }

    /// The advice, if there is any.
    public func hint(in language: Language) -> String? { parts(in: language).hint }

    private func parts(in language: Language) -> (what: String, hint: String?, text: String) {
        switch language {
        case .english: (english.what, english.hint, english.text)
        case .chinese: (chinese.what, chinese.hint, chinese.text)
        }
    }
}

/// Text that comes from elsewhere and is the same in every language: a recording, a driver, a server.
public struct VerbatimText: Message, Hashable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var english: English { English(verbatim: text) }
    public var chinese: Chinese { Chinese(verbatim: text) }
}

/// A message that programs tell from others: it goes into JSON, events, lists or the ledger.
public protocol CodedMessage: Message {
    /// What there may be. The raw values are part of the interface: they are never changed, nor used again for something
    /// else.
    associatedtype Code: RawRepresentable, CaseIterable, Hashable, Sendable where Code.RawValue == String

    /// Where the code belongs: `reader`. No two types have the same.
    static var domain: String { get }

    var code: Code { get }
}

extension CodedMessage {
    /// Domain and code: `reader.noMatch`.
    public var identifier: String { "\(Self.domain).\(code.rawValue)" }
}
