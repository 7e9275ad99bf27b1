import Foundation
import Ledger

/// One thing that happened on a line, flat, so that each is one line of JSON. It names orders by sequence and row and
/// chips by serial number, never people.
public struct LineEvent: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// With the books as they are at the beginning.
        case lineBegun
        /// A begun card whose outcome nobody knows, from an earlier run: it is needed back.
        case cardWanted
        /// The lane's reader is empty and the next card is asked for.
        case laneWaiting
        case cardInserted
        /// The order was taken for this chip; the books say so.
        case begun
        /// A chip begun before goes on.
        case continued
        /// `step` of `steps`.
        case progress
        /// The card was made; the books say so.
        case made
        /// Reader or link failed; the same card is tried again.
        case retrying
        /// The card is away and waited for.
        case cardAway
        /// Nothing was written: back to the blanks.
        case chipUnused
        case chipRejected
        case orderRejected
        /// The outcome stays open: the card may be whole or not.
        case attemptOpen
        case cardUnloaded
        case ledgerWaiting
        case ledgerBack
        case laneStopped
        /// The lane has nothing more to do.
        case laneFinished
        case paused
        case resumed
        /// Every lane ends after its card, or at once.
        case stopping
        /// With the books as they are at the end.
        case lineEnded
    }

    public let kind: Kind
    public let time: Date
    public var lane: LaneName?
    public var sequence: Int?
    /// Of `applications.csv`.
    public var row: Int?
    public var attempt: Int64?
    /// 16 hexadecimal digits in capitals.
    public var chip: String?
    public var tray: Tray?
    public var reason: LedgerReason?
    public var step: Int?
    public var steps: Int?
    /// `structure`, `keys`, `content` …
    public var phase: String?
    public var milliseconds: Int?
    public var counts: BatchCounts?

    public init(_ kind: Kind, time: Date = Date()) {
        self.kind = kind
        self.time = time
    }

    func with(_ change: (inout LineEvent) -> Void) -> LineEvent {
        var event = self
        change(&event)
        return event
    }

    func about(_ attempt: Attempt) -> LineEvent {
        with {
            $0.attempt = attempt.id
            $0.sequence = attempt.order.sequence
            $0.row = attempt.order.row
            $0.chip = attempt.chip
        }
    }
}
