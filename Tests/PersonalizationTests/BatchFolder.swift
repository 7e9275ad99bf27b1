import CardProfiles
import Foundation
import Messages

@testable import Personalization

/// The repository's own folders.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let sampleBatch = root + "/Samples/sample-batch"
    static let formalBatch = root + "/Samples/formal-batch"
    /// The test-key edition of the card with an overlay on top.
    static func profile(overlay: String) throws -> CardProfile {
        let card = root + "/CardProfiles/resident-health-card"
        return try CardProfile(
            yaml: String(contentsOfFile: card + ".yaml", encoding: .utf8), file: "card.yaml",
            overlays: [
                (yaml: try String(contentsOfFile: card + "+test-keys.yaml", encoding: .utf8), file: "test-keys.yaml"),
                (yaml: overlay, file: "overlay.yaml"),
            ])
    }
    static let images = root + "/TestVectors/images"
}

/// A copy of a sample batch that a test may spoil; it goes when the test ends.
final class BatchFolder {
    let path: String

    init(copying source: String = Repository.sampleBatch) throws {
        path = NSTemporaryDirectory() + "batch-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: source, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ file: String) throws -> String { try String(contentsOfFile: path + "/" + file, encoding: .utf8) }

    func write(_ text: String, to file: String) throws { try write(Data(text.utf8), to: file) }

    func write(_ data: Data, to file: String) throws { try data.write(to: URL(filePath: path + "/" + file)) }

    /// Replaces text that must be there.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = try text(file)
        guard text.contains(old) else { throw Missing(text: old) }
        try write(text.replacing(old, with: new, maxReplacements: 1), to: file)
    }

    /// The name of the reply of a verifier.
    func reply(_ verifier: Verifier) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        guard let name = names.first(where: { $0.hasPrefix(verifier.rawValue) }) else {
            throw Missing(text: verifier.rawValue)
        }
        return name
    }

    /// Sets a column of the row of one person; no field of the samples is quoted.
    func set(_ column: String, to value: String, of idNumber: String) throws {
        var lines = try text("applications.csv").split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let field = lines[0].firstIndex(of: column),
            let row = lines.firstIndex(where: { $0.first == idNumber })
        else { throw Missing(text: column) }
        lines[row][field] = value
        try write(lines.map { $0.joined(separator: ",") }.joined(separator: "\r\n"), to: "applications.csv")
    }

    struct Missing: Error { let text: String }
}

/// What a problem says, in English.
extension BatchProblem {
    var what: String { finding.what(in: .english) }
    var remedy: String { finding.hint(in: .english) ?? "" }
}
