import CardProfiles
import ISO7816
import ShangMi

/// One card in use: who it is, whether it is genuine, what it says.
///
/// Synchronous: every call blocks until the card has answered. A session belongs to one thread, and to the card for as
/// long as it is powered; after a reset make a new one.
public final class HealthCardSession {
    public let profile: CardProfile
    private let channel: CountingChannel
    let securityModule: any SecurityModule
    let reader: FileReader
    /// The host's random numbers.
    let random: RandomSource
    private(set) var identity: CardIdentity?
    var authenticity: Authenticity?
    var files: [String: FileContent] = [:]
    /// Keys proven since the current directory was entered; another SELECT of a directory drops them.
    var rights: Set<String> = []
    /// Why a key could not be proven: it is not tried again.
    var refusals: [String: HealthCardError] = [:]
    /// The key whose use cost a try.
    var refusedKey: String?
    /// Is told of each command that counts before it goes out, so that it can be written down. Where it says false, the
    /// command is not sent, and the work ends with ``HealthCardError/Code/notNoted``. Nil for whoever need not know after a
    /// crash.
    public var beforeWriting: ((PendingWrite) -> Bool)?
    /// The current directory was entered before another program may have used the card.
    var isResumed = false
    /// How the current directory was entered.
    private var entry: FileReader.Entry?

    /// So many random bytes, in the order they are asked for: a replayed session needs the numbers of the recorded one.
    public typealias RandomSource = (_ count: Int) throws(ShangMiError) -> [UInt8]

    /// - Parameters:
    ///   - dialect: how this maker's cards are talked to; nil for the profile's own choice.
    ///   - habits: where it is remembered how a product wants to be talked to; nil remembers nothing.
    ///   - random: the host's random numbers; the operating system's unless told otherwise.
    public init(
        channel: any CardChannel, profile: CardProfile, securityModule: any SecurityModule, dialect: String? = nil,
        habits: (any CardHabitMemory)? = TransientHabits.shared,
        random: @escaping RandomSource = SystemRandom.bytes
    ) {
        self.channel = CountingChannel(channel)
        self.profile = profile
        self.securityModule = securityModule
        self.random = random
        reader = FileReader(channel: self.channel, profile: profile, dialect: dialect, memory: habits)
    }

    /// Commands sent so far, continuations included.
    public var commands: Int { channel.commands }
    /// Commands and bytes so far.
    public var statistics: LinkStatistics { channel.statistics }
    /// How this card wants to be talked to, as far as that is known by now.
    public var habits: CardHabits { reader.habits }

    // MARK: Identity

    /// Selects the first directory and reads the city code in the free issuer file: enough to derive the keys of this
    /// card.
    ///
    /// - Throws: ``HealthCardError``: `answerToReset`, `notAHealthCard`, `malformed`, `channel`.
    @discardableResult
    public func identify() throws(HealthCardError) -> CardIdentity { try identify(readingWholeFile: false) }

    /// - Parameter readingWholeFile: for whoever wants the rest of the issuer file as well: it comes by the same command.
    func identify(readingWholeFile: Bool) throws(HealthCardError) -> CardIdentity {
        if let identity { return identity }
        // A wrong factor derives wrong keys, which the card shows below; nothing is lost by trying.
        let cardFactor = try Self.cardFactor(of: channel.answerToReset, profile, tolerant: true)
        let rule = profile.cryptography.provinceFactor
        guard let file = profile.file(of: rule.item), let item = profile.item(rule.item), let number = item.record,
            let directory = profile.directory(file.directory)
        else {
            throw HealthCardError(.profile, .profile(.cityCode))
        }
        try enterFirst(directory)
        let record = try whole { finding in
            HealthCardError(.malformed, at: file.path, .cityCodeUnreadable(finding))
        } _: { () throws(ReadFailure) -> [UInt8] in
            guard readingWholeFile else { return try reader.records([number], of: file).first ?? [] }
            let content = try read(file, scope: .everything)
            files[file.path] = content
            guard case .records(let records) = content, records.indices.contains(number - 1) else { return [] }
            return records[number - 1]
        }
        guard
            case .digits(let cityCode)? = try? ItemCodec.decode(record.dropFirst(2), as: item, profile: profile),
            cityCode.count >= rule.digits
        else {
            throw HealthCardError(
                .malformed, at: file.path, .noCityCode(item: item.number, name: item.name))
        }
        let factors = CardFactors(
            card: cardFactor, province: rule.factor(of: cityCode), third: profile.sam.thirdFactor.factor(of: cityCode))
        let identity = CardIdentity(answerToReset: channel.answerToReset, factors: factors, cityCode: cityCode)
        self.identity = identity
        return identity
    }

