import CardProfiles
import Foundation
import ISO7816

/// An image compiled for a dialect and a card's abilities: every command in its order, with holes for what only a live
/// session can fill (challenge, ciphertext, MAC, cryptogram). It knows what it costs, and it can be printed and
/// compared. It holds personal data in its commands, but prints none.
public struct PersonalizationPlan: Sendable, Hashable {
    /// What the card and its link allow.
    public struct Options: Sendable, Hashable {
        /// Binary files in blocks over 255 bytes; never over T=0, whose commands are short.
        public var usesExtendedLength: Bool
        /// How reader and card talk: decides what reading back costs.
        public var transmissionProtocol: TransmissionProtocol
        /// Cyclic files are written whole, empty records too: for a card of which nobody knows how far it got.
        var rewritesCyclicFiles = false

        public init(usesExtendedLength: Bool = true, transmissionProtocol: TransmissionProtocol = .t1) {
            self.usesExtendedLength = usesExtendedLength && transmissionProtocol != .t0
            self.transmissionProtocol = transmissionProtocol
        }
    }

    public let image: CardImage
    public let dialect: String
    /// SM3 of the profile's canonical form.
    public let profileDigest: [UInt8]
    public let steps: [PlanStep]
    /// The step from which on the chip may be a card in use, whatever it answers: the first that changes it when
    /// personalization ends (ACTIVATE, or the write that ends the transport key). In a plan without an end a chip may be
    /// one as soon as it has keys; `steps.count` where nothing is written at all.
    public let firstLiveStep: Int
    /// The links of the profile, for `seconds`.
    public let links: [LinkRate]

    /// - Parameters:
    ///   - dialect: a name among the profile's; `nil` for the profile's own choice.
    /// - Throws: `.profile` when the dialect cannot write what the image holds.
    public init(
        image: CardImage, profile: CardProfile, dialect: String? = nil, options: Options = Options()
    ) throws(PersonalizationError) {
        let name = dialect ?? profile.defaultDialect
        guard let rules = profile.dialect(name) else { throw .profile(.noDialect(name)) }
        var compiler = PlanCompiler(image: image, profile: profile, dialect: rules, options: options)
        try compiler.compile()
        self.image = image
        self.dialect = name
        profileDigest = profile.digest
        links = profile.links
        steps = compiler.steps
        firstLiveStep = Self.firstLiveStep(of: compiler.steps)
    }

    static func firstLiveStep(of steps: [PlanStep]) -> Int {
        let changing = steps.filter(\.changesCard)
        let first =
            changing.first { $0.phase == .activate || $0.phase == .finish }
            ?? changing.first { $0.purpose == .writeKey } ?? changing.first
        return first?.index ?? steps.count
    }

    /// Whether the card may be in use once this step was sent.
    func isLive(_ step: PlanStep) -> Bool { step.changesCard && step.index >= firstLiveStep }

    /// Files that get their content when the card is in use.
    var filesAfterActivation: Set<String> {
        Set(steps.compactMap { $0.phase == .finish ? $0.content?.path : nil })
    }

    /// What the card holds when it is activated.
    var imageUntilActivation: CardImage { image.emptying(filesAfterActivation) }

    /// All steps together.
    public var cost: PlanCost { steps.reduce(PlanCost()) { $0 + $1.cost } }

    /// The cost of one phase.
    public func cost(of phase: PersonalizationPhase) -> PlanCost {
        steps.filter { $0.phase == phase }.reduce(PlanCost()) { $0 + $1.cost }
    }

    /// The first step of this plan that is not the other's; `nil` when they are the same.
    public func firstDifference(from other: PersonalizationPlan) -> Int? {
        let same = zip(steps, other.steps).prefix { $0 == $1 }.count
        return same == steps.count && same == other.steps.count ? nil : same
    }
}
