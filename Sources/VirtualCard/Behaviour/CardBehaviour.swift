import CardProfiles
import ISO7816

/// The decisions of the card's operating system that Docs/protocol.md prescribes, one property each. A new value decides
/// as the page does; a wrong card is a value with some decisions changed (`FaultyCards`).
///
/// A card takes it on when it is activated: until then a chip behaves, so that the maker's engine makes a card on it and
/// cannot see what it will do.
public struct CardBehaviour: Sendable {
    /// Decides as the page does.
    public init() {}

    // MARK: The whole command

    /// Whether the chip says nothing to a command, as one that has lost its power.
    package var isSilent: @Sendable (_ command: [UInt8]) -> Bool = { _ in false }
    /// Seconds the chip takes over what a command needs, 0 or more.
    /// - Parameter isBelowMaster: the current directory lies in the MF.
    package var delay: @Sendable (_ instruction: UInt8, _ isBelowMaster: Bool) -> Double = { _, _ in 0 }
    package var takesExtended = true
    /// What a command is read as whose Lc and Le do not fit its bytes; nil: 6700.
    package var malformed: @Sendable (_ command: [UInt8]) -> ReceivedCommand? = { _ in nil }
    /// The longest answer to an extended command; nil: as Le says.
    package var longestExtendedAnswer: Int?
    package var refusesUnknownClasses = true
    package var refusesUnknownInstructions = true
    /// Whether a step of the order of checks is left out for a command.
    package var omits: @Sendable (CheckStep, ReceivedCommand) -> Bool = { _, _ in false }
    /// The record or offset is looked for before the right to it.
    package var findsPlaceFirst = false
    /// What a refusal is answered with.
    package var refusal: @Sendable (StatusWord) -> StatusWord = { $0 }
    package var forgetsLinksOfChain = false
    package var refusesBrokenChain = true
    /// GET RESPONSE gives the last answer, though no 61xx announced it.
    package var keepsLastAnswer = false
    /// How it takes commands apart and answers them.
    package var link = LinkBehaviour()

    // MARK: Answer to reset, production data

    /// - Parameter places: where in the answer the serial and the check byte are.
    package var answerToReset: @Sendable (_ answer: [UInt8], _ places: AnswerToResetPlaces) -> [UInt8] = { a, _ in a }
    /// What ``answerToReset`` gave, after a reset that leaves the power on.
    package var answerToWarmReset: @Sendable (_ answer: [UInt8], _ places: AnswerToResetPlaces) -> [UInt8] = {
        a, _ in a
    }
    package var serialInProductionData: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var productionData: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    /// The serial in the answer to reset that a contactless reader makes.
    package var serialOnContactless: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    // MARK: Other applications

    /// Whether the bank's applications can be selected while this directory is current.
    package var reachesOtherApplication: @Sendable (_ directory: UInt16) -> Bool = { _ in true }
    /// What one of them answers to SELECT.
    package var otherInformation: @Sendable (_ template: [UInt8], _ isEnvironment: Bool) -> [UInt8] = { t, _ in t }
    package var rightsOutliveOtherApplication = false
    /// Whether a command that the health application refuses costs an attempt at the bank's PIN.
    package var spendsForeignAttempt: @Sendable (ReceivedCommand, StatusWord) -> Bool = { _, _ in false }

    // MARK: SELECT

    /// Whether a directory of this name is the one that SELECT names.
    package var isName: @Sendable (_ name: [UInt8], _ called: [UInt8]) -> Bool = { $0 == $1 }
    package var reachesGrandchildren = false
    package var reachesSisters = true
    package var refusesUnknownIdentifiers = true
    package var staysAfterFailedSelect = true
    package var enteringIsRefusedWhenPermanentlyBlocked = true
    package var tellsBlocking = true
    package var givesFCI = true
    package var givesFCIUnasked = false
    package var controlInformation: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var nameInFCI: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var serialInFCI: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var sizeInFCI: @Sendable (Int) -> Int = { $0 }
    package var descriptorInFCI: @Sendable (UInt8, DialectCodes) -> UInt8 = { descriptor, _ in descriptor }
    package var identifierInFCI: @Sendable (UInt16) -> UInt16 = { $0 }
    package var lifeCycleInFCI: @Sendable (LifeCycleState) -> LifeCycleState = { $0 }
    package var shortIdentifierBecomesCurrent = true

