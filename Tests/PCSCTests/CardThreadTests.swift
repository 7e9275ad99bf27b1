import Foundation
import PCSC
import Testing

@Suite("Card threads") struct CardThreadTests {
    @Test("Closures run in order, on the one thread")
    func orderAndPlace() async throws {
        let thread = CardThread(name: "lane 7")
        for _ in 0..<20 {
            #expect(await thread.run { nameOfThisThread() } == "lane 7")
        }
    }

    @Test("What a closure throws arrives with its type")
    func typedError() async {
        let thread = CardThread()
        do throws(PCSCError) {
            try await thread.run { () throws(PCSCError) in
                throw PCSCError(number: PCSCError.timeout, function: "test")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.number == PCSCError.timeout)
        }
    }

    @Test("Many that block at once do not hold each other up")
    func sideBySide() async {
        // Each waits until all are there: on fewer threads than closures this would never end.
        let count = 24
        let barrier = Barrier(count)
        await withTaskGroup { group in
            for _ in 0..<count {
                group.addTask { await CardThread().run { barrier.wait() } }
            }
        }
        #expect(barrier.arrived == count)
    }

    @Test("An actor may live on one, and hold from call to call what belongs to the thread")
    func executor() async {
        let lane = Lane()
        for count in 1...3 {
            let (name, calls) = await lane.call()
            #expect(name == "lane")
            #expect(calls == count)
        }
    }

    @Test("The thread ends with the last reference, after what was handed in")
    func end() async throws {
        let name = "end-\(UInt16.random(in: 0...9999))"
        do {
            let thread = CardThread(name: name)
            await thread.run {}
        }
        while runningThreads(named: name) > 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
}

/// How many threads of this process have the name; the kernel keeps 15 characters of it.
func runningThreads(named name: String) -> Int {
    let folder = "/proc/self/task"
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return tasks.filter { task in
        let text = try? String(contentsOfFile: "\(folder)/\(task)/comm", encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines) == String(name.prefix(15))
    }.count
}

/// As the kernel has it.
private func nameOfThisThread() -> String? {
    let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return text?.trimmingCharacters(in: .newlines)
}

private actor Lane {
    private let thread = CardThread(name: "lane")
    private var calls = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func call() -> (String?, Int) {
        calls += 1
        return (nameOfThisThread(), calls)
    }
}

private final class Barrier: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private(set) var arrived = 0

    init(_ count: Int) { self.count = count }

    func wait() {
        condition.withLock {
            arrived += 1
            condition.broadcast()
            while arrived < count { condition.wait() }
        }
    }
}
