import CardProfiles
import FaultyCards
import Foundation
import HealthCard
import Personalization
import Synchronization
import TestCards
import VirtualCard

/// What a suite finds of everything that can be wrong with a card: a run for each seeded fault, on a card that the
/// factory's engine makes on a chip that has it, and one on a right card.
struct FaultMatrix {
    struct Row: Encodable, Sendable {
        let fault: String
        let english: String
        let chinese: String
        let clause: String
        /// Checks that failed, the one first that is named for the fault, and that one alone where nothing else was looked
        /// at; empty when it does not find the fault by itself.
        let foundBy: [String]
        /// The engine noticed it too, and the card was made without it first.
        let isSeenByEngine: Bool
        /// By which way it is found: the check that finds it by itself there, the named one where that does.
        let ways: [FaultWay: String]
        /// What the run must have, beside the card.
        let needs: [String]

        private enum CodingKeys: String, CodingKey {
            case fault, english, chinese, clause, foundBy, isSeenByEngine, ways, needs
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(fault, forKey: .fault)
            try values.encode(english, forKey: .english)
            try values.encode(chinese, forKey: .chinese)
            try values.encode(clause, forKey: .clause)
            try values.encode(foundBy, forKey: .foundBy)
            try values.encode(isSeenByEngine, forKey: .isSeenByEngine)
            let named = ways.map { ($0.key.rawValue, $0.value) }
            try values.encode(Dictionary(named) { first, _ in first }, forKey: .ways)
            try values.encode(needs, forKey: .needs)
        }
    }

    let batch: Batch
    let application: Application
    let suite: ConformanceSuite
    /// Checks of times alone.
    let quick: ConformanceSuite
    let profile: CardProfile
    /// Which other checks fail in the wake of a fault is looked at too: a whole run for each.
    let isThorough: Bool