    // MARK: Session

    /// What is left of a session after a reset.
    package var sessionAfterReset: @Sendable (CardSession) -> CardSession = { _ in CardSession() }
    /// The same after one that leaves the power on; nil: as after any.
    package var sessionAfterWarmReset: (@Sendable (CardSession) -> CardSession)?
    /// Whether rights go along into a directory.
    /// - Parameter isSame: SELECT names the current one.
    package var keepsRights: @Sendable (_ isSame: Bool) -> Bool = { _ in false }
    /// Whether rights go along where this SELECT leads.
    package var keepsRightsOnSelect: @Sendable (ReceivedCommand, _ isSame: Bool) -> Bool = { _, _ in false }
    package var selectingFileKeepsRights = true
    /// What a command that was refused leaves of the session.
    package var afterRefusal: @Sendable (ReceivedCommand, StatusWord, inout CardSession) -> Void = { _, _, _ in }
    /// What a command that was carried out leaves of the session.
    package var afterUse: @Sendable (ReceivedCommand, inout CardSession) -> Void = { _, _ in }
    /// What the chip forgets without power, and should not.
    package var volatile: Set<VolatileMemory> = []
    /// What it keeps without a warm reset alone, and should.
    package var volatileWhenWarm: Set<VolatileMemory> = []
    package var memory = MemoryBehaviour()

    // MARK: Reading

    /// The number under which a record is looked for; nil: it is not found.
    package var recordNumber: @Sendable (_ number: Int, _ count: Int, _ isCyclic: Bool) -> Int? = { number, _, _ in
        number
    }
    package var readsByTag = true
    package var givesLastOfAllRecords = true
    package var record: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var correctsLength = true
    package var cutsLongRecords = false
    /// Where READ BINARY begins in a file of so many bytes.
    package var offset: @Sendable (_ offset: Int, _ size: Int) -> Int = { offset, _ in offset }
    package var reportsEndOfFile = true
    package var blockedDirectoryIsReadable = false

    // MARK: Rights

    /// Whether rights that were granted open a file for which another one is needed.
    package var opens: @Sendable (_ right: UInt8, _ isReading: Bool, _ granted: Set<UInt8>, _ never: UInt8) -> Bool = {
        _, _, _, _ in false
    }
    package var takesPlainUpdates = false
    package var failureGrantsRight = false
    package var keepsRightsOfOtherKeys = true

    // MARK: Challenges and keys

    /// - Parameters:
    ///   - random: as many random bytes as a challenge has.
    ///   - count: challenges since the chip was made, this one included.
    package var challenge: @Sendable (_ random: [UInt8], _ count: UInt8) -> [UInt8] = { random, _ in random }
    /// What ``challenge`` gave, by how many there were.
    package var challengeByCount: @Sendable (_ challenge: [UInt8], ChallengeCount) -> [UInt8] = { c, _ in c }
    /// The seed of a command that came without a challenge; nil: it is refused.
    package var seedWithoutChallenge: @Sendable (_ length: Int) -> [UInt8]? = { _ in nil }
    /// Whether a challenge serves again. Plain: an authentication.
    package var keepsChallenge: @Sendable (Protection) -> Bool = { _ in false }
    package var keepsChallengeAfterFailure = false
    /// The retry counter after a failed authentication.
    package var counterAfterFailure: @Sendable (UInt8) -> UInt8 = { $0 > 0 ? $0 - 1 : 0 }
    package var isLocked: @Sendable (_ counter: UInt8) -> Bool = { $0 == 0 }
    package var successRestoresCounter = true
    package var keysShareCounter = false
    /// Whether a failure of a key costs another one an attempt too; both by directory and reference.
    package var countsTogether:
        @Sendable (_ failed: (directory: UInt16, key: UInt8), _ other: (directory: UInt16, key: UInt8)) -> Bool = {
            _, _ in false
        }
    /// Whose retry counters a command that was carried out fills.
    package var refills: @Sendable (ReceivedCommand) -> RefilledCounters = { _ in .none }
    package var checksVersion = true
    package var countsWrongVersions = false
    package var checksUsage = true
    package var acceptsCryptogram: @Sendable (_ given: [UInt8], _ expected: [UInt8]) -> Bool = { $0 == $1 }
    package var internalSeed: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var internalOriginal: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var internalCryptogram: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var checksInternalVersion = true

