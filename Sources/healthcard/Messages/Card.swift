import Messages

/// What sending single commands says.
enum APDUText: Message {
    case expectForm
    case notHexadecimal(place: CommandPlace)
    case notACommand(place: CommandPlace)
    case noCommand
    case tooShort(count: Int)
    case otherStatus(status: String, expected: String)
}

/// What blocking and unblocking say.
enum BlockText: Message {
    case noTarget
    case cardIsPermanent
    case confirmNeeded
    case confirmWithout
    case wholeCard
    case willBlock(what: String, serial: String)
    case willBlockPermanently(what: String, serial: String)
    case typeSerial
    case noTerminal
    case otherSerial
    case card
    case whetherBlocked(what: String)
    case otherCard
    case asBefore
    case open(what: String)
    case blocked(what: String)
    case blockedPermanently(what: String)
}

/// What it says to people.
enum ReturnText: Message {
    case cardAway(seconds: Int, what: String)
}

/// What every command may say.
enum CommandText: Message {
    case stuck(seconds: Int)
    case emptyArgument(place: String)
}

/// What is wrong with options that many commands share, and what is waited for.
enum OptionText: Message {
    case sameReader(reader: String)
    case waiting(reader: String)
    case waitForm
    case noDialect(name: String, known: String)
}

/// What is wrong with a file that is to be written.
enum OutputText: Message {
    case notUTF8(path: String)
    case isInput(path: String)
    case otherKind(path: String, canForce: Bool)
    case notWritten(path: String)
}

/// What reading a card says.
enum ReadText: Message {
    case formatsDiffer(format: String)
    case otherApplicationsInJSON
    case testCard
    case answerToReset(flaw: AnyMessage)
    case damaged
    case notRead
    case partUnread(names: String)
    case unknownSection(unknown: String)
}

/// What the list of readers says.
enum ReadersText: Message {
    case mute
    case card
    case inUse
    case empty
}

/// What it says to people.
enum RecordingText: Message {
    case existsAlready(path: String)
    case notWritten(path: String)
}

/// What commands about a SAM say.
enum SAMText: Message {
    case unknownType
    case testKeys
    case notADate
    case notRead
    case checkOrChange
    case newPINFileWithout
    case changed
    case right
    case blocked
    case triesLeft(tries: Int)
    case triesUnknown
    case newPIN
    case newPINAgain
    case newPINsDiffer
    case noPIN
}

/// What choosing a security module says.
enum SecurityText: Message {
    case samOrTestKeys
    case severalReaders
    case noReader
    case reader(reader: String)
    case environmentPIN(credential: String)
    case triesLeft(tries: Int)
    case pin(left: String)
}

/// What reading again and again says.
enum SoakText: Message {
    case readsForm
    case failed(failed: Int, reads: Int)
    case summary(reads: Int, failed: Int, commands: Int)
    case times(median: Double, worst: Double)
    case memory(early: Int, late: Int, filesEarly: Int, filesLate: Int)
    case differs
}

/// What is said when somebody stops the program.
enum EndingText: Message {
    case finishingCard
    case cardHalfMade
    case finishing
    case inTheMiddle
}

/// What recording and replaying say.
enum TraceText: Message {
    case noCardOfItsOwn
    case notReplayable
    case noCommand
    case notATestCard
    case portOrCommand
    case idleForm
    case command
    case error
}

/// What updating a card says.
enum UpdateText: Message {
    case photoOrNone
    case nothing
    case photo(flaw: AnyMessage)
    case noEqualsSign(option: String)
    case whichContent(doubt: String)
    case new(doubt: String)
    case old(doubt: String)
    case photoGone(doubt: String)
    case neither(doubt: String)
    case alreadySo
    case written
    case wouldWrite
    case notWritten
    case inDoubt
}
