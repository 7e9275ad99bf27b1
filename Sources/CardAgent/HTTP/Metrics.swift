import Synchronization

/// Numbers for whoever watches the agent, in the text form of Prometheus. No label has a name of a person, a card or a page.
final class Metrics: Sendable {
    private struct State {
        var requests: [String: [Int: Int]] = [:]
        var seconds = 0.0
        var count = 0
    }

    private let state = Mutex(State())

    func note(request: String, status: Int, time: Duration) {
        state.withLock { state in
            state.requests[request, default: [:]][status, default: 0] += 1
            state.seconds += time / .seconds(1)
            state.count += 1
        }
    }

    /// - Parameter gauges: what is so now, by name.
    func text(gauges: [(name: String, help: String, value: Int)]) -> String {
        let state = state.withLock { $0 }
        var lines = ["# HELP healthcard_requests_total Requests answered.", "# TYPE healthcard_requests_total counter"]
        for (name, statuses) in state.requests.sorted(by: { $0.key < $1.key }) {
            for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
                lines.append("healthcard_requests_total{operation=\"\(name)\",status=\"\(status)\"} \(count)")
            }
        }
        lines += [
            "# HELP healthcard_request_seconds Time until requests were answered.",
            "# TYPE healthcard_request_seconds summary", "healthcard_request_seconds_sum \(state.seconds)",
            "healthcard_request_seconds_count \(state.count)",
        ]
        for gauge in gauges {
            lines += [
                "# HELP healthcard_\(gauge.name) \(gauge.help)", "# TYPE healthcard_\(gauge.name) gauge",
                "healthcard_\(gauge.name) \(gauge.value)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
