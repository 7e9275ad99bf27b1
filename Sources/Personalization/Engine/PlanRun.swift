import CardProfiles
import HealthCard
import ISO7816
import ShangMi

/// Sends the steps of a plan to a card, filling the holes with what the card and the security module say.
struct PlanRun {
    let plan: PersonalizationPlan
    let profile: CardProfile
    let module: any KeyWrappingModule
    let channel: CountingChannel
    /// The host's random numbers.
    let random: HealthCardSession.RandomSource
    /// The last challenge, until it is spent.
    private var seed: [UInt8] = []
    /// What is known of the chip; never better than the truth, and never better than it was.
    var state = ChipState.untouched
    /// What looking at a half-made card has told so far.
    var found = CardFindings()

    init(
        plan: PersonalizationPlan, profile: CardProfile, module: any KeyWrappingModule, channel: CountingChannel,
        random: @escaping HealthCardSession.RandomSource
    ) {
        self.plan = plan
        self.profile = profile
        self.module = module
        self.channel = channel
        self.random = random
    }

    private var factors: CardFactors {
        CardFactors(card: plan.image.chipSerial, province: plan.image.provinceFactor)
    }

    mutating func run(_ progress: (PersonalizationProgress) -> Void) throws(PersonalizationError) {
        for step in plan.steps {
            progress(PersonalizationProgress(position: step.position, total: plan.steps.count))
            try run(step)
        }
    }

    mutating func run(_ step: PlanStep) throws(PersonalizationError) {
        switch step.work {
        case .reset: try reset(step)
        case .readBack: try readBack(step)
        case .recognize: try recognize(step)
        case .challenge:
            let answer = try succeed(step, data: [])
            guard answer.count == profile.cryptography.challengeLength else {
                let flaw = MalformedAnswer.length(
                    bytes: answer.count, expected: profile.cryptography.challengeLength)
                throw .interrupted(step.position, .malformed(flaw, header(step)), state)
            }
            seed = answer
        case .plain:
            guard let data = step.command?.data else { throw .profile(.stepLacksData(step.title)) }
            _ = try succeed(step, data: data)
        case .authenticate(let key): try authenticate(step, key)
        case .protect(let name):
            guard let command = step.command, let data = command.data, let protection = command.protection else {
                throw .profile(.stepLacksProtection(step.title))
            }
            let seed = spendSeed()
            let body = try secured { () throws(SecurityModuleError) in
                try module.protect(
                    header: command.header, data: data, protection: protection.protection, key: try key(name),
                    card: factors, seed: seed)
            }
            _ = try succeed(step, data: body)
        case .wrap(let name, let under):
            guard let command = step.command, command.liveHoles == [.key] else {
                throw .profile(.stepLacksKeyPlace(step.title))
            }
            let seed = spendSeed()
            let body = try secured { () throws(SecurityModuleError) in
                try module.wrapKey(
                    try key(name), prefix: command.prefix, header: command.header, under: try key(under),
                    card: factors, seed: seed)
            }
            _ = try succeed(step, data: body)
        }
    }

    /// Takes away every right the writing session had.
    func reset(_ step: PlanStep) throws(PersonalizationError) {
        let answer: [UInt8]
        do {
            answer = try channel.reset()
        } catch {
            throw .interrupted(step.position, .channel(error, nil), state)
        }
        // What a reader hides of the answer it is asked for.
        let factor =
            (try? HealthCardSession.cardFactor(of: answer, profile))
            ?? (try? HealthCardSession.cardFactor(of: channel, profile))
        guard factor == plan.image.chipSerial else {
            let error = ChannelError(.cardRemoved, "another chip answers the reset: leave the card where it is")
            throw .interrupted(step.position, .channel(error, nil), state)
        }
    }

    // MARK: What needs a key

    private func key(_ name: String) throws(SecurityModuleError) -> KeyDefinition {
        guard let key = profile.key(name) else { throw .keyNotHeld(name) }
        return key
    }

    /// The last challenge, which serves once (`Docs/protocol.md §2`).
    private mutating func spendSeed() -> [UInt8] {
        defer { seed = [] }
        return seed
    }

    private func secured(
        _ work: () throws(SecurityModuleError) -> [UInt8]
    ) throws(PersonalizationError) -> [UInt8] {
        do {
            return try work()
        } catch {
            throw .securityModule(error, state)
        }
    }

    private mutating func authenticate(_ step: PlanStep, _ name: String) throws(PersonalizationError) {
        let length = profile.cryptography.cryptogram.originalLength
        let original: [UInt8]
        do {
            original = try random(length)
        } catch {
            throw .securityModule(.cryptography(error), state)
        }
        let seed = spendSeed()
        let cryptogram = try secured { () throws(SecurityModuleError) in
            try module.cryptogram(key: try key(name), card: factors, seed: seed, original: original)
        }
        guard let data = step.command?.data(filling: [.cryptogram: cryptogram, .original: original]) else {
            throw .profile(.stepHasOtherHoles(step.title))
        }
        let answer = try send(step, data: data)
        guard answer.status != .ok else { return }
        // One wrong key is one try the less: whatever the card says, it is not asked again.
        if let tries = answer.status.triesLeft { throw .transportKeyRefused(triesLeft: tries, state) }
        if answer.status == .authenticationMethodBlocked { throw .transportKeyRefused(triesLeft: 0, state) }
        throw .refused(step.position, answer.status, state)
    }

    // MARK: Sending

    private func header(_ step: PlanStep) -> CommandHeader {
        let bytes = step.command?.header ?? []
        guard bytes.count == 4 else { return CommandHeader(cla: 0, ins: 0, p1: 0, p2: 0) }
        return CommandHeader(cla: bytes[0], ins: bytes[1], p1: bytes[2], p2: bytes[3])
    }

    mutating func send(_ step: PlanStep, data: [UInt8]) throws(PersonalizationError) -> ResponseAPDU {
        guard let command = step.command?.apdu(data: data, ne: step.ne) else {
            throw .profile(.stepLacksHeader(step.title))
        }
        // From here on nobody can say that the chip is as it was, whatever is answered.
        if step.changesCard { state = max(state, plan.isLive(step) ? .doubtful : .halfMade) }
        var options = TransmitOptions.default
        // A command that writes goes out once: 6Cxx is an answer like any other.
        options.correctsLength = !step.changesCard
        // Over T=0 a SELECT offers its FCI unasked; nobody has to fetch it.
        options.followsRemaining = step.ne != nil
        do {
            return try channel.send(command, options: options)
        } catch {
            throw .interrupted(step.position, error, state)
        }
    }

    private mutating func succeed(_ step: PlanStep, data: [UInt8]) throws(PersonalizationError) -> [UInt8] {
        let answer = try send(step, data: data)
        // A refusal says nothing of the chip: whoever carries the answers may have made it of a 9000.
        let isAnnounced = step.ne == nil && answer.status.remaining != nil && !plan.isLive(step)
        guard answer.status == .ok || isAnnounced else {
            throw .refused(step.position, answer.status, state)
        }
        return answer.data
    }
}
