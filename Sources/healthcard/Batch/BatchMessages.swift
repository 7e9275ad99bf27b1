import Ledger
import Messages
import Personalization

/// What `batch check` says of a batch as a whole.
enum CheckMessage: Message {
    case kind(BatchProblem.Code, count: Int)
    case more(Int)
    case counts(batch: String, rows: Int, sound: Int, faulty: Int, setAside: Int, problems: Int)
    case replies(police: HeardCount, bank: HeardCount, exceptions: HeardCount)
    case unverified
    case cutShort
    case digest(String)
    // What to do next
    case canBeMade
    case allSetAside
    case correctRows
    case correctFiles
    case reportIsIn(String)
    case reportOption
    // Why it ends
    case cannotBeMade(problems: Int)
    case setAsideRows
    case reportNamedReply(String)
    case reportNotWhole(String?)
    // How far it is
    case readingReplies
    case rows(Int)
    case ordering
}

/// How many records in how many files were heard.
struct HeardCount: Message {
    let files: Int
    let records: Int
}

/// What `batch status` and `batch report` say.
enum BooksMessage: Message {
    case notInLedger(batch: String)
    case books(LedgerBatch, BatchCounts)
    case mayRelease(String)
    case open(chip: String, order: Int, row: Int)
    case notAllMade(open: Int, rejected: Int, void: Int)
    case noCollectionPoint
    case lists(BatchListCounts)
}

/// Every row of a batch in exactly one state.
struct BooksSum: Message {
    let counts: BatchCounts
}

/// What the lists of a batch add up to.
struct BatchListCounts {
    let made, rejected, setAside, void, open, total, scrap: Int
    let folder: String
}

/// A state of an order, for people.
struct OrderStateName: Message {
    let state: OrderState
}
