import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@testable import Personalization

/// A card that was cut off anywhere is continued, and is then the card that was made in one go.
@Suite struct ContinuationTests {
    /// A picture, an allergy: every kind of file has content.
    private static let person = "990059199606299731"

    /// Commands that must be carried out so often and no oftener, whatever happens in between.
    private func once(_ done: [[UInt8]]) -> [String: Int] {
        let records = done.count { $0[1] == 0xDC && $0[3] & 7 == 4 }
        let created = done.count { $0[1] == 0xE0 }
        let ended = done.count {
            $0[1] == 0x44 || $0[1] == 0x05 || $0[1] == 0xF0 && $0.contains(0x44) || $0.prefix(4) == [0x84, 0xD4, 1, 1]
        }
        return ["records": records, "created": created, "ended": ended]
    }

    private func same(_ state: CardState, _ other: CardState) -> Bool {
        var state = state
        state.sequence = other.sequence
        return state == other
    }

    /// A chip as it was before a command, which is also how it was after the one before whose answer was lost, and all
    /// that had been carried out.
    private struct Moment {
        let index: Int
        let card: VirtualHealthCard
        let done: Int
    }

    /// Before and after every command of every dialect. A chip whose memory is what it was one command earlier goes on
    /// as it did then; the others do, and are compared whole.
    @Test(arguments: MakersBatch.all)
    func everyCommand(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let plans = try makers.plans(application)
        let card = try makers.blank()
        let reader = TestReader(card)
        var moments: [Moment] = []
        var written: Int?
        func note(_ reader: TestReader) throws {
            if card.writtenByteCount == written { return }
            written = card.writtenByteCount
            moments.append(Moment(index: reader.commands.count, card: try card.copy(), done: reader.done.count))
        }
        reader.beforeCommand = note
        _ = try makers.personalizer(reader).run(plans.blank, application)
        try note(reader)
        #expect(reader.commands.count == plans.blank.cost.commands)
        #expect(moments.count > plans.blank.steps.count { $0.changesCard } - 3, "\(maker)")
        let whole = card.state
        for moment in moments {
            let second = TestReader(moment.card)
            let place = "\(maker), command \(moment.index)"
            do {
                let made = try makers.goOn(second, plans, application)
                #expect(made.found != .finished || moment.card.lifeCycle == .activated, "\(place)")
            } catch {
                Issue.record("\(place): \(error)")
                continue
            }
            #expect(same(moment.card.state, whole), "\(place)")
            #expect(once(reader.done.prefix(moment.done) + second.done) == once(reader.done), "\(place)")
        }
    }

    /// A write that fails, and is told by 6581: the chip is what it was, and goes on.
    @Test(arguments: MakersBatch.all)
    func writesThatFail(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let plans = try makers.plans(application)
        let whole = try makers.whole(application)
        let changing = plans.blank.steps.filter(\.changesCard).map { step in
            plans.blank.steps[..<step.index].reduce(0) { $0 + $1.cost.commands }
        }
        #expect(changing.count > 80)
        for index in changing.enumerated().filter({ $0.offset % 12 == 0 }).map(\.element) + changing.suffix(1) {
            let card = try makers.blank()
            let first = TestReader(card, fault: .init(command: index, moment: .worn))
            let error = personalizationError { try makers.personalizer(first).run(plans.blank, application) }
            #expect(error?.ledgerCode == "writeFailed" && error?.fault == .chip, "\(maker), command \(index)")
            #expect(error?.chipState == (index == changing.last ? .doubtful : .halfMade))
            let second = TestReader(card)
            _ = try makers.goOn(second, plans, application)
            #expect(same(card.state, whole.state), "\(maker), command \(index)")
            #expect(once(first.done + second.done) == once(whole.done), "\(maker), command \(index)")
        }
    }

    /// The power goes in the middle of writing a byte.
    @Test(arguments: MakersBatch.all)
    func powerCuts(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let plans = try makers.plans(application)
        let card = try makers.blank()
        let fresh = card.writtenByteCount
        _ = try makers.personalizer(TestReader(card)).run(plans.blank, application)
        let total = card.writtenByteCount - fresh
        for cut in Array(stride(from: 0, to: total, by: max(1, total / 12))) + [total - 9, total - 3, total - 1] {
            let broken = try makers.blank()
            broken.cutPower(afterBytes: cut)
            let error = personalizationError {
                try makers.personalizer(TestReader(broken)).run(plans.blank, application)
            }
            #expect(error?.ledgerCode == "cardUnresponsive", "\(maker), \(cut) of \(total) bytes")
            broken.cutPower(afterBytes: nil)
            _ = try makers.goOn(TestReader(broken), plans, application)
            #expect(same(broken.state, card.state), "\(maker), \(cut) of \(total) bytes")
        }
    }

