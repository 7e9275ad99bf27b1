import Foundation

/// The monitors whose threads may be inside libpcsclite. That library takes its tables down when the process exits, and
/// a thread still in it would crash the exit; so the exit ends them first.
final class RunningMonitors: @unchecked Sendable {
    static let all = RunningMonitors()

    private let lock = NSLock()
    // Guarded by `lock`. One entry for each thread at work.
    private var monitors: [ReaderMonitor] = []
    private var isExiting = false

    private init() {
        // Runs before the libraries are taken down.
        atexit { RunningMonitors.all.end() }
    }

    /// Runs `body`, which uses the service for the monitor; not once the process exits.
    func during(_ monitor: ReaderMonitor, _ body: () -> Void) {
        let isWelcome = lock.withLock {
            if !isExiting { monitors.append(monitor) }
            return !isExiting
        }
        guard isWelcome else { return }
        body()
        lock.withLock {
            if let index = monitors.firstIndex(where: { $0 === monitor }) { monitors.remove(at: index) }
        }
    }

    private func end() {
        lock.withLock { isExiting = true }
        // A service that does not answer must not keep the process for ever.
        for _ in 0..<200 {
            let left = lock.withLock { monitors }
            if left.isEmpty { return }
            for monitor in left { _ = monitor.wake() }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }
}
