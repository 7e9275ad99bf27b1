import Foundation
import ISO7816
import Ledger
import Testing
import VirtualCard

@testable import Production

/// Between the line and a chip lies a device that says what it likes. Whatever it says, wherever it says it: nobody gets
/// two live cards, no release gets a count back for a chip that was written, and the books balance.
///
/// By default every command is lied about once or twice, the end of a card in every way.
/// `HEALTHCARD_EVERY_ANSWER=1` lies about each command of the reference dialect in every way.
@Suite struct LyingReaderTests {
    private static let isWhole = ProcessInfo.processInfo.environment["HEALTHCARD_EVERY_ANSWER"] == "1"

    /// Everything an answer can be but the right one.
    static let words: [Lie.Word] =
        ([
            0x6581, 0x6982, 0x6985, 0x6A82, 0x6A84, 0x6A81, 0x6A88, 0x6F00, 0x6300, 0x63C0, 0x63C2, 0x9001, 0x90FF,
            0x9100, 0x6100, 0x6110, 0x6C00, 0x6C10, 0x6200, 0x6283, 0x6700, 0x6D00, 0x0000,
        ] as [UInt16]).map { .status($0) }
        + [.bytes([]), .bytes([0x90]), .bytes([0x90, 0x00, 0x65, 0x81])]
        + [.failure(.timeout), .failure(.readerUnavailable), .failure(.cardRemoved), .failure(.cardUnresponsive)]

    /// A line for some lies, each with people enough that no chip is left over.
    private func tell(_ lies: [Lie], _ maker: String) throws {
        // In pieces: a ledger is looked through as a whole for each.
        for start in stride(from: 0, to: lies.count, by: 120) {
            let piece = Array(lies[start..<min(start + 120, lies.count)])
            let factory = try LyingFactory(maker, orders: piece.count, limit: piece.count * 2)
            let reports = try factory.run(piece)
            #expect(factory.fed.count == piece.count)
            try factory.audit(piece.count, reports)
        }
    }

    /// The reference dialect: about each command of a card.
    @Test func everyCommandOfACard() throws {
        let factory = try LyingFactory("", orders: 1, limit: 1)
        #expect((factory.commands, factory.end) == (230, 229))
        var lies: [Lie] = []
        for command in 0..<factory.commands {
            // Words go round, so that neighbours are lied about otherwise.
            let words = Self.isWhole ? Self.words : [Self.words[command * 7 % Self.words.count]]
            for word in words {
                lies += [true, false].map { Lie(command: command, word: word, passesOn: $0) }
            }
            // Success that never was: the chip did not see the command.
            lies.append(Lie(command: command, word: .status(0x9000), passesOn: false))
        }
        #expect(lies.count == (Self.isWhole ? 14_030 : 690))
        try tell(lies, "")
    }

    /// Every dialect: the commands about its end in every way, the others here and there.
    @Test(arguments: LyingFactory.makers)
    func theEndOfACard(maker: String) throws {
        let factory = try LyingFactory(maker, orders: 1, limit: 1)
        #expect(factory.end > 100 && factory.end < factory.commands)
        var lies: [Lie] = []
        for word in Self.words {
            lies += [true, false].map { Lie(command: factory.end, word: word, passesOn: $0) }
        }
        for command in stride(from: 3, to: factory.commands, by: 23) {
            lies.append(Lie(command: command, word: Self.words[command % Self.words.count]))
        }
        for command in factory.end + 1..<max(factory.end + 1, factory.commands) {
            lies.append(Lie(command: command, word: .status(0x6581)))
        }
        #expect(lies.count >= 70)
        try tell(lies, maker)
    }

    /// It goes on lying when the chip is looked at: nothing it says then is a proof of anything.
    @Test(arguments: Lie.Look.allCases)
    func theLookIsALieToo(look: Lie.Look) throws {
        let factory = try LyingFactory("", orders: 1, limit: 1)
        var lies: [Lie] = []
        for word in [Lie.Word.status(0x6581), .status(0x6100), .status(0x9001), .failure(.timeout)] {
            for command in [3, 4, 40, 120, factory.end - 1, factory.end] {
                lies += [true, false].map { Lie(command: command, word: word, passesOn: $0, look: look) }
            }
        }
        #expect(lies.count == 48)
        try tell(lies, "")
    }

