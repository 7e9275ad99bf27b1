import Files
import Messages
import SystemLibraries

/// What is wrong with a verification reply.
public enum ReplyFinding: BatchFindingPart {
    // The file
    case unopened(InputFileError.Problem)
    /// What reads XML is not there.
    case unread(MissingLibrary)
    case otherCharacters(ReplyCharacters.Problem)
    /// Bytes that are not of the declared character set, on this line.
    case foreignBytes(line: Int)
    case notXML(line: Int)
    case stopped(ReplyStop)
    case notReadToItsEnd(ReplyStop)
    // Its head
    case packetNumber
    case packetType(expected: String, isException: Bool)
    /// Nil where no number is announced.
    case recordCount(announced: Int?, found: Int)
    case headElement
    case tooManyRecords(Int, limit: Int)
    // A record
    case recordNumber
    case record(RecordFlaw)
    case lacks(idElement: String, nameElement: String)
    case notAnIdentityNumber
    /// Nil for one of the same file.
    case repeated(record: Int, isSameFile: Bool)
    case contradiction(record: Int, file: String, Verifier)
    case unattributed(hasShape: Bool, Verifier)
    case stranger(Verifier)

    public var code: BatchProblem.Code {
        switch self {
        case .unopened, .unread: .fileUnreadable
        case .otherCharacters, .foreignBytes, .notXML, .stopped, .notReadToItsEnd: .fileMalformed
        case .packetNumber, .packetType, .recordCount, .headElement: .replyDamaged
        case .tooManyRecords: .tooManyRecords
        case .recordNumber, .record, .lacks, .notAnIdentityNumber: .recordDamaged
        case .repeated: .recordRepeated
        case .contradiction: .contradiction
        case .unattributed: .refusalUnattributed
        case .stranger: .stranger
        }
    }
}

/// Why a record cannot be understood in one way only.
public enum RecordFlaw: String, Message, Hashable, CaseIterable {
    case elementTwice, elementMisspelled, elementInside, bothVerifiers, refusalAmongMatches
}

/// Why a reply was not read on.
public enum ReplyStop: Message, Hashable {
    case file(InputFileError.Problem)
    case notXML
    case fourByteCharacters
    case encoding
    case tags(limit: Int)
    case text(limit: Int)
    case tag(limit: Int)
    case comment(limit: Int)
}

/// What the replies say against an applicant.
public enum VerificationFinding: BatchFindingPart {
    case inNoReply(Verifier)
    case dot(RecordPlace, Verifier, right: Character)
    case spelling(RecordPlace, Verifier)
    case otherName(RecordPlace, Verifier)
    /// The bank's own words, without names and numbers.
    case refusedByBank(RecordPlace, reason: String?)
    case noSuchNumber(RecordPlace)
    case otherPoliceName(RecordPlace)
    /// A code that is not known; nil where there is none.
    case policeException(RecordPlace, code: String?)

    public var code: BatchProblem.Code {
        switch self {
        case .inNoReply: .notVerified
        case .dot, .spelling, .otherName: .nameDiffers
        case .refusedByBank: .bankException
        case .noSuchNumber: .policeNoSuchNumber
        case .otherPoliceName: .policeNameDiffers
        case .policeException: .policeException
        }
    }
}

/// A record of a reply.
public struct RecordPlace: Message, Hashable {
    public let file: String
    /// From 1.
    public let record: Int

    public init(file: String, record: Int) {
        self.file = file
        self.record = record
    }
}
