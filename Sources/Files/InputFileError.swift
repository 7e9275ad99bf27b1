import Glibc
import Messages

/// Why something that was named as an input could not be read: which path, and what is there.
///
/// Nothing of a content is in it.
public struct InputFileError: AdvisedError, Hashable {
    /// What a path led to that is not a file.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case folder, device, socket, pipe, other
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case missing, nameNotUTF8, notPermitted, notAFile, tooLong, silent, slow, exposed, system
    }

    public enum Problem: Sendable, Hashable {
        /// Nothing of that name, or a link to nothing.
        case missing
        /// The same, and the name came here without bytes that are not UTF-8.
        case nameNotUTF8
        case notPermitted
        /// Something that is read differently from a file, or not at all.
        case notAFile(Kind)
        /// More bytes than anything that is expected here.
        case tooLong(limit: Int)
        /// Nothing arrived for this number of seconds.
        case silent(seconds: Int)
        /// It has been waited for this number of seconds in all, for less than a file takes in a second.
        case slow(seconds: Int)
        /// The file is its owner's secret, and others have rights to it.
        case exposed
        /// The system's own reason, an `errno`.
        case system(Int32)
    }

    public let path: String
    public let problem: Problem

    public init(_ path: String, _ problem: Problem) {
        self.path = path
        // A name in another character set than UTF-8 has lost its bytes before it comes here.
        let isNameLost = problem == .missing && path.unicodeScalars.contains("\u{FFFD}")
        self.problem = isNameLost ? .nameNotUTF8 : problem
    }

    public static let domain = "file"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch problem {
        case .missing: .missing
        case .nameNotUTF8: .nameNotUTF8
        case .notPermitted: .notPermitted
        case .notAFile: .notAFile
        case .tooLong: .tooLong
        case .silent: .silent
        case .slow: .slow
        case .exposed: .exposed
        case .system: .system
        }
    }

    /// What is wrong and what to do, in English and without the path.
    public var reason: String { problem.description }
}
