import ISO7816
import Messages
import PCSC

/// One place where a chip can lie: a reader, or what stands for one. The work on a card goes through the channel it
/// hands out; everything here blocks, and belongs to the thread of the slot's lane.
public protocol CardSlot: AnyObject, Sendable {
    /// What people call it, and what the books call its lane.
    var name: String { get }

    /// Whether a card lies in it now. A reader that does not answer holds none.
    func isOccupied() -> Bool

    /// Waits for a card that answers and takes it for this program alone, freshly reset, until ``release(_:)``.
    /// - Throws: ``SlotError``; `.noCard` when none came in time.
    func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel

    /// Waits until no card lies in it. A reader that has gone holds none.
    /// - Throws: ``SlotError``; `.stillThere` when the card was not taken out in time.
    func waitForRemoval(_ wait: SlotWait) throws(SlotError)

    /// Gives the card back to the reader; the channel is dead. Nothing happens when none was taken.
    func release(_ disposition: Disposition)
}

/// How long to wait, and who may end it.
public struct SlotWait: Sendable {
    /// nil: for ever.
    public let deadline: ContinuousClock.Instant?
    private let cancelled: @Sendable () -> Bool

    public init(until deadline: ContinuousClock.Instant?, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.deadline = deadline
        cancelled = isCancelled
    }

    public var isCancelled: Bool { cancelled() }
    public var isOver: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

    /// What is left, at most `longest`: waits are cut into such pieces so that a lane can be stopped in one.
    func piece(_ longest: Duration) -> Duration {
        guard let deadline else { return longest }
        return max(.zero, min(longest, ContinuousClock.now.duration(to: deadline)))
    }
}

/// Why a slot has no card for its lane.
public enum SlotError: AdvisedError, Equatable {
    case noCard
    /// A card lies in it that does not answer a reset.
    case mute
    case stillThere
    /// Another program has the card; what PC/SC calls it.
    case inUse(String)
    /// The reader, or the service, is gone; what PC/SC calls it.
    case gone(String)
    case cancelled

    /// The raw values are in ledgers and events.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case noCard
        case mute = "cardMute"
        case stillThere = "cardStillThere"
        case inUse = "cardInUse"
        case gone = "readerGone"
        case cancelled
    }

    public static let domain = "slot"

    public var kind: ErrorKind {
        switch self {
        case .gone: .noReader
        case .noCard, .mute, .inUse: .noCard
        case .stillThere, .cancelled: .partFailed
        }
    }

    public var code: Code {
        switch self {
        case .noCard: .noCard
        case .mute: .mute
        case .stillThere: .stillThere
        case .inUse: .inUse
        case .gone: .gone
        case .cancelled: .cancelled
        }
    }
}
