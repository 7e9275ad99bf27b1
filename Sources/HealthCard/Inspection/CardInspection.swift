import CardProfiles
import ISO7816
import Messages
import ShangMi

/// What can be told about a card without a right and without spending a try: for `healthcard inspect`.
public struct CardInspection: Sendable, Hashable {
    public enum Presence: Message, Hashable {
        case present
        case temporarilyBlocked
        case permanentlyBlocked
        /// What the card answered to SELECT.
        case absent(StatusWord)
        /// Under a directory that could not be entered.
        case unknown
    }

    public struct File: Sendable, Hashable {
        public let path: String
        public let title: String
        public let presence: Presence
        /// The template of SELECT, nil when there was none.
        public let information: [UInt8]?
        /// Bytes it holds, as the card says.
        public var size: Int? { information.flatMap { try? FileControlInformation($0) }?.size }
    }

    public struct Directory: Sendable, Hashable {
        public let name: String
        public let title: String
        public let presence: Presence
        public let information: [UInt8]?
        public let files: [File]
    }

    /// How the card answered an internal authentication; nil when none was possible.
    public enum Authenticity: Sendable, Hashable {
        case testCard
        /// Under the keys of the security module that was given.
        case genuine
        /// It has another key, or none, and says so with this status word, or answers wrongly.
        case notProved(StatusWord?)
    }

    public let answerToReset: [UInt8]
    /// The card factor, also one that no key is derived from; nil where there is none, for ``factorFlaw``.
    public let chipSerial: [UInt8]?
    /// Why keys cannot be derived from it, or why there is none.
    public let factorFlaw: CardFinding?
    /// What the factor says of the chip.
    public let chip: CardFactorDescription?
    /// A field of the chip's production data.
    public struct ProductionField: Sendable, Hashable {
        public let name: String
        public let value: [UInt8]
    }

    /// What GET DATA tells, in order; empty when the card has none.
    public let productionData: [ProductionField]
    /// Nil when it cannot be told.
    public let lifeCycle: LifeCycleState?
    /// The card answers nothing any more.
    public let isCardBlocked: Bool
    public let directories: [Directory]
    public let cityCode: String?
    public let authenticity: Authenticity?
    /// How the card wants to be talked to, as far as it has shown or is remembered; empty for one that could not be
    /// identified.
    public let habits: [CardHabitFact]
    /// What lies beside the health application, of what the profile knows by name.
    public let otherApplications: [OtherApplication]
    /// Commands it took.
    public let commands: Int
}

extension CardInspection {
    /// Inspects a card: SELECT, GET DATA, the free file, an authentication of the card, its habits, and in the end what lies
    /// beside the health application.
    ///
    /// The card is left in whatever directory came last; reset it before another use.
    ///
    /// - Parameters:
    ///   - securityModule: the keys to prove the card under; nil for the published test keys, where the profile has them.
    ///   - memory: where habits are remembered; nil for nowhere.
    ///   - provesKeys: win the read rights of a card that has proved its key, to find out habits that only then show.
    ///   - random: the host's random numbers.
    /// - Throws: ``HealthCardError`` with `channel` when the card goes away; anything else is a finding.
    public static func inspect(
        _ channel: any CardChannel, profile: CardProfile, securityModule: (any SecurityModule)? = nil,
        memory: (any CardHabitMemory)? = TransientHabits.shared, provesKeys: Bool = false,
        random: @escaping HealthCardSession.RandomSource = SystemRandom.bytes
    ) throws(HealthCardError) -> CardInspection {
        let counting = CountingChannel(channel)
        var inspector = Inspector(channel: counting, profile: profile)
        let tree = try inspector.tree()
        let productionData = try inspector.productionData()
        let lifeCycle = try inspector.lifeCycle(tree)
        let module = securityModule ?? (try? SoftwareSecurityModule.testKeys(profile))
        var authenticity: Authenticity?
        var cityCode: String?
        var habits: [CardHabitFact] = []
        if let module, lifeCycle != .blank {
            let session = HealthCardSession(
                channel: counting, profile: profile, securityModule: module, habits: memory, random: random)
            do {
                cityCode = try session.identify(readingWholeFile: true).cityCode
                authenticity = Authenticity(try session.authenticateInternally())
                try session.findHabits(provesKeys: provesKeys && authenticity?.isGenuine == true)
                var promised = session.reader.limits
                promised.keepsRightsOnReselect = profile.capabilities.keepsRightsOnReselect
                habits = session.habits.facts(promised: promised)
            } catch {
                if error.code == .channel { throw error }
            }
        }
        let factor = try factor(of: counting, profile)
        // A blocked card answers nothing: of what else lies on it nothing can be said.
        let others = inspector.isCardBlocked ? [] : try inspector.reader.otherApplications()
        return CardInspection(
            answerToReset: channel.answerToReset, chipSerial: factor.bytes, factorFlaw: factor.flaw,
            chip: factor.bytes.flatMap { profile.describe(factor: $0) },
            productionData: productionData, lifeCycle: lifeCycle,
            isCardBlocked: inspector.isCardBlocked, directories: tree, cityCode: cityCode,
            authenticity: authenticity, habits: habits, otherApplications: others, commands: counting.commands)
    }
}

