import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@Suite("Visits cut short")
struct VisitInterruptionTests {
    static let acts: [(PendingVisit.Act, VisitKind)] = [
        (.write, .inpatient), (.write, .outpatient), (.reimburse, .inpatient), (.reimburse, .outpatient),
    ]

    /// A card with one visit of the kind, an act on it, and what it lists before and after.
    private struct Scene {
        let start: VisitCard
        let act: PendingVisit.Act
        let kind: VisitKind
        let before: [VisitContent]
        let after: [VisitContent]
        private let content: VisitContent

        init(_ act: PendingVisit.Act, _ kind: VisitKind) throws {
            (self.act, self.kind) = (act, kind)
            start = try VisitCard.fresh()
            let first = try VisitSamples.random(kind, seed: 1)
            _ = try start.session().writeVisit(first)
            content = try VisitSamples.random(kind, seed: 2)
            before = [first]
            after = act == .write ? [first, content] : []
        }

        func perform(_ card: VisitCard) throws {
            let session = try card.session()
            switch act {
            case .write: _ = try session.writeVisit(content)
            case .reimburse:
                _ = try session.reimburseVisit(kind, record: 1, ifTrustedBy: VisitCard.trust(card.profile))
            }
        }

        /// Performs the act with something in its way and checks that what is said is what the card lists.
        /// - Returns: what the caller was told in the end; nil when nothing was in the way after all.
        func check(_ card: VisitCard, _ label: String) throws -> Bool? {
            var told: Bool?
            do {
                try perform(card)
                card.endTrouble()
            } catch let error as VisitError {
                card.endTrouble()
                guard case .card(let reason) = error.problem else { throw error }
                #expect(reason.code == .channel, "\(label): \(reason)")
                switch error.effect {
                case .none: told = false
                case .done: told = true
                case .inDoubt(let pending):
                    #expect(pending.act == act && pending.kind == kind)
                    #expect(pending.record == (act == .write ? 2 : 1))
                    told = try card.session().settleVisit(pending)
                }
            }
            let listed = try card.visits(kind).map(\.content)
            #expect(listed == ((told ?? true) ? after : before), "\(label): told \(String(describing: told))")
            return told
        }
    }

    @Test("pulled out before each command", arguments: acts)
    func removal(_ act: PendingVisit.Act, _ kind: VisitKind) throws {
        let scene = try Scene(act, kind)
        let clean = try scene.start.copy()
        let first = clean.channel.commandCount
        #expect(try scene.check(clean, "clean") == nil)
        var told: [Bool?] = []
        for index in 0..<200 {
            let card = try scene.start.copy()
            card.channel.commandsUntilRemoval = index
            told.append(try scene.check(card, "command \(index)"))
            if told.last == .some(nil) { break }
        }
        #expect(clean.channel.commandCount > first)
        // Nothing but the last command changes the list, and it is not taken when the card goes before it.
        #expect(told.count > 10 && told.dropLast().allSatisfy { $0 == false } && told.last == .some(nil))
    }

    @Test("pulled out before the answer to each command", arguments: acts)
    func lostAnswer(_ act: PendingVisit.Act, _ kind: VisitKind) throws {
        let scene = try Scene(act, kind)
        var told: [Bool?] = []
        for index in 0..<200 {
            let card = try scene.start.copy()
            let channel = card.channel
            channel.intercept = { command, count throws(ChannelError) in
                guard count == index else { return nil }
                _ = channel.card.process(command)
                channel.remove()
                throw ChannelError(.cardRemoved, "the card was taken out: put it in again")
            }
            told.append(try scene.check(card, "answer \(index)"))
            if told.last == .some(nil) { break }
        }
        #expect(told.count > 10 && told.last == .some(nil))
        #expect(told.dropLast(2).allSatisfy { $0 == false } && told.dropLast().last == .some(true))
    }

    @Test("the power cut at the bytes the card writes", arguments: acts)
    func powerCut(_ act: PendingVisit.Act, _ kind: VisitKind) throws {
        let scene = try Scene(act, kind)
        let clean = try scene.start.copy()
        let start = clean.channel.card.writtenByteCount
        var boundaries: Set<Int> = []
        let chip = clean.channel.card
        clean.channel.intercept = { _, _ in
            boundaries.insert(chip.writtenByteCount - start)
            return nil
        }
        #expect(try scene.check(clean, "clean") == nil)
        let total = clean.channel.card.writtenByteCount - start
        // Every byte around where a command begins or ends, and of the index; a sample of the thousands between.
        var cuts = Set(stride(from: 0, through: total, by: 97))
        for boundary in boundaries.union([total]) { cuts.formUnion((boundary - 6)...(boundary + 6)) }
        cuts.formUnion((total - 40)...total)
        var outcomes: Set<Bool?> = []
        for cut in cuts.filter({ (0...total).contains($0) }).sorted() {
            let card = try scene.start.copy()
            card.channel.card.cutPower(afterBytes: cut)
            outcomes.insert(try scene.check(card, "byte \(cut) of \(total)"))
        }
        #expect(outcomes.contains(false) && outcomes.contains(nil))
    }

    @Test("another card cannot settle what became of this one")
    func otherCard() throws {
        let scene = try Scene(.write, .outpatient)
        let card = try scene.start.copy()
        let channel = card.channel
        channel.intercept = { command, _ throws(ChannelError) in
            guard command[1] == 0xD2 else { return nil }
            channel.remove()
            throw ChannelError(.cardRemoved, "the card was taken out: put it in again")
        }
        let error = #expect(throws: VisitError.self) { try scene.perform(card) }
        guard case .inDoubt(let pending)? = error?.effect else {
            Issue.record("\(String(describing: error))")
            return
        }
        let other = try ScriptedCard(card.profile, values: SampleCard.values, serial: Array(11...18))
        #expect(throws: VisitError(.otherCard)) { try SampleCard.session(other, card.profile).settleVisit(pending) }
        channel.intercept = nil
        #expect(try card.session().settleVisit(pending) == false)
    }

    @Test("an answer that is none, or does not tell, is settled at once", arguments: acts)
    func brokenAnswer(_ act: PendingVisit.Act, _ kind: VisitKind) throws {
        let scene = try Scene(act, kind)
        for (isTaken, answer) in [(false, [0x90]), (true, [0x90]), (false, [0x62, 0]), (true, [0x63, 0xC1])]
            as [(Bool, [UInt8])]
        {
            let card = try scene.start.copy()
            let channel = card.channel
            channel.intercept = { command, _ in
                guard command[1] == 0xD2 || command[1] == 0x0C else { return nil }
                if isTaken { _ = channel.card.process(command) }
                return answer
            }
            let error = #expect(throws: VisitError.self) { try scene.perform(card) }
            #expect(error?.effect == (isTaken ? .done : VisitEffect.none))
            channel.intercept = nil
            #expect(try card.visits(kind).map(\.content) == (isTaken ? scene.after : scene.before))
        }
    }
}
