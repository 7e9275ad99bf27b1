import Personalization

extension CollectionError {
    /// The HTTP status (RFC 9110 §15).
    var status: Int {
        switch self {
        case .off, .noSuchBatch, .noSuchDraft, .noSuchApplication, .noPhoto: 404
        case .handedOver, .draftsOpen, .nothingCollected, .tooMany, .tooManyDrafts, .inUse, .photoChanged: 409
        case .incomplete, .batchRefused, .noBatch, .folderName, .batchInRoot, .otherColumns, .filesApart: 422
        case .folderMissing, .exposed, .notKept, .unreadable, .draftUnreadable: 500
        }
    }
}
