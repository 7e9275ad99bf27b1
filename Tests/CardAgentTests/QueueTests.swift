import Synchronization
import Testing

@testable import CardAgent

@Suite("Fair queue") struct QueueTests {
    @Test("One at a time, and a caller with many acts waits behind one with few")
    func fair() async throws {
        let queue = FairQueue(limit: 40)
        let order = Notes()
        let gate = Barrier()
        let first = Task {
            try await queue.run(for: "first") {
                await gate.wait()
            }
        }
        while !gate.isWaitedAt { await Task.yield() }
        var tasks: [Task<Void, any Error>] = []
        func enter(_ caller: String, _ name: String) async {
            let before = queue.waitingCount
            tasks.append(Task { try await queue.run(for: caller) { order.add(name) } })
            while queue.waitingCount == before { await Task.yield() }
        }
        for number in 1...3 { await enter("many", "many \(number)") }
        await enter("few", "few")
        gate.open()
        for task in tasks { try await task.value }
        try await first.value
        #expect(order.all == ["many 1", "few", "many 2", "many 3"])
        #expect(queue.isIdle)
    }

    @Test(
        "A caller may fill a quarter of the queue, all of them together the whole; an act that fails lets the next one in"
    )
    func limits() async throws {
        struct Failure: Error {}
        let queue = FairQueue(limit: 8)
        await #expect(throws: Failure.self) { try await queue.run(for: "a") { throw Failure() } }
        let gate = Barrier()
        let first = Task {
            try await queue.run(for: "first") {
                await gate.wait()
            }
        }
        while !gate.isWaitedAt { await Task.yield() }
        var tasks: [Task<Void, any Error>] = []
        for caller in ["a", "a", "b", "b", "c", "c", "d", "d"] {
            let before = queue.waitingCount
            tasks.append(Task { try await queue.run(for: caller) {} })
            while queue.waitingCount == before { await Task.yield() }
            if tasks.count == 2 {
                await #expect(throws: AgentError.tooMany(.acts)) { try await queue.run(for: "a") {} }
            }
        }
        await #expect(throws: AgentError.tooMany(.acts)) { try await queue.run(for: "e") {} }
        gate.open()
        for task in tasks { try await task.value }
        try await first.value
        #expect(queue.isIdle)
    }
}

private final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    var all: [String] { notes.withLock { $0 } }
    func add(_ note: String) { notes.withLock { $0.append(note) } }
}

private final class Barrier: Sendable {
    private let waiter = Mutex<CheckedContinuation<Void, Never>?>(nil)
    var isWaitedAt: Bool { waiter.withLock { $0 != nil } }
    func wait() async { await withCheckedContinuation { continuation in waiter.withLock { $0 = continuation } } }
    func open() { waiter.withLock { $0 }?.resume() }
}
