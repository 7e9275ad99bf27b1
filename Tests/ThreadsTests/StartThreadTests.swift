import Foundation
import Testing

@testable import Threads

@Suite("Threads") struct StartThreadTests {
    @Test("A thread runs its work under its name, which is cut between characters", arguments: ["card", "车间里的读卡器"])
    func runs(_ name: String) async throws {
        let seen: String = try await withCheckedThrowingContinuation { continuation in
            do {
                try startThread(name) {
                    let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
                    continuation.resume(returning: (name ?? "").trimmingCharacters(in: .newlines))
                }
            } catch { continuation.resume(throwing: error) }
        }
        #expect(!seen.isEmpty && name.hasPrefix(seen) && seen.utf8.count <= 15)
    }

    @Test("Where the system gives no thread, that is an error that says so, and nothing is lost but the work")
    func refused() throws {
        let error = ThreadError(number: EAGAIN)
        #expect(error.description.contains("no thread can be started") && error.description.contains("ulimit"))
    }
}
