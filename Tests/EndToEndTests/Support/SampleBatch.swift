import Foundation
import Testing

/// The sample batch as its files say, read without any code of ours.
enum SampleBatch {
    struct Applicant: Sendable, CustomTestStringConvertible {
        /// As an editor counts lines.
        let row: Int
        /// Columns that are not empty.
        let columns: [String: String]

        var id: String { columns["idNumber"] ?? "" }
        /// The serial for which `TestVectors/images` holds this person's image.
        var serial: String { "52484300000000" + String(row + 0x100, radix: 16, uppercase: true).suffix(2) }
        var testDescription: String { "row \(row)" }
    }

    /// No field of the samples is quoted.
    static func fields(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    static let applicants: [Applicant] = {
        let text = (try? String(contentsOfFile: Programs.sampleBatch + "/applications.csv", encoding: .utf8)) ?? ""
        let rows = fields(text)
        guard let header = rows.first else { return [] }
        return rows.enumerated().dropFirst().map { index, row in
            let columns = zip(header, row).filter { !$0.1.isEmpty }
            return Applicant(row: index + 1, columns: Dictionary(columns) { first, _ in first })
        }
    }()

    /// A man of 29 with a minority name; row 2.
    static let man = "99646919970325667X"

    /// The rest of the command line of one applicant.
    static func options(_ id: String = man, batch: String = Programs.sampleBatch) -> [String] {
        ["--batch", batch, "--id", id]
    }
}

/// A folder that goes when the test ends.
final class TestFolder: Sendable {
    let path = NSTemporaryDirectory() + "end-to-end-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of a batch that a test may spoil.
    init(copying batch: String) throws {
        try FileManager.default.copyItem(atPath: batch, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func write(_ data: Data, to name: String) throws { try data.write(to: URL(fileURLWithPath: file(name))) }

    func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

    /// Replaces text that must be there.
    func edit(_ name: String, _ old: String, _ new: String) throws {
        let text = try text(name)
        guard let place = text.range(of: old) else { throw ProgramError(description: "\(name) lacks '\(old)'") }
        try write(text.replacingCharacters(in: place, with: new), to: name)
    }

    /// Sets a column in the row of one person.
    func set(_ column: String, to value: String, of id: String) throws {
        var rows = SampleBatch.fields(try text("applications.csv"))
        guard let field = rows.first?.firstIndex(of: column), let row = rows.firstIndex(where: { $0.first == id })
        else { throw ProgramError(description: "no column \(column), or nobody has the number") }
        rows[row][field] = value
        try write(rows.map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "applications.csv")
    }
}

/// A virtual card's file as it lies on the disk.
struct StateFile {
    let path: String

    func json() throws -> JSONValue { try JSONValue(Data(contentsOf: URL(fileURLWithPath: path))) }

    /// What the card holds, without the count of transactions that led there.
    func content() throws -> JSONValue {
        var members = try json().members
        members["sequence"] = nil
        return .object(members)
    }

    /// Transactions since the JSON was written.
    var journalLines: Int {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: path + ".journal"))) ?? Data()
        return max(0, data.count { $0 == 0x0A } - 1)
    }

    /// The bytes of a file of the card: its records, or its content alone.
    func file(_ directory: String, _ identifier: String) throws -> JSONValue? {
        let found = try json()["directories"]?.elements.first { $0["identifier"] == .text(directory) }
        return found?["files"]?.elements.first { $0["identifier"] == .text(identifier) }
    }
}
