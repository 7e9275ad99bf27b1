public typealias English = Wording<EnglishTag>
public typealias Chinese = Wording<ChineseTag>

/// Words of one language: what there is to say and, where there is advice, what to do. Written as a string literal; a
/// ``Message`` that stands in it by interpolation says itself in the same language.
///
/// Both parts are clauses without a full stop, the English ones with a small first letter: they are shown on lines of
/// their own (`error: …`, `hint: …`) or one after the other.
public struct Wording<Tag: LanguageTag>: Sendable, Hashable {
    public let what: String
    public let hint: String?

    public init(_ what: Wording, hint: Wording) {
        self.what = what.what
        self.hint = hint.what
    }

    /// For an error about another one: with the advice of that one, if it has any.
    public init(_ what: Wording, hintOf message: some Message) {
        self.what = what.what
        hint = Tag.wording(of: message).hint
    }

    /// Text that is the same in every language: a system's own words, a name.
    public init(verbatim text: String) {
        what = text
        hint = nil
    }

    /// Both parts in one line.
    public var text: String { hint.map { what + Tag.language.marks.clause + $0 } ?? what }
}

extension Wording: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self.init(verbatim: text) }
    public init(stringInterpolation: StringInterpolation) { self.init(verbatim: stringInterpolation.text) }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// What the message says, in the language of these words and without its advice.
        public mutating func appendInterpolation(_ message: some Message) { text += Tag.wording(of: message).what }

        /// The same. An error is a message and nothing else here.
        public mutating func appendInterpolation(_ error: some AdvisedError) { text += Tag.wording(of: error).what }
        public mutating func appendInterpolation(_ error: any AdvisedError) { text += Tag.wording(of: error).what }
        public mutating func appendInterpolation(_ message: any Message) { text += Tag.wording(of: message).what }

        /// Words of the same language. Literals are these, those of `a ? "…" : "…"` too, so that whatever stands in them
        /// is in this language.
        public mutating func appendInterpolation(_ words: Wording) { text += words.what }

        /// What is written alike in every language: numbers, names, bytes.
        @_disfavoredOverload
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) { text += value.description }

        /// An error whose words are English only must not get into another language.
        @available(*, deprecated, message: "make the error an AdvisedError, so that it has words in every language")
        public mutating func appendInterpolation(_ error: some Error) { text += "\(error)" }

        /// `a, b, c`; `a、b、c`.
        public mutating func appendInterpolation(list values: [some CustomStringConvertible]) {
            text += values.map(\.description).joined(separator: Tag.language.marks.list)
        }

        /// The same of messages, each in this language.
        public mutating func appendInterpolation(list messages: [some Message]) {
            text += messages.map { Tag.wording(of: $0).what }.joined(separator: Tag.language.marks.list)
        }

        /// Clauses one after the other: `a; b`, `a；b`.
        public mutating func appendInterpolation(clauses messages: [some Message]) {
            text += messages.map { Tag.wording(of: $0).text }.joined(separator: Tag.language.marks.clause)
        }
    }
}

extension Wording.StringInterpolation where Tag == EnglishTag {
    /// A number and what is counted: `1 attempt`, `3 attempts`, `2 entries`.
    public mutating func appendInterpolation(_ count: Int, _ one: String, _ many: String? = nil) {
        appendLiteral("\(count) \(count == 1 ? one : many ?? one + "s")")
    }
}
