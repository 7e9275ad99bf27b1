import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The program as Scripts/install installs it, which alone is given keys of formal production. Made once for a run of the
/// tests, in a folder of its own that goes when they end; with a group by number alone, so nothing is entered anywhere.
enum InstalledProgram {
    /// A group that has no name.
    static let group: gid_t = 64_321

    /// `DIR/bin/healthcard`, key stores in `DIR/etc/healthcard/keys`.
    static let prefix = NSTemporaryDirectory() + "healthcard-installed-\(getpid())"

    private static let installation = Task { () async throws -> String in
        atexit { InstalledProgram.remove() }
        try await install(prefix)
        return prefix + "/bin/healthcard"
    }

    static func healthcard() async throws -> String { try await installation.value }

    /// Runs it to its end.
    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.run(healthcard(), arguments, input: input, environment: environment)
    }

    /// Installs it somewhere.
    @discardableResult
    static func install(_ prefix: String, _ options: [String] = []) async throws -> Programs.Outcome {
        let script = Programs.root.appendingPathComponent("Scripts/install").path
        let outcome = try await asRoot(
            [script, "--prefix", prefix, "--gid", "\(group)", "--program", Programs.healthcard()] + options)
        guard outcome.status == 0 else {
            throw ProgramError(description: "Scripts/install, which is root's (or sudo's) to run: \(outcome.errors)")
        }
        return outcome
    }

    /// As root, which whoever has no password for `sudo` is asked for.
    static func asRoot(_ command: [String]) async throws -> Programs.Outcome {
        let words = getuid() == 0 ? command : ["/usr/bin/sudo", "-n"] + command
        return try await Programs.run(words[0], Array(words.dropFirst()))
    }

    private static func remove() {
        let command = (getuid() == 0 ? [] : ["/usr/bin/sudo", "-n"]) + ["/bin/rm", "-rf", prefix]
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        guard let program = words[0], posix_spawn(&child, program, nil, nil, &words, environ) == 0 else { return }
        waitpid(child, nil, 0)
    }
}
