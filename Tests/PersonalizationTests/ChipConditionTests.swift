import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@testable import Personalization

/// A chip is told apart before anything is written, and no key is tried for it.
@Suite struct ChipConditionTests {
    private static let person = "990059199606299731"

    private func condition(_ makers: MakersBatch, _ card: VirtualHealthCard) throws -> ChipCondition {
        let before = card.state
        let reader = TestReader(card)
        let found = try makers.personalizer(reader).recognize()
        #expect(card.state == before, "looking changes nothing")
        #expect(reader.commands.count <= 6)
        return found
    }

    @Test(arguments: MakersBatch.all)
    func everyStage(maker: String) throws {
        let makers = try MakersBatch.of(maker)
        let application = try makers.application(Self.person)
        let card = try makers.blank()
        #expect(try condition(makers, card) == .blank)
        let half = try makers.blank()
        _ = personalizationError {
            try makers.personalizer(TestReader(half, fault: .init(command: 60))).personalize(application)
        }
        #expect(try condition(makers, half) == .halfMade)
        _ = try makers.personalizer(TestReader(card)).personalize(application)
        #expect(try condition(makers, card) == .finished)
        // Half-made chips are refused by whoever does not say that they are to go on.
        guard
            case .unusableCard(let reason)? = personalizationError({
                try makers.personalizer(TestReader(half)).personalize(application)
            })
        else {
            Issue.record("\(maker): a half-made chip was taken for a blank one")
            return
        }
        // A file that is whole does not tell whether the rest is.
        #expect(reason == (maker.isEmpty ? .beingMade : .notBlank))
    }

    /// A chip of another maker, a blocked card, one without a serial, one that answers nonsense.
    @Test func foreignCards() throws {
        let makers = try MakersBatch.of("")
        let strange = TestReader(
            try makers.blank(), fault: .init(command: 0, moment: .answers(.functionNotSupported)))
        #expect(try makers.personalizer(strange).recognize() == .foreign(.blocked))
        let mute = TestReader(try makers.blank(), fault: .init(command: 0, moment: .answers(.fileNotFound)))
        #expect(try makers.personalizer(mute).recognize() == .foreign(.unknown(.fileNotFound)))
        // Life cycle expected, none shown.
        let plain = try MakersBatch.of("plain-cos")
        #expect(try condition(makers, plain.blank()) == .foreign(.unknown(nil)))
        // Files expected, none there.
        let huahong = try MakersBatch.of("huahong")
        #expect(try condition(huahong, plain.blank()) == .foreign(.unknown(.fileNotFound)))
        let gone = TestReader(try makers.blank(), fault: .init(command: 0))
        #expect(throws: PersonalizationError.self) { try makers.personalizer(gone).recognize() }
        #expect(
            personalizationError {
                try huahong.personalizer(TestReader(try plain.blank())).personalize(
                    try huahong.application(Self.person), continuing: true)
            } == .unusableCard(.unknown(.fileNotFound)))
    }

    @Test func codesAndFaults() {
        let position = PlanPosition(index: 3, phase: .open, title: "GET CHALLENGE")
        func channel(_ code: ChannelError.Code) -> PersonalizationError {
            .interrupted(position, .channel(ChannelError(code, "gone"), nil), .halfMade)
        }
        let cases: [(PersonalizationError, String, PersonalizationFault)] = [
            (.noRelease, "noRelease", .station), (.wrongKeys(expected: 1, found: 2), "wrongKeys", .station),
            (.profile(.noAlgorithm), "profile", .station), (.batch(BatchError([])), "batch", .applicant),
            (.unusableCard(.activated), "notBlank", .chip), (.unusableCard(.blocked), "cardBlocked", .chip),
            (.unusableCard(.noSerial), "noSerial", .chip), (.unusableCard(.unknown(nil)), "unknownCard", .chip),
            (.transportKeyRefused(triesLeft: 1, .untouched), "transportKeyRefused", .chip),
            (.refused(position, .memoryFailure, .halfMade), "writeFailed", .chip),
            (.refused(position, .wrongData, .halfMade), "refused", .chip),
            (.readBackDiffers([], .halfMade), "readBackDiffers", .chip),
            (.securityModule(.keyNotHeld("TK"), .untouched), "securityModule", .station),
            (channel(.cardRemoved), "cardRemoved", .reader), (channel(.cardUnresponsive), "cardUnresponsive", .reader),
            (channel(.readerUnavailable), "readerUnavailable", .reader), (channel(.timeout), "timeout", .reader),
            (channel(.serviceUnavailable), "serviceUnavailable", .reader),
        ]
        for (error, code, fault) in cases {
            #expect(error.ledgerCode == code)
            #expect(error.fault == fault, "\(code)")
        }
    }
}
