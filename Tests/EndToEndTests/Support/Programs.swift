import Foundation

#if canImport(Glibc)
    import Glibc
#endif

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

    /// A program beside the test, started and awaited by hand: Foundation's Process learns of an end through a socket
    /// that programs started at the same time inherit, and then waits for those as well. Output goes through files, so
    /// that no full pipe can stop anybody.
    final class Running {
        private let folder: URL
        private let identifier: pid_t
        private var status: Int32?

        init(_ program: String, _ arguments: [String]) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            for (descriptor, name) in [(Int32(1), "output"), (2, "errors")] {
                let path = folder.appendingPathComponent(name).path
                posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            }
            // Nor may it inherit what others in this process wait to see closed.
            for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
            // A thread of the pool holds every signal back, and a program would inherit that: SIGTERM could not end it.
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            sigaddset(&signals, SIGTERM)
            sigaddset(&signals, SIGPIPE)
            posix_spawnattr_setsigdefault(&attributes, &signals)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
            var environment = ProcessInfo.processInfo.environment
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            var words = ([program] + arguments).map { strdup($0) } + [nil]
            var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer { (words + variables).forEach { free($0) } }
            var identifier: pid_t = 0
            let failure = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
            guard failure == 0 else {
                throw ProgramError(description: "\(program) does not start: \(String(cString: strerror(failure)))")
            }
            self.identifier = identifier
        }

        deinit {
            _ = try? stop()
            try? FileManager.default.removeItem(at: folder)
        }

        /// The end of the program; a status above 128 is a signal.
        func wait() throws -> Outcome {
            while status == nil {
                var code: Int32 = 0
                let ended = waitpid(identifier, &code, 0)
                if ended == identifier {
                    status = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
                } else if errno != EINTR {
                    throw ProgramError(description: "cannot wait for a program: \(String(cString: strerror(errno)))")
                }
            }
            return Outcome(
                status: status ?? -1, output: try Data(contentsOf: folder.appendingPathComponent("output")),
                errors: String(
                    decoding: try Data(contentsOf: folder.appendingPathComponent("errors")), as: UTF8.self))
        }

        /// SIGTERM, then the end.
        func stop() throws -> Outcome {
            if status == nil { kill(identifier, SIGTERM) }
            return try wait()
        }
    }
}
