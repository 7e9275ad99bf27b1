import Glibc
import Synchronization
import Threads

/// The monitors whose threads may be inside libpcsclite. That library takes its tables down when the process exits, and
/// a thread still in it would crash the exit; so the exit ends them first.
final class RunningMonitors: Sendable {
    static let all = RunningMonitors()

    private struct State {
        /// One entry for each thread at work.
        var monitors: [ReaderMonitor] = []
        var isExiting = false
    }

    private let state = Mutex(State())

    private init() {
        // Runs before the libraries are taken down.
        atexit { RunningMonitors.all.end() }
    }

    /// Runs `body`, which uses the service for the monitor; not once the process exits.
    func during(_ monitor: ReaderMonitor, _ body: () -> Void) {
        let isWelcome = state.withLock { state in
            if !state.isExiting { state.monitors.append(monitor) }
            return !state.isExiting
        }
        guard isWelcome else { return }
        body()
        state.withLock { state in
            if let index = state.monitors.firstIndex(where: { $0 === monitor }) { state.monitors.remove(at: index) }
        }
    }

    private func end() {
        state.withLock { $0.isExiting = true }
        // A service that does not answer must not keep the process for ever.
        for _ in 0..<200 {
            let left = state.withLock { $0.monitors }
            if left.isEmpty { return }
            for monitor in left { _ = monitor.wake() }
            sleepFor(.milliseconds(5))
        }
    }
}
