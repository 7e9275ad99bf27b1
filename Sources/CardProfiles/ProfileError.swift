import Messages

/// One thing wrong in a profile.
///
/// What is wrong is said where it is found, in one expression with the English and the Chinese words: more than a hundred
/// sentences, each said once and never told apart by programs.
public struct ProfileProblem: Message, Hashable {
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    /// What is wrong, and what was expected.
    public let message: AnyMessage

    public init(file: String, line: Int, _ message: AnyMessage) {
        self.file = file
        self.line = line
        self.message = message
    }

    public var english: English { .init("\(place): \(message)", hintOf: message) }
    public var chinese: Chinese { .init("\(place)：\(message)", hintOf: message) }

    private var place: String { line > 0 ? "\(file):\(line)" : file }
}

/// A profile that cannot be used, with everything that is wrong with it, in the order of the files.
public struct ProfileError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable { case invalid }

    public let problems: [ProfileProblem]

    public init(_ problems: [ProfileProblem]) { self.problems = problems }

    public static let domain = "profile"
    public var kind: ErrorKind { .badInput }
    public var code: Code { .invalid }

    /// A line for each problem.
    public var english: English { English(verbatim: lines(.english)) }
    public var chinese: Chinese { Chinese(verbatim: lines(.chinese)) }

    private func lines(_ language: Language) -> String {
        problems.map { $0.text(in: language) }.joined(separator: "\n")
    }
}