    /// The card factor: so many historical bytes (`Docs/protocol.md §2`).
    ///
    /// - Parameter tolerant: take it from an answer to reset whose check byte is missing or wrong as well: to read a card by,
    ///   never to make one.
    /// - Throws: ``HealthCardError`` of code `answerToReset`.
    public static func cardFactor(
        of answerToReset: [UInt8], _ profile: CardProfile, tolerant: Bool = false
    ) throws(HealthCardError) -> [UInt8] {
        let rule = profile.cryptography.cardFactor
        let historicalBytes: [UInt8]
        do {
            historicalBytes =
                try tolerant
                ? AnswerToReset(tolerant: answerToReset).historicalBytes : AnswerToReset(answerToReset).historicalBytes
        } catch {
            throw HealthCardError(.answerToReset, .answerToReset(error))
        }
        guard historicalBytes.count >= rule.offset + rule.length else {
            throw HealthCardError(
                .answerToReset, .historicalBytes(count: historicalBytes.count, needed: rule.offset + rule.length))
        }
        return Array(historicalBytes.dropFirst(rule.offset).prefix(rule.length))
    }

    func enterFirst(_ directory: DirectoryDefinition) throws(HealthCardError) {
        do {
            try enter(directory)
        } catch {
            guard case .step(let failure) = error, failure.code != .blocked else { throw error.error }
            throw reader.lastSelection == profile.blocking.cardBlockedStatus
                ? HealthCardError(
                    .blocked, status: reader.lastSelection, .cardBlocked(failure.finding))
                : HealthCardError(
                    .notAHealthCard, at: directory.name, status: reader.lastSelection, .notAHealthCard(failure.finding))
        }
    }

    /// Makes a directory current; rights won in another are gone then.
    ///
    /// - Throws: a step of code `blocked` for a blocked directory, which is current all the same when the block is
    ///   temporary.
    func enter(_ directory: DirectoryDefinition) throws(ReadFailure) {
        let entry = try enterEvenBlocked(directory)
        guard entry == .open else {
            throw .step(
                HealthCardError(
                    .blocked, at: directory.name, status: reader.lastSelection,
                    .directoryBlocked(permanently: entry == .permanentlyBlocked)))
        }
    }

    /// As ``enter(_:)``, for those who come to lift the block.
    func enterEvenBlocked(_ directory: DirectoryDefinition) throws(ReadFailure) -> FileReader.Entry {
        if reader.current == directory.name, let entry { return entry }
        return try enterAnew(directory)
    }

    /// Selects a directory though it may be current: its state may have changed.
    func enterAnew(_ directory: DirectoryDefinition) throws(ReadFailure) -> FileReader.Entry {
        rights = []
        entry = nil
        isResumed = false
        let found = try reader.enter(directory)
        // What is blocked for good is not entered: some other directory stays current.
        if found != .permanentlyBlocked { entry = found }
        return found
    }

    /// Runs a step without which the card as a whole cannot be used.
    func whole<Result>(
        _ failure: (CardFinding) -> HealthCardError, _ step: () throws(ReadFailure) -> Result
    ) throws(HealthCardError) -> Result {
        do {
            return try step()
        } catch {
            switch error {
            case .card(let error): throw error
            case .step(let error): throw failure(error.finding)
            }
        }
    }
}
