import Ledger

/// Where a card goes that leaves a reader.
public enum Tray: String, Sendable, Hashable, Codable, CaseIterable {
    /// Finished cards.
    case made
    /// What is never used, or not before somebody has decided.
    case reject
    /// Back to the blanks: nothing was written.
    case unused
}

/// What is to be put into a reader.
public enum WantedCard: Sendable, Hashable {
    case blank
    /// One of the chips that an earlier run, or an earlier reader, began.
    case begun(chips: [String])
}

/// A lane, as people and machines name it.
public struct LaneName: Sendable, Hashable, Codable, CustomStringConvertible {
    /// From 1.
    public let number: Int
    public let reader: String

    public init(number: Int, reader: String) {
        self.number = number
        self.reader = reader
    }

    public var description: String { "lane \(number), \(reader)" }
}

public enum Loading: Sendable, Hashable {
    case loaded
    /// Nothing of the kind is left.
    case boxEmpty
}

/// Who moves cards into readers and out of them: an operator or a machine. Calls of several lanes overlap; each blocks
/// its own lane alone.
public protocol CardHandling: Sendable {
    /// Puts a card into the lane's reader, or sees to it that it comes.
    /// - Parameter slot: the lane's own, for those who wait for the card there.
    /// - Throws: ``HandlingError``; the lane stops.
    func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading

    /// Takes the card out. Its outcome is in the books already.
    /// - Parameter why: for the operator; nil for a card that was made.
    /// - Throws: ``HandlingError``; the lane stops.
    func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError)
}

/// Why a card could not be moved. Equatable; says what to do.
public enum HandlingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The machine cannot go on at this reader; its own words.
    case jammed(String)
    /// The machine did not answer in time.
    case silent(seconds: Int)
    /// The machine's program ended.
    case ended(String)
    /// The machine's program answered something that is no answer (`Docs/feeder.md`).
    case nonsense(String)
    /// The slot cannot tell whether the card is there.
    case slot(SlotError)
    case cancelled

    /// For the books and for programs.
    public var code: String {
        switch self {
        case .jammed: "feederJammed"
        case .silent: "feederSilent"
        case .ended: "feederEnded"
        case .nonsense: "feederNonsense"
        case .slot(let error): error.code
        case .cancelled: "cancelled"
        }
    }

    public var description: String {
        switch self {
        case .jammed(let text): "the feeder is jammed: \(text); clear it, then run again"
        case .silent(let seconds):
            "the feeder did not answer within \(seconds) s; look at the machine, then run again"
        case .ended(let what): "the feeder program ended (\(what)); see why, then run again"
        case .nonsense(let what): "the feeder program does not follow its protocol: \(what); correct the program"
        case .slot(let error): error.description
        case .cancelled: "the wait was ended"
        }
    }
}