    /// The case of the review: one 9000 was told as 6581, and a limit of one card gave two.
    @Test(arguments: LyingFactory.makers)
    func oneCardUnderALimitOfOne(maker: String) throws {
        for look in [Lie.Look.honest, .refusing, .blank] {
            let factory = try LyingFactory(maker, orders: 2, limit: 1)
            let lie = Lie(command: factory.end, word: .status(0x6581), look: look)
            let reports = try factory.run([lie], honest: 3)
            try factory.audit(2, reports)
            #expect(factory.fed.count { $0.card.lifeCycle == .activated } <= 1)
            #expect(try factory.used() == 1)
            #expect(reports.last?.end == .notAllowed)
            #expect(reports.last?.reason.code == "releaseUsedUp")
        }
    }

    /// What stayed open is settled by the chip itself, in a reader that tells the truth.
    @Test(arguments: LyingFactory.makers, [true, false])
    func theChipSettlesIt(maker: String, passesOn: Bool) throws {
        let factory = try LyingFactory(maker, orders: 1, limit: 2)
        let lie = Lie(command: factory.end, word: .status(0x6985), passesOn: passesOn, look: .refusing)
        let first = try factory.run([lie], honest: 1)
        let chip = try #require(factory.chips(of: 1).first)
        let serial = Hex.encode(chip.card.serial)
        let open = first.first?.open
        #expect(open?.map(\.chip) == [serial])
        #expect(open?.first?.advice.description.contains("put it in again") == true)
        #expect(open?.first?.advice.description.contains("ledger void") == true)
        #expect(factory.chips(of: 1).count == 1, "nobody makes that applicant a second card")
        #expect(try factory.used() == 1)
        let second = try factory.runAgain(serial)
        #expect((second.end, second.made) == (.finished, 1))
        #expect(chip.card.lifeCycle == .activated)
        #expect(try factory.used() == 1)
        try factory.audit(1, first + [second])
    }

    /// Where it cannot be settled somebody says that the card is void: then another is begun, and both count.
    @Test func theOperatorSettlesIt() throws {
        let factory = try LyingFactory("", orders: 1, limit: 2)
        let lie = Lie(command: factory.end, word: .status(0x6581), look: .refusing)
        _ = try factory.run([lie])
        let serial = Hex.encode(try #require(factory.chips(of: 1).first).card.serial)
        try factory.ledger.void(chip: serial, reason: LedgerReason(code: "void", text: "its reader lies"))
        #expect(try factory.used() == 1, "a card that is void counts until it is destroyed")
        let reports = try factory.run([], honest: 1)
        #expect((reports.last?.end, reports.last?.made) == (.finished, 1))
        #expect(try factory.used() == 2)
    }

    /// A chip that an earlier run began may be a card in use, whatever a reader says of it now.
    @Test(arguments: Lie.Look.allCases.filter { $0 != .honest })
    func anEarlierRunsChip(look: Lie.Look) throws {
        let factory = try LyingFactory("", orders: 1, limit: 3)
        _ = try factory.run([Lie(command: factory.end, word: .status(0x6581), look: .refusing)])
        let chip = try #require(factory.chips(of: 1).first)
        #expect(chip.card.lifeCycle == .activated)
        let again = LyingChannel(
            chip.card, Lie(command: -1, word: .bytes([]), look: look), profile: factory.profile, ends: [])
        let report = try factory.runHolding(again, honest: 2)
        #expect(factory.chips(of: 1).count == 1, "nobody makes that applicant a second card")
        #expect(report.open?.count == (look == .finished ? 0 : 1))
        #expect(try factory.used() == 1)
        #expect(report.isBalanced)
    }
}
