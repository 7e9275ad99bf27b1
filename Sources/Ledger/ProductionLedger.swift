import Messages

/// What a production line asks of a ledger. Every call that returns has made durable what it says; every call may be
/// made from any thread and blocks until the store has answered.
///
/// A call that throws ``LedgerError/unavailable(_:)`` or ``LedgerError/full(_:)`` may be repeated: it is written once
/// however often it is asked, even when the first answer was lost on its way.
public protocol ProductionLedger: Sendable {
    /// Writes a batch and its orders, in one piece. A batch that is there already with the same content digest is left
    /// as it is, so that a run can be begun again.
    ///
    /// - Parameters:
    ///   - next: hands out the orders in their sequence; nil after the last. Memory does not grow with their number.
    /// - Throws: `.batchChanged` when the batch is there with another content; `.applicantHasCard` naming rows (never
    ///   numbers) when an applicant has a live card or order in another batch and the order gives no reason for a
    ///   replacement.
    func enrol(
        _ batch: LedgerBatch, setAside: [SetAsideRow], next: () throws -> Order?
    ) throws

    /// Writes that a run begins; later calls name it.
    func beginRun(_ run: RunRecord) throws(LedgerError) -> Int64

    /// What is known of a chip.
    func standing(of chip: String) throws(LedgerError) -> ChipStanding

    /// Takes the next waiting order of the run's batch and writes, durably and before anybody touches the chip, that it
    /// is begun on this chip. Orders that other stations are taking are passed over, not waited for.
    ///
    /// - Returns: nil when no order is waiting.
    /// - Throws: `.chipUsed` when the chip has been begun before.
    func begin(run: Int64, chip: String, lane: String) throws(LedgerError) -> Attempt?

    /// Writes that an attempt an earlier insertion left open goes on.
    func resume(_ attempt: Attempt, run: Int64, lane: String) throws(LedgerError)

    /// Writes that the attempt ended with a card. A card the applicant had before is void from here on.
    func made(_ attempt: Attempt, _ card: MadeCard, run: Int64, lane: String) throws(LedgerError)

    /// Writes that the attempt ended without a card.
    func failed(
        _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate, run: Int64, lane: String
    ) throws(LedgerError)

    /// Writes that a chip nobody began goes to the reject tray; a chip that is known already is only mentioned.
    func rejectChip(_ chip: String, _ reason: LedgerReason, run: Int64, lane: String) throws(LedgerError)

    /// The books of a batch.
    func counts(batch: String) throws(LedgerError) -> BatchCounts

    /// Attempts whose outcome nobody knows, oldest first.
    func openAttempts(batch: String) throws(LedgerError) -> [Attempt]

    /// Writes that the run has ended, and has the station sign the chain up to here.
    func endRun(_ run: Int64, _ reason: LedgerReason) throws(LedgerError)
}

/// What a ledger could not do.
public enum LedgerError: AdvisedError, Equatable {
    /// The store does not answer: a server that went away, a file that is locked. Try again.
    case unavailable(AnyMessage)
    /// No room is left to write to. Make room and try again; nothing was lost.
    case full(AnyMessage)
    /// The batch is in the ledger with other content.
    case batchChanged(batch: String)
    /// Applicants of these rows have a card, or an order in another batch.
    case applicantHasCard(rows: [Int])
    /// The chip is in the ledger already.
    case chipUsed(chip: String, entry: Int64)
    /// The attempt is over: another station, or an earlier answer that was lost, ended it otherwise.
    case attemptOver(attempt: Int64)
    /// So many cards were begun under the release, by all stations together, as it allows.
    case releaseUsedUp(limit: Int)
    /// What was verified does not hold against this ledger; says what.
    case releaseRefused(AnyMessage)
    /// What the station remembers of its ledgers is missing or changed, or it is at work with another copy of this one;
    /// says what to do.
    case stationMemory(AnyMessage)
    /// What was asked for does not go with what the ledger says; says why and what to do instead.
    case refused(LedgerRefusal)
    /// Nothing of that name.
    case unknown(AnyMessage)
    /// The ledger is not what its chain says, or of a newer schema; where, and what to do.
    case damaged(AnyMessage)
    /// A URL or a path that names no ledger, or a station without a key.
    case misconfigured(AnyMessage)
    /// What lies where the ledger should be cannot be opened, or is none.
    case place(String, LedgerPlaceProblem)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case unavailable, full, batchChanged, applicantHasCard, chipUsed, attemptOver, releaseUsedUp, releaseRefused
        case stationMemory, refused, unknown, damaged, misconfigured
    }

    public static let domain = "ledger"

    public var kind: ErrorKind {
        switch self {
        // Nothing is wrong with what was given: the same call may do later.
        case .unavailable, .full: .partFailed
        case .misconfigured: .usage
        case .place(_, let problem): problem == .notADatabase ? .badInput : .usage
        case .releaseUsedUp, .releaseRefused, .stationMemory: .notAllowed
        case .batchChanged, .applicantHasCard, .chipUsed, .attemptOver, .refused, .unknown, .damaged: .badInput
        }
    }

    public var code: Code {
        switch self {
        case .unavailable: .unavailable
        case .full: .full
        case .batchChanged: .batchChanged
        case .applicantHasCard: .applicantHasCard
        case .chipUsed: .chipUsed
        case .attemptOver: .attemptOver
        case .releaseUsedUp: .releaseUsedUp
        case .releaseRefused: .releaseRefused
        case .stationMemory: .stationMemory
        case .refused: .refused
        case .unknown: .unknown
        case .damaged: .damaged
        case .misconfigured: .misconfigured
        case .place(_, let problem): problem == .notADatabase ? .damaged : .misconfigured
        }
    }
}

/// The words of what kept a ledger from doing something stand where it is found (`Docs/messages.md`).
extension LedgerError {
    static func unavailable(_ english: English, _ chinese: Chinese) -> LedgerError {
        .unavailable(AnyMessage(english, chinese))
    }

    static func full(_ english: English, _ chinese: Chinese) -> LedgerError { .full(AnyMessage(english, chinese)) }

    static func releaseRefused(_ english: English, _ chinese: Chinese) -> LedgerError {
        .releaseRefused(AnyMessage(english, chinese))
    }

    static func stationMemory(_ english: English, _ chinese: Chinese) -> LedgerError {
        .stationMemory(AnyMessage(english, chinese))
    }

    static func unknown(_ english: English, _ chinese: Chinese) -> LedgerError {
        .unknown(AnyMessage(english, chinese))
    }
    static func damaged(_ english: English, _ chinese: Chinese) -> LedgerError {
        .damaged(AnyMessage(english, chinese))
    }

    static func misconfigured(_ english: English, _ chinese: Chinese) -> LedgerError {
        .misconfigured(AnyMessage(english, chinese))
    }
}
