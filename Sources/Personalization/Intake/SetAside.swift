import CardProfiles

/// The rows an operator leaves out of a batch, by name: by row, or by identity number read from a file, so that no
/// number need be typed where a shell remembers it.
public struct SetAside: Sendable {
    /// Lines a list may have.
    public static let mostLines = 1_000_000

    /// Rows of `applications.csv`.
    private(set) var rows: Set<Int> = []
    /// By packed number the line of the list.
    private(set) var idNumbers: [UInt64: Int] = [:]

    /// Nobody.
    public init() {}

    public init(rows: some Sequence<Int>) { self.rows = Set(rows) }

    public var isEmpty: Bool { rows.isEmpty && idNumbers.isEmpty }

    /// Adds what a list names: on each line a row or an identity number; empty lines and what follows `#` do not count.
    ///
    /// - Throws: the lines that are neither.
    public mutating func add(list: String, file: String) throws(BatchError) {
        var problems: [BatchProblem] = []
        let lines = list.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.prefix(Self.mostLines).enumerated() {
            let text = EnteredText.trimmed(String(line.prefix { $0 != "#" }))
            if text.isEmpty { continue }
            if text.utf8.count < 10, let row = Int(text), row > 1 {
                rows.insert(row)
            } else if let idNumber = try? IDNumber(anySpelling: text) {
                idNumbers[idNumber.packed] = index + 1
            } else {
                problems.append(
                    BatchProblem(
                        .setAsideUnknown, .record(file: file, number: index + 1), "is no row and no identity number",
                        remedy: "write the row as an editor counts lines; the header is row 1"))
            }
        }
        guard problems.isEmpty else { throw BatchError(problems) }
    }

    func contains(_ row: CheckedRow) -> Bool {
        guard !isEmpty else { return false }
        return rows.contains(row.line) || row.idNumber.map { idNumbers[$0.packed] != nil } ?? false
    }
}
