import Files
import Ledger
import Messages

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
public struct LaneName: Message, Hashable, Codable {
    /// From 1.
    public let number: Int
    public let reader: String

    public init(number: Int, reader: String) {
        self.number = number
        self.reader = reader
    }
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

/// Why a card could not be moved.
public enum HandlingError: AdvisedError, Equatable {
    /// The machine cannot go on at this reader; its own words.
    case jammed(String)
    /// The machine did not answer in time.
    case silent(seconds: Int)
    /// The machine's program ended.
    case ended(FeederEnd)
    /// The machine's program answered something that is no answer (`Docs/feeder.md`).
    case nonsense(FeederNonsense)
    /// The slot cannot tell whether the card is there.
    case slot(SlotError)
    case cancelled

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case jammed = "feederJammed"
        case silent = "feederSilent"
        case ended = "feederEnded"
        case nonsense = "feederNonsense"
        case slot
        case cancelled
    }

    public static let domain = "handling"
    public var kind: ErrorKind { .partFailed }

    public var code: Code {
        switch self {
        case .jammed: .jammed
        case .silent: .silent
        case .ended: .ended
        case .nonsense: .nonsense
        case .slot: .slot
        case .cancelled: .cancelled
        }
    }

    /// For ledgers and events: that of the slot where it is about one.
    var lineCode: String {
        if case .slot(let error) = self { error.code.rawValue } else { code.rawValue }
    }

    public var underlying: (any AdvisedError)? {
        guard case .slot(let error) = self else { return nil }
        return error
    }
}

/// How a feeder's program came to its end.
public enum FeederEnd: Message, Equatable {
    case noProgram
    case noSocket(SystemReason)
    case notStarted(AnyMessage)
    case toldToQuit
    case readsNoMore(SystemReason)
    case closedOutput
    case exited(status: Int32)
    case signalled(Int32)
    case gone
}

/// What a feeder's program said that is not of its protocol (`Docs/feeder.md`).
public enum FeederNonsense: Message, Equatable {
    case version(Int, expected: Int)
    case readsNothing
    case lineTooLong(limit: Int)
    case notAnAnswer(bytes: Int)
    case helloTwice
    case notAsked(id: UInt64)
    case hello(to: String)
    case emptyToUnload
}