    // MARK: Secure messaging

    /// What the MAC takes the command for, whose header and length it covers.
    package var commandInMAC: @Sendable (ReceivedCommand, _ macLength: Int) -> ReceivedCommand = { command, _ in command
    }
    package var macCoversHeader = true
    /// nil: as the profile says.
    package var macTruncation: Truncation?
    package var acceptsMAC: @Sendable (_ given: [UInt8], _ expected: [UInt8], ReceivedCommand) -> Bool = {
        given, expected, _ in
        given == expected
    }
    /// Whole blocks over which a MAC is taken too.
    package var otherMessagesOfMAC: @Sendable (ReceivedCommand, _ macLength: Int) -> [[UInt8]] = { _, _ in [] }
    /// Padding is looked at before the MAC, and a wrong one is not counted then.
    package var checksPaddingFirst = false
    package var checksPadding = true
    package var checksLengthInCiphertext = true

    // MARK: Writing

    package var keepsTags = true
    package var addsRecordsAfterActivation = false
    package var storesRecords = true
    package var fullCyclicFileTakesRecords = true
    package var newCyclicRecordReplacesNewest = false
    /// The records that WRITE or ERASE RECORD of one record sets.
    package var markedRecords: @Sendable (_ number: Int, _ count: Int, _ isErasure: Bool) -> [Int] = { number, _, _ in
        [number]
    }
    package var mark: @Sendable (UInt8) -> UInt8 = { $0 }
    /// What UPDATE BINARY stores.
    package var binaryData: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    package var writesWhatFitsOverEnd = false
    package var tearsWrites = false

    // MARK: Blocking

    /// How many wrong MACs block, and how; nil: they are not counted.
    package var blockingByWrongMACs: @Sendable (_ limit: Int) -> (count: Int, kind: DirectoryBlocking)? = {
        ($0, .temporary)
    }
    package var rightMACClearsCount = true
    /// What APPLICATION BLOCK does; nil: nothing.
    package var blocking: @Sendable (_ asked: DirectoryBlocking) -> DirectoryBlocking? = { $0 }
    package var liftsPermanentBlocking = false
    package var blocksCard = true

    // MARK: Life cycle

    package var keepsTransportKey = false
    /// What is on the card from its activation on. The engine has read everything back by then.
    package var contentAtActivation: @Sendable (CardState, CardProfile) -> CardState = { state, _ in state }
}

/// A step of Docs/protocol.md §5 "Order of checks" that a card could leave out.
package enum CheckStep: Sendable { case right, parameters, length }

/// How a directory is blocked.
package enum DirectoryBlocking: UInt8, Sendable { case none, temporary, permanent }

/// What a chip could keep in memory that needs power.
package enum VolatileMemory: Sendable { case blocking, wrongMACs, retryCounters, cardBlocking, binaryUpdates }

/// Where in an answer to reset something is.
package struct AnswerToResetPlaces: Sendable {
    package let serial: Range<Int>
    /// nil: it has no TCK.
    package let checkByte: Int?
}
