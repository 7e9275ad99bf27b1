import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM, taken in hand by commands that have something to finish first.
enum Termination {
    /// Runs `action` at each of the two signals, on a thread of its own, for as long as the result is kept.
    static func watch(_ action: @escaping @Sendable (_ signal: Int32) -> Void) -> [any DispatchSourceSignal] {
        [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { action(number) }
            source.resume()
            return source
        }
    }

    /// Does something before such a signal ends the process, as it would have done.
    static func beforeDying(_ action: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        watch { number in
            action()
            signal(number, SIG_DFL)
            kill(getpid(), number)
        }
    }

    /// A card takes seconds, half a card is a chip lost: the first signal waits for it, the second does not.
    static func finishingTheCard() -> [any DispatchSourceSignal] {
        finishing(
            Terminal.text(
                "finishing this card first; once more stops at once and may leave the chip half made",
                "先完成这张卡；再按一次立即中止，芯片可能只写了一半"),
            orElse: Terminal.text("stopped: the chip may be half made: do not issue it", "已中止：芯片可能只写了一半，请勿发放"))
    }

    /// Runs what changes a card in several steps: the first signal waits for its end, the second does not. Before and
    /// after it signals do what they did.
    static func finishing<Result>(_ work: () throws -> Result) rethrows -> Result {
        let before = [SIGTERM, SIGINT].map { ($0, signal($0, SIG_IGN)) }
        let signals = finishing(
            Terminal.text(
                "finishing what was begun first; once more stops at once, in the middle", "先完成已开始的操作；再按一次立即中止"),
            orElse: Terminal.text(
                "stopped in the middle: read the card to see what was written", "已中途停止：请读卡查看写入了哪些内容"))
        defer {
            signals.forEach { $0.cancel() }
            for (number, handler) in before { signal(number, handler) }
        }
        return try work()
    }

    private static func finishing(_ first: String, orElse second: String) -> [any DispatchSourceSignal] {
        let count = Mutex(0)
        return watch { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            guard isFirst else { Terminal.finish(with: Failure(.cardRefused, second)) }
            Terminal.note("\n" + first)
        }
    }
}
