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
        /// Checks that failed, the one first that is named for the fault; empty when that one does not find it by itself.
        let foundBy: [String]
        /// The engine noticed it too, and the card was made without it first.
        let isSeenByEngine: Bool
        /// What the run must have, beside the card.
        let needs: [String]
    }

    let batch: Batch
    let application: Application
    let suite: ConformanceSuite
    /// Checks of times alone.
    let quick: ConformanceSuite
    let profile: CardProfile

    private static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    private static let secondSerial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 9]
    /// Writes to one place where a fault shows only after many.
    private static let enduranceWrites = 24

    /// Checks that fail on a right card: false alarms.
    func falseAlarms() throws -> [String] { try failures(of: [made([]), made([], Self.secondSerial)], with: suite) }

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
        let made = try made([fault])
        // A check of every right would take too long on a slow card; those of times do not.
        let failed = failures(of: [made], with: fault.isSlow ? quick : suite)
        let isFound = try isFound(fault, made)
        return Row(
            fault: fault.name, english: fault.english, chinese: fault.chinese, clause: fault.clause,
            foundBy: isFound ? [fault.foundBy] + failed.filter { $0 != fault.foundBy } : [],
            isSeenByEngine: made.isSeenByEngine, needs: fault.needs.map(\.rawValue).sorted())
    }

    /// Whether a check finds it by itself, on a fresh card and not only in the wake of others.
    private func isFound(_ fault: CardFault, _ made: Made) throws -> Bool {
        var options = SuiteOptions()
        options.only = [fault.foundBy]
        if fault.needs.contains(.endurance) { options.enduranceWrites = Self.enduranceWrites }
        let alone = try ConformanceSuite(profile: profile, options: options)
        var cards = [Made(card: try made.card.copy(), image: made.image, isSeenByEngine: made.isSeenByEngine)]
        if fault.needs.contains(.secondCard) { cards.append(try self.made([fault], Self.secondSerial)) }
        return failures(of: cards, with: alone).contains(fault.foundBy)
    }

    private struct Made {
        let card: VirtualHealthCard
        let image: CardImage
        let isSeenByEngine: Bool
    }

    private func made(_ faults: Set<CardFault>, _ serial: [UInt8] = Self.serial) throws -> Made {
        do {
            let (card, image) = try make(faults, serial)
            return Made(card: card, image: image, isSeenByEngine: false)
        } catch let error where faults.isEmpty { throw error } catch {
            let (card, image) = try make([], serial)
            return Made(card: try card.copy(with: faults), image: image, isSeenByEngine: true)
        }
    }

    private func make(_ faults: Set<CardFault>, _ serial: [UInt8]) throws -> (VirtualHealthCard, CardImage) {
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: faults)
        let card = try VirtualHealthCard.blank(serial: serial, profile: profile, options: options)
        let personalizer = CardPersonalizer(
            channel: VirtualCardChannel(card: card), batch: batch,
            module: try SoftwareSecurityModule.testKeys(profile))
        let image = try personalizer.plan(for: application).image
        _ = try personalizer.personalize(application)
        return (card, image)
    }

    private func failures(of made: [Made], with suite: ConformanceSuite) -> [String] {
        var seen: Set<String> = []
        return results(of: made, with: suite).filter { $0.verdict == .failed }.map(\.check)
            .filter { seen.insert($0).inserted }
    }

    private func results(of made: [Made], with suite: ConformanceSuite) -> [CheckResult] {
        let cards = made.map { made in
            let channel = VirtualCardChannel(card: made.card)
            return CardInHand(
                channel: channel, image: made.image, isSetAside: true, power: VirtualPower(channel: channel))
        }
        return suite.run(cards: cards).results
    }

    /// Docs/fault-matrix.md.
    static func markdown(_ rows: [Row], checks: Int) -> String {
        let found = rows.filter { !$0.foundBy.isEmpty }.count
        var lines = [
            "# Faults and the checks that find them", "",
            "Every fault the virtual card can be given (virtual-card.md, Faults), and what of the conformance suite's "
                + "\(checks) checks finds it on a card that the factory's engine made on such a chip. The check named "
                + "finds it by itself, on a fresh card; \"and n\" counts the others, many of which fail in its wake. \(found) of \(rows.count) "
                + "are found. A † says that the engine itself refuses to hand over such a card.", "",
            "Each is found in process and over PC/SC. Some need more than a card and a reader: *campaign* is what the card "
                + "is to hold, *endurance* many writes to one place (`--endurance`), *second card* another card in the same "
                + "run.", "",
            "Generated by `healthcard testcards faults --batch Samples/sample-batch --markdown > Docs/fault-matrix.md`; "
                + "a test puts each fault to the check named here.", "",
            "| fault | what the card does | clause | found by | and | needs |", "|---|---|---|---|---:|---|",
        ]
        for row in rows {
            let mark = row.isSeenByEngine ? " †" : ""
            let check = row.foundBy.first.map { "`\($0)`" } ?? "**nothing**"
            let others = max(0, row.foundBy.count - 1)
            let needs = row.needs.map { $0 == "secondCard" ? "second card" : $0 }.joined(separator: ", ")
            lines.append(
                "| `\(row.fault)`\(mark) | \(row.english) | \(row.clause) | \(check) | \(others) | \(needs) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
