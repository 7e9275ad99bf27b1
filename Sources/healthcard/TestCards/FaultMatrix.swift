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
    struct Row: Encodable, Sendable {
        let fault: String
        let english: String
        let chinese: String
        let clause: String
        /// Checks that failed, the one first that names the fault.
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
        let rows = try spread(faults, workers) { matrix, fault in
            let row = try matrix.row(fault)
            progress(row)
            return row
        }
        // What does not apply to a right card names nothing.
        let onRightCard = Set(try results(of: made([]), with: suite).filter { $0.verdict == .passed }.map(\.check))
        return Self.named(
            rows, try spread(rows, workers) { matrix, row in try matrix.alone(row).filter(onRightCard.contains) })
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

    /// Checks that find the fault by themselves, on a fresh card and not only in the wake of others: one of each kind.
    private func alone(_ row: Row) throws -> [String] {
        guard let fault = CardFault(name: row.fault) else { return [] }
        let made = try made([fault])
        var kinds: [String: [String]] = [:]
        for check in row.foundBy { kinds[Self.kind(of: check), default: []].append(check) }
        let found = try kinds.values.compactMap { checks in
            try checks.prefix(Self.triedOfKind).first { try isFound(made, by: $0) }
        }
        return row.foundBy.filter(found.contains)
    }

    private static let triedOfKind = 4

    /// What is checked, without what it is checked of: `keys.BK_MF.counter` is `keys.counter`.
    private static func kind(of check: String) -> String {
        let parts = check.split(separator: ".")
        guard let group = parts.first, let what = parts.last else { return check }
        return parts.count > 3 ? "\(group).\(parts.dropFirst(2).joined(separator: "."))" : "\(group).\(what)"
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
        var seen: Set<String> = []
        return results(of: made, with: suite).filter { $0.verdict == .failed }.map(\.check)
            .filter { seen.insert($0).inserted }
    }

    private func results(of made: Made, with suite: ConformanceSuite) -> [CheckResult] {
        let channel = VirtualCardChannel(card: made.card)
        let card = CardInHand(
            channel: channel, image: made.image, isSetAside: true, power: VirtualPower(channel: channel))
        return suite.run(cards: [card]).results
    }

    /// What the checks are about that name a fault, by the beginning of its name; the first family that finds it counts.
    private static let subjects: [(fault: String, families: [CheckFamily])] = [
        ("cyclic", [.cyclic, .records, .files]), ("index-initial", [.personalization]), ("index", [.visits]),
        ("visit", [.visits]),
        ("tries", [.keys]), ("lock", [.keys, .blocking]), ("version", [.keys]), ("cryptogram", [.keys]),
        ("key", [.keys]), ("challenge", [.keys, .protection]), ("mac", [.protection]), ("padding", [.protection]),
        ("protection", [.protection, .access]), ("block", [.blocking]), ("unblock", [.blocking]),
        ("card-block", [.blocking]), ("access", [.access, .writeOnce]), ("rights", [.access]),
        ("fci", [.directories, .files]),
        ("select", [.directories]), ("directory", [.directories]), ("file", [.files]), ("sfi", [.files]),
        ("read", [.records, .files, .access]), ("record", [.records]), ("photo", [.personalization]),
        ("update", [.protection, .access]), ("certificate", [.certificates]), ("slow", [.timing]),
        ("status", [.files, .records, .keys, .access, .protection, .visits, .blocking]),
    ]
    /// They find much that they are not about.
    private static let incidental = ["timing.", "robustness.order.", "lifeCycle.write-key."]

    /// The check that names the fault comes first: of the family that is about it, one whose kind finds the fewest faults
    /// by itself.
    private static func named(_ rows: [Row], _ alone: [[String]]) -> [Row] {
        var counts: [String: Int] = [:]
        for kind in alone.joined().map(kind) { counts[kind, default: 0] += 1 }
        func rank(_ check: String, _ fault: String) -> (Int, Int) {
            let families = subjects.first { fault.hasPrefix($0.fault) }?.families ?? []
            let place = families.firstIndex { check.hasPrefix($0.rawValue + ".") } ?? families.count
            let isIncidental = incidental.contains { check.hasPrefix($0) } && place == families.count
            return (isIncidental ? families.count + 1 : place, counts[kind(of: check), default: 0])
        }
        return zip(rows, alone).map { row, alone in
            guard let name = alone.min(by: { rank($0, row.fault) < rank($1, row.fault) }) else { return row }
            var row = row
            row.foundBy = [name] + row.foundBy.filter { $0 != name }
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
                + "finds it by itself, on a fresh card; \"and n\" counts the others, many of which fail in its wake. \(found) of \(rows.count) "
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
