import Foundation
import HealthCard
import ISO7816

/// What the state folder keeps of an act while it changes a card: after `kill -9` the next start can ask the card what it
/// holds. No content, only digests and names of records; removed with the act's end.
struct ActNote: Codable, Sendable, Hashable {
    enum Work: Codable, Sendable, Hashable {
        case update(UpdateNote)
        case visit(PendingVisit)
        /// - Parameter directory: nil for the card as a whole.
        case block(directory: String?, before: BlockState, wanted: BlockState)
    }

    /// As in the journal.
    let id: String
    let act: AgentEvent.Act
    let time: Date
    /// The start of the chip's serial, hexadecimal.
    let chip: String
    /// The name of its Idempotency-Key.
    let key: String?
    var work: Work
}

/// Keeps the note of one running act.
final class ActNoteWriter {
    private let acts: UnfinishedActs
    private let caller: ActCaller
    private let act: AgentEvent.Act
    private let chip: String
    private let time = Date()
    private(set) var hasFailed = false

    init(_ acts: UnfinishedActs, _ caller: ActCaller, _ act: AgentEvent.Act, chip: [UInt8]) {
        self.acts = acts
        self.caller = caller
        self.act = act
        self.chip = Hex.encode(chip)
    }

    /// - Returns: whether the disk has it.
    func keep(_ work: ActNote.Work) -> Bool {
        let note = ActNote(id: caller.actID, act: act, time: time, chip: chip, key: caller.key, work: work)
        hasFailed = !acts.keep(note)
        return !hasFailed
    }

    /// What a failure comes down to: a command that was not sent because its note could not be kept is the disk's affair.
    func cause(of error: any Error, isUntouched: Bool) -> any Error {
        hasFailed && isUntouched ? AgentError.stateNotKept(file: acts.folder) : error
    }
}
