import Foundation
import ISO7816
import Ledger
import PCSC

/// A slot of chips in this process, for rehearsals, benchmarks and tests: it is the box the chips come from and the
/// trays they go to as well.
public final class ChannelSlot: CardSlot, CardHandling, @unchecked Sendable {
    /// Gives the next chip, powered on; nil when the box is empty.
    public typealias Box = @Sendable (WantedCard) -> (any CardChannel)?
    /// Takes a chip that leaves.
    public typealias Trays = @Sendable (any CardChannel, Tray) -> Void
    /// Is told of a card that is waited for, each time it is looked for; may put it back.
    public typealias Search = @Sendable (any CardChannel) -> Void

    public let name: String
    private let box: Box
    private let trays: Trays
    private let search: Search
    // Touched by the lane's thread alone, once the line runs.
    private var chip: (any CardChannel)?
    private var isFresh = false

    /// - Parameters:
    ///   - holding: a chip that lies in it before the line runs.
    ///   - box: called on the lane's thread.
    public init(
        _ name: String, holding chip: sending (any CardChannel)? = nil, search: @escaping Search = { _ in },
        trays: @escaping Trays = { _, _ in }, box: @escaping Box
    ) {
        self.name = name
        self.chip = chip
        self.box = box
        self.trays = trays
        self.search = search
    }

    public func isOccupied() -> Bool {
        guard let chip else { return false }
        return isFresh || (try? chip.reset()) != nil
    }

    /// Puts another chip into the slot, whatever lay there: what nobody does to a reader on purpose.
    public func swap(_ other: sending any CardChannel) { chip = other }

    public func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel {
        while true {
            if chip == nil { (chip, isFresh) = (box(.blank), true) }
            if let chip {
                search(chip)
                // The one in the slot now may be another than the one searched for.
                if let found = self.chip, isFresh || (try? found.reset()) != nil {
                    isFresh = false
                    return found
                }
            }
            if wait.isCancelled { throw .cancelled }
            if wait.isOver { throw .noCard }
            Thread.sleep(forTimeInterval: wait.piece(.milliseconds(2)) / .seconds(1))
        }
    }

    public func waitForRemoval(_ wait: SlotWait) throws(SlotError) {}

    public func release(_ disposition: Disposition) {}

    // MARK: The box and the trays

    public func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        // One that was taken out and did not come back is gone.
        if !isOccupied() { (chip, isFresh) = (box(wanted), true) }
        return chip == nil ? .boxEmpty : .loaded
    }

    public func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {
        guard let chip else { return }
        self.chip = nil
        trays(chip, tray)
    }
}
