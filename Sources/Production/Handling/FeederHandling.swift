import Ledger

/// A machine moves the cards: a program that is told what to do line by line (`Docs/feeder.md`). One program serves
/// all lanes.
public final class FeederHandling: CardHandling {
    /// Starts the program and greets it.
    ///
    /// - Parameters:
    ///   - command: the program, looked for as a shell would, and its arguments.
    ///   - patience: how long it may take to answer one request.
    /// - Throws: `.ended` when it cannot be started, `.silent`, `.nonsense` when it does not greet as it should.
    public init(_ command: [String], patience: Duration = .seconds(60)) throws(HandlingError) {
        throw .ended("")
    }

    public func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        .boxEmpty
    }

    public func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {}

    /// Tells the program that no more will be asked, and waits for it to end.
    public func close() {}
}
