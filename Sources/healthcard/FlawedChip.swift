import Foundation
import VirtualCard

/// A chip that is slow, or leaves its slot in the middle of work: for tests of what becomes of interrupted cards.
final class FlawedChip: Chip, @unchecked Sendable {
    struct Flaws {
        /// Milliseconds before each command.
        var delay: Double = 0
        /// Commands after which the card leaves the slot, at the next one; nil: it stays.
        var removeAfter: Int?
        /// That next one is still carried out, and only its answer is lost.
        var losesAnswer = false
    }

    private let chip: any Chip
    private let flaws: Flaws
    private let lock = NSLock()
    // Guarded by `lock`.
    private var served = 0
    private var leave: @Sendable () -> Void = {}

    init(_ chip: any Chip, _ flaws: Flaws) {
        self.chip = chip
        self.flaws = flaws
    }

    /// What takes the card out of its slot.
    func onLeaving(_ action: @escaping @Sendable () -> Void) { lock.withLock { leave = action } }

    var answerToReset: [UInt8] { chip.answerToReset }
    func powerOn() { chip.powerOn() }
    func powerOff() { chip.powerOff() }

    func process(_ command: [UInt8]) -> [UInt8]? {
        if flaws.delay > 0 { usleep(UInt32(min(flaws.delay, 60_000) * 1_000)) }
        let (isLeaving, leave) = lock.withLock {
            defer { served += 1 }
            return (flaws.removeAfter.map { served >= $0 } ?? false, self.leave)
        }
        guard isLeaving else { return chip.process(command) }
        if flaws.losesAnswer { _ = chip.process(command) }
        leave()
        return nil
    }
}
