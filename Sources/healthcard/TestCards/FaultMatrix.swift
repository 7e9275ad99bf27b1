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
    func falseAlarms() throws -> [String] { try failures(of: made([]), with: suite) }

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
        return try Self.specific(rows).map(named)
    }

    /// The check that names the fault first: it finds it by itself, on a fresh card, not only in the wake of others.
    private func named(_ row: Row) throws -> Row {
        guard let fault = CardFault(name: row.fault) else { return row }
        let made = try made([fault])
        // That a card is slower, or went wrong before it was timed, says little of anything but times.
        let isOfTimes = { (check: String) in check.hasPrefix("timing.") }
        let candidates =
            fault.isSlow ? row.foundBy : row.foundBy.filter { !isOfTimes($0) } + row.foundBy.filter(isOfTimes)
        guard let name = try candidates.first(where: { try isFound(made, by: $0) }) else { return row }
        var row = row
        row.foundBy = [name] + row.foundBy.filter { $0 != name }
        return row
    }

    private func isFound(_ made: Made, by check: String) throws -> Bool {
        var options = SuiteOptions()
        options.only = [check]
        let alone = try ConformanceSuite(profile: profile, options: options)
        let fresh = Made(card: try made.card.copy(), image: made.image, isSeenByEngine: made.isSeenByEngine)
        return failures(of: fresh, with: alone).contains(check)
    }

    /// Nothing in a matrix changes while it is worked on; a batch is a value that says so of itself nowhere.
    private struct Shared: @unchecked Sendable {
        let value: FaultMatrix
    }

    private func row(_ fault: CardFault) throws -> Row {
        let made = try made([fault])
        return Row(
            fault: fault.name, english: fault.text.english, chinese: fault.text.chinese, clause: fault.text.clause,
            // A check of every right would take too long on a slow card; those of times do not.
            foundBy: failures(of: made, with: fault.isSlow ? quick : suite), isSeenByEngine: made.isSeenByEngine)
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

    private func failures(of made: Made, with suite: ConformanceSuite) -> [String] {
        let channel = VirtualCardChannel(card: made.card)
        let card = CardInHand(
            channel: channel, image: made.image, isSetAside: true, power: VirtualPower(channel: channel))
        var seen: Set<String> = []
        return suite.run(cards: [card]).results.filter { $0.verdict == .failed }.map(\.check)
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
                + "is, of those that find it by themselves, the one that fewest other faults set off; \"and n\" counts the others. \(found) of \(rows.count) "
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
