import CardProfiles
import ISO7816

/// GET CHALLENGE (ISO/IEC 7816-4:2013 §11.6.3): the seed of the next session key.
struct GetChallenge: Instruction {
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    init(_ command: ReceivedCommand) { self.command = command }

    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        let length = card.rules.cryptography.challengeLength
        try require(command.data.isEmpty && command.ne == length, .wrongLength)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let length = card.rules.cryptography.challengeLength
        guard let challenge = card.random(length), challenge.count == length else {
            throw Refusal(.noPreciseDiagnosis)
        }
        card.challengeCount &+= 1
        card.challengeCounts.total += 1
        card.challengeCounts.sincePower += 1
        card.challengeCounts.sinceReset += 1
        let issued = card.behaviour.challengeByCount(
            card.behaviour.challenge(challenge, card.challengeCount), card.challengeCounts)
        card.session.challenge = issued
        return Answer(data: issued)
    }
}

/// The data of both authentications: 8 bytes, the original, the key version (Docs/protocol.md §3).
private struct AuthenticationData {
    let first: [UInt8]
    let original: [UInt8]
    let version: UInt8

    init?(_ data: [UInt8], first: Int, original: Int) {
        guard data.count == first + original + 1, let version = data.last else { return nil }
        self.first = Array(data.prefix(first))
        self.original = Array(data[first..<first + original])
        self.version = version
    }
}

/// EXTERNAL AUTHENTICATE (ISO/IEC 7816-4:2013 §11.6.4, Docs/protocol.md §3).
struct ExternalAuthenticate: Instruction {
    static let worksWhenBlocked = true
    var command: ReceivedCommand
    private var data: AuthenticationData?
    private var key: CardStore.Key?
    private var isTransport = false
    private var isProven = false

    init(_ command: ReceivedCommand) { self.command = command }

    func checkParameters(_ card: CardSystem) throws(Refusal) { try require(command.p1 == 0, .incorrectP1P2) }
    mutating func checkLength(_ card: CardSystem) throws(Refusal) {
        let rule = card.rules.cryptography.cryptogram
        data = AuthenticationData(command.data, first: rule.length, original: rule.originalLength)
        try requireBody(data != nil)
    }
    mutating func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        let transport = card.rules.transportKey.reference
        if card.session.directory == 0, command.p2 == transport {
            key = card.store.transportKey(reference: transport)
            isTransport = true
        } else {
            key = card.store.key(command.p2, in: card.session.directory)
        }
        guard let key,
            isTransport || card.rules.usage(of: key.usage) == .externalAuthentication || !card.behaviour.checksUsage
        else { throw Refusal(card.rules.blocking.noKeyStatus) }
        guard key.version == data?.version || !card.behaviour.checksVersion else {
            if card.behaviour.countsWrongVersions { countFailure(of: key, card) }
            throw Refusal(card.rules.blocking.noKeyStatus)
        }
        return KeyUse(key: key, protection: .plain)
    }
    mutating func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let key, let data, let session = card.sessionKey(key, seed: card.sessionSeed),
            let expected = try? card.messaging.cryptogram(session, original: data.original)
        else { throw Refusal(card.rules.blocking.noKeyStatus) }
        isProven = card.behaviour.acceptsCryptogram(data.first, expected)
        if isProven {
            let isWhole = card.store.triesLeft(of: key) == key.tries
            if !isWhole, card.behaviour.successRestoresCounter { card.store.stage(triesLeft: key.tries, of: key) }
            return Answer()
        }
        if card.behaviour.keepsChallengeAfterFailure { card.session.challenge = card.sessionSeed }
        return Answer(status: .triesLeft(Int(countFailure(of: key, card))))
    }
    func finish(_ card: CardSystem) {
        guard isProven || card.behaviour.failureGrantsRight && !isTransport else { return }
        if isTransport {
            card.session.isMaking = true
        } else if let key {
            if !card.behaviour.keepsRightsOfOtherKeys { card.session.rights = [] }
            card.session.rights.insert(key.right)
        }
    }

    /// The tries that are left.
    @discardableResult
    private func countFailure(of key: CardStore.Key, _ card: CardSystem) -> UInt8 {
        let rest = card.behaviour.counterAfterFailure(card.store.triesLeft(of: key))
        card.store.stage(triesLeft: rest, of: key)
        let here = card.store.directories[card.session.directory].identifier
        for directory in card.store.directories {
            for other in directory.keys
            where other.tries > 0 && (directory.identifier, other.reference) != (here, key.reference)
                && card.behaviour.countsTogether((here, key.reference), (directory.identifier, other.reference))
            {
                let left = card.store.triesLeft(of: other)
                card.store.stage(triesLeft: left > 0 ? left - 1 : 0, of: other)
            }
        }
        guard card.behaviour.keysShareCounter else { return rest }
        for other in card.store.directories[card.session.directory].keys where other.tries > 0 {
            card.store.stage(triesLeft: min(rest, other.tries), of: other)
        }
        return rest
    }
}

/// INTERNAL AUTHENTICATE (ISO/IEC 7816-4:2013 §11.6.2, Docs/protocol.md §3): the caller gives the seed.
struct InternalAuthenticate: Instruction {
    var command: ReceivedCommand
    private var data: AuthenticationData?
    private var key: CardStore.Key?

    init(_ command: ReceivedCommand) { self.command = command }

    func checkParameters(_ card: CardSystem) throws(Refusal) { try require(command.p1 == 0, .incorrectP1P2) }
    mutating func checkLength(_ card: CardSystem) throws(Refusal) {
        let rules = card.rules.cryptography
        data = AuthenticationData(
            command.data, first: rules.challengeLength, original: rules.cryptogram.originalLength)
        try require(data != nil && (command.ne == rules.cryptogram.length || command.toleratesLe), .wrongLength)
    }
    mutating func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        key = card.store.key(command.p2, in: card.session.directory)
        guard let key,
            card.rules.usage(of: key.usage) == .internalAuthentication || !card.behaviour.checksUsage,
            key.version == data?.version || !card.behaviour.checksInternalVersion
        else { throw Refusal(card.rules.blocking.noKeyStatus) }
        return nil
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let key, let data,
            let session = card.sessionKey(key, seed: card.behaviour.internalSeed(data.first)),
            let cryptogram = try? card.messaging.cryptogram(
                session, original: card.behaviour.internalOriginal(data.original))
        else { throw Refusal(card.rules.blocking.noKeyStatus) }
        return Answer(data: card.behaviour.internalCryptogram(cryptogram))
    }
}
