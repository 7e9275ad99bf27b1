import Ledger

/// A person moves the cards: asked through a callback, watched through the reader, no key pressed.
public struct OperatorHandling: CardHandling {
    /// What the person is to do now.
    public enum Request: Sendable, Hashable {
        case insert(WantedCard)
        case remove(to: Tray, why: LedgerReason?)
        /// It was done.
        case done
    }

    private let ask: @Sendable (LaneName, Request) -> Void
    private let isBoxEmpty: @Sendable () -> Bool
    private let patience: Duration

    /// - Parameters:
    ///   - patience: how long begun cards are asked for before they are given up in this run.
    ///   - isBoxEmpty: whether the person has said that no blank is left.
    ///   - ask: called on the lanes' threads, one lane's requests in order.
    public init(
        patience: Duration = .seconds(60), isBoxEmpty: @escaping @Sendable () -> Bool = { false },
        ask: @escaping @Sendable (LaneName, Request) -> Void
    ) {
        self.patience = patience
        self.isBoxEmpty = isBoxEmpty
        self.ask = ask
    }

    public func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        if wanted == .blank, isBoxEmpty() { return .boxEmpty }
        ask(lane, .insert(wanted))
        let giveUp = wanted == .blank ? nil : ContinuousClock.now + patience
        while true {
            let piece = SlotWait(until: ContinuousClock.now + .seconds(1)) { wait.isCancelled || isBoxEmpty() }
            do throws(SlotError) {
                _ = try slot.waitForCard(piece)
                ask(lane, .done)
                return .loaded
            } catch {
                if wait.isCancelled { throw .cancelled }
                switch error {
                case .noCard, .cancelled, .stillThere:
                    if wanted == .blank ? isBoxEmpty() : giveUp.map({ ContinuousClock.now >= $0 }) ?? false {
                        return .boxEmpty
                    }
                // The lane finds out about these itself, and has rules for them.
                case .mute, .inUse, .gone: return .loaded
                }
            }
        }
    }

    public func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {
        ask(lane, .remove(to: tray, why: why))
        while true {
            let piece = SlotWait(until: ContinuousClock.now + .seconds(1)) { wait.isCancelled }
            do throws(SlotError) {
                try slot.waitForRemoval(piece)
                ask(lane, .done)
                return
            } catch {
                if wait.isCancelled { throw .cancelled }
                guard error == .stillThere else { throw .slot(error) }
            }
        }
    }
}
