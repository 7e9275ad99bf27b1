import CardProfiles
import ISO7816
import ShangMi

extension HealthCardSession {
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
        else { throw HealthCardError(.profile, .profile(.internalKey)) }
        try enterFirst(directory)
        let seed = try freshBytes(profile.cryptography.challengeLength)
        let original = try freshBytes(profile.cryptography.cryptogram.originalLength)
        let expected: [UInt8]
        do {
            expected = try securityModule.cryptogram(
                key: key, card: identity.factors, seed: seed, original: original)
        } catch {
            throw moduleFailure(error, at: name)
        }
        let answer = try whole { finding in
            HealthCardError(.malformed, at: name, finding)
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

    /// Wins the right of a key in the current directory, once for each stay in it.
    ///
    /// - Throws: a step that costs no try: `notPermitted` when the module does not hold the key; one that may have cost
    ///   a try: `refused`. A key that was refused is not tried again, and after one that cost a try no other is.
    func prove(_ name: String) throws(ReadFailure) {
        guard !rights.contains(name) else { return }
        if let refusal = refusals[name] { throw .step(refusal) }
        guard let key = profile.key(name) else { throw .file(.profile(.key(name))) }
        do {
            try authenticateExternally(key)
        } catch {
            if case .step(let refusal) = error { refusals[name] = refusal }
            throw error
        }
        rights.insert(name)
    }

    /// Wins a right in the current directory.
    func prove(_ condition: AccessCondition) throws(ReadFailure) {
        switch condition {
        case .always: return
        case .key(let name): try prove(name)
        case .never: throw .file(.nobodyMay)
        }
    }

    /// GET CHALLENGE and EXTERNAL AUTHENTICATE with a fresh original. Sent once; a failure costs a try and is never
    /// repeated here.
    private func authenticateExternally(_ key: KeyDefinition) throws(ReadFailure) {
        let place = key.directory ?? ""
        if let refusedKey {
            throw .step(HealthCardError(.refused, .anotherKeyRefused(key: refusedKey)))
        }
        let seed = try challenge(at: place)
        let factors = try factors(at: place)
        let original: [UInt8]
        let cryptogram: [UInt8]
        do {
            original = try random(profile.cryptography.cryptogram.originalLength)
        } catch {
            throw .card(HealthCardError(.cryptography(error), at: place))
        }
        do {
            cryptogram = try securityModule.cryptogram(key: key, card: factors, seed: seed, original: original)
        } catch {
            throw moduleStep(error, at: place)
        }
        let command = try reader.command(
            .externalAuthenticate,
            [
                .reference: .number(Int(key.reference)), .cryptogram: .bytes(cryptogram), .original: .bytes(original),
                .version: .number(Int(securityModule.keyVersion)),
            ])
        let status = try reader.sendOnce(command, at: place)
        guard !FileReader.isDone(status) else { return }
        // 63Cx, and 6300 of a card that does not count aloud.
        if status.sw1 == 0x63 { refusedKey = key.name }
        throw .step(
            HealthCardError(
                .refused, at: place, command: command.header, status: status,
                .keyRefused(key: key.name, .status(status, command.header), triesLeft: status.triesLeft)))
    }

    private func freshBytes(_ count: Int) throws(HealthCardError) -> [UInt8] {
        do {
            return try random(count)
        } catch {
            throw HealthCardError(.cryptography(error), at: nil)
        }
    }
}
