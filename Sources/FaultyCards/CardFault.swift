import CardProfiles
import VirtualCard

/// A mistake that a real card could have: a decision of its operating system that is not the page's, or something that
/// whoever made it left on it. A conformance suite is worth what it finds of them (Docs/fault-matrix.md).
///
/// It is on a card from the moment the card is activated: until then the chip behaves, so that the maker's engine makes a
/// card on it, reads everything back, and hands over a card that is wrong.
public struct CardFault: Sendable, Hashable, CustomStringConvertible {
    /// By this name it is asked for: `mac-unchecked`; unique among all.
    public let name: String
    /// What of Docs/protocol.md or Docs/card.md it breaks: `protocol §3`, `card §1.1`.
    public let clause: String
    /// What the card does.
    public let english: String
    public let chinese: String
    /// The check that finds it by itself, on a card never met before.
    public let foundBy: String
    /// It comes with the making of a card: a finished one does not get it.
    public let comesWithMaking: Bool
    /// The card answers as a right one, only late: a run of every check on it takes hours.
    public let isSlow: Bool
    /// What it takes to find it, beside the card and a reader.
    public let needs: Set<Need>

    /// What a run must have for a fault to be found.
    public enum Need: String, Sendable, Hashable, CaseIterable {
        /// What the card is to hold: a campaign's card.
        case campaign
        /// Many writes to one place: `--endurance`.
        case endurance
        /// Another card of the same manufacturer in the same run.
        case secondCard
        /// The card in two readers, of its contact and its contactless interface.
        case secondInterface
        /// A card with a payment side.
        case paymentSide
    }

    private let change: @Sendable (inout CardBehaviour) -> Void

    init(
        _ name: String, _ clause: String, _ english: String, _ chinese: String, foundBy: String,
        comesWithMaking: Bool = false, isSlow: Bool = false, needs: Set<Need> = [],
        change: @escaping @Sendable (inout CardBehaviour) -> Void
    ) {
        (self.name, self.clause, self.english, self.chinese, self.foundBy) = (name, clause, english, chinese, foundBy)
        (self.comesWithMaking, self.isSlow, self.change) = (comesWithMaking, isSlow, change)
        self.needs = needs
    }

    /// A fault of what is on the card: bytes, rights, names and keys change the moment it is activated.
    static func content(
        _ name: String, _ clause: String, _ english: String, _ chinese: String, foundBy: String,
        needs: Set<Need> = [], edit: @escaping @Sendable (inout ContentEditor) -> Void
    ) -> CardFault {
        CardFault(name, clause, english, chinese, foundBy: foundBy, comesWithMaking: true, needs: needs) {
            behaviour in
            behaviour.contentAtActivation = { [before = behaviour.contentAtActivation] state, profile in
                var editor = ContentEditor(before(state, profile), profile)
                edit(&editor)
                return editor.state
            }
        }
    }

    /// Every fault, in the order of the list.
    public static let all: [CardFault] = [
        answerToReset, selecting, reading, access, authentication, messaging, writing, blocking, lifeCycle, robustness,
        time, records, values, files, rights, keys, persistence, resets, reach, counters, collateral, sweeps,
        cryptograms, challenges, instructions, contents, cards, otherApplications, endurance,
    ].flatMap { $0 }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// nil for a name that no fault has.
    public init?(name: String) {
        guard let fault = Self.byName[name] else { return nil }
        self = fault
    }

    public var description: String { name }

    public static func == (a: CardFault, b: CardFault) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    fileprivate func apply(to behaviour: inout CardBehaviour) { change(&behaviour) }
}

extension CardBehaviour {
    /// A card with these faults. Where one undoes what another does, the one later in the list counts.
    public init(faults: Set<CardFault>) {
        self.init()
        for fault in CardFault.all where faults.contains(fault) { fault.apply(to: &self) }
    }
}

extension VirtualHealthCard {
    /// The same card as it would be had its chip had these faults when it was made; powered on and without a state file.
    /// - Throws: `state` when the faults leave no card.
    public func copy(with faults: Set<CardFault>) throws(VirtualCardError) -> VirtualHealthCard {
        try copy(behaviour: CardBehaviour(faults: faults))
    }
}
