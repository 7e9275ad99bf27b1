import CStandardDescriptors
import Messages

/// The report as PDF, A4: the same evidence and the same fonts give the same bytes.
public struct PDFReport: Sendable {
    private let document: ReportDocument

    /// - Parameter isShort: the first page and the failures only.
    public init(_ report: Report, language: Language, isShort: Bool = false) {
        document = ReportDocument(report, language: language, extent: isShort ? .short : .whole)
    }

    /// The bytes of the file.
    public func bytes() throws(ReportError) -> [UInt8] {
        // fontconfig says on standard error what it thinks of the machine's fonts, and pango of what it is given.
        healthcard_silence_libraries()
        defer { healthcard_hear_libraries() }
        let canvas = try PDFCanvas(title: document.title, subject: document.number, date: document.date)
        var pages = PDFPages(canvas: canvas)
        for block in document.blocks { pages.add(block) }
        pages.draw(head: document.title, number: document.number, foot: document.footer, language: document.language)
        return try canvas.finish()
    }
}

/// Lays blocks out on pages. What is where is settled before anything is drawn: the foot of the first page says how many
/// there are.
struct PDFPages {
    private static let left = 52.0
    private static let top = 62.0
    private static let bottom = PDFCanvas.pageHeight - 58
    private static let width = PDFCanvas.pageWidth - 2 * left

    private typealias Piece = (y: Double, draw: (Double) -> Void)
    private let canvas: PDFCanvas
    private var pages: [[Piece]] = [[]]
    private var y = PDFPages.top
    /// Headings that wait for what they head: they stand on its page.
    private var waiting: [(height: Double, draw: (Double) -> Void)] = []

    init(canvas: PDFCanvas) { self.canvas = canvas }

    // MARK: Flow

    private mutating func newPage() {
        if pages[pages.count - 1].isEmpty { return }
        pages.append([])
        y = Self.top
    }

    /// Puts something of a height where there is room, with the headings that wait for it.
    private mutating func place(_ height: Double, _ draw: @escaping (Double) -> Void) {
        let heads = waiting.reduce(0) { $0 + $1.height }
        if y + heads + height > Self.bottom { newPage() }
        for head in waiting {
            pages[pages.count - 1].append((y, head.draw))
            y += head.height
        }
        waiting = []
        pages[pages.count - 1].append((y, draw))
        y += height
    }

    private mutating func space(_ height: Double) { if y > Self.top { y += height } }

    /// The head of every page, its foot with the number of pages, and all that is between.
    func draw(head: String, number: String, foot: String, language: Language) {
        let small = PDFCanvas.Style(size: 7.5, ink: .faint)
        var right = small
        right.alignment = .right
        let shown = pages.filter { !$0.isEmpty }
        for (index, page) in shown.enumerated() {
            if index > 0 {
                canvas.draw(head, small, x: Self.left, y: 36, width: Self.width)
                canvas.draw(number, right, x: Self.left, y: 36, width: Self.width)
                canvas.line(
                    x1: Self.left, y1: 49, x2: Self.left + Self.width, y2: 49, .line, width: 0.5)
            }
            for piece in page { piece.draw(piece.y) }
            let y = PDFCanvas.pageHeight - 44
            canvas.line(x1: Self.left, y1: y, x2: Self.left + Self.width, y2: y, .line, width: 0.5)
            canvas.draw(foot, small, x: Self.left, y: y + 5, width: Self.width)
            canvas.draw(
                language("Page \(index + 1) of \(shown.count)", "第 \(index + 1) 页，共 \(shown.count) 页"), right,
                x: Self.left, y: y + 5, width: Self.width)
            canvas.endPage()
        }
    }

    // MARK: Blocks

