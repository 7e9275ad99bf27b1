import CardProfiles
import HealthCard
import ISO7816

// MARK: Is it blank?

extension PlanRun {
    /// Looks at what the card answers to a step that a blank chip, and no other, answers in one way
    /// (`Docs/protocol.md §5`, Tree). Whatever cannot be told is refused.
    mutating func recognize(_ step: PlanStep) throws(PersonalizationError) {
        guard let data = step.command?.data else { throw .profile("\(step.title) lacks data") }
        let answer = try send(step, data: data)
        if step.purpose == .selectDirectory { return try recognizeByAbsence(answer, step) }
        guard answer.status == .ok else { throw .unusableCard(.unknown(answer.status)) }
        guard profile.capabilities.lifeCycleInFCI else { return }
        let information = try? FileControlInformation(answer.data)
        guard let byte = information?.lifeCycle?.rawValue, let found = profile.lifeCycle.state(of: byte) else {
            throw .unusableCard(.unknown(nil))
        }
        switch found {
        case .blank: return
        case .beingMade: throw .unusableCard(.beingMade)
        case .activated: throw .unusableCard(.activated)
        }
    }

    /// Without a life cycle in the FCI a blank chip is one that has no first directory. If the directory is there, its
    /// last free record tells whether that much was written; the transport key could tell more, but each use of it on a
    /// card that is not ours may cost a try.
    private mutating func recognizeByAbsence(_ answer: ResponseAPDU, _ step: PlanStep) throws(PersonalizationError) {
        if answer.status == profile.lifeCycle.blankStatus { return }
        guard answer.status == .ok, let directory = profile.directories.dropFirst().first,
            let file = directory.files.first(where: { $0.read == .always && $0.structure.recordCount > 0 }),
            let last = UInt8(exactly: file.structure.recordCount)
        else { throw .unusableCard(.unknown(answer.status)) }
        let command = CommandAPDU.readRecord(last, of: file.sfi)
        let record: ResponseAPDU
        do {
            record = try channel.send(command)
        } catch {
            throw .interrupted(step.position, error, .untouched)
        }
        throw .unusableCard(record.status == profile.lifeCycle.unwrittenStatus ? .beingMade : .notBlank)
    }
}

// MARK: Is it what it was to be?

extension PlanRun {
    /// Reads every byte through the public way: the card's own keys, none of the rights of the session that wrote.
    mutating func readBack(_ step: PlanStep) throws(PersonalizationError) {
        let session = HealthCardSession(
            channel: channel, profile: profile, securityModule: module, dialect: plan.dialect, habits: nil,
            random: random)
        let reading: CardReading
        do {
            reading = try session.read(.bytesOnly)
        } catch {
            if let code = error.channel {
                throw .interrupted(step.position, .channel(ChannelError(code, error.reason), error.command), state)
            }
            throw .unreadable(step.position, error, state)
        }
        var differences = reading.unreadable.map {
            CardImage.Difference(path: $0.file, record: nil, what: "cannot be read (\($0.reason))")
        }
        let isTest = plan.image.keyVersion == profile.cryptography.testKeyVersion
        if reading.isTestCard != isTest {
            differences.append(CardImage.Difference(path: "MF", record: nil, what: "has keys of the other mode"))
        }
        for file in plan.image.directories.flatMap(\.files) where reading.files[file.path] != nil || differences.isEmpty
        {
            let content: CardImage.File.Content? =
                switch reading.files[file.path] {
                case .records(let records)?: .records(records)
                // A file is as long as it is: nothing is filled up before the comparison.
                case .bytes(let bytes)?: bytes.count == file.size ? .binary(bytes) : .records([bytes])
                case nil: nil
                }
            differences += file.differences(from: content)
        }
        guard differences.isEmpty else { throw .readBackDiffers(differences) }
    }
}
