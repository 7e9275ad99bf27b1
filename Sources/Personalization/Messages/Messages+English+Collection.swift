import Messages

extension CollectionError {
    public var english: English {
        switch self {
        case .off:
            .init(
                "this agent collects no applications",
                hint: "set collection in its configuration (Docs/collection.md), and start it again")
        case .folderMissing(let path):
            .init("the folder for collected applications is not there: \(path)", hint: "make it, with mode 0700")
        case .inUse(let path):
            .init("another program collects applications in \(path)", hint: "stop it, or name another folder")
        case .exposed(let path, let reason):
            .init(
                "others than its owner have rights to \(path), and they cannot be taken away: \(reason)",
                hint: "run chmod -R go= on it as its owner")
        case .notKept(let file, let reason):
            .init("\(file) cannot be written: \(reason)", hint: "nothing was taken; try again once there is room")
        case .unreadable(let file, let problem): .init("\(file): \(problem)", hintOf: problem)
        case .noBatch(let error): .init("batch.json: \(error)", hintOf: error)
        case .folderName(let name):
            .init("the folder \(name) has a name that is not used here", hint: "use letters, digits, - and _ of ASCII")
        case .batchInRoot:
            .init(
                "batch.json lies in the folder of all batches",
                hint: "make a folder in it for the batch, and move batch.json there")
        case .otherColumns(let file):
            .init("\(file) has other columns than those that are collected", hint: "use a folder of its own")
        case .filesApart:
            .init(
                "applications.csv and collection.csv have not the same rows", hint: "bring both back as they were saved"
            )
        case .handedOver:
            .init("the batch was handed over: nothing is changed in it any more", hint: "collect for another batch")
        case .tooMany(let limit):
            .init(
                "the batch has \(limit) applications, as many as there may be", hint: "hand it over, and begin another")
        case .noSuchBatch: .init("there is no such batch", hint: "GET /v1/collection lists them")
        case .noSuchDraft: .init("there is no such draft", hint: "GET /v1/collection/drafts lists them")
        case .noSuchApplication: "there is no such application in the batch"
        case .draftUnreadable: .init("the draft cannot be read", hint: "bring it back from a copy, or discard it")
        case .tooManyDrafts(let limit): .init("there are \(limit) drafts", hint: "finish or discard some")
        case .incomplete(let count):
            .init("\(count, "problem") stand against the application: it was not taken", hint: "correct what is marked")
        case .photoChanged:
            .init("the photo in the folder is not the one that was collected", hint: "bring it back as it was saved")
        case .noPhoto: "there is no photo"
        case .draftsOpen(let count):
            .init("\(count, "draft") of this batch are open", hint: "finish or discard them first")
        case .nothingCollected: "nothing has been collected for this batch"
        case .batchRefused(let count):
            .init(
                "the intake finds \(count, "problem") in the folder: it was not handed over",
                hint: "healthcard batch check shows them all")
        }
    }
}

extension CollectionFinding {
    public var english: English {
        switch self {
        case .noCollector: .init("is empty", hint: "say who collects the application")
        case .text(let problem): problem.english
        case .tooLong(let limit): "has more than \(limit) bytes"
        case .noDocuments: .init("none was seen", hint: "mark each document that the applicant has shown")
        case .noGuardianDocuments: .init("none was seen", hint: "mark each document that the guardian has shown")
        case .notADocument: "is no kind of document"
        }
    }
}
