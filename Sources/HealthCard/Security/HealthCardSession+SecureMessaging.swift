import CardProfiles
import ISO7816

extension HealthCardSession {
    /// The factors of this card's keys; the card must have been identified.
    func factors(at place: String) throws(ReadFailure) -> CardFactors {
        guard let identity else { throw .file(.notIdentified) }
        return identity.factors
    }

    /// GET CHALLENGE: serves one authentication or one protected command (`Docs/protocol.md §2`).
    func challenge(at place: String) throws(ReadFailure) -> [UInt8] {
        let length = profile.cryptography.challengeLength
        let command = try reader.command(.getChallenge, [.length: .number(length)])
        let answer = try reader.send(command, at: place)
        guard answer.status.isSuccess else { throw .refused(command, answer.status, at: place) }
        guard answer.data.count == length else {
            throw .file(.challengeLength(bytes: answer.data.count, expected: length))
        }
        return answer.data
    }

    /// A command as the dialect writes it, protected as its template says by the key of the current directory, with a
    /// challenge of its own (`Docs/protocol.md §3`). It is ready to be sent once; nothing has changed on the card.
    ///
    /// - Parameter values: what goes into the template's holes; `data` is the plain data.
    /// - Throws: a step of code `notPermitted` when the module does not hold the key.
    func protectedCommand(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue], at place: String
    ) throws(ReadFailure) -> CommandAPDU {
        guard let template = reader.dialect?.command(for: purpose), let protection = template.protection else {
            return try reader.command(purpose, values)
        }
        let plain = try reader.command(purpose, values)
        let directory = reader.current ?? ""
        let found = protection.key == .transport ? profile.key(.transport) : profile.key(protection.key, in: directory)
        guard let key = found else {
            throw .file(.profile(.keyOfRole(protection.key.rawValue, directory: directory)))
        }
        let factors = try factors(at: place)
        let seed = try challenge(at: place)
        var command = plain
        do {
            command.data = try securityModule.protect(
                header: [plain.cla, plain.ins, plain.p1, plain.p2], data: plain.data,
                protection: protection.protection, key: key, card: factors, seed: seed)
        } catch {
            throw moduleStep(error, at: place)
        }
        return command
    }

    /// What a security module's refusal means to the user: which right is missing, and who has it.
    func moduleFailure(_ error: SecurityModuleError, at place: String) -> HealthCardError {
        let name: String
        switch error {
        case .keyNotHeld(let key): name = key
        case .sam(.anotherProvince):
            return HealthCardError(.notPermitted, at: place, .module(error))
        default: return HealthCardError(error, at: place)
        }
        let holders = profile.sam.types.filter { $0.keys.contains(name) }.map {
            SAMTypeTitle(number: "\($0.number)", title: $0.title)
        }
        return HealthCardError(
            .notPermitted, at: place,
            .keyNotHeld(holder: securityModule.title, use(ofKey: name), key: name, samTypes: holders))
    }

    /// A key that is missing ends one step; a module that is gone or wants its PIN ends all of them.
    func moduleStep(_ error: SecurityModuleError, at place: String) -> ReadFailure {
        let failure = moduleFailure(error, at: place)
        guard case .sam(let reason) = error else { return .step(failure) }
        switch reason {
        case .channel, .pinNeeded, .wrongPIN, .refusedBefore, .pinBlocked, .lastTry, .notAPIN: return .card(failure)
        default: return .step(failure)
        }
    }

    private func use(ofKey name: String) -> KeyUse {
        func files(_ access: (FileDefinition) -> AccessCondition) -> [String] {
            profile.files.filter { access($0) == .key(name) }.map(\.path)
        }
        let directory = profile.key(name)?.directory ?? profile.directories.first?.name ?? ""
        switch profile.key(name)?.role {
        case .internalAuthentication: return .proveGenuine
        case .read: return .read(directory)
        case .update:
            let updated = files(\.update)
            let erased = files(\.erase)
            if updated.isEmpty { return .erase(erased) }
            return .update(updated)
        case .maintenance: return .maintain(directory)
        case .applicationBlock: return .block(directory)
        case .cardBlock: return .blockCard
        default: return .other
        }
    }
}
