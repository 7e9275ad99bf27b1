import Foundation
import Synchronization
import Testing
import Threads

@Suite("Signals", .serialized) struct SignalWatchTests {
    private final class Heard: Sendable {
        let signals = Mutex<[Int32]>([])
        func note(_ signal: Int32) { signals.withLock { $0.append(signal) } }
        var count: Int { signals.withLock { $0.count } }
    }

    private func wait(_ what: String, _ condition: () -> Bool) throws {
        for _ in 0..<6_000 where !condition() { usleep(10_000) }
        #expect(condition(), "\(what)")
    }

    @Test("A signal in the very next line is heard, each time")
    func atOnce() throws {
        for round in 1...50 {
            let heard = Heard()
            let watch = try SignalWatch([SIGUSR1], heard.note)
            kill(getpid(), SIGUSR1)
            try wait("round \(round)") { heard.count == 1 }
            watch.end()
        }
    }

    @Test("The later of two has it until it ends, then the one before")
    func nested() throws {
        let outer = Heard()
        let inner = Heard()
        let first = try SignalWatch([SIGUSR1, SIGUSR2], outer.note)
        let second = try SignalWatch([SIGUSR1], inner.note)
        kill(getpid(), SIGUSR1)
        try wait("the inner one") { inner.count == 1 }
        kill(getpid(), SIGUSR2)
        try wait("the outer one") { outer.signals.withLock { $0 } == [SIGUSR2] }
        second.end()
        kill(getpid(), SIGUSR1)
        try wait("the outer one again") { outer.signals.withLock { $0 } == [SIGUSR2, SIGUSR1] }
        first.end()
        #expect(inner.count == 1)
    }

    @Test("After the end a signal does what it did before, also when nobody has called it by name")
    func restored() throws {
        signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, SIG_DFL) }
        let heard = Heard()
        do { _ = try SignalWatch([SIGUSR2], heard.note) }
        // It would end this process if it were not ignored.
        kill(getpid(), SIGUSR2)
        let watch = try SignalWatch([SIGUSR1], heard.note)
        kill(getpid(), SIGUSR1)
        try wait("the next one") { heard.count > 0 }
        #expect(heard.signals.withLock { $0 } == [SIGUSR1])
        watch.end()
    }

    @Test("A hang-up that nohup has silenced stays silent")
    func nohup() throws {
        signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, SIG_DFL) }
        let heard = Heard()
        let watch = try SignalWatch([SIGHUP, SIGUSR1], heard.note)
        kill(getpid(), SIGHUP)
        kill(getpid(), SIGUSR1)
        try wait("the other one") { heard.count > 0 }
        #expect(heard.signals.withLock { $0 } == [SIGUSR1])
        watch.end()
    }
}