extension CardInspection {
    private static func factor(
        of channel: any CardChannel, _ profile: CardProfile
    ) throws(HealthCardError) -> (bytes: [UInt8]?, flaw: CardFinding?) {
        do {
            return (try HealthCardSession.cardFactor(of: channel, profile, tolerant: true), nil)
        } catch {
            guard error.code != .channel else { throw error }
            return (try? HealthCardSession.foundFactor(of: channel, profile, tolerant: true), error.finding)
        }
    }
}

extension CardInspection.Authenticity {
    var isGenuine: Bool {
        if case .notProved = self { false } else { true }
    }

    init(_ authenticity: HealthCardSession.Authenticity) {
        switch authenticity {
        case .genuine(let isTestCard): self = isTestCard ? .testCard : .genuine
        case .wrongAnswer: self = .notProved(nil)
        case .refused(let status): self = .notProved(status)
        }
    }
}

extension CardInspection {
    /// How far a card was made; nil where it does not tell. The card is left in whatever directory came last.
    ///
    /// - Throws: ``HealthCardError`` with `channel` when the card goes away.
    public static func lifeCycle(
        of channel: any CardChannel, profile: CardProfile
    ) throws(HealthCardError) -> LifeCycleState? {
        var inspector = Inspector(channel: channel, profile: profile)
        return try inspector.lifeCycle(inspector.tree())
    }
}

/// Sends the commands of an inspection; only a lost link is an error.
private struct Inspector {
    let reader: FileReader
    let profile: CardProfile
    var isCardBlocked = false

    init(channel: any CardChannel, profile: CardProfile) {
        self.profile = profile
        reader = FileReader(channel: channel, profile: profile)
    }

    private func send(_ command: CommandAPDU, at place: String) throws(HealthCardError) -> ResponseAPDU? {
        do {
            return try reader.send(command, at: place)
        } catch {
            switch error {
            case .card(let error): throw error
            case .step: return nil
            }
        }
    }

    private func command(_ purpose: CommandPurpose, _ values: [CommandHole: HoleValue]) -> CommandAPDU? {
        try? reader.command(purpose, values)
    }

    private func select(
        _ purpose: CommandPurpose, _ identifier: FileIdentifier, at place: String
    ) throws(HealthCardError) -> (CardInspection.Presence, [UInt8]?) {
        guard var command = command(purpose, [.fid: .number(Int(identifier.rawValue)), .sfi: .number(0)]) else {
            return (.unknown, nil)
        }
        command.ne = 256
        guard let answer = try send(command, at: place) else { return (.unknown, nil) }
        let information = answer.data.isEmpty ? nil : answer.data
        switch answer.status {
        case .ok: return (.present, information)
        case profile.blocking.temporaryStatus: return (.temporarilyBlocked, information)
        case profile.blocking.permanentStatus: return (.permanentlyBlocked, nil)
        default: return (.absent(answer.status), nil)
        }
    }

