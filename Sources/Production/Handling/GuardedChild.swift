import CStandardDescriptors
import Files
import Foundation

/// A child process that ends with this one, however this one ends, and all that it has started with it.
///
/// It is put into the process group of a guard, a shell that waits for the end of a pipe which only this process holds.
/// When the pipe ends, by `finish` or because this process was killed, the guard kills the whole group, itself included.
/// As the guard is the group's leader until then, the group's number is nobody else's. (The kernel's own way, a signal at
/// the parent's death, reaches the child alone and comes when the thread that started it ends.)
final class GuardedChild: @unchecked Sendable {
    struct Failure: Error {
        let reason: SystemReason
    }

    private static let guardScript = "trap '' HUP INT QUIT TERM; read -r end; kill -KILL 0"

    private let leader: pid_t
    private let identifier: pid_t
    /// What the guard waits for.
    private let watched: Int32
    private let lock = NSLock()
    // Guarded by `lock`.
    private var hasFinished = false
    private var ending: FeederEnd?

    /// - Parameters:
    ///   - program: a path.
    ///   - input: a descriptor for the child, as are the other two; this process keeps its own.
    init(
        _ program: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32
    ) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(reason: SystemReason(errno))
        }
        defer { close(ends[0]) }
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { if nowhere >= 0 { close(nowhere) } }
        do throws(Failure) {
            leader = try Self.start("/bin/sh", ["-c", Self.guardScript], [ends[0], nowhere, nowhere], group: 0)
        } catch {
            close(ends[1])
            throw error
        }
        watched = ends[1]
        do throws(Failure) {
            identifier = try Self.start(program, arguments, [input, output, errors], group: leader)
        } catch {
            close(ends[1])
            Self.reap(leader)
            throw error
        }
    }

    deinit { finish() }

    /// - Parameter group: the process group that it joins; 0: one of its own.
    private static func start(
        _ program: String, _ arguments: [String], _ descriptors: [Int32], group: pid_t
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Above the three first: none of them is overwritten before it is copied.
        let copies = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        guard !copies.contains(where: { $0 < 0 }) else { throw Failure(reason: SystemReason(errno)) }
        for (number, copy) in copies.enumerated() { posix_spawn_file_actions_adddup2(&actions, copy, Int32(number)) }
        healthcard_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, group)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { variables.forEach { free($0) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
        guard failure == 0 else { throw Failure(reason: SystemReason(failure)) }
        return identifier
    }

    private static func reap(_ process: pid_t) {
        var code: Int32 = 0
        while waitpid(process, &code, 0) < 0, errno == EINTR {}
    }

    var isRunning: Bool { end == nil }

    /// How the child ended; nil while it runs.
    var end: FeederEnd? {
        lock.withLock {
            guard ending == nil else { return ending }
            var code: Int32 = 0
            let found = waitpid(identifier, &code, WNOHANG)
            guard found != 0, !(found < 0 && errno == EINTR) else { return nil }
            let signal = code & 0x7F
            ending = found < 0 ? .gone : signal == 0 ? .exited(status: code >> 8 & 0xFF) : .signalled(signal)
            return ending
        }
    }

    /// Ends the child and what it has started: asks first, and after half a second no more.
    func finish() {
        let isFirst = lock.withLock {
            defer { hasFinished = true }
            return !hasFinished
        }
        guard isFirst else { return }
        // Nobody else has the group's number before the guard is asked about.
        kill(-leader, SIGTERM)
        for _ in 0..<50 where isRunning { Thread.sleep(forTimeInterval: 0.01) }
        kill(-leader, SIGKILL)
        close(watched)
        Self.reap(leader)
        for _ in 0..<500 where isRunning { Thread.sleep(forTimeInterval: 0.01) }
        // What is killed is gone a moment later.
        for _ in 0..<50 where kill(-leader, 0) == 0 { Thread.sleep(forTimeInterval: 0.01) }
    }
}
