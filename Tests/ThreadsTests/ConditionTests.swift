import Testing
import Threads

@Suite("A lock with a place to wait") struct ConditionTests {
    private final class Shared: @unchecked Sendable {
        let condition = Condition()
        // Guarded by `condition`.
        var count = 0
    }

    @Test("What several threads count under the lock is all there")
    func exclusion() throws {
        let shared = Shared()
        for _ in 0..<4 {
            try startThread("counter") {
                for _ in 0..<1_000 { shared.condition.withLock { shared.count += 1 } }
                shared.condition.withLock { shared.condition.signal() }
            }
        }
        shared.condition.withLock { while shared.count < 4_000 { shared.condition.wait() } }
    }

    @Test("Whoever waits is woken by a signal, long before the time is over")
    func woken() throws {
        let shared = Shared()
        try startThread("signaller") {
            shared.condition.withLock {
                shared.count = 1
                shared.condition.broadcast()
            }
        }
        let isWoken = shared.condition.withLock {
            while shared.count == 0 {
                guard shared.condition.wait(until: .now + .seconds(600)) else { return false }
            }
            return true
        }
        #expect(isWoken)
    }

    @Test("A time that is over is not waited for")
    func over() {
        let condition = Condition()
        #expect(!condition.withLock { condition.wait(until: .now - .seconds(1)) })
        #expect(!condition.withLock { condition.wait(until: .now + .milliseconds(1)) })
    }

    @Test("Errors pass through the lock with their type, and leave it open")
    func errors() {
        let condition = Condition()
        #expect(throws: ThreadError(number: 11)) {
            try condition.withLock { () throws(ThreadError) in throw ThreadError(number: 11) }
        }
        condition.withLock {}
    }
}
