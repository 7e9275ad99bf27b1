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
    private var identity: CardIdentity?
    private(set) var authenticity: Authenticity?
    var files: [String: FileContent] = [:]
    /// The key whose use cost a try.
    private var refusedKey: String?

    /// - Parameter dialect: how this maker's cards are talked to; nil for the profile's own choice.
    public init(
        channel: any CardChannel, profile: CardProfile, securityModule: any SecurityModule, dialect: String? = nil
    ) {
        self.channel = CountingChannel(channel)
        self.profile = profile
        self.securityModule = securityModule
        reader = FileReader(channel: self.channel, profile: profile, dialect: dialect)
    }

    /// Commands sent so far, continuations included.
    public var commands: Int { channel.commands }

    // MARK: Identity

    /// Selects the first directory and reads the free issuer file: enough to derive the keys of this card.
    ///
    /// - Throws: ``HealthCardError``: `answerToReset`, `notAHealthCard`, `malformed`, `channel`.
    @discardableResult
    public func identify() throws(HealthCardError) -> CardIdentity {
        if let identity { return identity }
        let cardFactor = try Self.cardFactor(of: channel.answerToReset, profile)
        let rule = profile.cryptography.provinceFactor
        guard let file = profile.file(of: rule.item), let item = profile.item(rule.item),
            let directory = profile.directory(file.directory)
        else {
            throw HealthCardError(.profile, "the profile does not say where the city code is")
        }
        try enterFirst(directory)
        let content = try whole { reason in
            HealthCardError(
                .malformed, at: file.path, reason, advice: "without the city code no key of the card can be derived")
        } _: { () throws(ReadFailure) in
            try read(file, scope: .everything)
        }
        files[file.path] = content
        guard case .records(let records) = content, let record = item.record, records.indices.contains(record - 1),
            case .digits(let cityCode)? = try? ItemCodec.decode(
                records[record - 1].dropFirst(2), as: item, profile: profile),
            cityCode.count >= rule.digits
        else {
            throw HealthCardError(
                .malformed, at: file.path, "item \(item.number) \(item.name) holds no city code",
                advice: "without it no key of the card can be derived")
        }
        let province = Array((cityCode.prefix(rule.digits) + rule.suffix).utf8)
        let identity = CardIdentity(
            answerToReset: channel.answerToReset, factors: CardFactors(card: cardFactor, province: province),
            cityCode: cityCode)
        self.identity = identity
        return identity
    }

    /// The card factor: so many historical bytes (`Docs/protocol.md §2`).
    public static func cardFactor(of answerToReset: [UInt8], _ profile: CardProfile) throws(HealthCardError) -> [UInt8]
    {
        let rule = profile.cryptography.cardFactor
        let historicalBytes: [UInt8]
        do {
            historicalBytes = try AnswerToReset(answerToReset).historicalBytes
        } catch {
            throw HealthCardError(
                .answerToReset, "the answer to reset is malformed: \(error)", advice: "take the card out and in again")
        }
        guard historicalBytes.count >= rule.offset + rule.length else {
            throw HealthCardError(
                .answerToReset,
                "the answer to reset has \(historicalBytes.count) historical bytes, "
                    + "the card factor needs \(rule.offset + rule.length)",
                advice: "this is no resident health card, or its reader hides the historical bytes")
        }
        return Array(historicalBytes.dropFirst(rule.offset).prefix(rule.length))
    }

    private func enterFirst(_ directory: DirectoryDefinition) throws(HealthCardError) {
        guard reader.current != directory.name else { return }
        let entry = try whole { reason in
            reader.lastSelection == profile.blocking.cardBlockedStatus
                ? HealthCardError(
                    .blocked, status: reader.lastSelection, "the card is blocked: \(reason)",
                    advice: "nothing lifts a card block; its holder needs a new card")
                : HealthCardError(
                    .notAHealthCard, at: directory.name, status: reader.lastSelection, reason,
                    advice: "insert a personalized resident health card; a blank one has to be made first")
        } _: { () throws(ReadFailure) in
            try reader.enter(directory)
        }
        guard entry == .open else {
            throw HealthCardError(
                .blocked, at: directory.name, status: reader.lastSelection, entry.reason,
                advice: entry == .temporarilyBlocked ? "its issuer can lift the block" : "nothing lifts this block")
        }
    }

    // MARK: Authentication

    /// What INTERNAL AUTHENTICATE showed.
    public enum Authenticity: Sendable, Hashable {
        /// The card has the key; `isTestCard` when it is the published one.
        case genuine(isTestCard: Bool)
        /// The card answered, but not as a card with that key would.
        case wrongAnswer
        /// The card refused, 6A88 when it has no key of that version.
        case refused(StatusWord)
    }

    /// Asks the card to prove its internal authentication key (`Docs/protocol.md §3`). Never costs a try.
    public func authenticateInternally() throws(HealthCardError) -> Authenticity {
        if let authenticity { return authenticity }
        let identity = try identify()
        guard let key = profile.key(.internalAuthentication), let name = key.directory,
            let directory = profile.directory(name)
        else { throw HealthCardError(.profile, "the profile names no internal authentication key") }
        try enterFirst(directory)
        let seed = try freshBytes(profile.cryptography.challengeLength)
        let original = try freshBytes(profile.cryptography.cryptogram.originalLength)
        let expected: [UInt8]
        do {
            expected = try securityModule.cryptogram(
                key: key, card: identity.factors, seed: seed, original: original)
        } catch {
            throw HealthCardError(error, at: name)
        }
        let answer = try whole { reason in
            HealthCardError(.malformed, at: name, reason)
        } _: { () throws(ReadFailure) in
            let command = try reader.command(
                .internalAuthenticate,
                [
                    .reference: .number(Int(key.reference)), .seed: .bytes(seed), .original: .bytes(original),
                    .version: .number(Int(securityModule.keyVersion)), .length: .number(expected.count),
                ])
            return try reader.send(command, at: name)
        }
        let result: Authenticity
        if !answer.status.isSuccess {
            result = .refused(answer.status)
        } else if equalInConstantTime(answer.data, expected) {
            result = .genuine(isTestCard: isPublished(key, identity.factors, seed, original, answer.data))
        } else {
            result = .wrongAnswer
        }
        authenticity = result
        return result
    }

    /// Whether an answer is the one the published test key gives, whatever module made the expected one.
    private func isPublished(
        _ key: KeyDefinition, _ factors: CardFactors, _ seed: [UInt8], _ original: [UInt8], _ answer: [UInt8]
    ) -> Bool {
        guard securityModule.keyVersion == profile.cryptography.testKeyVersion,
            let keys = try? KeySet.test(profile, where: { $0 == key.name }),
            let published = try? SoftwareSecurityModule(profile: profile, keys: keys).cryptogram(
                key: key, card: factors, seed: seed, original: original)
        else { return false }
        return equalInConstantTime(published, answer)
    }

    /// Wins the right of a key in the current directory: GET CHALLENGE and EXTERNAL AUTHENTICATE with a fresh
    /// original. Sent once; a failure costs a try and is never repeated here.
    func authenticateExternally(_ key: KeyDefinition, _ factors: CardFactors) throws(ReadFailure) {
        let place = key.directory ?? ""
        if let refusedKey { throw .file("not authenticated: \(refusedKey) was refused, and no other key is tried") }
        let rules = profile.cryptography
        let challenge = try reader.command(.getChallenge, [.length: .number(rules.challengeLength)])
        let answer = try reader.send(challenge, at: place)
        guard answer.status.isSuccess, answer.data.count == rules.challengeLength else {
            throw .file("no challenge: \(FileReader.refusal(challenge, answer.status)), \(answer.data.count) bytes")
        }
        let original: [UInt8]
        let cryptogram: [UInt8]
        do {
            original = try SystemRandom.bytes(rules.cryptogram.originalLength)
        } catch {
            throw .card(HealthCardError(.cryptography(error), at: place))
        }
        do {
            cryptogram = try securityModule.cryptogram(
                key: key, card: factors, seed: answer.data, original: original)
        } catch {
            throw .file(error.description)
        }
        let command = try reader.command(
            .externalAuthenticate,
            [
                .reference: .number(Int(key.reference)), .cryptogram: .bytes(cryptogram), .original: .bytes(original),
                .version: .number(Int(securityModule.keyVersion)),
            ])
        let verdict = try reader.send(command, at: place)
        guard !verdict.status.isSuccess else { return }
        if verdict.status.triesLeft != nil { refusedKey = key.name }
        let tries = verdict.status.triesLeft.map { "; \($0) tries are left, it is not tried again" } ?? ""
        throw .file("\(key.name): \(FileReader.refusal(command, verdict.status))\(tries)")
    }

    private func freshBytes(_ count: Int) throws(HealthCardError) -> [UInt8] {
        do {
            return try SystemRandom.bytes(count)
        } catch {
            throw HealthCardError(.cryptography(error), at: nil)
        }
    }

    /// Runs a step without which the card as a whole cannot be used.
    private func whole<Result>(
        _ failure: (String) -> HealthCardError, _ step: () throws(ReadFailure) -> Result
    ) throws(HealthCardError) -> Result {
        do {
            return try step()
        } catch {
            switch error {
            case .card(let error): throw error
            case .file(let reason): throw failure(reason)
            }
        }
    }
}
