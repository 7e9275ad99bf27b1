import Files
import Foundation
import Glibc
import HealthCard
import ISO7816
import Messages
import Synchronization

/// Acts whose end nobody saw: the agent was killed in the middle, or the card was. Each is named until its card has said
/// which content it holds; nothing is finished by itself.
final class UnfinishedActs: Sendable {
    struct Act: Sendable, Hashable {
        let id: String
        /// A name of ``AgentEvent/Act``.
        let name: String
        let time: Date
        var note: ActNote?
        /// Nil until the card has been asked.
        var outcome: UpdateNote.Outcome?
        var settled: Date?
        /// Of an earlier start of the agent: asked for as soon as its card is there.
        var isFromBefore = true
        /// The name of its Idempotency-Key.
        var key: String?

        var chip: String? { note?.chip }
    }

    private static let longestNote = 1 << 20
    private static let most = 1_024
    private static let suffix = ".json"

    let folder: String
    private let journal: AccessJournal
    private let idempotency: IdempotencyDesk
    private let events: EventLog
    private let acts: Mutex<[Act]>
    /// Files of acts that the journal knows the end of.
    private let left: [String]

    /// Reads what there is and changes nothing: another agent may be at work in the folder.
    init(folder: String, journal: AccessJournal, idempotency: IdempotencyDesk, events: EventLog) {
        self.folder = folder
        self.journal = journal
        self.idempotency = idempotency
        self.events = events
        // Where the folder itself has gone, a missing note says nothing.
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        var notes: [String: ActNote?] = [:]
        for name in (names ?? []).filter({ $0.hasSuffix(Self.suffix) }).prefix(Self.most) {
            let bytes = try? InputFile.contents(of: "\(folder)/\(name)", atMost: Self.longestNote)
            notes[String(name.dropLast(Self.suffix.count))] = .some(
                bytes.flatMap { try? JSONDecoder().decode(ActNote.self, from: Data($0)) })
        }
        var acts: [Act] = []
        var left: [String] = []
        for act in journal.remembered {
            let entry = act.entry
            let note = notes.removeValue(forKey: entry.actID)
            guard !act.isFinished || entry.outcome == .inDoubt else {
                if note != nil { left.append(entry.actID) }
                continue
            }
            var item = Act(id: entry.actID, name: entry.act, time: act.time, note: note ?? nil, key: entry.key)
            // A note is on the disk before the first command that changes the card.
            if note == nil, names != nil, entry.outcome != .inDoubt { item.outcome = .old }
            acts.append(item)
        }
        // Older than what the journal remembers.
        for case (let id, let note?) in notes {
            acts.append(Act(id: id, name: note.act.rawValue, time: note.time, note: note, key: note.key))
        }
        self.acts = Mutex(acts.sorted { $0.time < $1.time })
        self.left = left
    }

    var all: [Act] { acts.withLock { $0 } }

    /// Whether the agent itself has to ask a card.
    var hasWaiting: Bool { all.contains { $0.isFromBefore && $0.outcome == nil && $0.note != nil } }

    func isWaiting(chip: String) -> Bool { all.contains { $0.isFromBefore && $0.outcome == nil && $0.chip == chip } }

    /// Acts of a chip that it has not been asked about; the oldest first.
    func unsettled(chip: String) -> [Act] { all.filter { $0.chip == chip && $0.outcome == nil } }

    /// The last act of a chip that it has been asked about.
    func settled(chip: String) -> Act? { all.last { $0.chip == chip && $0.outcome != nil } }

    // MARK: At the start

