import Ledger
import Messages

/// What a line says itself of a run, a lane, a chip or an order that ended: what the ledger keeps and people are shown.
enum LineReason: Message {
    case noWork, boxEmpty, stopped, operatorStopped, operatorStoppedNow, inputEnded, finished
    case cardsWanted(begun: Int)
    /// The reason of the lane that stopped last; nil when none was ready.
    case lanesStopped(last: LedgerReason?)
    case readerStuck(seconds: Int)
    case sameChipTwice
    case madeBefore(entry: Int64)
    case chipMade(entry: Int64)
    /// A card was made of a chip of this factor, and this one is blank: it is another chip.
    case factorRepeats(entry: Int64)
    case chipRejected(entry: Int64, LedgerReason)
    case chipVoid(entry: Int64, LedgerReason)
    case otherBatch(String)
    case halfMade, finishedElsewhere, noOrder
    case otherCard(chip: String)
    case otherCardInReader(chip: String)
    case cardAway(chip: String, seconds: Int, code: String)
    case notRecorded
    /// The ledger was asked for something that is over.
    case notToBeIssued(LedgerError)
    /// Several lanes met the same error and none made a card between.
    case sameError(lanes: Int, LedgerReason)
    case inARow(Int, LedgerReason)
    case transportKeyOfBox(refused: Int, code: String)
    case transportKey(code: String)
    case chipsFailed(codes: [String], last: LedgerReason)
    case noReason

    var code: String {
        switch self {
        case .noWork: "noWork"
        case .boxEmpty: "boxEmpty"
        case .stopped, .operatorStopped: "stopped"
        case .operatorStoppedNow: "stoppedNow"
        case .inputEnded: "inputEnded"
        case .finished, .finishedElsewhere: "finished"
        case .cardsWanted: "cardsWanted"
        case .lanesStopped: "lanesStopped"
        case .readerStuck: "readerStuck"
        case .sameChipTwice: "sameChipTwice"
        case .madeBefore: "madeBefore"
        case .chipMade: "chipMade"
        case .factorRepeats: "factorRepeats"
        case .chipRejected: "chipRejected"
        case .chipVoid: "chipVoid"
        case .otherBatch: "otherBatch"
        case .halfMade: "halfMade"
        case .noOrder: "noOrder"
        case .otherCard, .otherCardInReader: "otherCard"
        case .cardAway(_, _, let code), .transportKeyOfBox(_, let code), .transportKey(let code): code
        case .notRecorded: "notRecorded"
        case .notToBeIssued(let error): error.lineCode
        case .sameError(_, let reason), .inARow(_, let reason): reason.code
        case .chipsFailed: "chipsFailed"
        case .noReason: "unknown"
        }
    }
}

extension LedgerReason {
    init(_ reason: LineReason) { self.init(code: reason.code, reason) }
    init(_ error: LedgerError) { self.init(code: error.lineCode, error) }
    init(notReady error: some Error) { self.init(code: "notReady", AnyMessage(of: error)) }

    /// Several things said one after the other, under the code of the first.
    func adding(_ message: some Message) -> LedgerReason {
        LedgerReason(code: code, Then(first: AnyMessage(self), second: AnyMessage(message)))
    }
}

/// One clause after the other.
struct Then: Message {
    let first: AnyMessage
    let second: AnyMessage
}

/// Where a chip without an outcome was seen last.
enum OpenCardPlace: Message {
    case inLane(LaneName)
    case takenOut(LaneName)
    case takenOutOrSilent(LaneName)
    case rejectTray(LaneName)
    case deadReader(LaneName)
    case notSeen
}

/// What to do with it.
enum OpenCardAdvice: Message {
    case goOn, mayBeFinished, rescue, lookForIt
}
