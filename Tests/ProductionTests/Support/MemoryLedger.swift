import Foundation
import Ledger

/// A ledger in memory that can be made to fail: what a line asks of one, and nothing else.
final class MemoryLedger: ProductionLedger, @unchecked Sendable {
    enum Fault {
        /// Nothing was written.
        case before(LedgerError)
        /// It was written and the answer is lost.
        case after(LedgerError)
    }

    private let lock = NSRecursiveLock()
    // Guarded by `lock`.
    private var orders: [Order]
    private(set) var states: [OrderState]
    private var chips: [String: ChipStanding] = [:]
    private var attempts: [Int64: Attempt] = [:]
    private var begun: [Int: Int] = [:]
    private var entry: Int64 = 0
    private var rejectedChips: Set<String> = []
    private var calls = 0
    private var faults: (_ call: String, _ index: Int) -> Fault? = { _, _ in nil }
    /// Reasons of orders that ended without a card, by sequence.
    private(set) var reasons: [Int: LedgerReason] = [:]
    private(set) var made: [Int: (chip: String, card: MadeCard)] = [:]
    private(set) var endedRuns: [LedgerReason] = []
    /// What was done, in order, for tests of the order.
    private(set) var log: [String] = []

    static let batch = "B-1"
    /// Every ID number begins so, and nothing else does.
    static let numberPrefix = "9901011990010"

    convenience init(orders count: Int, batch: String = MemoryLedger.batch) {
        self.init(
            (1...max(count, 1)).prefix(count).map {
                let number = String($0)
                let id = Self.numberPrefix + String(repeating: "0", count: 5 - number.count) + number
                return Order(
                    batch: batch, sequence: $0, idNumber: id, row: $0 + 1, offset: $0 * 100,
                    collectionPoint: "Point \($0 % 3)")
            })
    }

    init(_ orders: [Order]) {
        self.orders = orders
        states = Array(repeating: .waiting, count: orders.count)
    }

    var idNumbers: [String] { lock.withLock { orders.map(\.idNumber) } }

    func order(_ sequence: Int) -> Order { lock.withLock { orders[sequence - 1] } }

    /// Called with each call's name and number; under the lock.
    func fail(_ faults: @escaping (_ call: String, _ index: Int) -> Fault?) { lock.withLock { self.faults = faults } }

    var callCount: Int { lock.withLock { calls } }

    private func call<Answer>(
        _ name: String, _ work: () throws(LedgerError) -> Answer
    ) throws(LedgerError) -> Answer {
        lock.lock()
        defer { lock.unlock() }
        let fault = faults(name, calls)
        calls += 1
        if case .before(let error)? = fault { throw error }
        let answer = try work()
        if case .after(let error)? = fault { throw error }
        return answer
    }

    private func next(_ text: String) -> Int64 {
        entry += 1
        log.append(text)
        return entry
    }

    func enrol(_ batch: LedgerBatch, setAside: [SetAsideRow], next: () throws -> Order?) throws {}

    func beginRun(_ run: RunRecord) throws(LedgerError) -> Int64 {
        try call("beginRun") { () throws(LedgerError) in next("run") }
    }

    func standing(of chip: String) throws(LedgerError) -> ChipStanding {
        try call("standing") { () throws(LedgerError) in chips[chip] ?? .unknown }
    }

    /// Puts a chip into the books as something else than unknown.
    func set(_ chip: String, _ standing: ChipStanding) { lock.withLock { chips[chip] = standing } }

    func begin(run: Int64, chip: String, lane: String) throws(LedgerError) -> Attempt? {
        try call("begin") { () throws(LedgerError) in
            // Asked again since the answer was lost.
            if case .open(let attempt)? = chips[chip], attempts[attempt.id] != nil { return attempt }
            guard chips[chip] == nil else { throw .chipUsed(chip: chip, entry: entry) }
            guard let index = states.firstIndex(of: .waiting) else { return nil }
            states[index] = .inWork
            begun[index, default: 0] += 1
            let attempt = Attempt(
                id: next("begin \(index + 1) \(chip)"), order: orders[index], chip: chip, number: begun[index] ?? 0)
            attempts[attempt.id] = attempt
            chips[chip] = .open(attempt)
            return attempt
        }
    }

    func resume(_ attempt: Attempt, run: Int64, lane: String) throws(LedgerError) {
        try call("resume") { () throws(LedgerError) in
            guard attempts[attempt.id] != nil else { throw .attemptOver(attempt: attempt.id) }
            _ = next("resume \(attempt.order.sequence) \(attempt.chip)")
        }
    }

    func made(_ attempt: Attempt, _ card: MadeCard, run: Int64, lane: String) throws(LedgerError) {
        try call("made") { () throws(LedgerError) in
            if attempts[attempt.id] == nil {
                guard made[attempt.order.sequence]?.chip == attempt.chip else {
                    throw .attemptOver(attempt: attempt.id)
                }
                return
            }
            attempts[attempt.id] = nil
            states[attempt.order.sequence - 1] = .made
            made[attempt.order.sequence] = (attempt.chip, card)
            chips[attempt.chip] = .made(entry: next("made \(attempt.order.sequence) \(attempt.chip)"))
        }
    }

    /// Ends an attempt as another station would.
    func end(_ attempt: Attempt) { lock.withLock { attempts[attempt.id] = nil } }

    func failed(
        _ attempt: Attempt, _ reason: LedgerReason, chip: ChipFate, order: OrderFate, run: Int64, lane: String
    ) throws(LedgerError) {
        try call("failed") { () throws(LedgerError) in
            guard attempts.removeValue(forKey: attempt.id) != nil else { return }
            states[attempt.order.sequence - 1] = order == .waiting ? .waiting : .rejected
            if order == .rejected { reasons[attempt.order.sequence] = reason }
            let entry = next("failed \(attempt.order.sequence) \(attempt.chip) \(chip.rawValue) \(order.rawValue)")
            chips[attempt.chip] = chip == .unused ? nil : .rejected(entry: entry, reason)
            if chip != .unused { rejectedChips.insert(attempt.chip) }
        }
    }

    func rejectChip(_ chip: String, _ reason: LedgerReason, run: Int64, lane: String) throws(LedgerError) {
        try call("rejectChip") { () throws(LedgerError) in
            guard chips[chip] == nil else { return }
            chips[chip] = .rejected(entry: next("reject \(chip) \(reason.code)"), reason)
            rejectedChips.insert(chip)
        }
    }

    func counts(batch: String) throws(LedgerError) -> BatchCounts {
        try call("counts") { () throws(LedgerError) in
            var counts = BatchCounts()
            for state in states {
                switch state {
                case .waiting: counts.waiting += 1
                case .inWork: counts.inWork += 1
                case .made: counts.made += 1
                case .rejected: counts.rejected += 1
                case .setAside: counts.setAside += 1
                }
            }
            counts.rejectedChips = rejectedChips.count
            return counts
        }
    }

    func openAttempts(batch: String) throws(LedgerError) -> [Attempt] {
        try call("openAttempts") { () throws(LedgerError) in attempts.values.sorted { $0.id < $1.id } }
    }

    func endRun(_ run: Int64, _ reason: LedgerReason) throws(LedgerError) {
        try call("endRun") { () throws(LedgerError) in endedRuns.append(reason) }
    }
}
