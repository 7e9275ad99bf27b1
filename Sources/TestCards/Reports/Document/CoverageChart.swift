import Messages

/// How many checks each family has, and what they came to: a bar for each.
struct CoverageChart {
    let report: Report
    let language: Language

    private static let width = 480.0
    private static let rowHeight = 17.0
    private static let barLeft = 118.0
    private static let barWidth = 300.0
    private static let order: [CheckVerdict] = [.passed, .failed, .notRun, .notApplicable]

    var drawing: Drawing {
        let families = report.families
        let top = 24.0
        var drawing = Drawing(
            width: Self.width, height: top + Double(families.count) * Self.rowHeight + 6,
            title: language("Checks by family and verdict", "各类检测项目及结论"))
        legend(&drawing)
        let most = families.map { family in Self.order.reduce(0) { $0 + report.checks($1, in: family) } }.max() ?? 0
        for (row, family) in families.enumerated() {
            let y = top + Double(row) * Self.rowHeight
            drawing.add(
                .text(family.title(language), x: Self.barLeft - 8, y: y + 11, size: 8.5, .text, .right))
            var x = Self.barLeft
            var sum = 0
            for verdict in Self.order {
                let count = report.checks(verdict, in: family)
                guard count > 0 else { continue }
                sum += count
                let width = Self.barWidth * Double(count) / Double(max(1, most))
                drawing.add(.rectangle(x: x, y: y + 2, width: width, height: Self.rowHeight - 5, Drawing.Ink(verdict)))
                x += width
            }
            drawing.add(.text(String(sum), x: x + 6, y: y + 11, size: 8.5, .faint, .left))
        }
        return drawing
    }

    private func legend(_ drawing: inout Drawing) {
        var x = Self.barLeft
        for verdict in Self.order {
            drawing.add(.rectangle(x: x, y: 3, width: 9, height: 9, Drawing.Ink(verdict)))
            let label = "\(verdict.title(language)) \(report.checks(verdict))"
            drawing.add(.text(label, x: x + 13, y: 11, size: 8.5, .faint, .left))
            x += language == .chinese ? 78 : 92
        }
    }
}
