import Foundation
import Ledger
import Testing

@testable import Production

@Suite struct LineStressTests {
    /// The same numbers for the same seed, wherever it runs (SplitMix64).
    struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(sides))
        }
    }

    /// Everything that can happen to a card, to one in four.
    private func card(_ number: Int, _ seed: UInt64, mayDie: Bool = true) -> PaperCard {
        var dice = Dice(state: seed &+ UInt64(number) &* 977)
        guard dice.roll(4) == 0 else { return PaperCard(number) }
        let command = dice.roll(PaperCard.commandsOfCard)
        var kind = dice.roll(9)
        if kind == 6, !mayDie { kind = 5 }
        let faults: [Int: PaperCard.Fault] =
            switch kind {
            case 0: [command: .removed(back: dice.roll(3))]
            case 1: [command: .answerLost(back: dice.roll(3))]
            case 2: [command: .removed(back: nil)]
            case 3: [command: .answerLost(back: nil)]
            case 4: [command: .timeout]
            case 5: [4: .writeFails]
            // One that dies when it may be whole is never settled: there is a test of its own for that.
            case 6: [min(command, PaperCard.commandsOfCard - 2): .dies]
            default: [:]
            }
        let card = PaperCard(number, faults: faults)
        if kind == 7 { card.make(owner: [UInt8(truncatingIfNeeded: number)], written: 3, active: false) }
        if kind == 8 { card.make(owner: [UInt8(truncatingIfNeeded: number)], active: true) }
        return card
    }

    /// 200 cards on 8 lanes with one in four in trouble, a ledger that goes away, two orders nobody can make and one
    /// every chip fails with: every applicant has one card or the true reason, and the books balance.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func twoHundredCardsOnEightLanes(seed: UInt64) throws {
        let factory = Factory(orders: 200)
        factory.settings.failuresInRow = 50
        factory.settings.lanesWithSameError = 50
        factory.settings.returnWait = .milliseconds(20)
        factory.settings.readerWait = .milliseconds(50)
        factory.box { [self] in card($0, seed) }
        factory.prepare = { maker, _ in
            maker.badOrders = [17, 120]
            maker.poison = [60]
        }
        // Whoever took a card away brings it when it is asked for.
        factory.whenAsked { chips in factory.fed.first { chips.contains($0.chip) } }
        factory.ledger.fail { _, index in
            var dice = Dice(state: seed &* 31 &+ UInt64(index))
            // The calls before the line has begun may not fail: it would not begin.
            guard index > 2, dice.roll(12) == 0 else { return nil }
            return dice.roll(2) == 0 ? .before(.unavailable("no server")) : .after(.unavailable("no answer"))
        }
        let report = try factory.run(lanes: 8)
        factory.ledger.fail { _, _ in nil }
        factory.audit(report)
        #expect(report.end == .finished, "\(report.reason)")
        #expect((report.counts?.made, report.counts?.rejected, report.counts?.inWork) == (197, 3, 0))
        #expect(factory.ledger.reasons.mapValues(\.code) == [17: "batch", 60: "chipsFailed", 120: "batch"])
        #expect(factory.tray(.made).count == 197)
        #expect(factory.count(of: .made) == 197)
        // Every chip that was fed is in a tray, or was taken away and is in the books as rejected.
        let trays = Tray.allCases.flatMap { factory.tray($0) }
        let accounted = Set(trays.map(\.chip))
        for card in factory.fed where !accounted.contains(card.chip) {
            let standing = try factory.ledger.standing(of: card.chip)
            let isBlank = card.owner == nil && standing == .unknown
            let isRejected = if case .rejected = standing { true } else { false }
            #expect(isBlank || isRejected, "chip \(card.chip) is unaccounted for: \(standing)")
        }
        #expect(Set(factory.tray(.made).map(\.owner)).count == 197)
        let rejected = factory.ledger.log.filter {
            $0.hasPrefix("reject") || $0.contains(" rejected ") || $0.contains(" spoiled ")
        }.count
        #expect(report.counts?.rejectedChips == rejected)
    }

    /// Runs that are broken off at once again and again come to the same end. No chip dies here: of one that died after
    /// its run was broken off nobody can say whether it was whole, so it waits for a decision for ever.
    @Test(arguments: [5, 6] as [UInt64])
    func brokenOffAgainAndAgain(seed: UInt64) throws {
        let factory = Factory(orders: 60)
        factory.settings.failuresInRow = 50
        factory.settings.lanesWithSameError = 50
        factory.settings.returnWait = .milliseconds(10)
        factory.settings.readerWait = .milliseconds(20)
        factory.box { [self] in card($0, seed, mayDie: false) }
        factory.whenAsked { chips in factory.fed.first { chips.contains($0.chip) } }
        var dice = Dice(state: seed)
        var runs = 0
        while true {
            runs += 1
            let line = factory.line(lanes: 4)
            let first = factory.events.count
            let last = first + 20 + dice.roll(120)
            factory.onEvent { _, number in if number == last { line.stopNow() } }
            let report = try line.run()
            factory.audit(report)
            guard report.counts?.isFinished != true, runs < 60 else {
                #expect(report.end == .finished)
                #expect(report.counts?.made == 60)
                break
            }
        }
        #expect(runs > 3)
    }
}
