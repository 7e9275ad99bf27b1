import CardProfiles
import Files
import Messages

/// What a file is that should be a table of comma-separated values in UTF-8, and is none.
public enum TableForm: Message, Hashable {
    case workbook, oldWorkbook, openWorkbook
    case archive, document
    case html, xml, json
    case utf16
    /// A byte 00 on the first line.
    case nul
    /// `sep=,`, which one spreadsheet writes for itself.
    case separatorLine
    /// Columns apart by another character.
    case separator(Character)
    /// Something else, whose first line has none of the columns.
    case noTable
    case noRows
}

extension TableForm {
    /// Bytes that are looked at.
    static let head = 65536
    /// Bytes of what stands first in a file.
    private static let beginning = 512

    /// What the first bytes of a file say, whatever is expected in it; nil for what may be a table.
    static func ofBytes(_ bytes: [UInt8]) -> TableForm? {
        func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
        func contains(_ text: String, in limit: Int = beginning) -> Bool {
            BatchFolderSearch.contains(Array(bytes.prefix(limit)), Array(text.utf8))
        }
        if begins("PK\u{3}\u{4}") || begins("PK\u{5}\u{6}") {
            if contains("application/vnd.oasis.opendocument") { return .openWorkbook }
            return contains("[Content_Types].xml", in: head) || contains("xl/", in: head) ? .workbook : .archive
        }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return .oldWorkbook }
        if BatchFolderSearch.isPacked(bytes) { return .archive }
        if begins("%PDF") || begins("{\\rtf") { return .document }
        return bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || isWide(bytes)
            ? .utf16 : nul(bytes)
    }

    /// What a text says that is not the table that is expected.
    static func ofText(_ bytes: [UInt8]) -> TableForm? {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let start = text.drop { $0 <= 0x20 }
        let first = String(decoding: start.prefix(beginning), as: UTF8.self).lowercased()
        if separatorLine(first) { return .separatorLine }
        if first.hasPrefix("<?xml") { return .xml }
        if first.hasPrefix("<") { return first.contains("<pack") ? .xml : .html }
        return first.hasPrefix("{") || first.hasPrefix("[") ? .json : nil
    }

    private static func separatorLine(_ text: String) -> Bool {
        let line = text.prefix { !$0.isNewline }.drop { $0 == "\"" }
        return line.hasPrefix("sep=") && line.utf8.count <= 8
    }

    /// Whether every other byte of the first line is 0, as in UTF-16 without a mark.
    private static func isWide(_ bytes: [UInt8]) -> Bool {
        let start = bytes.prefix(64)
        guard start.count >= 8 else { return false }
        let even = start.enumerated().count { $0.offset.isMultiple(of: 2) && $0.element == 0 }
        let odd = start.enumerated().count { !$0.offset.isMultiple(of: 2) && $0.element == 0 }
        return max(even, odd) * 5 >= start.count * 2 && min(even, odd) * 8 <= start.count
    }

    /// In the line that names the columns; one elsewhere is told with its row and column.
    private static func nul(_ bytes: [UInt8]) -> TableForm? {
        bytes.prefix { $0 != 0x0A && $0 != 0x0D }.contains(0) ? .nul : nil
    }
}

/// Finds out what stands between the columns of a table, by its first line.
struct TableSeparator {
    /// What other programs write, and nothing here takes.
    private static let foreign: [Character] = ["|", "^", "~", "\u{1}", "，", "；"]

    /// - Parameters:
    ///   - open: a reader of the table from its beginning.
    ///   - isHeader: whether fields may be those of the first line.
    /// - Returns: comma, semicolon or tab, where that makes columns of the first line; nil where none does.
    static func found(
        _ open: () throws(CSVError) -> CSVReader, isHeader: ([String]) -> Bool
    ) throws(CSVError) -> UInt8? {
        for separator in [CSVReader.comma] + CSVReader.otherSeparators {
            let reader = try open()
            reader.separate(by: separator)
            // A quote in the wrong place is told of the comma, which is what is expected.
            guard let header = (try? reader.next()) ?? nil else { continue }
            if header.fields.count > 1, isHeader(header.fields) { return separator }
        }
        return nil
    }

    /// Another character that would make columns of a first line.
    static func foreign(in line: String, isHeader: ([String]) -> Bool) -> Character? {
        foreign.first { separator in
            let fields = line.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            return fields.count > 1 && isHeader(fields)
        }
    }
}
