import CardProfiles
import ISO7816

/// Selects directories and reads files in the fewest commands the card understands.
///
/// What the profile says a card can do is tried first; what the card turns out to lack is remembered, so each lack
/// costs one command once. Work is bounded by the sizes in the profile, whatever the card answers.
final class FileReader {
    let channel: any CardChannel
    let profile: CardProfile
    /// The directory that is current, as far as this reader knows.
    private(set) var current: String?
    var abilities: Abilities

    struct Abilities {
        var multiRecord: Bool
        var shortIdentifiers: Bool
        var extended: Bool
        var selectWithoutFCI = true
    }

    init(channel: any CardChannel, profile: CardProfile) {
        self.channel = channel
        self.profile = profile
        let capabilities = profile.capabilities
        abilities = Abilities(
            multiRecord: capabilities.multiRecordRead, shortIdentifiers: capabilities.shortFileIdentifiers,
            // T=0 has no extended length of its own (ISO/IEC 7816-3:2006 §12.2).
            extended: capabilities.extendedLength && channel.transmissionProtocol != .t0)
    }

    // MARK: Commands

    /// Sends a command whose answer is at most `limit` bytes; only a lost link or a broken answer is an error.
    func send(_ command: CommandAPDU, limit: Int, at place: String) throws(ReadFailure) -> ResponseAPDU {
        var options = TransmitOptions.default
        options.maximumAnswer = limit
        options.followsRemaining = limit > 0
        let answer: ResponseAPDU
        do {
            answer = try channel.send(command, options: options)
        } catch .channel(let error, let header) where error.code != .commandRejected {
            throw .card(HealthCardError(.channel(error, header), at: place))
        } catch {
            throw .file(error.description)
        }
        guard answer.data.count <= limit else {
            throw .file("command \(command.header) asked for \(limit) bytes and was answered \(answer.data.count)")
        }
        return answer
    }

    static func refusal(_ command: CommandAPDU, _ status: StatusWord) -> String {
        "the card answered \(status) (\(status.meaning(for: command.ins))) to command \(command.header)"
    }

    // MARK: Directories

    enum Entry { case open, temporarilyBlocked }

    /// Makes a directory current by the shortest way that works (`Docs/protocol.md §5` "Tree").
    func enter(_ directory: DirectoryDefinition) throws(ReadFailure) -> Entry {
        let path = profile.path(to: directory.name)
        var refusal = "the profile gives no way to it"
        if let here = current, here == directory.parent || profile.directory(here)?.parent == directory.parent,
            !profile.capabilities.directoriesThroughMaster
        {
            let answer = try select(.byIdentifier(directory))
            if let entry = entry(answer, directory) { return entry }
            refusal = Self.refusal(answer.command, answer.status)
        }
        if let name = directory.dfName, !name.isEmpty, !profile.capabilities.directoriesThroughMaster || path.count < 3
        {
            let answer = try select(.byName(name, directory))
            if let entry = entry(answer, directory) { return entry }
            refusal = Self.refusal(answer.command, answer.status)
        }
        for (index, step) in path.enumerated() {
            let answer = try select(.byIdentifier(step))
            guard let entry = entry(answer, step) else {
                throw .file(Self.refusal(answer.command, answer.status))
            }
            if index == path.count - 1 { return entry }
        }
        throw .file(refusal)
    }

    private enum Selection {
        case byIdentifier(DirectoryDefinition)
        case byName([UInt8], DirectoryDefinition)
    }
    private typealias Selected = (command: CommandAPDU, status: StatusWord)

    private func select(_ selection: Selection) throws(ReadFailure) -> Selected {
        var command: CommandAPDU
        let place: String
        switch selection {
        case .byIdentifier(let directory):
            command = CommandAPDU(cla: 0, ins: 0xA4, p1: 0, p2: 0x0C, data: directory.fileIdentifier.bytes)
            place = directory.name
        case .byName(let name, let directory):
            command = CommandAPDU(cla: 0, ins: 0xA4, p1: 4, p2: 0x0C, data: name)
            place = directory.name
        }
        if !abilities.selectWithoutFCI { command.p2 = 0 }
        var answer = try send(command, limit: 0, at: place)
        if answer.status == .incorrectP1P2, abilities.selectWithoutFCI {
            command.p2 = 0
            answer = try send(command, limit: 0, at: place)
            if answer.status.isSuccess || answer.status.remaining != nil { abilities.selectWithoutFCI = false }
        }
        return (command, answer.status)
    }

    private func entry(_ answer: Selected, _ directory: DirectoryDefinition) -> Entry? {
        if answer.status.isSuccess || answer.status.remaining != nil {
            current = directory.name
            return .open
        }
        guard answer.status == profile.blocking.temporaryStatus else { return nil }
        current = directory.name
        return .temporarilyBlocked
    }

    func select(_ file: FileDefinition) throws(ReadFailure) {
        var command = CommandAPDU(
            cla: 0, ins: 0xA4, p1: 0, p2: abilities.selectWithoutFCI ? 0x0C : 0, data: file.fileIdentifier.bytes)
        var answer = try send(command, limit: 0, at: file.path)
        if answer.status == .incorrectP1P2, abilities.selectWithoutFCI {
            command.p2 = 0
            answer = try send(command, limit: 0, at: file.path)
            if answer.status.isSuccess { abilities.selectWithoutFCI = false }
        }
        guard answer.status.isSuccess || answer.status.remaining != nil else {
            throw .file(Self.refusal(command, answer.status))
        }
    }
}
