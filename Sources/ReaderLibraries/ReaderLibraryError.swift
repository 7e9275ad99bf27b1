import Files
import Messages
import PCSC

/// What is wrong with the file that declares readers.
public struct ReaderFileError: ReaderFault, Hashable {
    public enum Problem: Error, Sendable, Hashable {
        /// The environment names a file that is not there.
        case missing
        case unreadable(InputFileError)
        case notText
        case noSection
        case notASetting
        case badName
        case nameTwice(String)
        case tooMany(most: Int)
        case unknownSetting(String)
        case settingTwice(String)
        case lacking(String)
        case badFamily(String)
        case badLibrary
        case badPort(ReaderFamily)
        case badBaud
        case badSlot
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case file, line
    }

    public let path: String
    /// From 1; 0 for the file as a whole.
    public let line: Int
    public let problem: Problem

    init(_ path: String, _ line: Int, _ problem: Problem) {
        self.path = path
        self.line = line
        self.problem = problem
    }

    public static let domain = "readerFile"
    public var code: Code { line == 0 ? .file : .line }
    public var kind: ErrorKind { .badInput }
    public var number: UInt32 { PCSCError.readerUnavailable }
    public var name: String { identifier }
}

/// Why a reader cannot be reached by its maker's library.
public enum ReaderLibraryError: ReaderFault, Hashable {
    /// Why the system does not load it, in its words.
    case notLoaded(library: String, reason: String)
    case functionMissing(library: String, function: String)
    /// Others than root or this user may write to it.
    case exposed(library: String)
    /// The opening function says no: there is no such reader, or another program has it.
    case notOpened(reader: String, function: String, code: Int)
    /// It was there and does not answer any more.
    case gone(reader: String, function: String, code: Int)
    /// A command ended otherwise than well, and the card is there.
    case failed(function: String, code: Int)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case notLoaded, functionMissing, exposed, notOpened, gone, failed
    }

    public static let domain = "readerLibrary"

    public var code: Code {
        switch self {
        case .notLoaded: .notLoaded
        case .functionMissing: .functionMissing
        case .exposed: .exposed
        case .notOpened: .notOpened
        case .gone: .gone
        case .failed: .failed
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .notLoaded, .functionMissing, .notOpened, .gone: .noReader
        case .exposed: .notAllowed
        case .failed: .cardRefused
        }
    }

    public var number: UInt32 {
        switch self {
        case .notLoaded, .functionMissing, .exposed, .notOpened, .gone: PCSCError.readerUnavailable
        case .failed: PCSCError.dataLost
        }
    }

    public var name: String { identifier }
}
