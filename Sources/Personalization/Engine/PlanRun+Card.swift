import CardProfiles
import HealthCard
import ISO7816

// MARK: Is it blank?

extension PlanRun {
    /// Looks at what the card answers to a step that a blank chip, and no other, answers in one way
    /// (`Docs/protocol.md §5`, Tree). Whatever cannot be told is refused.
    mutating func recognize(_ step: PlanStep) throws(PersonalizationError) {
        guard let data = step.command?.data else { throw .profile(.stepLacksData(step.title)) }
        let answer = try send(step, data: data)
        switch step.purpose {
        case .selectDirectory: return try recognizeByAbsence(answer, step)
        case .selectFile:
            // A key file that is there tells that somebody began, and no more.
            if answer.status == profile.lifeCycle.blankStatus { return }
            throw .unusableCard(answer.status == .ok ? .notBlank : .unknown(answer.status))
        case .readRecord, .readRecordByTag:
            if answer.status == profile.lifeCycle.unwrittenStatus { return }
            guard answer.status == .ok else { throw .unusableCard(.unknown(answer.status)) }
            throw .unusableCard(try isWhollyWritten(step) ? .notBlank : .beingMade)
        default: break
        }
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
        guard answer.status == .ok else { throw .unusableCard(.unknown(answer.status)) }
        throw .unusableCard(try isWhollyWritten(step) ? .notBlank : .beingMade)
    }

    /// Whether the last record of the file that everyone may read is there; its directory is the current one.
    private mutating func isWhollyWritten(_ step: PlanStep) throws(PersonalizationError) -> Bool {
        guard let file = profile.firstFreeFile else { throw .unusableCard(.unknown(nil)) }
        let record = try look(look.record(file.structure.recordCount, of: file), at: step)
        return record.status != profile.lifeCycle.unwrittenStatus
    }
}

// MARK: Looking

extension PlanRun {
    /// The commands that look, in this dialect.
    var look: CardLook {
        get throws(PersonalizationError) {
            guard let dialect = profile.dialect(plan.dialect) else {
                throw .profile(.noDialect(plan.dialect))
            }
            return CardLook(profile: profile, dialect: dialect)
        }
    }

    /// Asks the card something that changes nothing.
    func look(_ values: CardLook.Values, at step: PlanStep) throws(PersonalizationError) -> ResponseAPDU {
        try look(values.purpose, values.holes, at: step)
    }

    /// - Parameter ne: in place of the template's Le.
    func look(
        _ purpose: CommandPurpose, _ holes: [CommandHole: HoleValue], ne: Int? = nil, at step: PlanStep
    ) throws(PersonalizationError) -> ResponseAPDU {
        guard let template = try look.dialect.command(for: purpose),
            let command = try? template.render(holes), let data = command.data,
            let apdu = command.apdu(data: data, ne: ne ?? command.ne)
        else { throw .profile(.noCommand(purpose.rawValue, dialect: plan.dialect, structure: nil)) }
        var options = TransmitOptions.default
        options.followsRemaining = apdu.ne != nil
        do {
            return try channel.send(apdu, options: options)
        } catch {
            throw .interrupted(step.position, error, state)
        }
    }
}

// MARK: Is it what it was to be?

extension PlanRun {
    /// Reads every byte through the public way: the card's own keys, none of the rights of the session that wrote.
    mutating func readBack(_ step: PlanStep) throws(PersonalizationError) {
        let found =
            step.phase == .finish
            ? try differencesAfterActivation(at: step) : try differences(from: plan.imageUntilActivation, at: step)
        guard found.isEmpty else { throw .readBackDiffers(found, state) }
    }

    /// Where the files that were written last are not what the image says; the others were compared before.
    private func differencesAfterActivation(
        at step: PlanStep
    ) throws(PersonalizationError) -> [CardImage.Difference] {
        let session = session
        var differences: [CardImage.Difference] = []
        for file in profile.files where plan.filesAfterActivation.contains(file.path) {
            do {
                let content = try session.content(of: file)
                differences += plan.image.file(file.path)?.differences(from: Self.content(content, of: file)) ?? []
            } catch {
                throw unreadable(error, step)
            }
        }
        return differences
    }

    /// Reads through the card's own keys and remembers nothing.
    private var session: HealthCardSession {
        HealthCardSession(
            channel: channel, profile: profile, securityModule: module, dialect: plan.dialect, habits: nil,
            random: random)
    }

    private func unreadable(_ error: HealthCardError, _ step: PlanStep) -> PersonalizationError {
        guard let code = error.channel else { return .unreadable(step.position, error, state) }
        return .interrupted(step.position, .channel(ChannelError(code, error.finding), error.command), state)
    }

    /// A file is as long as it is: nothing is filled up before the comparison.
    private static func content(_ content: FileContent, of file: FileDefinition) -> CardImage.File.Content {
        switch content {
        case .records(let records): .records(records)
        case .bytes(let bytes): bytes.count == file.size ? .binary(bytes) : .records([bytes])
        }
    }

    /// Where the card is not what an image says; an error when it cannot be read at all.
    func differences(from image: CardImage, at step: PlanStep) throws(PersonalizationError) -> [CardImage.Difference] {
        let reading: CardReading
        do {
            reading = try session.read(.bytesOnly)
        } catch {
            throw unreadable(error, step)
        }
        var differences = reading.unreadable.map {
            CardImage.Difference(path: $0.file, record: nil, what: .unreadable($0.reason.description))
        }
        let isTest = image.keyVersion == profile.cryptography.testKeyVersion
        if reading.isTestCard != isTest {
            differences.append(CardImage.Difference(path: "MF", record: nil, what: .otherMode))
        }
        for file in image.directories.flatMap(\.files) where reading.files[file.path] != nil || differences.isEmpty {
            let content = reading.files[file.path].flatMap { content in
                profile.file(file.path).map { Self.content(content, of: $0) }
            }
            differences += file.differences(from: content)
        }
        return differences
    }
}