    mutating func tree() throws(HealthCardError) -> [CardInspection.Directory] {
        var found: [CardInspection.Directory] = []
        for directory in profile.directories {
            var presence = CardInspection.Presence.unknown
            var information: [UInt8]?
            // From the MF down each time: it works on every card, and this is no place to save commands.
            for step in profile.path(to: directory.name) {
                let purpose = step.parent == nil ? CommandPurpose.selectMaster : .selectDirectory
                (presence, information) = try select(purpose, step.fileIdentifier, at: step.name)
                guard presence == .present || presence == .temporarilyBlocked else { break }
            }
            let isOpen = presence == .present || presence == .temporarilyBlocked
            if directory.parent == nil, presence == .absent(profile.blocking.cardBlockedStatus) { isCardBlocked = true }
            var files: [CardInspection.File] = []
            for file in directory.files {
                let (presence, information) =
                    isOpen ? try select(.selectFile, file.fileIdentifier, at: file.path) : (.unknown, nil)
                files.append(
                    CardInspection.File(
                        path: file.path, title: file.title, presence: presence, information: information))
            }
            found.append(
                CardInspection.Directory(
                    name: directory.name, title: directory.title, presence: presence, information: information,
                    files: files))
        }
        return found
    }

    func productionData() throws(HealthCardError) -> [CardInspection.ProductionField] {
        let layout = profile.productionData
        guard let command = command(.getProductionData, [.length: .number(layout.length)]),
            let answer = try send(command, at: "chip"), answer.status.isSuccess
        else { return [] }
        // Some cards give the object with its tag and length.
        let tag = [UInt8(layout.tag >> 8), UInt8(truncatingIfNeeded: layout.tag), UInt8(clamping: layout.length)]
        let data = answer.data.starts(with: tag) ? Array(answer.data.dropFirst(3)) : answer.data
        return layout.fields.compactMap { field in
            guard data.count >= field.offset + field.length else { return nil }
            let value = Array(data[field.offset..<field.offset + field.length])
            return CardInspection.ProductionField(name: field.name, value: value)
        }
    }

    /// The state in the FCI of the MF, or what the card's answers tell where there is none (`Docs/protocol.md §5`).
    func lifeCycle(_ tree: [CardInspection.Directory]) throws(HealthCardError) -> LifeCycleState? {
        guard let master = tree.first, master.presence == .present else { return nil }
        if let information = master.information,
            let byte = (try? FileControlInformation(information))?.lifeCycle?.rawValue
        {
            return profile.lifeCycle.state(of: byte)
        }
        let first = tree.first { $0.name != master.name }
        if first?.presence == .absent(profile.lifeCycle.blankStatus) { return .blank }
        guard let transport = profile.key(.transport) else { return nil }
        let rule = profile.cryptography.cryptogram
        // Without a challenge: a card that has the key asks for one, and no try is spent either way.
        guard let select = command(.selectMaster, [.fid: .number(Int(FileIdentifier.masterFile.rawValue))]),
            let selected = try send(select, at: master.name), selected.status.isSuccess,
            let probe = command(
                .externalAuthenticate,
                [
                    .reference: .number(Int(transport.reference)),
                    .cryptogram: .bytes([UInt8](repeating: 0, count: rule.length)),
                    .original: .bytes([UInt8](repeating: 0, count: rule.originalLength)),
                    .version: .number(Int(profile.keyVersion)),
                ]), let answer = try send(probe, at: master.name)
        else { return nil }
        switch answer.status {
        case profile.lifeCycle.activatedStatus: return .activated
        case profile.blocking.noChallengeStatus: return .beingMade
        default: return nil
        }
    }
}
