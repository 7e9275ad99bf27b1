import CardProfiles
import HealthCard
import ISO7816
import Messages
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
    public var advice: ChipAdvice { ChipAdvice(state: self) }
}

/// What to do with a chip whose making was cut short.
public struct ChipAdvice: Message, Hashable {
    public let state: ChipState
}

/// Why a card was not made. Never tells a value of an item or a key.
public enum PersonalizationError: AdvisedError, Equatable {
    /// The batch or the applicant.
    case batch(BatchError)
    /// A formal batch, and there is no release that allows it (`Docs/protocol.md §9`).
    case noRelease
    /// The release, keys or people of the batch's mode; why, to the point.
    case release(ReleaseRefusal)
    /// Test keys with a formal batch or the reverse.
    case wrongKeys(expected: UInt8, found: UInt8)
    /// A profile or a dialect that cannot make this card.
    case profile(ProfileFlaw)
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

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case batch, noRelease, release, wrongKeys, profile, unusableCard, transportKeyRefused, refused, interrupted
        case unreadable, readBackDiffers, securityModule
    }

    public static let domain = "personalization"

    public var code: Code {
        switch self {
        case .batch: .batch
        case .noRelease: .noRelease
        case .release: .release
        case .wrongKeys: .wrongKeys
        case .profile: .profile
        case .unusableCard: .unusableCard
        case .transportKeyRefused: .transportKeyRefused
        case .refused: .refused
        case .interrupted: .interrupted
        case .unreadable: .unreadable
        case .readBackDiffers: .readBackDiffers
        case .securityModule: .securityModule
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .batch, .profile: .badInput
        case .noRelease, .release, .wrongKeys: .notAllowed
        case .interrupted(_, let error, _): error.kind
        case .unreadable(_, let error, _): error.channel == nil ? .cardRefused : error.kind
        case .unusableCard, .transportKeyRefused, .refused, .readBackDiffers, .securityModule: .cardRefused
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .batch(let error): error
        case .release(let refusal): refusal as any Error as? any AdvisedError
        case .interrupted(_, let error, _): error
        case .unreadable(_, let error, _): error
        case .securityModule(let error, _): error
        case .noRelease, .wrongKeys, .profile, .unusableCard, .transportKeyRefused, .refused, .readBackDiffers: nil
        }
    }
}

/// Why a card that is no blank chip of this profile was left alone.
public enum UnusableCard: Message, Hashable {
    /// The answer to reset has no chip serial.
    case noSerial
    /// The chip's serial is this byte over and over: every such card would have the same keys.
    case emptyFactor(UInt8)
    /// The reader does not show the chip's serial on this interface, and does not give it when it is asked.
    case hiddenFactor(CardFinding)
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
}

/// Which command of a plan, for people.
public struct PlanPosition: Message, Hashable {
    /// From 0, in the plan.
    public let index: Int
    public let phase: PersonalizationPhase
    /// `WRITE KEY RK1_DF01`
    public let title: String

    public init(index: Int, phase: PersonalizationPhase, title: String) {
        self.index = index
        self.phase = phase
        self.title = title
    }
}
