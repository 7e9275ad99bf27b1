import Foundation

@testable import Personalization

/// A batch of people who do not exist, made for one test; every police record is 62, so nobody needs a photo.
final class SyntheticBatch {
    let path = NSTemporaryDirectory() + "synthetic-" + UUID().uuidString
    let count: Int
    /// The applicants in the bank's order, as indexes of rows.
    let bankOrder: [Int]

    deinit { try? FileManager.default.removeItem(atPath: path) }

    init(count: Int, packet: Int = 1000) throws {
        self.count = count
        bankOrder = (0..<count).map { ($0 &* 7919) % count }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.sampleBatch + "/batch.json", toPath: path + "/batch.json")
        let sample = try String(contentsOfFile: Repository.sampleBatch + "/applications.csv", encoding: .utf8)
        let lines = sample.split(whereSeparator: \.isNewline).prefix(2).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var text = lines[0].joined(separator: ",") + "\r\n"
        for index in 0..<count {
            let number = Self.idNumber(index)
            var row = lines[1]
            for (column, value) in [
                "idNumber": number, "documentNumber": number, "name": Self.name(index),
                "sex": (index % 999) % 2 == 0 ? "1" : "2", "birthDate": "1980-01-01",
                "collectionPoint": "\"点,\(index % 7)\"",
            ] {
                if let field = lines[0].firstIndex(of: column) { row[field] = value }
            }
            text += row.joined(separator: ",") + "\r\n"
        }
        try Data(text.utf8).write(to: URL(filePath: path + "/applications.csv"))
        try writeReplies("XZY_HKXX", packet: 99_999, order: Array(0..<count)) { _, index in
            "<RECORD><CZRKGMSFHM>\(Self.idNumber(index))</CZRKGMSFHM><CZRKXM>\(Self.name(index))</CZRKXM>"
                + "<YCDM>62</YCDM></RECORD>\n"
        }
        try writeReplies("XZY_HKYH", packet: packet, order: bankOrder) { number, index in
            "<RECORD><XH>\(number)</XH><XM>\(Self.name(index))</XM><ZJHM>\(Self.idNumber(index))</ZJHM></RECORD>\n"
        }
    }

    private func writeReplies(_ kind: String, packet: Int, order: [Int], record: (Int, Int) -> String) throws {
        for (sequence, start) in stride(from: 0, to: order.count, by: packet).enumerated() {
            let part = order[start..<min(order.count, start + packet)]
            try Self.write(
                kind, sequence: sequence + 1, type: "02",
                records: part.enumerated().map { record($0.offset + 1, $0.element) }, folder: path)
        }
    }

    /// Writes a reply with the head it needs.
    static func write(_ kind: String, sequence: Int, type: String, records: [String], folder: String) throws {
        let digits = String(sequence)
        let number = "99010000000120261008" + String(repeating: "0", count: 5 - digits.count) + digits
        let text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PACKAGE><PACKAGEHEAD><BBH>2.00</BBH><SJBBH>\(number)</SJBBH>"
            + "<SJBLX>\(type)</SJBLX><JLS>\(records.count)</JLS></PACKAGEHEAD><DATA>\n\(records.joined())</DATA></PACKAGE>"
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(kind)_\(number).XML"))
    }

    static func name(_ index: Int) -> String {
        let given = Array("伟芳娜敏静丽强磊军洋")
        return "王" + String(given[index % 10]) + String(given[index / 10 % 10])
    }

    static func idNumber(_ index: Int) -> String {
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let digits = "99" + padded(index / 999, 4) + "19800101" + padded(1 + index % 999, 3)
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits.utf8, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return digits + String(Array("10X98765432")[sum % 11])
    }
}
