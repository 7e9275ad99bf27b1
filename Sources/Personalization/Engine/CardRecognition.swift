import CardProfiles
import HealthCard
import ISO7816

/// What a chip is, as far as it shows without anything being written and without any key being tried.
public enum ChipCondition: Sendable, Hashable {
    /// Nobody began to make a card of it. Where the chip does not tell, keys may have been written.
    case blank
    /// Somebody began; whose card it was to be is not known.
    case halfMade
    /// It is a card, whosever.
    case finished
    /// It is nothing that this batch's dialect can make a card of.
    case foreign(UnusableCard)
}

/// Asks a chip how far it has come (`Docs/protocol.md §5`, `Docs/dialects.md §6`).
struct CardRecognition {
    let profile: CardProfile
    let dialect: Dialect
    let channel: CountingChannel
    let keyVersion: UInt8
    /// What is known of the chip already, for whoever is told that it could not be asked.
    var known = ChipState.untouched

    func condition() throws(PersonalizationError) -> ChipCondition {
        guard let master = profile.directories.first, let transport = profile.key(.transport) else {
            throw .profile(.noMasterOrTransportKey)
        }
        let answer = try ask(.selectMaster, fid(master), ne: 256)
        if answer.status == profile.blocking.cardBlockedStatus { return .foreign(.blocked) }
        guard answer.status == .ok else { return .foreign(.unknown(answer.status)) }
        if profile.capabilities.lifeCycleInFCI {
            let byte = (try? FileControlInformation(answer.data))?.lifeCycle?.rawValue
            return switch byte.flatMap({ profile.lifeCycle.state(of: $0) }) {
            case .blank: .blank
            case .beingMade: .halfMade
            case .activated: .finished
            case nil: .foreign(.unknown(nil))
            }
        }
        if let found = try conditionByAbsence() { return found }
        _ = try ask(.selectMaster, fid(master))
        return try conditionByKey(transport)
    }

    /// `nil`: somebody began.
    private func conditionByAbsence() throws(PersonalizationError) -> ChipCondition? {
        guard let first = profile.directories.dropFirst().first else {
            throw .profile(.noDirectoryOfBlankChips)
        }
        if let keyFile = dialect.codes.keyFile {
            let answer = try ask(.selectFile, [.fid: .number(Int(keyFile.identifier.rawValue))])
            return blank(answer.status, if: profile.lifeCycle.blankStatus)
        }
        let answer = try ask(.selectDirectory, fid(first))
        guard dialect.isPreStructured else { return blank(answer.status, if: profile.lifeCycle.blankStatus) }
        guard isDone(answer.status), let file = profile.firstFreeFile else { return .foreign(.unknown(answer.status)) }
        if !profile.capabilities.shortFileIdentifiers {
            let selection = try ask(.selectFile, [.fid: .number(Int(file.fileIdentifier.rawValue))])
            guard isDone(selection.status) else { return .foreign(.unknown(selection.status)) }
        }
        let look = CardLook(profile: profile, dialect: dialect).record(1, of: file)
        return blank(try ask(look.purpose, look.holes).status, if: profile.lifeCycle.unwrittenStatus)
    }

    private func blank(_ status: StatusWord, if absent: StatusWord) -> ChipCondition? {
        if status == absent { return .blank }
        return isDone(status) ? nil : .foreign(.unknown(status))
    }

    /// An authentication without a challenge costs no try: it fails for want of the key, or else for want of the
    /// challenge (`Docs/protocol.md §4`, Order of checks).
    private func conditionByKey(_ transport: KeyDefinition) throws(PersonalizationError) -> ChipCondition {
        let rule = profile.cryptography.cryptogram
        let answer = try ask(
            .externalAuthenticate,
            [
                .reference: .number(Int(transport.reference)), .version: .number(Int(keyVersion)),
                .cryptogram: .bytes([UInt8](repeating: 0, count: rule.length)),
                .original: .bytes([UInt8](repeating: 0, count: rule.originalLength)),
            ])
        return switch answer.status {
        case profile.lifeCycle.activatedStatus: .finished
        case profile.blocking.noChallengeStatus: .halfMade
        default: .foreign(.unknown(answer.status))
        }
    }

    private func isDone(_ status: StatusWord) -> Bool { status == .ok || status.remaining != nil }

    private func fid(_ directory: DirectoryDefinition) -> [CommandHole: HoleValue] {
        var values: [CommandHole: HoleValue] = [.fid: .number(Int(directory.fileIdentifier.rawValue))]
        if let name = directory.dfName { values[.name] = .bytes(name) }
        return values
    }

    private func ask(
        _ purpose: CommandPurpose, _ holes: [CommandHole: HoleValue], ne: Int? = nil
    ) throws(PersonalizationError) -> ResponseAPDU {
        guard let command = try? dialect.command(for: purpose)?.render(holes), let data = command.data,
            let apdu = command.apdu(data: data, ne: ne ?? command.ne)
        else { throw .profile(.noCommand(purpose.rawValue, dialect: dialect.name, structure: nil)) }
        var options = TransmitOptions.default
        options.followsRemaining = apdu.ne != nil
        do {
            return try channel.send(apdu, options: options)
        } catch {
            throw .interrupted(PlanPosition(index: 0, phase: .open, title: "recognizing the chip"), error, known)
        }
    }
}
