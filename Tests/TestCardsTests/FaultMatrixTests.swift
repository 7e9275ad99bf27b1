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
        /// By which ways the check finds it: in process, over PC/SC, campaign, endurance.
        let ways: [Bool]
        var testDescription: String { "\(fault): \(check)" }
    }

    private static let text =
        (try? String(contentsOfFile: ReferenceCard.root + "/Docs/fault-matrix.md", encoding: .utf8)) ?? ""

    static let rows: [Row] = text.split(separator: "\n").compactMap { line in
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 8, cells[0].hasPrefix("`"), let fault = word(cells[0]) else { return nil }
        return Row(
            fault: fault, check: word(cells[3]) ?? "", isRefused: cells[0].contains("†"),
            ways: cells[4..<8].map { $0 == "✓" })
    }

    private static func word(_ cell: String) -> String? {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    private static let card = Result { try ReferenceCard(person: nil) }
    private static let secondSerial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 9]
    private static let second = Result { try ReferenceCard(person: nil, serial: secondSerial) }
    private static let payment = Result { try ReferenceCard(person: nil, hasPayment: true) }

    @Test("The table names every fault once, in the order of the list, with what it does and a check of the suite")
    func inStep() throws {
        #expect(Self.rows.map(\.fault) == CardFault.all.map(\.name))
        #expect(Self.rows.count >= 90)
        let suite = try ConformanceSuite(profile: Self.card.get().profile)
        var lasting = SuiteOptions()
        lasting.enduranceWrites = 1
        let checks = Set(try ConformanceSuite(profile: suite.profile, options: lasting).list.map(\.id))
        for row in Self.rows { #expect(checks.contains(row.check), "\(row.fault): no check '\(row.check)'") }
        for fault in CardFault.all {
            #expect(Self.text.contains("| \(fault.english) | \(fault.clause) |"))
        }
        #expect(Self.text.contains("\(suite.list.count) checks"))
    }

    /// As the table's maker does it: a card that the engine makes on such a chip, or where the table says that it
    /// refuses, a right card that gets the fault.
    private func faultyCard(
        _ fault: CardFault, isRefused: Bool, serial: [UInt8] = ReferenceCard.serial
    ) throws -> (VirtualHealthCard, CardImage) {
        do {
            let made = try ReferenceCard(
                person: nil, serial: serial, faults: [fault], hasPayment: fault.needs.contains(.paymentSide))
            #expect(!isRefused, "the engine hands it over")
            return (made.card, made.image)
        } catch let error as PersonalizationError {
            #expect(isRefused, "\(error)")
            let right = try Self.card.get()
            return (try right.card.copy(with: [fault]), right.image)
        }
    }

    /// A check by itself on copies of cards, and what it came to on the last; nil where it is not one of the suite's there.
    private func result(
        of check: String, on cards: [(card: VirtualHealthCard, image: CardImage)], hasImage: Bool = true,
        hasSwitch: Bool = true, enduranceWrites: Int = 0, hasBothInterfaces: Bool = false
    ) throws -> (result: CheckResult, check: CheckDescription)? {
        var options = SuiteOptions()
        options.cases = [check]
        options.enduranceWrites = enduranceWrites
        let suite: ConformanceSuite
        do {
            suite = try ConformanceSuite(profile: Self.card.get().profile, options: options)
        } catch SuiteError.unknownCheck {
            return nil
        }
        let hands = try cards.map { card, image in
            let channel = VirtualCardChannel(card: try card.copy())
            let power: any CardPower = hasSwitch ? VirtualPower(channel) : ReaderSwitch(channel)
            return CardInHand(
                channel: channel, image: hasImage ? image : nil, isSetAside: true, power: power,
                otherInterface: hasBothInterfaces
                    ? VirtualCardChannel(card: try card.copy(interface: .contactlessA)) : nil)
        }
        let result = suite.run(cards: hands).results.last { $0.check == check }
        guard let result, let description = suite.list.first else { return nil }
        return (result, description)
    }

    private static let enduranceWrites = 300

    @Test("Each fault is found by the check that the table names, which finds nothing on a right card", arguments: rows)
    func found(_ row: Row) throws {
        let fault = try #require(CardFault(name: row.fault))
        let right = try (fault.needs.contains(.paymentSide) ? Self.payment : Self.card).get()
        let both = fault.needs.contains(.secondInterface)
        let writes = row.check.hasPrefix("endurance.") ? Self.enduranceWrites : 0
        var rights = [(right.card, right.image)]
        var faulty = [try faultyCard(fault, isRefused: row.isRefused)]
        if fault.needs.contains(.secondCard) {
            let other = try Self.second.get()
            rights.append((other.card, other.image))
            faulty.append(try faultyCard(fault, isRefused: row.isRefused, serial: Self.secondSerial))
        }
        let passed = try result(of: row.check, on: rights, enduranceWrites: writes, hasBothInterfaces: both)
        #expect(passed?.result.verdict == .passed, "\(passed?.result.got.en ?? "nothing")")
        let (failed, check) = try #require(
            try result(of: row.check, on: faulty, enduranceWrites: writes, hasBothInterfaces: both))
        #expect(failed.verdict == .failed, "\(failed.got.en)")
        #expect(!failed.got.zh.isEmpty && !failed.exchanges.isEmpty, "nothing shows it")
        #expect(Contradiction.of(failed, check) == nil)

        let ways = [
            try result(of: row.check, on: faulty, hasImage: false, hasBothInterfaces: both),
            try result(of: row.check, on: faulty, hasImage: false, hasSwitch: false, hasBothInterfaces: both),
            try result(of: row.check, on: faulty, hasSwitch: false, hasBothInterfaces: both),
            try result(
                of: row.check, on: faulty, hasSwitch: false, enduranceWrites: Self.enduranceWrites,
                hasBothInterfaces: both),
        ]
        #expect(ways.map { $0?.result.verdict == .failed } == row.ways, "by another way than the table says")
    }
}

/// Where "expected" and "got" of a failure do not say the same of the step that failed.
enum Contradiction {
    /// What is wrong; nil: nothing.
    static func of(_ result: CheckResult, _ check: CheckDescription) -> String? {
        for (expected, got) in [
            (result.expectation(of: check).en, result.got.en), (result.expectation(of: check).zh, result.got.zh),
        ] {
            guard expected.contains(check.clause) else { return "no clause: \(expected)" }
            let sentence = expected.replacing(check.clause, with: "")
            let own = check.expectation.en + check.expectation.zh
            let marks: Set<Character> = [";", "；"]
            guard !sentence.contains(where: marks.contains) || own.contains(where: marks.contains) else {
                return "more than one sentence: \(expected)"
            }
            let parts = got.replacing("应为 ", with: "expected ").components(separatedBy: "expected ").dropFirst()
            let words: [String] = parts.flatMap { part in part.split { !$0.isHexDigit }.map(String.init) }
            let due = words.filter { $0.count == 4 }
            guard let step = result.step else { continue }
            guard step.expected.allSatisfy({ expected.contains($0) }) else {
                return "another step: \(expected) / \(got)"
            }
            guard Set(due).isSubset(of: step.expected) else { return "\(expected) / \(got)" }
            guard !step.expected.contains(step.answered) else { return "expected what came: \(expected)" }
        }
        return nil
    }
}
