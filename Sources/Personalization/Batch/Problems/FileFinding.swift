import CardProfiles
import Files
import Messages

/// What is wrong with a file or folder as such.
public enum FileFinding: BatchFindingPart {
    /// `batch.json`: without it the folder is none of a batch.
    case noManifest(InputFileError.Problem)
    case unreadable(InputFileError.Problem)
    /// There is none of the name; those that may be meant.
    case namedOtherwise([String])
    /// Others of almost the same name that hold something else.
    case otherOfAlmostTheName([String])
    case linkToNothing
    /// Folders of which each may be the one of the photos.
    case photoFolders([String])
    case noMemory
    case empty
    /// A row or its photo is not what was checked.
    case changed
    /// SQLite's code; nil when there is none.
    case noRoomForNotes(Int?)
    // Beside the batch's own.
    case tooDeep(limit: Int)
    case batchNotListed
    case folderNotListed
    case tooManyEntries(limit: Int)
    case tooManyFiles(limit: Int)
    case nameNotUTF8
    /// An `errno`.
    case notExamined(Int32)
    case brokenLink(Int32)
    case otherUnreadable(InputFileError.Problem)
    case mayBeReply(ReplyLikeness)

    public var code: BatchProblem.Code {
        switch self {
        case .empty, .changed, .otherOfAlmostTheName, .photoFolders: .fileMalformed
        case .noRoomForNotes: .scratchSpace
        case .mayBeReply: .replyName
        default: .fileUnreadable
        }
    }
}

/// Why something beside the batch may be a reply.
public enum ReplyLikeness: String, Message, Hashable, CaseIterable {
    case nearName, namedSo, linkToFolder, archiveOrWorkbook, archive, workbookOrDocument, containsReply, xml
}

/// What is wrong with `batch.json`.
public enum ManifestFinding: BatchFindingPart {
    case tooLong(limit: Int)
    case notAnObject
    /// Where in the text, and why.
    case notJSON(AnyMessage)
    case keyMissing
    case keyUnknown
    case blank
    case text(EnteredText.Problem)
    case notDigits
    case notADate
    case notOneOf([String])
    case notObjects
    case validUntilBeforeIssue
    case authorityTwice
    case approvalAfterIssue
    case approvalMissing(by: String)
    case approvalUnknown(known: [String])
    /// The card cannot hold the value.
    case value(ItemError.Problem)
    case profileIsAFile
    case profileUnusable(AnyMessage)
    /// The profile asks for a field that there is none of.
    case unknownField

    public var code: BatchProblem.Code {
        switch self {
        case .tooLong, .notAnObject, .notJSON: .fileMalformed
        case .keyMissing, .keyUnknown: .manifestKey
        case .approvalMissing: .approvalMissing
        case .approvalUnknown: .approvalUnknown
        case .profileIsAFile, .profileUnusable, .unknownField: .profileUnknown
        default: .manifestValue
        }
    }
}

/// For a finding that says what is wrong and nothing else.
struct CorrectIt: Message {}
