import Files
import Messages

/// What is wrong in a configuration file, and where.
public struct ConfigurationProblem: Message, Hashable {
    public enum Flaw: Message, Hashable {
        case notYAML(reason: String)
        case unknownKey(String, known: [String])
        case notAMap(String)
        case notAList(String)
        case notText(String)
        case notANumber(String, range: String)
        case notAFlag(String)
        case notOneOf(String, [String])
        case notAnOrigin(String)
        case notAHost(String)
        case notAnAddress(String)
        case notPorts(String)
        case needsTLS(String)
        case missing(String)
        case both(String, String)
        case notAbsolute(String)
        case notAKey(String)
        case empty(String)
    }

    public let file: String
    /// From 1.
    public let line: Int
    public let flaw: Flaw
}

/// Why a configuration file is not used: every problem in it at once.
public enum ConfigurationError: AdvisedError, Hashable {
    case file(InputFileError)
    case problems([ConfigurationProblem])

    public enum Code: String, Sendable, Hashable, CaseIterable { case file, problems }

    public static let domain = "agentConfiguration"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch self {
        case .file: .file
        case .problems: .problems
        }
    }

    public var underlying: (any AdvisedError)? {
        if case .file(let error) = self { return error }
        return nil
    }
}
