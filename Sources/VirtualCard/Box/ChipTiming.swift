import Foundation

/// How long a real chip and its link take: a model for finding out what a production line can reach.
///
/// Real cards take 5-130 ms a command; what is written takes longer by the page of the non-volatile memory; bytes take
/// what the link takes (`Docs/production.md`).
public struct ChipTiming: Sendable, Hashable {
    /// Bytes a second in either direction.
    public var bytesPerSecond: Int
    /// Bytes the transmission protocol adds to a command and its answer together: T=1 has a prologue and an epilogue of
    /// four bytes for each (ISO/IEC 7816-3:2006 §11.3).
    public var framing = 8
    /// Milliseconds of each command.
    public var command = 5.0
    /// Milliseconds for each page written.
    public var page = 3.0
    /// Bytes of a page.
    public var pageSize = 64
    /// Milliseconds from the reset to the end of its answer.
    public var reset = 100.0

    public init(bytesPerSecond: Int) { self.bytesPerSecond = max(1, bytesPerSecond) }

    /// Seconds a command takes from its first byte to the last of its answer.
    /// - Parameter written: bytes of non-volatile memory it wrote.
    public func seconds(command bytes: Int, answer: Int, written: Int) -> Double {
        let pages = written > 0 ? (written + pageSize - 1) / max(1, pageSize) : 0
        let link = Double(bytes + answer + framing) / Double(bytesPerSecond)
        return link + (command + page * Double(pages)) / 1000
    }
}

/// A virtual card that takes as long as a real one. What the host itself takes to play it is part of that time, not on
/// top of it.
public final class TimedChip: Chip, @unchecked Sendable {
    private let card: VirtualHealthCard
    private let timing: ChipTiming
    private let lock = NSLock()
    private var total = 0.0
    /// Seconds by which the last answer came too late: the system's sleeps end late, a real chip's time does not.
    private var lateness = 0.0

    public init(_ card: VirtualHealthCard, _ timing: ChipTiming) {
        self.card = card
        self.timing = timing
    }

    /// Seconds the model has asked for so far: what no host can make shorter.
    public var seconds: Double { lock.withLock { total } }

    public var answerToReset: [UInt8] { card.answerToReset }

    public func powerOn() {
        let start = ContinuousClock.now
        card.powerOn()
        wait(timing.reset / 1000, since: start)
    }

    public func warmReset() {
        let start = ContinuousClock.now
        card.warmReset()
        wait(timing.reset / 1000, since: start)
    }

    public func powerOff() { card.powerOff() }

    public func process(_ command: [UInt8]) -> [UInt8]? {
        let start = ContinuousClock.now
        let before = card.writtenByteCount
        guard let answer = card.process(command) else { return nil }
        wait(
            timing.seconds(
                command: command.count, answer: answer.count, written: max(0, card.writtenByteCount - before)),
            since: start)
        return answer
    }

    /// What an answer is late, the next one is early, so that all together take what the model asks for.
    private func wait(_ seconds: Double, since start: ContinuousClock.Instant) {
        let end = start + .seconds(seconds - lock.withLock { lateness })
        var left = (end - .now) / .seconds(1)
        while left > 0 {
            Thread.sleep(forTimeInterval: left)
            left = (end - .now) / .seconds(1)
        }
        lock.withLock {
            total += seconds
            lateness = -left
        }
    }
}