    /// Names every act that was cut short, and settles those that had sent nothing that changes a card.
    ///
    /// - Throws: ``AgentError/stateNotKept(file:)``.
    func open() throws(AgentError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .stateNotKept(file: folder) }
        for id in left { unlink(path(id)) }
        for act in all {
            events.add(.actUnfinished) {
                $0.act = AgentEvent.Act(rawValue: act.name)
                $0.actID = act.id
            }
            guard let outcome = act.outcome else { continue }
            settle(act, outcome, who: "agent", at: nil)
        }
    }

    // MARK: While acts run

    /// - Returns: whether the disk has it.
    func keep(_ note: ActNote) -> Bool {
        guard let data = try? JSONEncoder().encode(note) else { return false }
        return DurableFile.replace(path(note.id), with: Array(data))
    }

    /// The journal has the end of the act.
    func end(_ id: String) { unlink(path(id)) }

    /// The act ended in doubt: it is named until its card has been asked.
    func doubt(_ id: String, _ act: AgentEvent.Act, key: String?) {
        guard let bytes = try? InputFile.contentsIfThere(of: path(id), atMost: Self.longestNote),
            let note = try? JSONDecoder().decode(ActNote.self, from: Data(bytes))
        else { return }
        acts.withLock { acts in
            if acts.count >= Self.most { acts.removeFirst() }
            acts.append(
                Act(id: id, name: act.rawValue, time: note.time, note: note, isFromBefore: false, key: key))
        }
    }

    // MARK: Asking the card

    /// Takes in what a card said, in journal, events and keys. Where the journal cannot be written the act stays as it is,
    /// and is asked for again.
    func settle(_ act: Act, _ outcome: UpdateNote.Outcome, who: String, at place: (reader: String, card: String)?) {
        let entry = AccessJournal.Entry(
            act: act.name, actID: act.id, who: who, token: nil, right: nil, chip: act.chip, key: act.key,
            outcome: AccessJournal.Entry.Outcome(outcome))
        guard (try? journal.add(entry)) != nil else { return }
        acts.withLock { acts in
            guard let index = acts.firstIndex(where: { $0.id == act.id }) else { return }
            acts[index].outcome = outcome
            acts[index].settled = Date()
        }
        unlink(path(act.id))
        if let key = act.key { idempotency.settle(key, outcome) }
        events.add(.actSettled) {
            $0.reader = place?.reader
            $0.card = place?.card
            $0.act = AgentEvent.Act(rawValue: act.name)
            $0.actID = act.id
            $0.outcome = outcome
        }
    }

    private func path(_ id: String) -> String { "\(folder)/\(id)\(Self.suffix)" }
}

extension ActNote.Work {
    /// Asks the card; changes nothing.
    ///
    /// - Returns: what it holds, and what else is to be said of it.
    func settle(with session: HealthCardSession) throws -> (outcome: UpdateNote.Outcome, members: [JSONValue.Member]) {
        switch self {
        case .update(let note):
            let finding = try session.settleUpdate(note)
            return (finding.outcome, [.init("records", finding.json["records"] ?? .array([]))])
        case .visit(let pending):
            return (
                try session.settleVisit(pending) ? .new : .old,
                [.init("kind", .string(pending.kind.rawValue)), .init("record", .number(pending.record))]
            )
        case .block(let directory, let before, let wanted):
            let state = try directory.map { try session.blockState(of: $0) } ?? session.cardBlockState()
            let outcome: UpdateNote.Outcome = state == wanted ? .new : state == before ? .old : .other
            return (outcome, [.init("state", .string(state.rawValue))])
        }
    }
}

extension AccessJournal.Entry.Outcome {
    init(_ outcome: UpdateNote.Outcome) {
        self =
            switch outcome {
            case .old: .foundOld
            case .new: .foundNew
            case .partly, .noPhoto: .foundPart
            case .other: .foundOther
            }
    }
}

/// How an act that was cut short stands.
enum UnfinishedState: Message, Hashable {
    /// The card has not been asked yet.
    case waiting
    /// There is no note of it that can be read.
    case unknown
    case found(UpdateNote.Outcome)

    init(_ act: UnfinishedActs.Act) {
        self = act.outcome.map { .found($0) } ?? (act.note == nil ? .unknown : .waiting)
    }
}

extension UnfinishedActs.Act {
    /// `{"act","id","time","outcome","settled","texts"}`; without outcome as long as the card has not been asked.
    var json: JSONValue {
        let state = UnfinishedState(self)
        var members: [JSONValue.Member] = [
            .init("act", .string(name)), .init("id", .string(id)), .init("time", .string(AgentSchema.text(of: time))),
        ]
        if let outcome { members.append(.init("outcome", .string(outcome.rawValue))) }
        if let settled { members.append(.init("settled", .string(AgentSchema.text(of: settled)))) }
        members.append(
            .init(
                "texts",
                .object(
                    Language.allCases.map { language in
                        .init(language.rawValue, .object([.init("what", .string(state.text(in: language)))]))
                    })))
        return .object(members)
    }
}
