import CardProfiles
import ElectronicCard
import Foundation

/// `TestVectors/electronic-card.json`.
struct Vectors: Decodable {
    struct Person: Codable, Sendable, Equatable {
        let type, number, name, validUntil, mainIndex, factor, userKey, id, validity, `static`, dynamic: String

        func identity() throws -> HolderIdentity {
            try HolderIdentity(DocumentType(rawValue: type) ?? .other, number: number, name: name)
        }

        func until() throws -> CalendarDateTime {
            guard let time = CalendarDateTime(digits: validUntil.utf8) else { throw VectorError() }
            return time
        }
    }

    struct Text: Decodable, Sendable {
        let why, kind: String
        let text, `repeat`, hex, reason, id, validity, payment, issuer, prefix, number, service: String?
        let times: Int?
        let mayAlsoBe, normalized: [String]?

        var bytes: [UInt8] {
            if let hex { return Vectors.bytes(hex) }
            return Array((text ?? "").utf8) + (0..<(times ?? 0)).flatMap { _ in Array((`repeat` ?? "").utf8) }
        }
    }

    struct VectorError: Error {}

    let root, protection: String
    let published: Person
    let people: [Person]
    let texts: [Text]

    static let shared = Result {
        let url = Repository.root.appendingPathComponent("TestVectors/electronic-card.json")
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}

enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func independent(_ name: String) -> String {
        root.appendingPathComponent("Tests/Independent/\(name)").path
    }
}

/// A folder that is gone after the test.
final class TestFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("ecard-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ text: String? = nil, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        if let text {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }
        return file
    }
}

/// A program that is run to its end; its input and output go through files.
enum Tool {
    static func run(_ program: String, _ arguments: [String], input: Data = Data()) throws -> (
        status: Int32, output: Data
    ) {
        let folder = try TestFolder()
        let inputPath = folder.path + "/input"
        try input.write(to: URL(fileURLWithPath: inputPath))
        _ = FileManager.default.createFile(atPath: folder.path + "/output", contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/output"))
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try Data(contentsOf: URL(fileURLWithPath: folder.path + "/output")))
    }

    static func python(_ script: String, _ arguments: [String], input: Data = Data()) throws -> (
        status: Int32, output: Data
    ) {
        try run("/usr/bin/python3", [Repository.independent(script)] + arguments, input: input)
    }
}
