/// What goes wrong with a virtual chip, for tests of what becomes of cards then. Commands are counted from 0, from the
/// moment the chip went into its slot.
public struct ChipFlaws: Sendable, Hashable, Codable {
    /// Milliseconds before each command.
    public var delay = 0.0
    /// The chip leaves its slot at this command; nil: it stays.
    public var removedAt: Int?
    /// It comes back after so many seconds, as from a contact that was lost for a moment; nil: it stays away.
    public var backAfter: Double?
    /// The command at which the chip leaves is still carried out, and only its answer is lost.
    public var losesAnswer = false
    /// From this command on, what is to be written is answered 6581 …
    public var failsWritesAt: Int?
    /// … as often; nil: for ever.
    public var failingWrites: Int?
    /// From this command on the chip is dead: it answers nothing, whatever is done to it.
    public var diesAt: Int?
    /// At this command the chip thinks for ``stuckFor`` seconds.
    public var sticksAt: Int?
    public var stuckFor = 0.0

    public init() {}
}
