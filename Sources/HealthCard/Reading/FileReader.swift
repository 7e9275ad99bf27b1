import CardProfiles
import ISO7816

/// Selects directories, reads files and writes transparent ones in the fewest commands the card understands.
///
/// It starts from what is remembered of the product, else from what the profile says. A habit that turns out wrong is
/// learnt anew (`CardHabits`), so each costs its commands once. Work is bounded by the sizes in the profile, whatever
/// the card answers.
final class FileReader {
    let channel: any CardChannel
    let profile: CardProfile
    let dialect: Dialect?
    /// The directory that is current, as far as this reader knows.
    private(set) var current: String?
    /// The path of the file that is current.
    var currentFile: String?
    /// What the last SELECT of a directory was answered.
    private(set) var lastSelection: StatusWord?
    private var lastRefusal: ReadFailure?
    /// The card's, as far as they are known.
    private(set) var habits: CardHabits
    /// The best that the profile and the link allow.
    let limits: CardHabits
    /// What has worked since this reader was made: one file that differs does not unlearn it.
    private var proven: Set<Habit> = []
    /// The reader, not the card, did not carry an extended command: nothing to remember of the card.
    var isLinkShort = false
    /// Nil where there is none to remember that of.
    private let model: ReaderModel?
    private let memory: (any CardHabitMemory)?
    private let product: CardProduct?

    /// A habit that one file may differ in.
    enum Habit: Hashable {
        case taggedRecords, plainRecords, shortIdentifiers
    }

    /// - Parameter memory: nil remembers nothing beyond this reader.
    init(
        channel: any CardChannel, profile: CardProfile, dialect name: String? = nil,
        memory: (any CardHabitMemory)? = nil
    ) {
        self.channel = channel
        self.profile = profile
        self.memory = memory
        model = channel.readerName.map { ReaderModel(reader: $0) }
        if let model {
            isLinkShort =
                memory?.carriesShortOnly(model) == true || TransientHabits.shared.carriesShortOnly(model)
        }
        dialect = profile.dialect(name ?? profile.defaultDialect)
        limits = CardHabits(best: profile, dialect, channel.transmissionProtocol)
        product = CardProduct(
            answerToReset: channel.answerToReset, transmissionProtocol: channel.transmissionProtocol, profile: profile)
        var habits = product.flatMap { memory?.habits(of: $0) }?.limited(to: limits) ?? limits
        // Learnt with another profile, perhaps: a habit without a command would be no start to find out from.
        if habits.taggedRecords == .tag, dialect?.command(for: .readRecordByTag) == nil {
            habits.taggedRecords = limits.taggedRecords
        }
        self.habits = habits
    }

    /// Takes what worked in place of what did not, and remembers it.
    func learn(_ found: CardHabits) {
        var learnt = found
        if proven.contains(.taggedRecords) { learnt.taggedRecords = habits.taggedRecords }
        if proven.contains(.plainRecords) { learnt.plainRecords = habits.plainRecords }
        if proven.contains(.shortIdentifiers) { learnt.shortIdentifiers = habits.shortIdentifiers }
        guard learnt != habits else { return }
        habits = learnt
        if let product { memory?.remember(learnt, of: product) }
    }

    func learn(keepsRightsOnReselect: Bool) {
        var learnt = habits
        learnt.keepsRightsOnReselect = keepsRightsOnReselect
        learn(learnt)
    }

    /// The reader refused an extended command twice, and carried a short one in between.
    func rememberShortLink() {
        guard let model else { return }
        TransientHabits.shared.rememberShortOnly(model)
        memory?.rememberShortOnly(model)
    }

    func prove(_ worked: Set<Habit>) { proven.formUnion(worked) }

    /// The next file is reached by selecting its directory, whatever was current.
    func forgetDirectory() {
        current = nil
        currentFile = nil
    }

    // MARK: Commands

