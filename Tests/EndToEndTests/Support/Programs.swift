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

    /// A folder of credentials as systemd gives one, with the PIN of a SAM: `CREDENTIALS_DIRECTORY`.
    static func credentials(pin: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("credentials-\(getpid())-\(pin)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("healthcard-sam-pin")
        if !FileManager.default.fileExists(atPath: file.path) { try Data(pin.utf8).write(to: file, options: .atomic) }
        return folder.path
    }

    /// The folder of the C interface: `HEALTHCARD_C_INTERFACE`, else where `make c-interface` puts it.
    static var cInterface: String {
        let named = ProcessInfo.processInfo.environment["HEALTHCARD_C_INTERFACE"] ?? ""
        return named.isEmpty ? root.appendingPathComponent(".build/c-interface").path : named
    }

    static func independent(_ script: String) -> String {
        root.appendingPathComponent("Tests/Independent/\(script)").path
    }

    /// Debian's own Python: the independent programs use its packages and no others.
    static let python = "/usr/bin/python3"

    struct Outcome: Sendable {
        /// The exit code; above 128, the signal that ended it.
        let status: Int32
        let output: Data
        let errors: String
    }

    /// Runs a program to its end.
    /// - Parameter environment: changes to ours.
    static func run(
        _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await Running(program, arguments, input: input, environment: environment).wait()
    }

    /// Runs `healthcard` to its end.
    static func healthcard(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await run(healthcard(), arguments, input: input, environment: environment)
    }

    /// Runs a program that has to end with 0, and gives what it printed.
    @discardableResult
    static func output(_ program: String, _ arguments: [String], input: String = "") async throws -> Data {
        let outcome = try await run(program, arguments, input: input)
        guard outcome.status == 0 else {
            let name = ([program] + arguments).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            throw ProgramError(
                description: "\(name.joined(separator: " ")) ended with \(outcome.status): \(outcome.errors)"
                    + String(decoding: outcome.output.prefix(4000), as: UTF8.self))
        }
        return outcome.output
    }

    /// Sends a signal as soon as a shell command succeeds. A program does it: the test may be busy at that moment.
    static func send(_ signal: Int32, to process: pid_t, when condition: String) async throws {
        let script = "until \(condition); do sleep 0.005; done; kill -\(signal) \(process)"
        try await output("/bin/bash", ["-c", script])
    }

    /// A program beside the test, started and awaited by hand: Foundation's Process learns of an end through a socket
    /// that programs started at the same time inherit, and then waits for those as well. Output goes through files, so
    /// that no full pipe can stop anybody. Waiting holds no thread: there are only as many as processors, and tests of
    /// other suites need them.
    final class Running {
        private let folder: URL
        private let name: String
        let identifier: pid_t
        private var status: Int32?
        /// Whether the signal that ended it left a core dump.
        private(set) var leftCore = false

        /// - Parameters:
        ///   - output: where it prints to instead, an ``OutputPipe``'s path for one; ``output`` is empty then.
        ///   - environment: changes to ours; a caller's language and reader do not reach the program.
        init(
            _ program: String, _ arguments: [String], input: String = "", output: String? = nil,
            environment changes: [String: String] = [:]
        ) throws {
            name = ([program] + arguments).joined(separator: " ")
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            try Data(input.utf8).write(to: folder.appendingPathComponent("input"))
            posix_spawn_file_actions_addopen(
                &actions, 0, folder.appendingPathComponent("input").path, O_RDONLY, 0)
            for (descriptor, name) in [(Int32(1), "output"), (2, "errors")] {
                let given = descriptor == 1 ? output : nil
                let path = given ?? folder.appendingPathComponent(name).path
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
            for signal in [SIGTERM, SIGINT, SIGPIPE] { sigaddset(&signals, signal) }
            posix_spawnattr_setsigdefault(&attributes, &signals)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
            var environment = ProcessInfo.processInfo.environment
            for name in [
                "HEALTHCARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "HEALTHCARD_READER", "HEALTHCARD_SAM_READER",
                "HEALTHCARD_SAM_PIN",
            ] { environment[name] = nil }
            // Nor what told our own loader anything: keys are opened in no process that was started so.
            for name in environment.keys where name.hasPrefix("LD_") { environment[name] = nil }
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            // Cards of one answer to reset and of many habits come and go here: nobody remembers any.
            environment["XDG_CACHE_HOME"] = "/dev/null"
            environment.merge(changes) { _, changed in changed }
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
            if isRunning {
                send(SIGTERM)
                for _ in 0..<1_000 where isRunning { usleep(5_000) }
                if isRunning { send(SIGKILL) }
            }
            try? FileManager.default.removeItem(at: folder)
        }

        /// What it has printed so far.
        var output: Data { (try? Data(contentsOf: folder.appendingPathComponent("output"))) ?? Data() }
        var errors: Data { (try? Data(contentsOf: folder.appendingPathComponent("errors"))) ?? Data() }

        var isRunning: Bool {
            guard status == nil else { return false }
            var code: Int32 = 0
            guard waitpid(identifier, &code, WNOHANG) == identifier else { return true }
            leftCore = code & 0x80 != 0
            status = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
            return false
        }

        func send(_ signal: Int32) {
            if status == nil { kill(identifier, signal) }
        }

        /// The end of the program. One that hangs is killed, and that is an error.
        func wait(seconds: Double = 120) async throws -> Outcome {
            let deadline = ContinuousClock.now + .seconds(seconds)
            while isRunning {
                guard ContinuousClock.now < deadline else {
                    send(SIGKILL)
                    throw ProgramError(
                        description: "\(name) did not end in \(seconds) seconds: "
                            + String(decoding: errors.suffix(4_000), as: UTF8.self))
                }
                try await Task.sleep(for: .milliseconds(3))
            }
            return Outcome(status: status ?? -1, output: output, errors: String(decoding: errors, as: UTF8.self))
        }

        /// A signal, SIGTERM unless told otherwise, then the end.
        @discardableResult
        func stop(_ signal: Int32 = SIGTERM) async throws -> Outcome {
            send(signal)
            return try await wait()
        }
    }
}

/// Waits until something is so; gives up with an error that says what was missing.
func eventually(_ what: String, within seconds: Double = 60, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            throw ProgramError(description: "waited \(seconds) seconds in vain: \(what)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
