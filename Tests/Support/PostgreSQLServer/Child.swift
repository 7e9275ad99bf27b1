import Foundation

/// A program started by hand. Foundation's Process hears of an end through a socket that programs started at the same
/// time inherit: it then waits for those as well, and they go on as long as the server.
struct Child {
    let identifier: pid_t

    /// - Parameters:
    ///   - input: what becomes the program's standard input; nil: nothing to read.
    ///   - log: the file both its outputs are added to.
    init(_ words: [String], input: CInt? = nil, log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for descriptor in CInt(1)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        }
        for descriptor in CInt(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // A thread of the pool holds every signal back, and a program would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        var variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else {
            throw PostgreSQLServer.Failure(
                description: "\(words[0]) does not start: \(String(cString: strerror(failure)))")
        }
        self.identifier = identifier
    }

    /// - Returns: its exit code; above 128, the signal that ended it.
    @discardableResult
    func wait() -> Int32 {
        var code: Int32 = 0
        while waitpid(identifier, &code, 0) < 0, errno == EINTR {}
        return code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
    }
}
