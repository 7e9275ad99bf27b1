import Foundation

@testable import CardProfiles

/// Files of the repository, for tests.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static let baseFile = "resident-health-card.yaml"

    static func base() throws -> String { try text("CardProfiles/" + baseFile) }

    static func json(_ path: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(try text(path).utf8))
        return object as? [String: Any] ?? [:]
    }

    /// The line, from 1, of the first occurrence of a text.
    static func line(of fragment: String, in text: String) -> Int? {
        text.range(of: fragment).map { text[..<$0.lowerBound].utf8.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 } }
    }

    static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
