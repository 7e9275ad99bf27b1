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

    /// Adds what a list names, which is in UTF-8.
    ///
    /// - Throws: that it is something else, a workbook or in another character set, or the lines that name nobody.
    public mutating func add(list bytes: [UInt8], file: String) throws(BatchError) {
        if let form = TableForm.ofBytes(bytes) {
            throw BatchError([BatchProblem(.table(.form(form)), .file(file))])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BatchError([BatchProblem(.table(.notUTF8), .file(file))])
        }
        if let form = TableForm.ofText(bytes) {
            throw BatchError([BatchProblem(.table(.form(form)), .file(file))])
        }
        try add(list: text, file: file)
    }

    /// Adds what a list names: on each line a row or an identity number, as spreadsheets save them too: in quotes, in
    /// full-width digits, under the header `row`, with a reason behind a comma, semicolon or tab. Empty lines and what
    /// follows `#` do not count.
    ///
    /// - Throws: the lines that are neither.
    public mutating func add(list: String, file: String) throws(BatchError) {
        var problems: [BatchProblem] = []
        var isFirst = true
        let lines = list.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.prefix(Self.mostLines).enumerated() {
            let text = Self.named(line)
            if text.isEmpty { continue }
            defer { isFirst = false }
            if isFirst, ListWords.isOfRowOrNumber(text) { continue }
            if text.utf8.count < 10, let row = Int(text), row > 1 {
                rows.insert(row)
            } else if let idNumber = try? IDNumber(anySpelling: text) {
                idNumbers[idNumber.packed] = index + 1
            } else {
                problems.append(BatchProblem(.choice(.notARow), .record(file: file, number: index + 1)))
            }
        }
        guard problems.isEmpty else { throw BatchError(problems) }
    }

    /// The row or number a line names; the line as it is where more than one may be meant.
    private static func named(_ line: Substring) -> String {
        func plain(_ field: Substring) -> String {
            var plain = String.UnicodeScalarView()
            for scalar in field.unicodeScalars {
                let value = scalar.value
                let isWide = (0xFF01...0xFF5E).contains(value)
                let narrow = isWide ? Unicode.Scalar(UInt8(value - 0xFEE0)) : scalar
                if narrow == "\"" || value == 0xFEFF || value == 0x200B || narrow.properties.isWhitespace { continue }
                plain.append(narrow)
            }
            return String(plain)
        }
        let fields = line.prefix { $0 != "#" }
            .split(omittingEmptySubsequences: false) { ",;\t，；".contains($0) }.map(plain)
        let isList = fields.dropFirst().contains { Int($0) != nil || (try? IDNumber(anySpelling: $0)) != nil }
        return isList ? fields.joined(separator: ",") : fields.first ?? ""
    }

    func contains(_ row: CheckedRow) -> Bool {
        guard !isEmpty else { return false }
        return rows.contains(row.line) || row.idNumber.map { idNumbers[$0.packed] != nil } ?? false
    }

    /// - Parameter id: ``CardProfiles/IDNumber/packed``
    func names(line: Int, id: UInt64) -> Bool { !isEmpty && (rows.contains(line) || idNumbers[id] != nil) }
}