    /// A command as the profile's dialect writes it.
    func command(
        _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue] = [:]
    ) throws(ReadFailure) -> CommandAPDU {
        guard let template = dialect?.command(for: purpose) else {
            throw .file(.profile(.command(purpose.rawValue)))
        }
        let rendered: RenderedCommand
        do {
            rendered = try template.render(values)
        } catch {
            throw .file(.profile(.unusableCommand(purpose.rawValue, error)))
        }
        guard rendered.header.count == 4, let data = rendered.data else {
            throw .file(.profile(.incompleteCommand(purpose.rawValue)))
        }
        return CommandAPDU(
            cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
            data: data, ne: rendered.ne)
    }

    /// Sends a command whose answer is at most Le bytes; only a lost link or a broken answer is an error.
    ///
    /// - Parameters:
    ///   - wantsAnswer: false leaves bytes that wait after 61xx in the card.
    ///   - correctsLength: false gives 6Cxx to the caller.
    func send(
        _ command: CommandAPDU, wantsAnswer: Bool = true, correctsLength: Bool = true, at place: String
    ) throws(ReadFailure) -> ResponseAPDU {
        let limit = command.ne ?? 256
        var options = TransmitOptions.default
        options.correctsLength = correctsLength
        options.maximumAnswer = limit
        options.followsRemaining = wantsAnswer
        options.maximumContinuations = 16
        let answer: ResponseAPDU
        do {
            answer = try channel.send(command, options: options)
        } catch .channel(let error, let header) where error.code != .commandRejected {
            throw .card(HealthCardError(.channel(error, header), at: place))
        } catch .channel(let error, let header) {
            throw .step(
                HealthCardError(.refused, at: place, command: command.header, .command(.channel(error, header))))
        } catch {
            throw .file(.command(error))
        }
        guard answer.data.count <= limit else {
            throw .file(.unaskedData(command.header, asked: limit, bytes: answer.data.count))
        }
        return answer
    }

    /// Sends a command that costs something: a try, a change. It goes out once, whatever is answered.
    func sendOnce(_ command: CommandAPDU, at place: String) throws(ReadFailure) -> StatusWord {
        try send(command, wantsAnswer: false, correctsLength: false, at: place).status
    }

    /// Whether a command without answer data was carried out: some cards offer data by 61xx all the same.
    static func isDone(_ status: StatusWord) -> Bool { status.isSuccess || status.remaining != nil }

    // MARK: Directories

    enum Entry {
        case open, temporarilyBlocked, permanentlyBlocked
    }

    private enum Way: CaseIterable {
        case identifier, name, fromMaster
    }

    /// Makes a directory current by the shortest way that works (`Docs/protocol.md §5` "Tree"): by its identifier from
    /// the current one, by its name, from the MF down. Ways this card is not known to have come last.
    func enter(_ directory: DirectoryDefinition) throws(ReadFailure) -> Entry {
        let usual: [Way] = Way.allCases.filter { isUsual($0, to: directory) }
        let wasChild = isChild(directory)
        var refused: [Way] = []
        for way in usual + Way.allCases.filter({ !usual.contains($0) && isPossible($0, to: directory) }) {
            guard let entry = try enter(directory, by: way) else {
                refused.append(way)
                continue
            }
            if !refused.isEmpty { learn(reachedBy: way, notBy: refused, isChild: wasChild) }
            return entry
        }
        throw lastRefusal ?? .file(.profile(.way))
    }

    private func isChild(_ directory: DirectoryDefinition) -> Bool {
        current != nil && current == directory.parent
    }

    private func isSister(_ directory: DirectoryDefinition) -> Bool {
        current.flatMap { profile.directory($0)?.parent }.map { $0 == directory.parent } ?? false
    }

    private func isPossible(_ way: Way, to directory: DirectoryDefinition) -> Bool {
        switch way {
        case .identifier: isChild(directory) || isSister(directory)
        case .name: directory.dfName.flatMap { DedicatedFileName($0) } != nil
        case .fromMaster: true
        }
    }

    private func isUsual(_ way: Way, to directory: DirectoryDefinition) -> Bool {
        guard isPossible(way, to: directory) else { return false }
        switch way {
        case .identifier:
            return isChild(directory) ? habits.directoryReach != .master : habits.directoryReach == .sisters
        case .name: return habits.directoryNames
        case .fromMaster: return true
        }
    }

    private func learn(reachedBy way: Way, notBy refused: [Way], isChild: Bool) {
        var learnt = habits
        if refused.contains(.identifier) { learnt.directoryReach = isChild ? .master : .children }
        if refused.contains(.name) { learnt.directoryNames = false }
        if way == .name { learnt.directoryNames = true }
        if way == .identifier { learnt.directoryReach = isChild ? .children : .sisters }
        learn(learnt)
    }

    /// Nil when the card refuses, which another way may mend.
    private func enter(_ directory: DirectoryDefinition, by way: Way) throws(ReadFailure) -> Entry? {
        switch way {
        case .identifier: return try entry(to: directory, by: selection(of: directory))
        case .name:
            guard let name = directory.dfName.flatMap({ DedicatedFileName($0) }) else { return nil }
            return try entry(to: directory, by: CommandAPDU.select(name: name))
        case .fromMaster:
            var last: Entry?
            for step in profile.path(to: directory.name) {
                guard let entry = try entry(to: step, by: selection(of: step)) else { return nil }
                guard entry != .permanentlyBlocked else { return entry }
                last = entry
            }
            return last
        }
    }

    private func selection(of directory: DirectoryDefinition) throws(ReadFailure) -> CommandAPDU {
        try command(
            directory.parent == nil ? .selectMaster : .selectDirectory,
            [.fid: .number(Int(directory.fileIdentifier.rawValue))])
    }

    private func entry(to directory: DirectoryDefinition, by select: CommandAPDU) throws(ReadFailure) -> Entry? {
        let status = try send(select, wantsAnswer: false, at: directory.name).status
        lastSelection = status
        switch status {
        case profile.blocking.permanentStatus: return .permanentlyBlocked
        case profile.blocking.temporaryStatus:
            current = directory.name
            currentFile = nil
            return .temporarilyBlocked
        default:
            guard Self.isDone(status) else {
                lastRefusal = .refused(select, status)
                return nil
            }
            current = directory.name
            currentFile = nil
            return .open
        }
    }

    /// Makes a file current, unless it is.
    func select(_ file: FileDefinition) throws(ReadFailure) {
        guard currentFile != file.path else { return }
        let select = try command(
            .selectFile,
            [.fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue))])
        let status = try send(select, wantsAnswer: false, at: file.path).status
        guard Self.isDone(status) else { throw .refused(select, status) }
        currentFile = file.path
    }
}
