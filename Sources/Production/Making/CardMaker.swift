import ISO7816
import Ledger
import Messages
import Personalization

/// Makes cards for one lane. It holds the lane's own security module and, like it, belongs to one thread.
public protocol CardMaker: AnyObject {
    /// Whether cards of the batch may be made at all; asks no card.
    func checkGate() throws(PersonalizationError)

    /// The chip's serial number: 16 hexadecimal digits in capitals. Asks the card nothing; its reader, where that shows too
    /// little of the answer to reset.
    ///
    /// - Throws: for a chip without one, or with one that every such chip has.
    func chipSerial(of channel: any CardChannel) throws(MakingFailure) -> String

    /// What lies in the reader. Writes nothing and costs no try of a key.
    func recognize(_ channel: any CardChannel) throws(MakingFailure) -> ChipFinding

    /// Writes the card of an order, reads it back, compares and activates.
    ///
    /// - Parameters:
    ///   - continuing: the chip was begun for this order before, and something may have been written to it; it is made
    ///     from where it stopped, and a finished one is read back and compared.
    ///   - progress: called before each step, on this thread.
    /// - Returns: SM3 of what the card holds, 64 lowercase hexadecimal digits.
    /// - Throws: ``MakingFailure``, whose chip state goes by what was sent, never by what was answered.
    func make(
        _ order: Order, on channel: any CardChannel, continuing: Bool, progress: (MakingProgress) -> Void
    ) throws(MakingFailure) -> String
}

/// What a chip turned out to be.
public enum ChipFinding: Sendable, Hashable {
    case blank
    /// Somebody began to make a card of it.
    case halfMade
    /// It is a finished card.
    case finished
    /// It is nothing this batch's cards can be made of.
    case foreign(LedgerReason)
}

public struct MakingProgress: Sendable, Hashable {
    /// From 0.
    public let step: Int
    public let total: Int
    /// `structure`, `keys`, `content` …
    public let phase: String

    public init(step: Int, total: Int, phase: String) {
        self.step = step
        self.total = total
        self.phase = phase
    }
}

/// Why a card was not made, as far as the line has to know. Holds no personal data and no key.
public struct MakingFailure: Error, Message, Equatable {
    /// Whose fault it most likely is.
    public enum Blame: String, Sendable, Hashable, Codable {
        /// This chip: another one may do.
        case chip
        /// The reader, its link, or whoever took the card out: the same chip may do.
        case reader
        /// The application: no chip will do.
        case applicant
        /// This station, its keys or its set-up: nothing will do here.
        case station
    }

    public static let transportKeyRefused = "transportKeyRefused"
    /// The folder is not the one that was checked and enrolled: no card of it is made any more.
    public static let batchChanged = "batchChanged"
    /// Another chip answers than the one that was begun.
    public static let otherCard = "otherCard"

    /// Its code is stable, for the ledger and for counting the same error.
    public let reason: LedgerReason
    public let blame: Blame
    /// What is known of the chip; never better than the truth.
    public let chipState: ChipState

    public init(_ reason: LedgerReason, blame: Blame, chipState: ChipState) {
        self.reason = reason
        self.blame = blame
        self.chipState = chipState
    }

    public var code: String { reason.code }
    public var english: English { reason.english }
    public var chinese: Chinese { reason.chinese }
}
