import Messages

extension LedgerError {
    public var english: English {
        switch self {
        case .unavailable(let what):
            .init("the ledger does not answer: \(what)", hint: "run the command again once it does")
        case .full(let what): .init("the ledger has no room left: \(what)", hint: "make room; nothing was lost")
        case .batchChanged(let batch):
            .init(
                "batch \(batch) is in the ledger with other content: a batch is not changed once it is enrolled",
                hint: "give the changed batch an id of its own")
        case .applicantHasCard(let rows):
            .init(
                """
                applicants of \(rows.count, "row") have a card, or an order in another batch: rows \
                \(LedgerRefusal.named(rows))
                """, hint: "exclude them, or give a reason for the replacement")
        case .chipUsed(let chip, let entry): "chip \(chip) is in the ledger already (entry \(entry))"
        case .attemptOver(let attempt): "attempt \(attempt) is over in the ledger"
        case .releaseUsedUp(let limit):
            .init("the release allows \(limit) cards, and all of them were begun under it", hint: "have it extended")
        case .releaseRefused(let what), .stationMemory(let what), .misconfigured(let what): what.english
        case .refused(let why): why.english
        case .unknown(let what): "the ledger has no \(what)"
        case .damaged(let what): "the ledger is damaged: \(what)"
        case .place(let path, let problem): .init("\(path) \(problem)", hintOf: problem)
        }
    }
}

extension LedgerPlaceProblem {
    public var english: English {
        switch self {
        case .notAFile:
            .init("is a folder, a device or a pipe, not a file", hint: "name the SQLite file of the ledger")
        case .noFolder: .init("lies in a folder that is not there", hint: "make the folder, or name another place")
        case .notPermitted:
            .init("may not be read and written by this user", hint: "have its owner give this user the right")
        case .folderNotPermitted:
            .init(
                "lies in a folder that this user may not write to", hint: "have its owner give this user the right")
        case .readOnlyMedium:
            .init("lies on a medium that is read-only", hint: "copy it to a disk that can be written to")
        case .tooManyFiles: .init("cannot be opened: too many files are open", hint: "raise the limit (ulimit -n)")
        case .notADatabase:
            .init("is not a SQLite database", hint: "name the ledger's file, or restore it from a backup")
        case .notALedger:
            .init("is not a ledger", hint: "name another one; if a ledger was here, it was replaced")
        case .notOpened(let code):
            .init("cannot be opened (SQLite error \(code))", hint: "check the file, its folder and their rights")
        case .notMade(let code): .init("cannot be made (errno \(code))", hint: "name another place")
        }
    }
}

extension LedgerRefusal {
    public var english: English {
        switch self {
        case .alreadyVoid(let chip, let entry, let reason, let instead):
            .init("the card on chip \(chip) is void already (entry \(entry)): \(reason)", hint: instead.english)
        case .hasOrder(let row, let batch):
            .init(
                "the applicant of row \(row) has an order in batch \(batch) that is still to be made",
                hint: "go on with that batch, or declare the card void without --remake")
        case .noCardYet(let batch, let sequence, let row):
            .init(
                "order \(sequence) (row \(row)) of batch \(batch) has no card yet",
                hint: "make it with --resume, without --replace")
        case .noCardMade(let batch, let sequence, let row):
            .init(
                "no card was made of order \(sequence) (row \(row)) of batch \(batch)", hint: "make one in a new batch")
        case .closed(let batch, let sequence, let row, let entry, let instead):
            .init(
                "the card of order \(sequence) (row \(row)) of batch \(batch) is void already (entry \(entry))",
                hint: instead.english)
        case .noOrder(let rows):
            .init(
                "no card is made of rows \(Self.named(rows)), for which reasons are given",
                hint: "remove them from the list")
        case .enrolledWithout(let batch, let rows):
            .init(
                """
                batch \(batch) is enrolled without these reasons for rows \(Self.named(rows)), so no card of them would \
                be replaced
                """,
                hint: """
                    replace single cards with --replace IDNUMBER --reason TEXT, or give the applicants a new batch
                    """)
        case .enrolledWith(let batch, let rows):
            .init(
                """
                batch \(batch) is enrolled with rows \(Self.named(rows)): rows are excluded before a batch is begun. \
                Nothing was made
                """,
                hint: """
                    remove these rows from the list; declare a card that must not be issued void with `healthcard ledger void`
                    """)
        }
    }
}

extension LedgerRefusal.Instead {
    var english: English {
        switch self {
        case .order(let batch):
            "its applicant waits for another card, in batch \(batch): go on with that batch, with --resume"
        case .card(let chip, let batch):
            "its applicant has another card since, on chip \(chip) of batch \(batch); replace that one if it is lost"
        case .nothing: "its order is closed; make the applicant's next card in a new batch"
        }
    }
}

extension LedgerWait {
    public var english: English {
        holders.isEmpty ? "\(path) is in use by another program" : "\(path) is in use by \(list: holders)"
    }
}

extension LedgerWait.Holder {
    public var english: English { program.isEmpty ? "process \(process)" : "process \(process) (\(program))" }
}
