import Messages

/// Keeps some rows at the end of a terminal up to date: what it says is to be sent there, in this order, and nothing else
/// while rows are shown. It steers with CR, LF, CSI A and CSI J only.
public struct ScreenPainter: Sendable {
    /// Columns of each row that is on the screen, as many as it may take at most.
    private var drawn: [Int] = []

    public init() {}

    /// How many rows are on the screen where nothing was resized since.
    public var rowCount: Int { drawn.count }

    /// Puts rows in the place of those that were painted last.
    ///
    /// - Parameters:
    ///   - rows: each narrower than the terminal, without anything that steers it.
    ///   - columns: of the terminal, now.
    public mutating func paint(_ rows: [String], columns: Int) -> String {
        let cleared = clear(columns: columns)
        drawn = rows.map { DisplayWidth.mostColumns(of: $0) }
        return cleared + rows.map { $0 + "\n" }.joined()
    }

    /// Takes the rows away; what is written next stands where they were.
    public mutating func clear(columns: Int) -> String {
        guard !drawn.isEmpty else { return "" }
        // A terminal that was made narrower may have broken rows in two. One that cuts them instead loses as many lines of
        // what stands above: that is written once and can be spared, a row that is left behind is wrong for good.
        // A Chinese character that does not fit leaves the last column free.
        let room = max(1, columns - 1)
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + room - 1) / room) }
        drawn = []
        return "\r\u{1B}[\(rows)A\u{1B}[J"
    }
}
