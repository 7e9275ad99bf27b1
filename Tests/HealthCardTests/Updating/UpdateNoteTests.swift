import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// Processes that are killed in the middle of an update: another one has the note of it, and the card.
@Suite("The note of an update")
struct UpdateNoteTests {
    /// Runs the update as a process would that writes down every step and is killed; gives what its disk holds.
    private func killed(
        _ stock: CardStock, _ channel: VirtualCardChannel, _ changes: CardChanges
    ) throws -> UpdateNote? {
        var note = try UpdateNote(changes)
        var disk: Data?
        let session = try stock.session(channel)
        session.beforeWriting = { write in
            guard case .update(let doubt) = write else { return false }
            note.add(doubt)
            disk = try? JSONEncoder().encode(note)
            return disk != nil
        }
        #expect(throws: UpdateError.self) { _ = try session.update(changes) }
        return try disk.map { try JSONDecoder().decode(UpdateNote.self, from: $0) }
    }

    /// What the card holds must be what the note's finding says, place by place.
    private func check(
        _ note: UpdateNote?, _ channel: VirtualCardChannel, _ stock: CardStock,
        before: [String: FileContent], after: [String: FileContent], _ place: String
    ) throws -> UpdateNote.Outcome {
        let found = try stock.content(channel)
        guard let note else {
            // Nothing was announced: nothing was written.
            #expect(found == before, "\(place)")
            return .old
        }
        _ = try channel.reset()
        let finding = try stock.session(channel).settleUpdate(note)
        switch finding.outcome {
        case .old: #expect(found == before, "\(place)")
        case .new: #expect(found == after, "\(place)")
        case .partly: #expect(found != before && found != after, "\(place)")
        case .noPhoto: #expect(found != before && found != after, "\(place)")
        case .other: Issue.record("\(place): nobody else has written")
        }
        for part in finding.places {
            switch (found[part.file], before[part.file], after[part.file], part.record) {
            case (.records(let now)?, .records(let old)?, .records(let new)?, let number?):
                let index = number - 1
                #expect(now[index] == (part.outcome == .new ? new[index] : old[index]), "\(place): \(part)")
            case (let now?, let old?, let new?, nil):
                #expect((now == new) == (part.outcome == .new), "\(place): \(part)")
                #expect((now == old) == (part.outcome == .old), "\(place): \(part)")
            default: Issue.record("\(place): \(part.file) is not there")
            }
        }
        return finding.outcome
    }

    @Test("killed at any command, before it and after it", arguments: UpdateInterruptionTests.Kind.allCases)
    func killed(kind: UpdateInterruptionTests.Kind) throws {
        let stock = try UpdateInterruptionTests.stock(kind)
        let changes = try UpdateInterruptionTests.changes(kind, stock)
        let before = try stock.content(stock.channel())
        let whole = try stock.channel()
        let commands = try stock.session(whole).update(changes).commands
        let after = try stock.content(whole)
        var outcomes: Set<UpdateNote.Outcome> = []
        for lost in [false, true] {
            for index in stride(from: commands - 1, through: 0, by: kind == .everything ? -3 : -1) {
                let channel = try stock.channel()
                channel.intercept = { (command, number) throws(ChannelError) in
                    guard number >= index else { return nil }
                    if lost, number == index { _ = channel.card.process(command) }
                    throw ChannelError(.cardRemoved, "killed")
                }
                let note = try killed(stock, channel, changes)
                channel.intercept = nil
                channel.insert()
                outcomes.insert(
                    try check(note, channel, stock, before: before, after: after, "\(kind) \(lost) \(index)"))
            }
        }
        #expect(outcomes.contains(.old) && outcomes.contains(.new))
        // Of the two entries one is there already: it is one command.
        let isLong = [.severalRecords, .everything].contains(kind)
        #expect(outcomes.contains(.partly) == isLong)
        #expect(outcomes.contains(.noPhoto) == (kind == .photoInBlocks))
    }

    @Test("a card that somebody has written to since then, and another card")
    func others() throws {
        let stock = try UpdateInterruptionTests.stock(.record)
        let changes = try UpdateInterruptionTests.changes(.record, stock)
        let channel = try stock.channel()
        channel.intercept = { (command, _) throws(ChannelError) in
            guard command[1] == 0xDC else { return nil }
            throw ChannelError(.cardRemoved, "killed")
        }
        let note = try #require(try killed(stock, channel, changes))
        let text = String(decoding: try JSONEncoder().encode(note), as: UTF8.self)
        #expect(!text.contains("13900000000"))
        channel.intercept = nil
        channel.insert()
        _ = try stock.session(channel).update(stock.changes { try $0.set("phone1", to: "13700000000") })
        _ = try channel.reset()
        #expect(try stock.session(channel).settleUpdate(note).outcome == .other)
        let other = try SampleCard.card(stock.profile)
        other.answerToReset = try #require(stock.profile.answerToReset.bytes(serial: [9, 9, 9, 9, 9, 9, 9, 9]))
        let refusal = #expect(throws: HealthCardError.self) { _ = try stock.session(other).settleUpdate(note) }
        #expect(refusal?.code == .otherCard)
    }

    @Test("what cannot be written down is not sent, of an update and of a visit")
    func unnoted() throws {
        let stock = try UpdateInterruptionTests.stock(.everything)
        let before = try stock.content(stock.channel())
        let channel = try stock.channel()
        let visits = try stock.session(channel).visits(.outpatient).count
        _ = try channel.reset()
        let session = try stock.session(channel)
        session.beforeWriting = { _ in false }
        let error = #expect(throws: UpdateError.self) {
            _ = try session.update(UpdateInterruptionTests.changes(.everything, stock))
        }
        #expect(error?.cause.code == .notNoted && error?.doubt == nil)
        #expect(error?.report.records(.written).isEmpty == true && error?.report.records(.inDoubt).isEmpty == true)
        let visit = #expect(throws: VisitError.self) { _ = try session.writeVisit(VisitSamples.content(.outpatient)) }
        #expect(visit?.effect == VisitEffect.none && visit?.underlying?.identifier == "healthCard.notNoted")
        _ = try channel.reset()
        #expect(try stock.session(channel).visits(.outpatient).count == visits)
        let updated = ["DDF1/EF08", "DF01/EF06", "DF02/EF06"]
        let found = try stock.content(channel)
        for path in updated { #expect(found[path] == before[path]) }
    }
}
