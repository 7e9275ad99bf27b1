import Messages

extension CheckMessage {
    var english: English {
        switch self {
        case .kind(let code, let count): "\(code) (\(count)) [\(code.rawValue)]"
        case .more(let count): "  … and \(count) more"
        case .counts(let batch, let rows, let sound, let faulty, let setAside, let problems):
            """
            batch \(batch): \(rows) rows, \(sound) sound, \(faulty) faulty, \(setAside) set aside; \(problems) problem(s)
            """
        case .replies(let police, let bank, let exceptions):
            "replies: police \(police), bank \(bank), exceptions \(exceptions)"
        case .unverified:
            "Nobody has verified these applicants: the folder holds no reply of the police or the bank."
        case .cutShort:
            "Some rows could not be checked. Fix batch.json and applications.csv, then run the check again."
        case .digest(let digest): "content digest \(digest)"
        case .canBeMade: "no problems found: the batch can be made"
        case .allSetAside: "no problems found, and no card is to be made: every row is set aside"
        case .correctRows: "next: have the rows corrected, or leave them out with --set-aside ROWS"
        case .correctFiles: "next: have the files corrected"
        case .reportIsIn(let file): "the whole report is in \(file)"
        case .reportOption: "--report FILE writes all of them"
        case .cannotBeMade(let problems): "the batch cannot be made: \(problems) problem(s) stand"
        case .setAsideRows:
            "--set-aside takes rows from 2 on, such as 17,23; ID numbers go into a file (--set-aside-file)"
        case .reportNamedReply(let path):
            "\(path) has the name of a reply, and would be read as one: choose another name for the report"
        case .reportNotWhole(let path):
            "the report cannot be written whole to \(path ?? "standard output")"
        case .readingReplies: "reading the replies"
        case .rows(let count): "\(count) rows"
        case .ordering: "putting the cards in order"
        }
    }
}

extension HeardCount {
    var english: English { files == 0 ? "none" : "\(records) record(s) in \(files) file(s)" }
}

extension BooksMessage {
    var english: English {
        switch self {
        case .notInLedger(let batch): "batch \(batch) is not in this ledger: nothing of it was begun here"
        case .books(let batch, let counts):
            """
            batch \(batch.id) (\(batch.mode), \(batch.profile)): \(BooksSum(counts: counts)); \
            \(counts.rejectedChips) chips rejected\(counts.countedChips == 0 ? "" : Self.counted(counts.countedChips))
            """
        case .mayRelease(let name): "who may release: \(name)"
        case .open(let chip, let order, let row):
            """
            open: chip \(chip), order \(order), row \(row): put it in when the batch goes on, or \
            `healthcard ledger void \(chip)`
            """
        case .notAllMade(let open, let rejected, 0): "not everything is made: \(open) open, \(rejected) rejected"
        case .notAllMade(let open, let rejected, let void):
            "not everything is made: \(open) open, \(rejected) rejected, \(void) void"
        case .noCollectionPoint: "(no collection point)"
        case .lists(let lists):
            """
            \(lists.made) made + \(lists.rejected) rejected + \(lists.setAside) set aside\
            \(lists.void == 0 ? "" : " + \(lists.void) void") + \(lists.open) open = \(lists.total) rows; \
            \(lists.scrap) chips to be destroyed; in \(lists.folder)
            """
        }
    }

    private static func counted(_ chips: Int) -> English {
        "; \(chips) chips are nobody's card and count against the release until their destruction is entered"
    }
}

extension BooksSum {
    var english: English {
        """
        \(counts.made) made + \(counts.rejected) rejected + \(counts.setAside) set aside\
        \(counts.void == 0 ? "" : " + \(counts.void) void") + \(counts.inWork) in work + \(counts.waiting) waiting = \
        \(counts.total) rows
        """
    }
}

extension OrderStateName {
    var english: English {
        switch state {
        case .waiting: "waiting"
        case .inWork: "in work"
        case .made: "made"
        case .rejected: "rejected"
        case .setAside: "set aside"
        }
    }
}
