import CardProfiles
import HealthCard
import ISO7816
import Releases
import ShangMi

/// How far a card has come.
public struct PersonalizationProgress: Sendable, Hashable {
    /// The command that is about to be sent.
    public let position: PlanPosition
    /// Steps of the whole plan.
    public let total: Int
}

/// A card that was made, read back and activated.
public struct PersonalizedCard: Sendable, Hashable {
    public let chipSerial: [UInt8]
    public let idNumber: IDNumber
    /// SM3 over the JSON of what it holds.
    public let imageDigest: [UInt8]
    /// What the chip was when it came: finished, where nothing was left to do but to compare.
    public let found: ChipCondition
    /// What really went over the link.
    public let cost: PlanCost
    public let duration: Duration

    /// An earlier run had begun it.
    public var wasContinued: Bool { found != .blank }
}

/// Makes one card: recognizes a blank chip, writes the plan, reads everything back through the card's own keys,
/// compares byte for byte, and only then activates.
///
/// The gate is before it (``PersonalizationGate``): formal cards want a verified release, formal keys, people of no test
/// region and an open attempt in the ledger; test cards people of the test region and published keys alone
/// (`Docs/protocol.md §9`).
/// Nothing is tried twice; a card that was cut off is continued when its maker says so.
///
/// It works on one channel and, like the channel, belongs to one thread.
public final class CardPersonalizer {
    private let gate: PersonalizationGate
    private let batch: Batch
    private let profile: CardProfile
    private let module: any KeyWrappingModule
    private let channel: CountingChannel
    private let dialect: String?
    private let options: PersonalizationPlan.Options
    private let random: HealthCardSession.RandomSource
    /// What is known of the chip after all that was sent to it through this, errors of every kind included; never better
    /// than the truth, and never better than it was.
    public private(set) var chipState = ChipState.untouched

    /// - Parameters:
    ///   - channel: a card just inserted.
    ///   - batch: where the applications come from; its profile is the card's.
    ///   - module: holds the keys; the only one that touches them.
    ///   - dialect: how this maker's chips are made; `nil` for the profile's own choice.
    ///   - options: whether extended length is used; a reader does not say whether it carries it. The protocol is the
    ///     channel's, whatever is said here.
    ///   - release: what allows formal cards; nil for test cards.
    ///   - random: the host's random numbers.
    public convenience init(
        channel: any CardChannel, batch: Batch, module: any KeyWrappingModule, dialect: String? = nil,
        options: PersonalizationPlan.Options = PersonalizationPlan.Options(), release: VerifiedRelease? = nil,
        random: @escaping HealthCardSession.RandomSource = SystemRandom.bytes
    ) {
        self.init(
            channel: channel,
            gate: PersonalizationGate(batch: batch, module: module, dialect: dialect, release: release),
            options: options, random: random)
    }

    /// Behind a gate that other cards have gone through.
    public init(
        channel: any CardChannel, gate: PersonalizationGate,
        options: PersonalizationPlan.Options = PersonalizationPlan.Options(),
        random: @escaping HealthCardSession.RandomSource = SystemRandom.bytes
    ) {
        self.channel = CountingChannel(channel)
        self.gate = gate
        batch = gate.batch
        profile = gate.batch.profile
        module = gate.module
        dialect = gate.dialect
        self.options = options
        self.random = random
    }

    /// Whether cards of this batch may be made at all with this module; asks no card.
    ///
    /// - Throws: see ``PersonalizationGate/pass()``.
    public static func checkGate(
        _ batch: Batch, module: any KeyWrappingModule, dialect: String? = nil, release: VerifiedRelease? = nil
    ) throws(PersonalizationError) {
        try PersonalizationGate(batch: batch, module: module, dialect: dialect, release: release).pass()
    }

    /// As much of it as can be said before a batch has been gone through and keys are in a module.
    public static func checkGate(
        _ manifest: BatchManifest, profile: CardProfile, keyVersion: UInt8, dialect: String? = nil,
        release: VerifiedRelease? = nil
    ) throws(PersonalizationError) {
        try PersonalizationGate.check(
            manifest.mode, profile: profile, keyVersion: keyVersion, dialect: dialect, release: release)
    }

    /// The plan for one applicant and the chip in the channel; sends nothing.
    public func plan(for application: Application) throws(PersonalizationError) -> PersonalizationPlan {
        try plan(for: application, rewritesCyclicFiles: false)
    }

    func plan(
        for application: Application, rewritesCyclicFiles: Bool
    ) throws(PersonalizationError) -> PersonalizationPlan {
        try plan(for: application, chipSerial: try chipSerial(), rewritesCyclicFiles: rewritesCyclicFiles)
    }

