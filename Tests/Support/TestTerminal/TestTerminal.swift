import Messages

/// A terminal as far as a live view needs one: CR, LF, BEL, CSI A, J and K, wrapping, scrolling, resizing. Anything else
/// that would steer it is kept in ``strange``.
public struct TestTerminal: Sendable {
    public struct Line: Equatable, Sendable {
        public var cells: [String] = []
        /// Whether it goes on where the line before was full.
        public var isContinued = false

        public var text: String {
            String(cells.joined().reversed().drop { $0 == " " }.reversed())
        }
    }

    public private(set) var columns: Int
    public private(set) var rows: Int
    /// Whether lines are broken anew when the width changes; other terminals cut them.
    public let reflows: Bool
    /// Whether ambiguous characters have two columns.
    public let isChinese: Bool
    public private(set) var lines = [Line()]
    public private(set) var bells = 0
    public private(set) var strange: [String] = []
    private var x = 0
    private var y = 0

    public init(columns: Int, rows: Int = 24, reflows: Bool = true, isChinese: Bool = false) {
        self.columns = columns
        self.rows = rows
        self.reflows = reflows
        self.isChinese = isChinese
    }

    /// All that was ever on it and was not erased, the part that was scrolled away included.
    public var text: [String] { lines.map(\.text) }
    /// What can be seen of it, from the first line that was not scrolled away.
    public var screen: [String] { lines[min(top, lines.count - 1)...].map(\.text) }
    private var top = 0

    public mutating func receive(_ output: String) {
        var rest = Array(output.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": x = 0
            case "\n":
                x = 0
                advance()
            case "\u{7}": bells += 1
            case "\u{1B}": rest = control(rest)
            default:
                if scalar.properties.generalCategory == .control { strange.append(String(scalar)) }
                put(scalar)
            }
        }
    }

    private mutating func control(_ rest: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        guard rest.first == "[",
            let end = rest.dropFirst().firstIndex(where: { !"0123456789;".unicodeScalars.contains($0) })
        else {
            strange.append("ESC")
            return rest
        }
        let digits = String(String.UnicodeScalarView(rest[rest.index(after: rest.startIndex)..<end]))
        switch rest[end] {
        case "A": y = max(top, y - max(1, Int(digits) ?? 1))
        case "J" where digits.isEmpty:
            lines.removeSubrange((y + 1)...)
            cut()
        case "K" where digits.isEmpty: cut()
        default: strange.append("CSI \(digits)\(rest[end])")
        }
        return rest[rest.index(after: end)...]
    }

    private mutating func cut() {
        lines[y].cells.removeSubrange(min(x, lines[y].cells.count)...)
        if x == 0 { lines[y].isContinued = false }
    }

    private mutating func advance() {
        y += 1
        if y == lines.count { lines.append(Line()) }
        // What was scrolled away does not come back when something is erased.
        top = max(top, y - rows + 1)
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = isChinese ? DisplayWidth.mostColumns(of: scalar) : DisplayWidth.columns(of: scalar)
        guard width > 0 else {
            if x > 0, x <= lines[y].cells.count { lines[y].cells[x - 1].unicodeScalars.append(scalar) }
            return
        }
        if x + width > columns {
            x = 0
            advance()
            lines[y] = Line(isContinued: true)
        }
        while lines[y].cells.count < x + width { lines[y].cells.append(" ") }
        lines[y].cells[x] = String(scalar)
        if width == 2 { lines[y].cells[x + 1] = "" }
        x += width
    }

    public mutating func resize(columns: Int, rows: Int? = nil) {
        self.rows = rows ?? self.rows
        // What was scrolled away stays there.
        defer { top = min(max(top, lines.count - self.rows), lines.count - 1) }
        guard columns != self.columns else { return }
        self.columns = columns
        guard reflows else {
            for index in lines.indices { lines[index].cells.removeSubrange(min(columns, lines[index].cells.count)...) }
            x = min(x, columns - 1)
            return
        }
        // The cursor stands at the beginning of the last line whenever a view is resized here.
        var whole: [[String]] = []
        for line in lines {
            if line.isContinued, !whole.isEmpty {
                whole[whole.count - 1] += line.cells
            } else {
                whole.append(line.cells)
            }
        }
        lines = []
        for cells in whole {
            var piece: [String] = []
            var isFirst = true
            var index = 0
            while index < cells.count {
                let width = index + 1 < cells.count && cells[index + 1].isEmpty ? 2 : 1
                if piece.count + width > columns {
                    lines.append(Line(cells: piece, isContinued: !isFirst))
                    (piece, isFirst) = ([], false)
                }
                piece += cells[index..<index + width]
                index += width
            }
            lines.append(Line(cells: piece, isContinued: !isFirst))
        }
        (x, y) = (0, lines.count - 1)
    }
}
