import Messages
import Production

/// What it says to people.
enum LedgerActText: Message {
    case twoPeopleNeeded
    case willContinue(location: String, entry: Int64)
    case takenUp(entry: Int64)
    case destroyed(count: Int)
    case adopted(station: String, entry: Int64)
    case haveSigned(path: String)
}

/// What it says to people.
enum LedgerArgumentText: Message {
    case serialForm
    case textForm(option: String, most: Int)
    case numberInReason(option: String)
}

/// What it says to people.
enum LedgerOutputText: Message {
    case outputLost
}

/// What it says to people.
enum LedgerCreateText: Message {
    case ownerMissing
    case stationsWriteAs(location: String, stationRole: String)
}

/// What it says to people.
enum LedgerHeadText: Message {
    case nothingSigned
    case empty
}

/// What it says to people.
enum LedgerOptionText: Message {
    case process(process: String)
    case program(name: String)
    case anotherProgram
    case waiting(path: String, who: String, seconds: String)
    case missing(path: String)
}

/// What it says to people.
enum LedgerPersonText: Message {
    case unknownNumber
    case willBeVoid(serial: String)
    case voidAndWaiting(serial: String)
    case void(serial: String)
}

/// What it says to people.
enum LedgerVerifyText: Message {
    case headForm
    case note
    case more(count: Int)
    case countersigned(name: String, entry: Int64, all: Int64)
    case checked(entries: Int64, signatures: Int, head: String)
    case changed(count: Int)
}

/// What is wrong with the options of a line, or keeps it from beginning.
enum LineOptionText: Message {
    case replaceWithReason
    case oneReplacement
    case atLeastOne
    case seconds
    case virtualForm
    case virtualChips
    case readerTwice
    case viewAddress
}

/// What it says to people.
enum LineRunText: Message {
    case feeder
    case ledgerNeeded
    case batchRefused(count: Int)
    case batchKnown(batch: String, made: Int, inWork: Int, waiting: Int)
    case batchUnknown(batch: String)
    case cardVoid(sequence: Int, row: Int)
    case releasedBy
    case noFolder
    /// A rehearsal, though a ledger is named in the environment.
    case notEntered
    case browserView(address: String)
    case operatorToken(String, address: String)
    case viewOnly
}

/// What a line says while it runs and when it has ended.
enum LineWord: Message {
    case lane(number: Int)
    case order(sequence: Int, row: Int?)
    case chip(serial: String)
    case begun(left: Int)
    case wanted(order: String, chip: String)
    case continued(order: String, chip: String)
    case made(order: String, chip: String)
    case retrying(chip: String, why: String)
    case away(chip: String, why: String)
    case unused(chip: String, why: String)
    case chipRejected(chip: String, why: String)
    case orderRejected(order: String, why: String)
    case open(order: String, chip: String, why: String)
    case ledgerWaiting(why: String)
    case ledgerBack
    case stopped(why: String)
    case finished(why: String)
    case pausing
    case resumed
    case stopping(why: String)
    case ended(why: String)
    case laneAndReader(number: Int, reader: String)
    case insertBlank
    case insertBegun(chips: String)
    case takeOut
    case trayMade
    case trayReject
    case trayUnused
    case unbalanced
    case run(made: Int, time: LineDuration, chips: Int, applicants: Int)
    case batch
    case openCard(chip: String, sequence: Int, row: Int, place: AnyMessage, advice: AnyMessage)
    case laneStopped(number: Int)
    case lists(count: Int, folder: String)
    case rehearsal
}

/// What became of the card of a person.
enum PersonWord: Message {
    case lane(name: String)
    case operatorNamed(name: String)
    case station(name: String)
    case line(time: String, text: String, by: [String])
    case order(sequence: Int, row: Int?, batch: String)
    case enrolled(order: String)
    case rowExcluded(batch: String)
    case begun(order: String?, chip: String)
    case continued(chip: String)
    case made(chip: String)
    case seenAgain(chip: String, why: String)
    case destroyed(chip: String)
    case chipReusable
    case chipRejected
    case chipSpoiled
    case noCard
    case waitsForChip
    case failed(chip: String, why: String, fate: String, next: String)
    case orderNumber(number: Int)
    case place(batch: String, row: Int, order: String)
    case since(time: String)
    case chip(serial: String)
    case colon
    case now
    case another(batch: String)
    case valid(chip: String, since: String, place: String)
    case waiting(place: String)
    case inWork(chip: String, since: String, place: String)
    case void(chip: String, since: String, why: String, place: String)
    case none(since: String, why: String, place: String)
    case excluded(why: String, place: String)
}
