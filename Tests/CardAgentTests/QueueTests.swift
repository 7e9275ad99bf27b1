import Synchronization
import Testing

@testable import CardAgent

@Suite("Fair queue") struct QueueTests {
    @Test("One at a time, and a caller with many acts waits behind one with few")
    func fair() async throws {
        let queue = FairQueue(limit: 40)
        let order = Mutex<[String]>([])
        let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let first = Task {
            try await queue.run(for: "first") {
                await withCheckedContinuation { continuation in gate.withLock { $0 = continuation } }
            }
        }
        while gate.withLock({ $0 == nil }) { await Task.yield() }
        var tasks: [Task<Void, any Error>] = []
        func enter(_ caller: String, _ name: String) async {
            let before = queue.waitingCount
            tasks.append(Task { try await queue.run(for: caller) { order.withLock { $0.append(name) } } })
            while queue.waitingCount == before { await Task.yield() }
        }
        for number in 1...3 { await enter("many", "many \(number)") }
        await enter("few", "few")
        gate.withLock { $0 }?.resume()
        for task in tasks { try await task.value }
        try await first.value
        #expect(order.withLock { $0 } == ["many 1", "few", "many 2", "many 3"])
        #expect(queue.isIdle)
    }

    @Test(
        "A caller may fill a quarter of the queue, all of them together the whole; an act that fails lets the next one in"
    )
    func limits() async throws {
        struct Failure: Error {}
        let queue = FairQueue(limit: 8)
        await #expect(throws: Failure.self) { try await queue.run(for: "a") { throw Failure() } }
        let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let first = Task {
            try await queue.run(for: "first") {
                await withCheckedContinuation { continuation in gate.withLock { $0 = continuation } }
            }
        }
        while gate.withLock({ $0 == nil }) { await Task.yield() }
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
        gate.withLock { $0 }?.resume()
        for task in tasks { try await task.value }
        try await first.value
        #expect(queue.isIdle)
    }
}