    private func plan(
        for application: Application, chipSerial: [UInt8], rewritesCyclicFiles: Bool
    ) throws(PersonalizationError) -> PersonalizationPlan {
        let image = try CardImage(application, batch: batch, chipSerial: chipSerial, issuer: module)
        var options = PersonalizationPlan.Options(
            usesExtendedLength: options.usesExtendedLength, transmissionProtocol: channel.transmissionProtocol)
        options.rewritesCyclicFiles = rewritesCyclicFiles
        return try PersonalizationPlan(image: image, profile: profile, dialect: dialect, options: options)
    }

    /// What the chip is; changes nothing and costs no try of any key.
    ///
    /// - Throws: `.interrupted` when it could not be asked, `.profile`.
    public func recognize() throws(PersonalizationError) -> ChipCondition {
        do {
            _ = try chipSerial()
        } catch {
            guard case .unusableCard(let reason) = error else { throw error }
            return .foreign(reason)
        }
        let name = dialect ?? profile.defaultDialect
        guard let rules = profile.dialect(name) else { throw .profile(.noDialect(name)) }
        return try CardRecognition(
            profile: profile, dialect: rules, channel: channel, keyVersion: profile.keyVersion, known: chipState
        ).condition()
    }

    /// Makes the card.
    ///
    /// - Parameters:
    ///   - continuing: an earlier run began this applicant's card on this chip, as the ledger knows. A half-made chip is
    ///     gone on with; a finished one is read and compared; a blank one is made.
    ///   - progress: called before each step, on this thread.
    /// - Throws: ``PersonalizationError``; ``chipState`` says what may be done with the chip.
    public func personalize(
        _ application: Application, continuing: Bool = false, progress: (PersonalizationProgress) -> Void = { _ in }
    ) throws(PersonalizationError) -> PersonalizedCard {
        if continuing { note(.halfMade) }
        // The chip the gate has let through is the one that gets the card, whatever the reader says it is afterwards.
        let serial = try chipSerial()
        try gate.pass(application, chip: Hex.encode(serial))
        guard continuing else {
            let plan = try plan(for: application, chipSerial: serial, rewritesCyclicFiles: false)
            return try run(plan, application, progress)
        }
        let start = PlanCost(of: channel)
        let condition = try recognize()
        if case .foreign(let reason) = condition { throw .unusableCard(reason) }
        if condition == .finished { note(.doubtful) }
        let plan = try plan(for: application, chipSerial: serial, rewritesCyclicFiles: condition != .blank)
        return try run(plan, application, on: condition, since: start, progress)
    }

    /// Carries a plan out; the gate is behind the caller.
    func run(
        _ plan: PersonalizationPlan, _ application: Application, on condition: ChipCondition = .blank,
        since before: PlanCost? = nil, _ progress: (PersonalizationProgress) -> Void = { _ in }
    ) throws(PersonalizationError) -> PersonalizedCard {
        let start = ContinuousClock.now
        let before = before ?? PlanCost(of: channel)
        var run = PlanRun(plan: plan, profile: profile, module: module, channel: channel, random: random)
        run.state = chipState
        defer { note(run.state) }
        switch condition {
        case .halfMade: try run.runOn(progress)
        case .finished: try run.runOut(progress)
        case .blank, .foreign: try run.run(progress)
        }
        return PersonalizedCard(
            chipSerial: plan.image.chipSerial, idNumber: application.idNumber, imageDigest: plan.image.digest,
            found: condition, cost: PlanCost(of: channel) - before, duration: ContinuousClock.now - start)
    }

    private func note(_ state: ChipState) { chipState = max(chipState, state) }

    private func chipSerial() throws(PersonalizationError) -> [UInt8] {
        try Self.chipSerial(of: channel, profile)
    }

    /// The card factor, by which the books know a chip (`Docs/protocol.md §2`). Asks a reader that hides it; no key is
    /// derived.
    ///
    /// - Throws: `unusableCard` for a chip without one, or with one that every such chip has.
    public static func chipSerial(
        of channel: any CardChannel, _ profile: CardProfile
    ) throws(PersonalizationError) -> [UInt8] {
        do {
            return try HealthCardSession.cardFactor(of: channel, profile)
        } catch {
            if let code = error.channel {
                let position = PlanPosition(index: 0, phase: .open, title: "GET DATA")
                throw .interrupted(position, .channel(ChannelError(code, error.finding), error.command), .untouched)
            }
            switch error.finding {
            case .emptyFactor(let byte): throw .unusableCard(.emptyFactor(byte))
            case .historicalBytesHidden, .noFactor: throw .unusableCard(.hiddenFactor(error.finding))
            default: throw .unusableCard(.noSerial)
            }
        }
    }
}
