import CardProfiles
import Files
import Messages

/// Why an application is not collected, or a folder of them cannot be used.
public enum CollectionError: AdvisedError, Hashable {
    /// Nothing is configured to be collected.
    case off
    // The folders
    case folderMissing(path: String)
    case inUse(path: String)
    /// Others than its owner have rights to it, and it cannot be made its owner's alone.
    case exposed(path: String, SystemReason)
    case notKept(file: String, SystemReason)
    case unreadable(file: String, InputFileError.Problem)
    /// `batch.json`, or its profile.
    case noBatch(BatchError)
    /// A folder whose name cannot stand in an address.
    case folderName(String)
    /// `batch.json` lies where folders of batches belong.
    case batchInRoot
    /// `applications.csv` was not made here.
    case otherColumns(file: String)
    /// `applications.csv` and `collection.csv` have not the same rows.
    case filesApart
    case handedOver
    case tooMany(limit: Int)
    // Applications
    case noSuchBatch
    case noSuchDraft
    case noSuchApplication
    case draftUnreadable
    case tooManyDrafts(limit: Int)
    /// What stands against the application, in all its fields.
    case incomplete(count: Int)
    /// The photo was changed, or is gone, since it was collected.
    case photoChanged
    case noPhoto
    // Handing over
    case draftsOpen(count: Int)
    case nothingCollected
    case batchRefused(count: Int)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case off, folderMissing, inUse, exposed, notKept, unreadable, noBatch, folderName, batchInRoot, otherColumns
        case filesApart, handedOver, tooMany, noSuchBatch, noSuchDraft, noSuchApplication, draftUnreadable
        case tooManyDrafts, incomplete, photoChanged, noPhoto, draftsOpen, nothingCollected, batchRefused
    }

    public static let domain = "collection"

    public var kind: ErrorKind {
        switch self {
        case .off, .inUse, .noSuchBatch, .noSuchDraft, .noSuchApplication, .tooManyDrafts: .usage
        case .notKept, .handedOver, .draftsOpen, .nothingCollected, .photoChanged: .partFailed
        default: .badInput
        }
    }

    public var code: Code {
        switch self {
        case .off: .off
        case .folderMissing: .folderMissing
        case .inUse: .inUse
        case .exposed: .exposed
        case .notKept: .notKept
        case .unreadable: .unreadable
        case .noBatch: .noBatch
        case .folderName: .folderName
        case .batchInRoot: .batchInRoot
        case .otherColumns: .otherColumns
        case .filesApart: .filesApart
        case .handedOver: .handedOver
        case .tooMany: .tooMany
        case .noSuchBatch: .noSuchBatch
        case .noSuchDraft: .noSuchDraft
        case .noSuchApplication: .noSuchApplication
        case .draftUnreadable: .draftUnreadable
        case .tooManyDrafts: .tooManyDrafts
        case .incomplete: .incomplete
        case .photoChanged: .photoChanged
        case .noPhoto: .noPhoto
        case .draftsOpen: .draftsOpen
        case .nothingCollected: .nothingCollected
        case .batchRefused: .batchRefused
        }
    }

    public var underlying: (any AdvisedError)? {
        if case .noBatch(let error) = self { return error }
        return nil
    }
}

/// What stands against an application beside its values.
public enum CollectionFinding: Message, Hashable {
    case noCollector
    case text(EnteredText.Problem)
    case tooLong(limit: Int)
    case noDocuments
    case noGuardianDocuments
    case notADocument

    /// For programs.
    public var code: String {
        switch self {
        case .noCollector: "collectorMissing"
        case .text, .tooLong: "collectorWrong"
        case .noDocuments: "documentsMissing"
        case .noGuardianDocuments: "guardianDocumentsMissing"
        case .notADocument: "documentsWrong"
        }
    }
}
