/// One thing wrong in a profile.
public struct ProfileProblem: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1; 0 when the file as a whole is meant.
    public let line: Int
    /// What is wrong, and what was expected.
    public let message: String
    public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
    public init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }
}

/// A profile that cannot be used, with everything that is wrong with it, in the order of the files.
public struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let problems: [ProfileProblem]
    public var description: String { problems.map(\.description).joined(separator: "\n") }
    public init(_ problems: [ProfileProblem]) { self.problems = problems }
}