    private static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    private static let secondSerial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 9]

    /// Checks that fail on a right card: false alarms.
    func falseAlarms() throws -> [String] {
        try failures(of: [made([]), made([], Self.secondSerial)], .inProcess, hasImage: true, with: suite)
    }

    /// - Parameter progress: after each fault, from any thread.
    func rows(
        _ faults: [CardFault], workers: Int, progress: @escaping @Sendable (Row) -> Void
    ) throws -> [Row] {
        try spread(faults, workers) { matrix, fault in
            let row = try matrix.row(fault)
            progress(row)
            return row
        }
    }

    /// `work` on each of them, in their order, by so many threads.
    private func spread<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], _ workers: Int, _ work: @escaping @Sendable (FaultMatrix, Input) throws -> Output
    ) throws -> [Output] {
        let results = Mutex<[(index: Int, output: Result<Output, any Error>)]>([])
        let matrix = Shared(value: self)
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, inputs.count))) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < inputs.count else { return }
                let output = Result { try work(matrix.value, inputs[index]) }
                results.withLock { $0.append((index, output)) }
            }
        }
        return try results.withLock { $0 }.sorted { $0.index < $1.index }.map { try $0.output.get() }
    }

    /// Nothing in a matrix changes while it is worked on; a batch is a value that says so of itself nowhere.
    private struct Shared: @unchecked Sendable {
        let value: FaultMatrix
    }

    private func row(_ fault: CardFault) throws -> Row {
        var made = [try made([fault], in: fault)]
        if fault.needs.contains(.secondCard) { made.append(try self.made([fault], Self.secondSerial, in: fault)) }
        // A check of every right would take too long on a slow card; those of times do not.
        let suite = fault.isSlow ? quick : suite
        let failed = isThorough ? failures(of: try fresh(made), .inProcess, hasImage: true, with: suite) : []
        let isFound =
            try isFound(made, by: fault.foundBy, .campaign) || isFound(made, by: fault.foundBy, .inProcess)
            || isFound(made, by: fault.foundBy, .inProcess, hasImage: true)
            || isFound(made, by: fault.foundBy, .endurance)
        return Row(
            fault: fault.name, english: fault.english, chinese: fault.chinese, clause: fault.clause,
            foundBy: isFound ? [fault.foundBy] + failed.filter { $0 != fault.foundBy } : [],
            isSeenByEngine: made[0].isSeenByEngine, ways: try ways(of: made, fault, suite),
            needs: fault.needs.map(\.rawValue).sorted())
    }

    /// The named check by itself; where it does not find the fault, the first of the whole suite that does.
    private func ways(of made: [Made], _ fault: CardFault, _ suite: ConformanceSuite) throws -> [FaultWay: String] {
        var ways: [FaultWay: String] = [:]
        for way in FaultWay.allCases {
            if try isFound(made, by: fault.foundBy, way) {
                ways[way] = fault.foundBy
            } else if let before = way.includes.flatMap({ ways[$0] }) {
                ways[way] = before
            } else {
                ways[way] = try failures(of: fresh(made), way, with: chosen(way, suite)).first
            }
        }
        return ways
    }

    private func chosen(_ way: FaultWay, _ suite: ConformanceSuite) throws -> ConformanceSuite {
        guard way == .endurance else { return suite }
        var options = SuiteOptions()
        options.enduranceWrites = FaultWay.enduranceWrites
        options.only = [CheckFamily.endurance.rawValue]
        return try ConformanceSuite(profile: profile, options: options)
    }

    /// Whether a check finds it by itself, on a fresh card and not only in the wake of others.
    private func isFound(
        _ made: [Made], by check: String, _ way: FaultWay, hasImage: Bool? = nil
    ) throws -> Bool {
        guard let alone = try way.suite(of: check, profile) else { return false }
        return failures(of: try fresh(made), way, hasImage: hasImage, with: alone).contains(check)
    }

    private struct Made {
        let card: VirtualHealthCard
        let image: CardImage
        let isSeenByEngine: Bool
        /// It is in a contactless reader too.
        let hasBothInterfaces: Bool

        func fresh() throws -> Made {
            Made(
                card: try card.copy(), image: image, isSeenByEngine: isSeenByEngine,
                hasBothInterfaces: hasBothInterfaces)
        }
    }

    private func fresh(_ made: [Made]) throws -> [Made] { try made.map { try $0.fresh() } }

    /// - Parameter fault: what the card is made for; it says what the card must have.
    private func made(
        _ faults: Set<CardFault>, _ serial: [UInt8] = Self.serial, in fault: CardFault? = nil
    ) throws -> Made {
        let needs = fault?.needs ?? []
        let hasBoth = needs.contains(.secondInterface)
        let hasPayment = needs.contains(.paymentSide)
        do {
            let (card, image) = try make(faults, serial, hasPayment: hasPayment)
            return Made(card: card, image: image, isSeenByEngine: false, hasBothInterfaces: hasBoth)
        } catch let error where faults.isEmpty { throw error } catch {
            let (card, image) = try make([], serial, hasPayment: hasPayment)
            return Made(
                card: try card.copy(with: faults), image: image, isSeenByEngine: true, hasBothInterfaces: hasBoth)
        }
    }

    private func make(
        _ faults: Set<CardFault>, _ serial: [UInt8], hasPayment: Bool
    ) throws -> (VirtualHealthCard, CardImage) {
        var options = VirtualCardOptions(profile: profile)
        if hasPayment { options.otherApplications = profile.otherApplications }
        options.behaviour = CardBehaviour(faults: faults)
        let card = try VirtualHealthCard.blank(serial: serial, profile: profile, options: options)
        let personalizer = CardPersonalizer(
            channel: VirtualCardChannel(card: card), batch: batch,
            module: try SoftwareSecurityModule.testKeys(profile))
        let image = try personalizer.plan(for: application).image
        _ = try personalizer.personalize(application)
        return (card, image)
    }

    private func failures(
        of made: [Made], _ way: FaultWay, hasImage: Bool? = nil, with suite: ConformanceSuite
    ) -> [String] {
        var seen: Set<String> = []
        let cards = made.map { made in
            let channel = VirtualCardChannel(card: made.card)
            return CardInHand(
                channel: channel, image: hasImage ?? way.hasImage ? made.image : nil, isSetAside: true,
                power: way.power(of: channel),
                otherInterface: made.hasBothInterfaces
                    ? (try? made.card.copy(interface: .contactlessA)).map { VirtualCardChannel(card: $0) } : nil)
        }
        return suite.run(cards: cards).results.filter { $0.verdict == .failed }.map(\.check)
            .filter { seen.insert($0).inserted }
    }

    /// Docs/fault-matrix.md.
    static func markdown(_ rows: [Row], checks: Int) -> String {
        let found = rows.filter { !$0.foundBy.isEmpty }.count
        let ways = FaultWay.allCases.map { way in "\(way.title) \(rows.count { $0.ways[way] != nil })" }
        var lines = [
            "# Faults and the checks that find them", "",
            "Every fault the virtual card can be given (virtual-card.md, Faults), and what of the conformance suite's "
                + "\(checks) checks finds it on a card that the factory's engine made on such a chip. The check named "
                + "finds it by itself, on a fresh card. \(found) of \(rows.count) are found. A † says that the engine itself "
                + "refuses to hand over such a card, a ‡ that it takes a second card in the same run, a § that the card is in a contact "
                + "and a contactless reader, a ¶ that it is a card with a payment side.", "",
            "By which way: *in process*, a card never met before whose power can be cut inside a command; *over PC/SC*, the same "
                + "in a reader, where power goes between commands only; *campaign*, in a reader, and what the card is to hold is "
                + "known; *endurance*, as a campaign with `--endurance \(FaultWay.enduranceWrites)`. ✓: found by the check named; the "
                + "name of another check: by that one; –: not found. Of \(rows.count) faults: \(ways.joined(separator: ", ")). What is found "
                + "over PC/SC and what needs more is looked at in process, on links and power switches like a reader's.",
            "",
            "Generated by `healthcard testcards faults --batch Samples/sample-batch --markdown > Docs/fault-matrix.md`; "
                + "a test puts each fault to the check named here, by each way.", "",
            "| fault | what the card does | clause | found by | in process | PC/SC | campaign | endurance |",
            "|---|---|---|---|:-:|:-:|:-:|:-:|",
        ]
        for row in rows {
            let marks = [
                row.isSeenByEngine ? "†" : nil, row.needs.contains("secondCard") ? "‡" : nil,
                row.needs.contains("secondInterface") ? "§" : nil, row.needs.contains("paymentSide") ? "¶" : nil,
            ]
            let mark = marks.compactMap { $0 }.map { " " + $0 }.joined()
            let check = row.foundBy.first.map { "`\($0)`" } ?? "**nothing**"
            let cells = FaultWay.allCases.map { way in
                row.ways[way].map { $0 == row.foundBy.first ? "✓" : "`\($0)`" } ?? "–"
            }
            lines.append(
                "| `\(row.fault)`\(mark) | \(row.english) | \(row.clause) | \(check) | \(cells.joined(separator: " | ")) |"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A way a card is put to the suite.
enum FaultWay: String, CaseIterable, Sendable {
    case inProcess, overPCSC, campaign, endurance

    static let enduranceWrites = 300

    var title: String {
        switch self {
        case .inProcess: "in process"
        case .overPCSC: "over PC/SC"
        case .campaign: "campaign"
        case .endurance: "endurance"
        }
    }

    /// The way that this one only adds to.
    var includes: FaultWay? {
        switch self {
        case .inProcess, .overPCSC: nil
        case .campaign: .overPCSC
        case .endurance: .campaign
        }
    }

    /// It is known what the card is to hold.
    var hasImage: Bool { self == .campaign || self == .endurance }

    /// A check by itself; nil where this way does not have it.
    func suite(of check: String, _ profile: CardProfile) throws -> ConformanceSuite? {
        var options = SuiteOptions()
        options.enduranceWrites = self == .endurance ? Self.enduranceWrites : 0
        options.only = [check]
        do { return try ConformanceSuite(profile: profile, options: options) } catch SuiteError.unknownCheck {
            return nil
        }
    }

    func power(of channel: VirtualCardChannel) -> any CardPower {
        self == .inProcess ? VirtualPower(channel: channel) : PowerBetweenCommands(channel)
    }
}

/// The power of a virtual card as a reader has it: it goes between commands, and nothing is counted.
final class PowerBetweenCommands: CardPower {
    private let channel: VirtualCardChannel

    init(_ channel: VirtualCardChannel) { self.channel = channel }

    var writtenByteCount: Int? { nil }
    func cut(afterWrittenBytes count: Int?) {}
    func remove() { channel.remove() }
    func restore() { channel.insert() }
}
