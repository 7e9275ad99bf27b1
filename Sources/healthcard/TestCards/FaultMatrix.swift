import CardProfiles
import Foundation
import HealthCard
import Personalization
import Synchronization
import TestCards
import VirtualCard

/// What a suite finds of everything that can be wrong with a card: a run for each seeded fault, on a card that the
/// factory's engine makes on a chip that has it, and one on a right card.
struct FaultMatrix {
    struct Row: Encodable {
        let fault: String
        let english: String
        let chinese: String
        let clause: String
        /// Checks that failed, those first that fewest other faults set off.
        var foundBy: [String]
        /// The engine noticed it too, and the card was made without it first.
        let isSeenByEngine: Bool
    }

    let batch: Batch
    let application: Application
    let suite: ConformanceSuite
    /// Checks of times alone.
    let quick: ConformanceSuite
    let profile: CardProfile

    private static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// Checks that fail on a right card: false alarms.
    func falseAlarms() throws -> [String] { try failures(of: made([])) }

    /// - Parameter progress: after each fault, from any thread.
    func rows(
        _ faults: [CardFault], workers: Int, progress: @escaping @Sendable (Row) -> Void
    ) throws -> [Row] {
        let results = Mutex<[(index: Int, row: Result<Row, any Error>)]>([])
        let matrix = Shared(value: self)
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, faults.count))) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < faults.count else { return }
                let row = Result { try matrix.value.row(faults[index]) }
                if case .success(let row) = row { progress(row) }
                results.withLock { $0.append((index, row)) }
            }
        }
        let rows = try results.withLock { $0 }.sorted { $0.index < $1.index }.map { try $0.row.get() }
        return Self.specific(rows)
    }

    /// Nothing in a matrix changes while it is worked on; a batch is a value that says so of itself nowhere.
    private struct Shared: @unchecked Sendable {
        let value: FaultMatrix
    }

    private func row(_ fault: CardFault) throws -> Row {
        let made = try made([fault])
        return Row(
            fault: fault.name, english: fault.text.english, chinese: fault.text.chinese, clause: fault.text.clause,
            foundBy: failures(of: made, isSlow: fault.isSlow), isSeenByEngine: made.isSeenByEngine)
    }

    private struct Made {
        let card: VirtualHealthCard
        let image: CardImage
        let isSeenByEngine: Bool
    }

    private func made(_ faults: Set<CardFault>) throws -> Made {
        do {
            let (card, image) = try make(faults)
            return Made(card: card, image: image, isSeenByEngine: false)
        } catch let error where faults.isEmpty { throw error } catch {
            let (card, image) = try make([])
            return Made(card: try card.copy(with: faults), image: image, isSeenByEngine: true)
        }
    }

    private func make(_ faults: Set<CardFault>) throws -> (VirtualHealthCard, CardImage) {
        var options = VirtualCardOptions(profile: profile)
        options.faults = faults
        let card = try VirtualHealthCard.blank(serial: Self.serial, profile: profile, options: options)
        let personalizer = CardPersonalizer(
            channel: VirtualCardChannel(card: card), batch: batch,
            module: try SoftwareSecurityModule.testKeys(profile))
        let image = try personalizer.plan(for: application).image
        _ = try personalizer.personalize(application)
        return (card, image)
    }

    /// - Parameter isSlow: a check of every right would take too long on such a card; those of times do not.
    private func failures(of made: Made, isSlow: Bool = false) -> [String] {
        let channel = VirtualCardChannel(card: made.card)
        let card = CardInHand(
            channel: channel, image: made.image, isSetAside: true, power: VirtualPower(channel: channel))
        var seen: Set<String> = []
        return (isSlow ? quick : suite).run(cards: [card]).results.filter { $0.verdict == .failed }.map(\.check)
            .filter { seen.insert($0).inserted }
    }

    /// The checks of each row by how many rows they are in.
    private static func specific(_ rows: [Row]) -> [Row] {
        var counts: [String: Int] = [:]
        for check in rows.flatMap(\.foundBy) { counts[check, default: 0] += 1 }
        return rows.map { row in
            var row = row
            row.foundBy = row.foundBy.enumerated()
                .sorted { (counts[$0.element, default: 0], $0.offset) < (counts[$1.element, default: 0], $1.offset) }
                .map(\.element)
            return row
        }
    }

    /// Docs/fault-matrix.md.
    static func markdown(_ rows: [Row], checks: Int) -> String {
        let found = rows.filter { !$0.foundBy.isEmpty }.count
        var lines = [
            "# Faults and the checks that find them", "",
            "Every fault the virtual card can be given (virtual-card.md, Faults), and what of the conformance suite's "
                + "\(checks) checks finds it on a card that the factory's engine made on such a chip. The check named "
                + "is the one that fewest other faults set off; \"and n\" counts the others. \(found) of \(rows.count) "
                + "are found. A † says that the engine itself refuses to hand over such a card.", "",
            "Generated by `healthcard testcards faults --batch Samples/sample-batch --markdown > Docs/fault-matrix.md`; "
                + "a test puts each fault to the check named here.", "",
            "| fault | what the card does | clause | found by | and |", "|---|---|---|---|---:|",
        ]
        for row in rows {
            let mark = row.isSeenByEngine ? " †" : ""
            let check = row.foundBy.first.map { "`\($0)`" } ?? "**nothing**"
            let others = max(0, row.foundBy.count - 1)
            lines.append("| `\(row.fault)`\(mark) | \(row.english) | \(row.clause) | \(check) | \(others) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