    mutating func add(_ block: ReportDocument.Block) {
        switch block {
        case .title(let title, let subtitle): addTitle(title, subtitle)
        case .verdict(let verdict, let title, let text): addVerdict(verdict, title, text)
        case .heading(let text): addHeading(text)
        case .subheading(let text, let note): addSubheading(text, note)
        case .paragraph(let text): addText(text, PDFCanvas.Style(size: 9.5), after: 6)
        case .facts(let facts): addFacts(facts)
        case .table(let columns, let rows): addTable(columns, rows)
        case .drawing(let drawing):
            let scale = Self.width / drawing.width
            // One that is higher than a page gets a page and is made to fit.
            let fitting = min(scale, (Self.bottom - Self.top - 60) / drawing.height)
            let canvas = canvas
            place(drawing.height * fitting + 8) { canvas.draw(drawing, x: Self.left, y: $0, scale: fitting) }
        case .signatures(let names): addSignatures(names)
        case .pageBreak: newPage()
        }
    }

    private mutating func addText(
        _ text: String, _ style: PDFCanvas.Style, x: Double = 0, width: Double = PDFPages.width, after: Double
    ) {
        let height = canvas.height(of: text, style, width: width)
        let canvas = canvas
        place(height + after) { canvas.draw(text, style, x: Self.left + x, y: $0, width: width) }
    }

    private mutating func addTitle(_ title: String, _ subtitle: String) {
        addText(title, PDFCanvas.Style(size: 22, face: .bold, alignment: .middle), after: 6)
        addText(subtitle, PDFCanvas.Style(size: 10, ink: .faint, alignment: .middle), after: 8)
        let canvas = canvas
        place(14) {
            canvas.line(x1: Self.left, y1: $0, x2: Self.left + Self.width, y2: $0, .text, width: 1.4)
        }
    }

    private mutating func addVerdict(_ verdict: ReportVerdict, _ title: String, _ text: String) {
        let ink: Drawing.Ink =
            switch verdict {
            case .passed: .passed
            case .failed: .failed
            case .incomplete: .notRun
            }
        let large = PDFCanvas.Style(size: 20, face: .bold, ink: ink, alignment: .middle)
        let plain = PDFCanvas.Style(size: 10)
        let first = 130.0
        let rest = Self.width - first - 24
        let titleHeight = canvas.height(of: title, large, width: first)
        let textHeight = canvas.height(of: text, plain, width: rest)
        let height = max(titleHeight, textHeight) + 20
        let canvas = canvas
        place(height + 10) { y in
            canvas.frame(x: Self.left, y: y, width: Self.width, height: height, ink, lineWidth: 1.4)
            canvas.draw(title, large, x: Self.left + 4, y: y + (height - titleHeight) / 2, width: first)
            canvas.draw(text, plain, x: Self.left + first + 12, y: y + (height - textHeight) / 2, width: rest)
        }
    }

    private mutating func addHeading(_ text: String) {
        space(10)
        let style = PDFCanvas.Style(size: 13, face: .bold)
        let height = canvas.height(of: text, style, width: Self.width)
        let canvas = canvas
        waiting.append(
            (
                height + 8,
                { y in
                    canvas.rectangle(x: Self.left, y: y + 1, width: 3, height: height - 2, .text)
                    canvas.draw(text, style, x: Self.left + 10, y: y, width: Self.width - 10)
                }
            ))
    }

    private mutating func addSubheading(_ text: String, _ note: String) {
        space(8)
        let style = PDFCanvas.Style(size: 10.5, face: .bold)
        let small = PDFCanvas.Style(size: 8, ink: .faint)
        let height = canvas.height(of: text, style, width: Self.width)
        let noteHeight = canvas.height(of: note, small, width: Self.width)
        let canvas = canvas
        waiting.append(
            (
                height + noteHeight + 4,
                { y in
                    canvas.draw(text, style, x: Self.left, y: y, width: Self.width)
                    canvas.draw(note, small, x: Self.left, y: y + height, width: Self.width)
                }
            ))
    }

    private mutating func addFacts(_ facts: [(name: String, value: String)]) {
        for (name, value) in facts {
            let lines = value.split(separator: "\n", maxSplits: 1).map(String.init)
            addRow([
                Part(text: name, style: PDFCanvas.Style(size: 9, ink: .faint), x: 0, width: Self.width * 0.24),
                Part(
                    text: lines.first ?? "", style: PDFCanvas.Style(size: 9), x: Self.width * 0.24,
                    width: Self.width * 0.76, note: lines.count > 1 ? lines[1] : ""),
            ])
        }
        y += 4
    }

