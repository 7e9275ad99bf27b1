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
    /// What the last SELECT of a directory was answered.
    private(set) var lastSelection: StatusWord?
    let dialect: Dialect?
    var abilities: Abilities

    struct Abilities {
        var multiRecord: Bool
        var shortIdentifiers: Bool
        var extended: Bool
    }

    init(channel: any CardChannel, profile: CardProfile, dialect name: String? = nil) {
        self.channel = channel
        self.profile = profile
        let dialect = profile.dialect(name ?? profile.defaultDialect)
        self.dialect = dialect
        let capabilities = profile.capabilities
        abilities = Abilities(
            multiRecord: capabilities.multiRecordRead && dialect?.command(for: .readRecordsFrom) != nil,
            shortIdentifiers: capabilities.shortFileIdentifiers && dialect?.command(for: .readBinaryShort) != nil,
            // T=0 has no extended length of its own (ISO/IEC 7816-3:2006 §12.2).
            extended: capabilities.extendedLength && channel.transmissionProtocol != .t0)
    }

    // MARK: Commands

    /// A command as the profile's dialect writes it.
    func command(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue] = [:]
    ) throws(ReadFailure) -> CommandAPDU {
        guard let template = dialect?.command(for: purpose) else {
            throw .file("the profile's dialect has no command '\(purpose.rawValue)'")
        }
        let rendered: RenderedCommand
        do {
            rendered = try template.render(values)
        } catch {
            throw .file("the profile's command '\(purpose.rawValue)' cannot be written: \(error)")
        }
        guard rendered.header.count == 4, let data = rendered.data else {
            throw .file("the profile's command '\(purpose.rawValue)' is incomplete")
        }
        return CommandAPDU(
            cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
            data: data, ne: rendered.ne)
    }

    /// Sends a command whose answer is at most Le bytes; only a lost link or a broken answer is an error.
    ///
    /// - Parameter wantsAnswer: false leaves bytes that wait after 61xx in the card.
    func send(
        _ command: CommandAPDU, wantsAnswer: Bool = true, at place: String
    ) throws(ReadFailure) -> ResponseAPDU {
        let limit = command.ne ?? 256
        var options = TransmitOptions.default
        options.maximumAnswer = limit
        options.followsRemaining = wantsAnswer
        options.maximumContinuations = 16
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

    enum Entry {
        case open, temporarilyBlocked, permanentlyBlocked

        var reason: String {
            switch self {
            case .open: "the directory is open"
            case .temporarilyBlocked: "the directory is temporarily blocked"
            case .permanentlyBlocked: "the directory is permanently blocked"
            }
        }
    }

    /// Makes a directory current by the shortest way that works (`Docs/protocol.md §5` "Tree"): as a neighbour of the
    /// current one, by its name, from the MF down.
    func enter(_ directory: DirectoryDefinition) throws(ReadFailure) -> Entry {
        let path = profile.path(to: directory.name)
        let isDetour =
            (profile.capabilities.directoriesThroughMaster || dialect?.directoriesThroughMaster == true)
            && path.count > 2
        let isNeighbour = current.map { $0 == directory.parent || profile.directory($0)?.parent == directory.parent }
        if isNeighbour == true, !isDetour {
            let select = try command(.selectDirectory, [.fid: .number(Int(directory.fileIdentifier.rawValue))])
            if let entry = try entry(to: directory, by: select) { return entry }
        }
        if let name = directory.dfName.flatMap({ DedicatedFileName($0) }), !isDetour {
            let select = CommandAPDU.select(name: name)
            if let entry = try entry(to: directory, by: select) { return entry }
        }
        var last: Entry?
        for step in path {
            let purpose = step.parent == nil ? CommandPurpose.selectMaster : .selectDirectory
            let select = try command(purpose, [.fid: .number(Int(step.fileIdentifier.rawValue))])
            last = try entry(to: step, by: select)
            guard let last else { throw .refused(select, lastSelection ?? .ok) }
            guard last != .permanentlyBlocked else { return last }
        }
        guard let last else { throw .file("the profile gives no way to it") }
        return last
    }

    /// Nil when the card refuses, which another way may mend.
    private func entry(to directory: DirectoryDefinition, by select: CommandAPDU) throws(ReadFailure) -> Entry? {
        let status = try send(select, wantsAnswer: false, at: directory.name).status
        lastSelection = status
        switch status {
        case profile.blocking.permanentStatus: return .permanentlyBlocked
        case profile.blocking.temporaryStatus:
            current = directory.name
            return .temporarilyBlocked
        default:
            guard status.isSuccess || status.remaining != nil else { return nil }
            current = directory.name
            return .open
        }
    }

    func select(_ file: FileDefinition) throws(ReadFailure) {
        let select = try command(
            .selectFile,
            [.fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue))])
        let status = try send(select, wantsAnswer: false, at: file.path).status
        guard status.isSuccess || status.remaining != nil else { throw .refused(select, status) }
    }
}
