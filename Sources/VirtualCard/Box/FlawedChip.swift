import Foundation

/// A chip with flaws: slow, pulled out in the middle of work, worn out, dead. See ``ChipFlaws``.
public final class FlawedChip: Chip, @unchecked Sendable {
    private let chip: any Chip
    private let flaws: ChipFlaws
    private let lock = NSLock()
    // Guarded by `lock`.
    private var served = 0
    private var hasLeft = false
    private var isDead = false
    private var leave: @Sendable () -> Void = {}
    private var hook: (@Sendable (_ index: Int, _ isAnswered: Bool) -> Void)?

    public init(_ chip: any Chip, _ flaws: ChipFlaws) {
        self.chip = chip
        self.flaws = flaws
    }

    /// What takes the chip out of its slot.
    public func onLeaving(_ action: @escaping @Sendable () -> Void) { lock.withLock { leave = action } }

    /// Called before each command is carried out and again when its answer is there, with its index.
    public func onCommand(_ action: @escaping @Sendable (_ index: Int, _ isAnswered: Bool) -> Void) {
        lock.withLock { hook = action }
    }

    /// The chip's: a dead chip has none.
    public var answerToReset: [UInt8] { lock.withLock { isDead } ? [] : chip.answerToReset }
    public func powerOn() { if !lock.withLock({ isDead }) { chip.powerOn() } }
    public func warmReset() { if !lock.withLock({ isDead }) { chip.warmReset() } }
    public func powerOff() { chip.powerOff() }

    public func process(_ command: [UInt8]) -> [UInt8]? {
        if flaws.delay > 0 { Self.sleep(flaws.delay / 1000) }
        let (index, hook) = lock.withLock { () -> (Int, (@Sendable (Int, Bool) -> Void)?) in
            defer { served += 1 }
            if let diesAt = flaws.diesAt, served >= diesAt { isDead = true }
            return (served, self.hook)
        }
        if lock.withLock({ isDead }) { return nil }
        hook?(index, false)
        if flaws.sticksAt == index { Self.sleep(flaws.stuckFor) }
        if let start = flaws.failsWritesAt, index == start, let card = chip as? VirtualHealthCard {
            card.failWrites(flaws.failingWrites ?? .max)
        }
        guard isLeaving(at: index) else {
            let answer = chip.process(command)
            hook?(index, true)
            return answer
        }
        if flaws.losesAnswer { _ = chip.process(command) }
        lock.withLock { leave }()
        return nil
    }

    private func isLeaving(at index: Int) -> Bool {
        lock.withLock {
            guard let removedAt = flaws.removedAt, index >= removedAt, !hasLeft else { return false }
            hasLeft = true
            return true
        }
    }

    private static func sleep(_ seconds: Double) {
        Thread.sleep(forTimeInterval: max(0, min(seconds, 3600)))
    }
}
