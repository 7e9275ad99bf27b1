import Foundation
import Messages
import Synchronization
import Threads

/// Ctrl-C and SIGTERM, taken in hand by commands that have something to finish first.
enum Termination {
    /// Runs `action` at each of the two signals, on a thread of its own, until the result ends.
    static func watch(_ action: @escaping @Sendable (_ signal: Int32) -> Void) throws -> SignalWatch {
        try SignalWatch([SIGTERM, SIGINT], action)
    }

    /// Does something before such a signal ends the process, as it would have done.
    static func beforeDying(_ action: @escaping @Sendable () -> Void) throws -> SignalWatch {
        try watch { number in
            action()
            signal(number, SIG_DFL)
            kill(getpid(), number)
        }
    }

    /// A card takes seconds, half a card is a chip lost: the first signal waits for it, the second does not.
    static func finishingTheCard() throws -> SignalWatch {
        try finishing(
            Terminal.words(EndingText.finishingCard),
            orElse: Terminal.words(EndingText.cardHalfMade))
    }

    /// Runs what changes a card in several steps: the first signal waits for its end, the second does not. Before and
    /// after it signals do what they did.
    static func finishing<Result>(_ work: () throws -> Result) throws -> Result {
        let signals = try finishing(
            Terminal.words(EndingText.finishing),
            orElse: Terminal.words(EndingText.inTheMiddle))
        defer { signals.end() }
        return try work()
    }

    private static func finishing(_ first: String, orElse second: String) throws -> SignalWatch {
        let count = Mutex(0)
        return try watch { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            guard isFirst else { Terminal.finish(with: Failure(.cardRefused, second)) }
            Terminal.note("\n" + first)
        }
    }
}
