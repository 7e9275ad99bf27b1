/// The rules of a line. Counts are at least 1.
public struct LineSettings: Sendable, Hashable {
    /// Chips that may fail for one order before no card is made of it.
    public var chipsPerOrder = 3
    /// How often one card is gone on with after its reader or link failed.
    public var retries = 2
    /// Cards without success in a row that stop a lane.
    public var failuresInRow = 3
    /// Lanes with the same error, and no success anywhere between, that stop the line; at most as many as there are,
    /// at least 2.
    public var lanesWithSameError = 3
    /// Chips in a row, on whatever lanes, whose transport key was refused, that stop the line.
    public var refusedTransportKeys = 2
    /// How long a card that was taken out in the middle is waited for in its lane.
    public var returnWait = Duration.seconds(30)
    /// How long a card that was loaded, a reader or the service that went away is waited for.
    public var readerWait = Duration.seconds(30)
    /// How long a card may think about one command before its lane is given up: its thread cannot be had back.
    public var commandLimit = Duration.seconds(60)
    /// The first pause before a ledger that did not answer is asked again, and the longest: each is twice the last.
    public var ledgerBackoff = Duration.milliseconds(200)
    public var longestLedgerBackoff = Duration.seconds(10)
    /// Progress of a card is told in about so many steps.
    public var progressSteps = 20

    public init() {}

    /// The settings with every count within its bounds.
    var bounded: LineSettings {
        var bounded = self
        bounded.chipsPerOrder = max(1, chipsPerOrder)
        bounded.retries = max(0, retries)
        bounded.failuresInRow = max(1, failuresInRow)
        bounded.lanesWithSameError = max(2, lanesWithSameError)
        bounded.refusedTransportKeys = max(1, refusedTransportKeys)
        bounded.returnWait = max(.zero, returnWait)
        bounded.readerWait = max(.zero, readerWait)
        bounded.commandLimit = max(.milliseconds(100), commandLimit)
        bounded.ledgerBackoff = max(.milliseconds(1), ledgerBackoff)
        bounded.longestLedgerBackoff = max(bounded.ledgerBackoff, longestLedgerBackoff)
        bounded.progressSteps = max(1, progressSteps)
        return bounded
    }
}
