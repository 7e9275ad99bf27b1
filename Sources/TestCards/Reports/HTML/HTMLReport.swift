import Messages

/// The report as one HTML file that needs nothing else: style, pictures and all, with a print layout for A4.
public struct HTMLReport: Sendable {
    private let document: ReportDocument

    /// - Parameter isShort: the first page and the failures only.
    public init(_ report: Report, language: Language, isShort: Bool = false) {
        document = ReportDocument(report, language: language, extent: isShort ? .short : .whole)
    }

    public var text: String {
        var html = XMLText()
        let tag = document.language == .chinese ? "zh-CN" : "en"
        html.line("<!DOCTYPE html>")
        html.line("<html lang=\"\(tag)\">")
        html.line("<head>")
        html.line("<meta charset=\"utf-8\">")
        html.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        html.line("<title>\(html.escaped(document.title)) \(html.escaped(document.number))</title>")
        html.line("<style>\(HTMLStyle.text)</style>")
        html.line("</head>")
        html.line("<body>")
        html.line("<main>")
        for block in document.blocks { write(block, &html) }
        html.line("</main>")
        html.line("<footer>\(html.escaped(document.number)) · \(html.escaped(document.footer))</footer>")
        html.line("</body>")
        html.line("</html>")
        return html.text
    }

    private func write(_ block: ReportDocument.Block, _ html: inout XMLText) {
        switch block {
        case .title(let title, let subtitle):
            html.line("<header><h1>\(html.escaped(title))</h1><p>\(html.escaped(subtitle))</p></header>")
        case .verdict(let verdict, let title, let text):
            html.line(
                "<section class=\"verdict \(verdict.rawValue)\"><strong>\(html.escaped(title))</strong>"
                    + "<p>\(html.escaped(text))</p></section>")
        case .heading(let text): html.line("<h2>\(html.escaped(text))</h2>")
        case .subheading(let text, let note):
            html.line("<h3>\(html.escaped(text)) <small>\(html.escaped(note))</small></h3>")
        case .paragraph(let text): html.line("<p>\(html.escaped(text))</p>")
        case .facts(let facts):
            html.line("<table class=\"facts\">")
            for (name, value) in facts {
                let lines = value.split(separator: "\n", maxSplits: 1).map { html.escaped(String($0)) }
                let note = lines.count > 1 ? "<small>\(lines[1])</small>" : ""
                html.line(
                    "<tr><th scope=\"row\">\(html.escaped(name))</th><td>\(lines.first ?? "")\(note)</td></tr>")
            }
            html.line("</table>")
        case .table(let columns, let rows): write(columns, rows, &html)
        case .drawing(let drawing): html.line("<figure>\(SVG.text(of: drawing))</figure>")
        case .signatures(let names):
            html.line("<div class=\"signatures\">")
            for name in names { html.line("<div>\(html.escaped(name))</div>") }
            html.line("</div>")
        case .pageBreak: html.line("<div class=\"break\"></div>")
        }
    }

    private func write(
        _ columns: [ReportDocument.Column], _ rows: [[ReportDocument.Cell]], _ html: inout XMLText
    ) {
        html.line("<table class=\"rows\">")
        html.line("<colgroup>" + columns.map { "<col style=\"width:\($0.width)%\">" }.joined() + "</colgroup>")
        let head = columns.map { "<th scope=\"col\"\(Self.mark($0))>\(html.escaped($0.title))</th>" }
        html.line("<thead><tr>\(head.joined())</tr></thead>")
        html.line("<tbody>")
        for row in rows {
            let cells = zip(columns, row).map { column, cell in
                let lines = cell.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let rest = lines.dropFirst().map { "<small>\(html.escaped($0))</small>" }.joined()
                let ink = cell.ink == .failed ? " style=\"color:#b31b1b;font-weight:600\"" : ""
                // Beside the cell where a narrow screen has no room for a head.
                let label = " data-label=\(html.quoted(column.title))"
                return "<td\(Self.mark(column))\(label)\(ink)>\(html.escaped(lines.first ?? ""))\(rest)</td>"
            }
            html.line("<tr>\(cells.joined())</tr>")
        }
        html.line("</tbody>")
        html.line("</table>")
    }

    private static func mark(_ column: ReportDocument.Column) -> String {
        column.isCode ? " class=\"code\"" : column.isNumber ? " class=\"number\"" : ""
    }
}

/// A drawing as SVG.
enum SVG {
    static func text(of drawing: Drawing) -> String {
        let size = "\(number(drawing.width)) \(number(drawing.height))"
        var svg = "<svg viewBox=\"0 0 \(size)\" role=\"img\" aria-label=\"\(XMLText.escape(drawing.title))\">"
        for mark in drawing.marks { svg += text(of: mark) }
        return svg + "</svg>"
    }

    private static func text(of mark: Drawing.Mark) -> String {
        switch mark {
        case .rectangle(let x, let y, let width, let height, let ink):
            return "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" "
                + "height=\"\(number(height))\" fill=\"\(colour(ink))\"/>"
        case .line(let x1, let y1, let x2, let y2, let ink, let width):
            return "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" "
                + "stroke=\"\(colour(ink))\" stroke-width=\"\(number(width))\"/>"
        case .text(let text, let x, let y, let size, let ink, let alignment):
            let anchor =
                switch alignment {
                case .left: "start"
                case .middle: "middle"
                case .right: "end"
                }
            return "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\" "
                + "fill=\"\(colour(ink))\" text-anchor=\"\(anchor)\">\(XMLText.escape(text))</text>"
        }
    }

    private static func colour(_ ink: Drawing.Ink) -> String {
        let colour = ink.colour
        return "#"
            + [colour.red, colour.green, colour.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Two decimals, the same on every machine.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = abs(hundredths) % 100
        let sign = hundredths < 0 ? "-" : ""
        return sign + String(abs(hundredths) / 100)
            + (fraction == 0 ? "" : "." + (fraction < 10 ? "0" : "") + String(fraction))
    }
}
