import Foundation

/// What went wrong around a program under test, not in it.
struct ProgramError: Error, CustomStringConvertible {
    let description: String
}

/// The programs of this repository and their two-sided use: run to the end, or run beside the test.
enum Programs {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let sampleBatch = root.appendingPathComponent("Samples/sample-batch").path

    /// `HEALTHCARD_BINARY`, else the younger of the debug and release builds: a stale one must not be tested.
    static func healthcard() throws -> String {
        if let named = ProcessInfo.processInfo.environment["HEALTHCARD_BINARY"], !named.isEmpty { return named }
        let built = ["debug", "release"].map { root.appendingPathComponent(".build/\($0)/healthcard").path }
        let dated = built.compactMap { path -> (String, Date)? in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.modificationDate] as? Date).map { (path, $0) }
        }
        guard let youngest = dated.max(by: { $0.1 < $1.1 }) else {
            throw ProgramError(description: "no healthcard program in .build: run swift build first")
        }
        return youngest.0
    }

    static func independent(_ script: String) -> String {
        root.appendingPathComponent("Tests/Independent/\(script)").path
    }

    /// Debian's own Python: the independent programs use its packages and no others.
    static let python = "/usr/bin/python3"

    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String]) throws -> Outcome {
        let running = try Running(program, arguments)
        return try running.wait()
    }

    /// Runs a program that has to end with 0, and gives what it printed.
    @discardableResult
    static func output(_ program: String, _ arguments: [String]) throws -> Data {
        let outcome = try run(program, arguments)
        guard outcome.status == 0 else {
            let name = ([program] + arguments).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            throw ProgramError(
                description: "\(name.joined(separator: " ")) ended with \(outcome.status): \(outcome.errors)"
                    + String(decoding: outcome.output.prefix(4000), as: UTF8.self))
        }
        return outcome.output
    }

    /// A program beside the test. Its output goes through files, so that no full pipe can stop it.
    final class Running {
        private let process = Process()
        private let folder: URL

        init(_ program: String, _ arguments: [String]) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("interop-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in ["output", "errors"] {
                try Data().write(to: folder.appendingPathComponent(name))
            }
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: folder.appendingPathComponent("output"))
            process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("errors"))
            var environment = ProcessInfo.processInfo.environment
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            process.environment = environment
            try process.run()
        }

        deinit {
            if process.isRunning { process.terminate() }
            try? FileManager.default.removeItem(at: folder)
        }

        func wait() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try Data(contentsOf: folder.appendingPathComponent("output")),
                errors: String(
                    decoding: try Data(contentsOf: folder.appendingPathComponent("errors")), as: UTF8.self))
        }

        /// SIGTERM, then the end.
        func stop() throws -> Outcome {
            if process.isRunning { process.terminate() }
            return try wait()
        }
    }
}
