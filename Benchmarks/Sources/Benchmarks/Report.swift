import Foundation

/// One line of the table.
struct Row {
    enum Aim {
        case atMost(Double)
        case atLeast(Double)
    }

    let what: String
    let ours: String
    let peerName: String
    let peer: String
    /// Said the way the aim is said: ours through peer's where less is better, or how many times faster.
    let ratio: Double
    let aim: Aim

    var isMet: Bool {
        switch aim {
        case .atMost(let limit): ratio <= limit
        case .atLeast(let limit): ratio >= limit
        }
    }

    var aimText: String {
        switch aim {
        case .atMost(let limit): "≤ \(limit)"
        case .atLeast(let limit): "≥ \(limit)"
        }
    }

    var cells: [String] {
        [what, ours, "\(peerName): \(peer)", String(format: "%.2f", ratio), aimText, isMet ? "met" : "missed"]
    }

    static let titles = ["what", "ours", "peer", "ratio", "aim", ""]
}

enum Report {
    static func table(_ rows: [Row]) -> String {
        let lines = [Row.titles] + rows.map(\.cells)
        let widths = Row.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            "| "
                + zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return ([line(Row.titles), rule] + rows.map { line($0.cells) }).joined(separator: "\n")
    }

    static func nanoseconds(_ value: Double) -> String {
        if value < 1_000 { return String(format: "%.0f ns", value) }
        if value < 1_000_000 { return String(format: "%.2f µs", value / 1_000) }
        return String(format: "%.2f ms", value / 1_000_000)
    }
}