    /// Four lines side by side.
    private mutating func addSignatures(_ names: [String]) {
        let canvas = canvas
        let gap = 18.0
        let width = (Self.width - 3 * gap) / 4
        let rows = (names.count + 3) / 4
        place(Double(rows) * 46) { y in
            for (index, name) in names.enumerated() {
                let x = Self.left + Double(index % 4) * (width + gap)
                let line = y + Double(index / 4) * 46 + 42
                canvas.draw(name, PDFCanvas.Style(size: 9), x: x, y: y + Double(index / 4) * 46, width: width)
                canvas.line(x1: x, y1: line, x2: x + width, y2: line, .text, width: 0.7)
            }
        }
    }
}

// MARK: Tables

extension PDFPages {
    private struct Part {
        let text: String
        let style: PDFCanvas.Style
        let x: Double
        let width: Double
        /// Lines below the first, smaller.
        var note = ""
    }

    private func height(of parts: [Part]) -> Double {
        let heights = parts.map { part in
            canvas.height(of: part.text, part.style, width: part.width - 6)
                + (part.note.isEmpty ? 0 : canvas.height(of: part.note, Self.noteStyle, width: part.width - 6))
        }
        return (heights.max() ?? 0) + 5
    }

    private static let noteStyle = PDFCanvas.Style(size: 7, ink: .faint)

    private func drawing(of parts: [Part], height: Double, ink: Drawing.Ink, line: Double) -> (Double) -> Void {
        let canvas = canvas
        return { y in
            for part in parts {
                canvas.draw(part.text, part.style, x: Self.left + part.x, y: y + 2, width: part.width - 6)
                guard !part.note.isEmpty else { continue }
                let above = canvas.height(of: part.text, part.style, width: part.width - 6)
                canvas.draw(part.note, Self.noteStyle, x: Self.left + part.x, y: y + 2 + above, width: part.width - 6)
            }
            canvas.line(
                x1: Self.left, y1: y + height - 0.5, x2: Self.left + Self.width, y2: y + height - 0.5, ink, width: line)
        }
    }

    private mutating func addRow(_ parts: [Part]) {
        let height = height(of: parts)
        place(height, drawing(of: parts, height: height, ink: .line, line: 0.4))
    }

    fileprivate mutating func addTable(_ columns: [ReportDocument.Column], _ rows: [[ReportDocument.Cell]]) {
        var places: [(x: Double, width: Double)] = []
        var x = 0.0
        for column in columns {
            let width = Self.width * Double(column.width) / 100
            places.append((x, width))
            x += width
        }
        let head = zip(columns, places).map { column, place in
            Part(
                text: column.title,
                style: PDFCanvas.Style(size: 8.5, face: .bold, alignment: column.isNumber ? .right : .left),
                x: place.x, width: place.width)
        }
        let headHeight = height(of: head)
        waiting.append((headHeight, drawing(of: head, height: headHeight, ink: .text, line: 0.9)))
        for row in rows {
            let parts = zip(zip(columns, places), row).map { column, cell in
                let lines = cell.text.split(separator: "\n", maxSplits: 1).map(String.init)
                return Part(
                    text: lines.first ?? "",
                    style: PDFCanvas.Style(
                        size: column.0.isCode ? 7.2 : 8.5, face: column.0.isCode ? .code : .plain, ink: cell.ink,
                        alignment: column.0.isNumber ? .right : .left),
                    x: column.1.x, width: column.1.width, note: lines.count > 1 ? lines[1] : "")
            }
            let height = height(of: parts)
            if y + height > Self.bottom, waiting.isEmpty {
                newPage()
                waiting.append((headHeight, drawing(of: head, height: headHeight, ink: .text, line: 0.9)))
            }
            place(height, drawing(of: parts, height: height, ink: .line, line: 0.4))
        }
        // A table of nothing has no head either.
        if rows.isEmpty { waiting = [] }
        y += 6
    }
}
