import CardProfiles
import HealthCard
import ISO7816
import Releases

/// What is known of a chip after something went wrong with it: by what was sent to it, for what it answers is said by
/// whatever lies between. The later one is the worse.
public enum ChipState: String, Sendable, Hashable, CaseIterable, Comparable {
    /// No command that writes was sent: the chip is what it was.
    case untouched
    /// One was, and none yet that makes a card in use of it.
    case halfMade
    /// One was that may have made a card in use of it (``PersonalizationPlan/firstLiveStep``), and no answer proves that
    /// it has, or has not.
    case doubtful

    private var rank: Int {
        switch self {
        case .untouched: 0
        case .halfMade: 1
        case .doubtful: 2
        }
    }

    public static func < (one: ChipState, other: ChipState) -> Bool { one.rank < other.rank }

    /// What to do with the chip.
    public var advice: String {
        switch self {
        case .untouched: "nothing was written: the chip can be used"
        case .halfMade: "the chip may be half made: do not issue it"
        case .doubtful: "the chip may be finished or not: do not issue it before it has been looked at"
        }
    }
}

/// Why a card was not made. Never tells a value of an item or a key.
public enum PersonalizationError: Error, Equatable, CustomStringConvertible {
    /// The batch or the applicant.
    case batch(BatchError)
    /// A formal batch, and there is no release that allows it (`Docs/protocol.md §9`).
    case noRelease
    /// The release, keys or people of the batch's mode; why, to the point.
    case release(ReleaseRefusal)
    /// Test keys with a formal batch or the reverse.
    case wrongKeys(expected: UInt8, found: UInt8)
    /// A profile or a dialect that cannot make this card; says why.
    case profile(String)
    /// The chip cannot be used for a new card; nothing was written.
    case unusableCard(UnusableCard)
    /// The transport key was refused. It is not tried again: after `triesLeft` more the chip is lost. `nil`: the card
    /// did not say.
    case transportKeyRefused(triesLeft: Int?, ChipState)
    /// The card answered something else than success.
    case refused(PlanPosition, StatusWord, ChipState)
    /// The card, its reader or the daemon went away, or the answer made no sense.
    case interrupted(PlanPosition, CardError, ChipState)
    /// The card cannot be read through its own keys.
    case unreadable(PlanPosition, HealthCardError, ChipState)
    /// What was read back is not what was to be written.
    case readBackDiffers([CardImage.Difference], ChipState)
    /// The security module failed.
    case securityModule(SecurityModuleError, ChipState)

    /// The state of the chip, as far as the error itself tells; ``CardPersonalizer/chipState`` knows all that was sent.
    public var chipState: ChipState {
        switch self {
        case .refused(_, _, let state), .interrupted(_, _, let state), .securityModule(_, let state),
            .transportKeyRefused(_, let state), .unreadable(_, _, let state), .readBackDiffers(_, let state):
            state
        default: .untouched
        }
    }

    public var description: String {
        switch self {
        case .batch(let error): error.description
        case .noRelease:
            "the batch is formal and there is no release that allows making formal cards; "
                + "give the release of its test cards, or make test cards with a batch of mode \"test\""
        case .release(let refusal): refusal.description
        case .wrongKeys(let expected, let found):
            "the security module holds keys of version \([found].hex), this batch needs \([expected].hex); "
                + "use the module that belongs to its mode"
        case .profile(let what): "\(what); correct the profile"
        case .unusableCard(let card): card.description
        case .transportKeyRefused(let tries, let state):
            "the transport key is not this chip's; "
                + (tries.map { "\($0) tries left before it locks" } ?? "the card does not tell how many tries are left")
                + "; it was not tried again; find out which key the chip was delivered with; \(state.advice)"
        case .refused(let position, let status, let state):
            "the card answered \(status) to \(position); \(state.advice)"
        case .interrupted(let position, let error, let state):
            "\(error.what(in: .english)), at \(position); \(state.advice)"
        case .unreadable(let position, let error, let state):
            "\(error.what(in: .english)), at \(position); \(state.advice)"
        case .readBackDiffers(let differences, let state):
            "the card does not hold what was written: "
                + differences.prefix(8).map(\.description).joined(separator: "; ")
                + (differences.count > 8 ? " and \(differences.count - 8) more" : "")
                + "; \(state.advice)"
        case .securityModule(let error, let state): "\(error); \(state.advice)"
        }
    }
}

/// Why a card that is no blank chip of this profile was left alone.
public enum UnusableCard: Sendable, Hashable, CustomStringConvertible {
    /// The answer to reset has no chip serial.
    case noSerial
    /// Somebody began to make a card of it.
    case beingMade
    /// It is somebody's card.
    case activated
    /// The card was blocked for good.
    case blocked
    /// There is something on it, and it does not show how much.
    case notBlank
    /// It answers otherwise than the profile's cards do.
    case unknown(StatusWord?)

    public var description: String {
        let what =
            switch self {
            case .noSerial: "the answer to reset has no chip serial; this is no chip of the profile"
            case .beingMade: "the chip is half made; set it aside"
            case .activated: "the chip is a finished card"
            case .blocked: "the card is blocked for good"
            case .notBlank: "the chip is not blank: it is a card, finished or not"
            case .unknown(let status):
                "the card does not say that it is blank\(status.map { " (it answers \($0))" } ?? "")"
            }
        return "\(what); nothing was written; put in a blank chip"
    }
}

/// Which command of a plan, for people.
public struct PlanPosition: Sendable, Hashable, CustomStringConvertible {
    /// From 0, in the plan.
    public let index: Int
    public let phase: PersonalizationPhase
    /// `WRITE KEY RK1_DF01`
    public let title: String

    public var description: String { "command \(index) (\(title))" }
}
