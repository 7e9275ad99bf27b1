import Foundation
import Testing

@testable import Personalization

/// The pinned images against a second implementation, written from the protocol page alone (`Tests/Independent`).
@Suite struct IndependentImageTests {
    private struct Pinned: Decodable {
        struct Directory: Decodable { let files: [File] }
        struct File: Decodable {
            let path: String
            let size: Int
            let fill: String
            let records: [String]?
            let content: String?
        }
        let chipSerial: String
        let directories: [Directory]
    }

    /// A file's content, as the other implementation prints it.
    private enum Content: Decodable, Equatable {
        case records([String])
        case bytes(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bytes = try? container.decode(String.self) {
                self = .bytes(bytes)
            } else {
                self = .records(try container.decode([String].self))
            }
        }
    }
    private struct Printed: Decodable { let contents: [String: Content] }

    private func independent(serial: String, idNumber: String) throws -> Printed {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-B", Repository.root + "/Tests/Independent/personalize.py", "--image", serial, "--batch",
            Repository.sampleBatch, "--id", idNumber,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONDecoder().decode(Printed.self, from: data)
    }

    /// Signatures differ, since SM2 leaves their random number to the signer: the last 64 bytes of item 5.
    private func withoutSignature(_ record: String) -> String {
        record.hasPrefix("05b4") ? String(record.dropLast(128)) : record
    }

    @Test func pinnedImagesAreWhatThePageSays() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.images).sorted()
        #expect(names.count == 24)
        for name in names {
            let data = try Data(contentsOf: URL(filePath: Repository.images + "/" + name))
            let pinned = try JSONDecoder().decode(Pinned.self, from: data)
            let printed = try independent(
                serial: pinned.chipSerial, idNumber: String(name.dropLast(".json".count)))
            let files = pinned.directories.flatMap(\.files)
            #expect(Set(files.map(\.path)) == Set(printed.contents.keys))
            for file in files {
                switch printed.contents[file.path] {
                case .records(let records)?:
                    #expect(
                        file.records?.map(withoutSignature) == records.map(withoutSignature), "\(file.path) of \(name)")
                case .bytes(let bytes)?:
                    let content = file.content ?? ""
                    let rest = String(repeating: file.fill, count: file.size - content.utf8.count / 2)
                    #expect(content + rest == bytes, "\(file.path) of \(name)")
                case nil: Issue.record("\(file.path) is unknown to the other implementation")
                }
            }
        }
    }
}
