import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@testable import Personalization

/// What is known of a chip goes by what was sent to it, and by nothing that was answered.
@Suite struct DoubtTests {
    private static let person = "990059199606299731"

    /// The first command of each maker's way after which a chip may be a card in use; by the plan alone.
    @Test(arguments: MakersBatch.all)
    func whereAChipMayBeACard(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let plan = try makers.plan(application)
        let first = try #require(plan.steps.indices.contains(plan.firstLiveStep) ? plan.steps[plan.firstLiveStep] : nil)
        #expect(first.phase == .activate && first.changesCard)
        #expect(plan.steps[..<first.index].allSatisfy { !plan.isLive($0) })
        // No card is one in use before that command.
        let cut = plan.steps[..<first.index].reduce(0) { $0 + $1.cost.commands }
        for moment in [TestReader.Fault.Moment.before, .after] {
            let card = try makers.blank()
            let reader = TestReader(card, fault: .init(command: cut, moment: moment))
            let personalizer = makers.personalizer(reader)
            let error = personalizationError { try personalizer.personalize(application) }
            #expect(error?.chipState == .doubtful && personalizer.chipState == .doubtful, "\(maker)")
            let earlier = try makers.blank()
            let before = makers.personalizer(TestReader(earlier, fault: .init(command: cut - 1, moment: moment)))
            let other = personalizationError { try before.personalize(application) }
            #expect(other?.chipState == .halfMade && before.chipState == .halfMade, "\(maker)")
            #expect(earlier.lifeCycle == .beingMade, "\(maker)")
        }
    }

    /// A plan without an end makes a card in use as soon as there are keys.
    @Test func aPlanWithoutAnEnd() throws {
        let makers = try MakersBatch.of("")
        let plan = try makers.plan(try makers.application(Self.person))
        let without = plan.steps.filter { $0.phase != .activate && $0.phase != .finish }
        let first = PersonalizationPlan.firstLiveStep(of: without)
        #expect(plan.steps[first].purpose == .writeKey)
        #expect(without[..<first].allSatisfy { $0.purpose != .writeKey })
        let plain = without.filter { $0.purpose != .writeKey }
        #expect(plan.steps[PersonalizationPlan.firstLiveStep(of: plain)].purpose == .createDirectory)
        #expect(
            PersonalizationPlan.firstLiveStep(of: plain.filter { !$0.changesCard }) == plain.count { !$0.changesCard })
    }

    /// Whatever is answered to ACTIVATE, it is sent once and only 9000 makes a card.
    @Test(
        arguments: [0x6581, 0x6982, 0x6985, 0x6A82, 0x6A84, 0x6F00, 0x6300, 0x63C0, 0x9001, 0x6100, 0x6110, 0x6C10]
            as [UInt16])
    func everyAnswerButOne(word: UInt16) throws {
        for maker in MakersBatch.all {
            let makers = try MakersBatch.of(maker)
            let application = try makers.application(Self.person)
            let plan = try makers.plan(application)
            let end = plan.steps[plan.firstLiveStep]
            let cut = plan.steps[..<end.index].reduce(0) { $0 + $1.cost.commands }
            let reader = TestReader(
                try makers.blank(), fault: .init(command: cut, moment: .answers(StatusWord(rawValue: word))))
            let personalizer = makers.personalizer(reader)
            guard
                case .refused(let position, let status, .doubtful)? = personalizationError({
                    try personalizer.personalize(application)
                })
            else {
                Issue.record("\(maker): \(word) was taken for success")
                continue
            }
            #expect((position.index, status.rawValue) == (end.index, word))
            #expect(reader.commands.count == cut + 1, "\(maker): nothing is sent twice")
        }
    }

    /// A look never makes it better, and a look at a finished card makes it doubtful.
    @Test func aLookProvesNothing() throws {
        let makers = try MakersBatch.of("")
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        _ = try makers.personalizer(TestReader(card)).personalize(application)
        let other = makers.personalizer(TestReader(card))
        _ = personalizationError {
            try other.personalize(try makers.application("99646919970325667X"), continuing: true)
        }
        #expect(other.chipState == .doubtful)
        // The chip of an attempt is never untouched, though it looks blank and nothing was sent to it here.
        let blank = makers.personalizer(TestReader(try makers.blank(), fault: .init(command: 1)))
        _ = personalizationError { try blank.personalize(application, continuing: true) }
        #expect(blank.chipState == .halfMade)
        let gone = makers.personalizer(TestReader(try makers.blank(), fault: .init(command: 0)))
        let error = personalizationError { try gone.personalize(application, continuing: true) }
        #expect(error?.chipState == .halfMade)
    }

    /// Errors that say nothing of the chip do not hide what was sent to it.
    @Test func errorsThatSayNothingOfTheChip() throws {
        let makers = try MakersBatch.of("")
        let application = try makers.application(Self.person)
        let reader = TestReader(try makers.blank())
        reader.beforeCommand = { reader in
            if reader.commands.count == 60 { throw ChannelError(.cancelled, "stopped") }
        }
        let personalizer = makers.personalizer(reader)
        let error = personalizationError { try personalizer.personalize(application) }
        #expect(error != nil && personalizer.chipState == .halfMade)
        #expect(ChipState.allCases.sorted() == [.untouched, .halfMade, .doubtful])
        let failure = PersonalizationError.profile(.noAlgorithm).chipState
        #expect(failure == .untouched)
    }

    /// The chip that the gate let through gets the card, not the one the reader names next.
    @Test func aReaderThatChangesItsMind() throws {
        let makers = try MakersBatch.of("")
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        let reader = FickleReader(card)
        let personalizer = CardPersonalizer(channel: reader, batch: makers.batch, module: makers.module)
        _ = personalizationError { try personalizer.personalize(application) }
        // Its transport key was derived from the number the gate was asked about.
        #expect(card.lifeCycle == .beingMade && personalizer.chipState == .halfMade)
    }
}

/// Names another chip each time it is asked.
private final class FickleReader: CardChannel {
    private let card: VirtualHealthCard
    private var asked = 0
    let transmissionProtocol = TransmissionProtocol.t1

    init(_ card: VirtualHealthCard) {
        self.card = card
        card.powerOn()
    }

    var answerToReset: [UInt8] {
        asked += 1
        var answer = card.answerToReset
        if asked > 1 { answer[6] ^= UInt8(truncatingIfNeeded: asked) }
        return answer
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard let answer = card.process(command) else { throw ChannelError(.cardUnresponsive, "mute") }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        card.powerOff()
        card.powerOn()
        return card.answerToReset
    }
}
