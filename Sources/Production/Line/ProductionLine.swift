import Ledger

/// Makes the cards of one enrolled batch on many readers side by side.
///
/// Each lane has a thread, a slot and a maker of its own and takes its orders from the ledger, so a slow or dead reader
/// holds back only itself. The intent is in the ledger before a chip is touched, the outcome before the card leaves
/// the reader. A line runs once.
public final class ProductionLine: Sendable {
    /// Makes what makes cards for a lane; called on the lane's thread.
    public typealias MakerFactory = @Sendable (LaneName) throws -> any CardMaker
    public typealias EventHandler = @Sendable (LineEvent) -> Void

    /// - Parameters:
    ///   - record: what the ledger is told of the run; its batch is enrolled already.
    ///   - events: called from any of the line's threads, one event at a time.
    public init(
        ledger: any ProductionLedger, record: RunRecord, lanes: [LaneSetup], settings: LineSettings = LineSettings(),
        maker: @escaping MakerFactory, events: @escaping EventHandler = { _ in }
    ) {
    }

    /// Works until everything is made, or nothing more can be, or it is stopped. Blocks.
    ///
    /// - Throws: ``LineError`` when it did not begin; nothing has been fed then.
    public func run() throws(LineError) -> LineReport { throw .hasRun }

    /// Every lane waits once its card is done.
    public func pause() {}

    public func resume() {}

    /// Every lane ends once its card is done and unloaded.
    public func stopAfterThisCard() {}

    /// Every lane ends before its next command to a card. Cards in the middle stay in their readers, begun in the
    /// books: another run goes on with them.
    public func stopNow() {}

    public var status: LineStatus {
        LineStatus(
            phase: .preparing, lanes: [], counts: BatchCounts(), made: 0, cardsPerMinute: 0, secondsLeft: nil,
            ledgerTrouble: nil)
    }
}