    /// Cut off again and again, at places drawn from a seed.
    @Test(arguments: MakersBatch.all)
    func againAndAgain(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let plans = try makers.plans(application)
        let whole = try makers.whole(application)
        var seed: UInt64 = 0x2545_F491_4F6C_DD1D
        func next(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % max(1, limit)
        }
        for round in 0..<3 {
            let card = try makers.blank()
            var done: [[UInt8]] = []
            var isMade = false
            for _ in 0..<40 where !isMade {
                let moment: TestReader.Fault.Moment = [.before, .after, .worn][next(3)]
                let reader = TestReader(card, fault: .init(command: 10 + next(150), moment: moment))
                isMade =
                    personalizationError { try makers.goOn(reader, plans, application) } == nil
                done += reader.done
            }
            if !isMade {
                let reader = TestReader(card)
                _ = try makers.goOn(reader, plans, application)
                done += reader.done
            }
            #expect(same(card.state, whole.state), "\(maker), round \(round)")
            #expect(once(done) == once(whole.done), "\(maker), round \(round)")
        }
    }

    /// A finished card is read, compared and left as it is.
    @Test(arguments: MakersBatch.all)
    func finishedCards(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        _ = try makers.personalizer(TestReader(card)).personalize(application)
        let state = card.state
        let reader = TestReader(card)
        let made = try makers.personalizer(reader).personalize(application, continuing: true)
        #expect(made.found == .finished && made.wasContinued)
        #expect(card.state == state)
        #expect(!reader.commands.contains { [0xD4, 0xDC, 0xD6, 0xE0].contains($0[1]) })
        // Without being told, nobody goes on.
        guard
            case .unusableCard? = personalizationError({
                try makers.personalizer(TestReader(card)).personalize(application)
            })
        else {
            Issue.record("\(maker): a finished card was taken for a blank one")
            return
        }
        // Another applicant's card is no card of this one, and stays what it is.
        let other = try makers.application("99646919970325667X")
        let error = personalizationError {
            try makers.personalizer(TestReader(card)).personalize(other, continuing: true)
        }
        #expect(error?.ledgerCode == "readBackDiffers" && error?.fault == .chip)
        #expect(card.state == state)
    }

    /// A chip that was begun for somebody else is not gone on with, as soon as it shows.
    @Test(arguments: MakersBatch.all)
    func anotherApplicantsChip(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let other = try makers.application("99646919970325667X")
        let plan = try makers.plan(other)
        let end = try #require(plan.steps.first { $0.work == .reset })
        let cut = plan.steps[..<end.index].reduce(0) { $0 + $1.cost.commands }
        let card = try makers.blank()
        _ = personalizationError {
            try makers.personalizer(TestReader(card, fault: .init(command: cut))).personalize(other)
        }
        #expect(card.lifeCycle == .beingMade)
        let reader = TestReader(card)
        let error = personalizationError {
            try makers.personalizer(reader).personalize(try makers.application(Self.person), continuing: true)
        }
        guard case .readBackDiffers(let differences, .halfMade)? = error else {
            Issue.record("\(maker): \(String(describing: error))")
            return
        }
        #expect(differences.map(\.path) == ["DDF1/EF05"])
        #expect(!reader.done.contains { [0xDC, 0xD6, 0xE0].contains($0[1]) })
        #expect(card.lifeCycle == .beingMade)
    }

    /// A chip that never writes again ends in an error each time, and is never called made.
    @Test(arguments: MakersBatch.all)
    func aChipThatDiedForGood(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        _ = personalizationError {
            try makers.personalizer(TestReader(card, fault: .init(command: 100))).personalize(application)
        }
        card.failWrites(.max)
        for _ in 0..<3 {
            let error = personalizationError {
                try makers.personalizer(TestReader(card)).personalize(application, continuing: true)
            }
            #expect(error?.ledgerCode == "writeFailed" && error?.chipState == .halfMade)
        }
        #expect(card.lifeCycle == .beingMade)
    }

    /// Without its transport key a half-made chip costs one try, and is said to be the chip's fault.
    @Test func aRefusedTransportKey() throws {
        let makers = try MakersBatch.of("")
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        _ = personalizationError {
            try makers.personalizer(TestReader(card, fault: .init(command: 100))).personalize(application)
        }
        var state = card.state
        state.transportKey?.value = String(repeating: "07", count: 16)
        let other = try VirtualHealthCard(state: state, profile: makers.batch.profile)
        let reader = TestReader(other)
        let error = personalizationError {
            try makers.personalizer(reader).personalize(application, continuing: true)
        }
        #expect(error == .transportKeyRefused(triesLeft: 5, .halfMade))
        #expect(error?.ledgerCode == "transportKeyRefused" && error?.fault == .chip)
        #expect(reader.count(of: 0x82) == 1)
    }
}
