import Files
import Messages

/// Why a virtual card cannot be made, loaded, saved or put into a slot. Key values are never in it.
public enum VirtualCardError: AdvisedError, Hashable {
    /// The chip serial has the wrong number of bytes.
    case serialLength(expected: Int, actual: Int)
    /// Software cannot compute this cipher; what the library says, if it was asked.
    case cipherUnavailable(String, AnyMessage? = nil)
    /// The profile lacks something that a card needs.
    case profile(VirtualProfileProblem)
    /// The state of a card says something impossible, at `place` (`directories[2].files[0].content`); nil: as a whole.
    case state(place: String?, problem: CardStateProblem)
    /// A file of the host could not be used.
    case file(path: String, problem: CardFileProblem)
    /// A PIN is not 4-16 decimal digits.
    case notAPIN
    /// The virtual reader could not be reached.
    case link(VirtualLinkProblem)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case serialLength, cipherUnavailable, profile, state, file, notAPIN, link
    }

    public static let domain = "virtualCard"

    public var kind: ErrorKind {
        switch self {
        case .link: .noReader
        case .serialLength, .cipherUnavailable, .profile, .state, .file, .notAPIN: .badInput
        }
    }

    public var code: Code {
        switch self {
        case .serialLength: .serialLength
        case .cipherUnavailable: .cipherUnavailable
        case .profile: .profile
        case .state: .state
        case .file: .file
        case .notAPIN: .notAPIN
        case .link: .link
        }
    }
}

/// What a profile lacks for a virtual card or SAM.
public enum VirtualProfileProblem: Message, Hashable {
    /// It publishes no test keys, and nobody gave the transport key.
    case noTestKeys
    case noTestKeysForSAM
    case noSAMAddress(key: String, samType: Int)
    case level(key: String, Int)
    case noCertificateLayout(String)
    case noSignatureKey(String)
    case signatureKey(String, AnyMessage)
    case certificateTooLong(String, fileBytes: Int)
    case certificateNotSigned(String, AnyMessage)
    case noFieldValue(String, bytes: Int)
    case noSAMType(Int, known: [String])
    case notAProvince(String)
    case noProvinceField(file: String, field: String)
    case noDialect(String)
    case roles([String])
    case keyLength
    case noCode(dialect: String, file: String)
    case memoryTooSmall
}

/// What is impossible in the state of a card.
public enum CardStateProblem: Message, Hashable {
    case notWritable, missing, wrongKind, notJSON, outOfRange, unreadable
    case mustBe(String)
    case range(Int, Int)
    /// What it is, and the least and the most it may be.
    case found(Int, Int, Int)
    case bytesRange(Int, Int)
    case negative
    case otherProfile(String)
    case neededUntilActivation
    case length(bytes: Int, expected: Int)
    case tooManyAttempts
    case firstIsMaster, notEarlierDirectory
    case longName(limit: Int)
    case keyTwice
    case noSuchKind
    case recordForm, recordLength
    case fileTooLarge, noRoom, doesNotFit, notHexadecimal
    case otherSAMType(Int, wanted: Int)
    case otherSAM(String)
    case pin
}

/// What is wrong with a file of a virtual card.
public enum CardFileProblem: Message, Hashable {
    case file(FileProblem)
    case system(SystemReason)
    /// `open`, `write`, `rename`.
    case call(String, SystemReason)
    case inUse
    case folderNotMade
    case noRandomSerial(AnyMessage)
    /// It has another chip than the one wanted.
    case holdsChip(String)
    case error(AnyMessage)
    case memoryUnreadable
    case lineOutsideMemory(Int)
    case lineDamaged(Int)
    case impossiblePIN
    /// It was changed while its journal holds what came after.
    case olderThanJournal(String)
}

/// Why a virtual reader cannot be reached.
public enum VirtualLinkProblem: Message, Hashable {
    /// What the resolver says.
    case unknownHost(String, String)
    /// No thread can be started for it.
    case threadRefused(AnyMessage)
    case nobodyListens(host: String, port: UInt16, SystemReason)
}
