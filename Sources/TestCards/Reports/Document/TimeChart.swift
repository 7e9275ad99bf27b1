import Foundation
import Messages

/// How long operations took: a histogram for each, over one logarithmic axis, so that a slow card shows at once.
struct TimeChart {
    let times: [OperationTimes]
    let language: Language

    private static let width = 480.0
    private static let rowHeight = 26.0
    private static let left = 138.0
    private static let span = 300.0
    private static let bins = 60
    private static let mostRows = 22

    /// As many as keep a page's size readable, over one axis; none where nothing was measured.
    var drawings: [Drawing] {
        let rows = times.compactMap { times in TimeStatistics(times).map { (times, $0) } }
        // A time of 0 µs has no logarithm.
        let all = rows.flatMap { $0.0.microseconds + [$0.0.limit].compactMap { $0 } }.map { max(1, $0) }
        guard let least = all.min(), let most = all.max() else { return [] }
        let axis = Axis(least: least, most: most)
        return stride(from: 0, to: rows.count, by: Self.mostRows).map { start in
            drawing(rows[start..<min(rows.count, start + Self.mostRows)], axis)
        }
    }

    private func drawing(_ rows: ArraySlice<(OperationTimes, TimeStatistics)>, _ axis: Axis) -> Drawing {
        let top = 8.0
        let bottom = top + Double(rows.count) * Self.rowHeight
        var drawing = Drawing(
            width: Self.width, height: bottom + 22,
            title: language("Distribution of times by operation", "各操作耗时分布"))
        for decade in axis.decades {
            let x = Self.left + axis.position(decade) * Self.span
            drawing.add(.line(x1: x, y1: top, x2: x, y2: bottom, .line, width: 0.5))
            drawing.add(.text(Self.label(decade), x: x, y: bottom + 12, size: 8, .faint, .middle))
        }
        for (row, (times, statistics)) in rows.enumerated() {
            draw(times, statistics, axis, at: top + Double(row) * Self.rowHeight, &drawing)
        }
        return drawing
    }

    private func draw(
        _ times: OperationTimes, _ statistics: TimeStatistics, _ axis: Axis, at y: Double, _ drawing: inout Drawing
    ) {
        let base = y + Self.rowHeight - 4
        drawing.add(.text(Self.short(times.operation), x: Self.left - 8, y: base - 5, size: 8.5, .text, .right))
        drawing.add(.line(x1: Self.left, y1: base, x2: Self.left + Self.span, y2: base, .line, width: 0.5))
        var counts = [Int](repeating: 0, count: Self.bins)
        for time in times.microseconds {
            counts[min(Self.bins - 1, Int(axis.position(max(1, time)) * Double(Self.bins)))] += 1
        }
        let highest = Double(max(1, counts.max() ?? 1))
        let step = Self.span / Double(Self.bins)
        for (bin, count) in counts.enumerated() where count > 0 {
            let height = max(1, (Self.rowHeight - 8) * Double(count) / highest)
            drawing.add(
                .rectangle(
                    x: Self.left + Double(bin) * step, y: base - height, width: step - 0.6, height: height, .bar))
        }
        if let limit = times.limit {
            let x = Self.left + axis.position(max(1, limit)) * Self.span
            drawing.add(.line(x1: x, y1: y + 2, x2: x, y2: base, .limit, width: 1.2))
        }
        drawing.add(
            .text(Self.label(statistics.median), x: Self.width - 2, y: base - 5, size: 8, .faint, .right))
    }

    /// A name that fits beside its row; the table has the whole.
    private static func short(_ name: String) -> String { name.count <= 24 ? name : name.prefix(23) + "…" }

    /// `850 µs`, `12.3 ms`, `1.50 s`.
    static func label(_ microseconds: Int) -> String {
        func decimals(_ value: Int, _ unit: Int, _ places: Int) -> String {
            let scale = places == 2 ? 100 : 10
            let rounded = (value * scale + unit / 2) / unit
            let fraction = String(rounded % scale)
            let padded = String(repeating: "0", count: places - fraction.count) + fraction
            return rounded % scale == 0 ? String(rounded / scale) : "\(rounded / scale).\(padded)"
        }
        switch microseconds {
        case ..<1000: return "\(microseconds) µs"
        case ..<1_000_000: return decimals(microseconds, 1000, 1) + " ms"
        default: return decimals(microseconds, 1_000_000, 2) + " s"
        }
    }

    /// From one power of ten to another.
    private struct Axis {
        private let low: Int
        private let high: Int

        init(least: Int, most: Int) {
            low = Int(log10(Double(least)).rounded(.down))
            high = max(low + 1, Int(log10(Double(most)).rounded(.up)))
        }

        var decades: [Int] {
            var decades: [Int] = []
            var decade = 1
            for exponent in 0...high {
                if exponent >= low { decades.append(decade) }
                decade *= 10
            }
            return decades
        }

        /// 0 to 1.
        func position(_ microseconds: Int) -> Double {
            min(1, max(0, (log10(Double(microseconds)) - Double(low)) / Double(high - low)))
        }
    }
}
