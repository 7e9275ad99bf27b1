import FaultyCards
import Foundation
import Personalization
import TestCards
import Testing
import VirtualCard

/// The suite can tell: each seeded fault is found by the check that Docs/fault-matrix.md names.
@Suite struct FaultMatrixTests {
    /// A line of the table.
    struct Row: Sendable, CustomTestStringConvertible {
        let fault: String
        let check: String
        /// The engine refuses to hand such a card over.
        let isRefused: Bool
        var testDescription: String { "\(fault): \(check)" }
    }

    private static let text =
        (try? String(contentsOfFile: ReferenceCard.root + "/Docs/fault-matrix.md", encoding: .utf8)) ?? ""

    static let rows: [Row] = text.split(separator: "\n").compactMap { line in
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 5, cells[0].hasPrefix("`"), let fault = word(cells[0]) else { return nil }
        return Row(fault: fault, check: word(cells[3]) ?? "", isRefused: cells[0].hasSuffix("†"))
    }

    private static func word(_ cell: String) -> String? {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    private static let card = Result { try ReferenceCard(person: nil) }

    @Test("The table names every fault once, in the order of the list, with what it does and a check of the suite")
    func inStep() throws {
        #expect(Self.rows.map(\.fault) == CardFault.all.map(\.name))
        #expect(Self.rows.count >= 90)
        let suite = try ConformanceSuite(profile: Self.card.get().profile)
        let checks = Set(suite.list.map(\.id))
        for row in Self.rows { #expect(checks.contains(row.check), "\(row.fault): no check '\(row.check)'") }
        for fault in CardFault.all {
            #expect(Self.text.contains("| \(fault.english) | \(fault.clause) |"))
        }
        #expect(Self.text.contains("\(checks.count) checks"))
    }

    /// As the table's maker does it: a card that the engine makes on such a chip, or where the table says that it
    /// refuses, a right card that gets the fault.
    private func faultyCard(_ fault: CardFault, isRefused: Bool) throws -> (VirtualHealthCard, CardImage) {
        do {
            let made = try ReferenceCard(person: nil, faults: [fault])
            #expect(!isRefused, "the engine hands it over")
            return (made.card, made.image)
        } catch let error as PersonalizationError {
            #expect(isRefused, "\(error)")
            let right = try Self.card.get()
            return (try right.card.copy(with: [fault]), right.image)
        }
    }

    @Test("Each fault is found by the check that the table names, which finds nothing on a right card", arguments: rows)
    func found(_ row: Row) throws {
        let fault = try #require(CardFault(name: row.fault))
        let right = try Self.card.get()
        var options = SuiteOptions()
        options.only = [row.check]
        let suite = try ConformanceSuite(profile: right.profile, options: options)
        let faulty = try faultyCard(fault, isRefused: row.isRefused)
        for ((card, image), verdict) in [
            ((try right.card.copy(), right.image), CheckVerdict.passed), (faulty, .failed),
        ] {
            let channel = VirtualCardChannel(card: card)
            let hand = CardInHand(channel: channel, image: image, isSetAside: true, power: VirtualPower(channel))
            let result = suite.run(cards: [hand]).results.first { $0.check == row.check }
            #expect(result?.verdict == verdict, "\(result?.got.en ?? "nothing")")
            if verdict == .failed {
                #expect(result?.got.zh.isEmpty == false && result?.exchanges.isEmpty == false, "nothing shows it")
            }
        }
    }
}
