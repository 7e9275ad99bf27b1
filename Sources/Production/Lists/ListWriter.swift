import Foundation
import Messages

/// Writes one list row by row, in one format. The rows' texts are not kept.
struct ListWriter {
    struct Column {
        /// The item's name, as CSV and JSON have it.
        let name: String
        /// For people.
        let title: String
        /// Columns of a terminal the text form leaves for it.
        let width: Int
        var isNumber = false
    }

    let format: ListFormat
    private let columns: [Column]
    private(set) var rows = 0

    init(_ format: ListFormat, columns: [Column]) {
        self.format = format
        self.columns = columns
    }

    /// - Parameters:
    ///   - title: the heading for people.
    ///   - members: what the JSON says before its rows; values are texts.
    func head(_ title: String, members: [(name: String, value: String)]) -> String {
        switch format {
        case .text: "\(title)\n\n" + line(columns.map(\.title)) + "\n"
        case .csv: columns.map(\.name).joined(separator: ",") + "\r\n"
        case .json:
            "{" + members.map { "\(Self.quoted($0.name)):\(Self.quoted($0.value))," }.joined() + "\"rows\":["
        }
    }

    /// - Parameter fields: as many as there are columns; an empty one is left out of the JSON.
    mutating func row(_ fields: [String]) -> String {
        defer { rows += 1 }
        switch format {
        case .text: return line(fields) + "\n"
        case .csv: return fields.map(Self.field).joined(separator: ",") + "\r\n"
        case .json:
            let members = zip(columns, fields).filter { !$0.1.isEmpty }.map { column, field in
                "\(Self.quoted(column.name)):\(column.isNumber && Int(field) != nil ? field : Self.quoted(field))"
            }
            return (rows == 0 ? "\n{" : ",\n{") + members.joined(separator: ",") + "}"
        }
    }

    /// - Parameter total: the last line for people.
    func foot(_ total: String) -> String {
        switch format {
        case .text: "\n\(total)\n"
        case .csv: ""
        case .json: (rows == 0 ? "" : "\n") + "],\"count\":\(rows)}\n"
        }
    }

    private func line(_ fields: [String]) -> String {
        var line = ""
        for (column, field) in zip(columns, fields) {
            let shown = Self.shown(field)
            line += shown + String(repeating: " ", count: max(1, column.width - DisplayWidth.columns(of: shown)) + 1)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// Nothing of a batch may move the cursor or break a line.
    static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// Spreadsheets run what begins like a formula, so such a field is made a text.
    static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard isFormula || safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
            return safe
        }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
