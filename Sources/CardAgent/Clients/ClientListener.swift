import CLinux
import CStandardDescriptors
import Files
import Glibc
import ISO7816
import Synchronization
import Threads

/// Where thin clients of the C interface come in (`Docs/client-protocol.md`), and the processes that serve them: each client
/// has one of its own, which runs this program anew with the connection in its hands.
public final class ClientListener: Sendable {
    /// What happens, for the agent's log. No event says what a client asked.
    public enum Event: Sendable, Hashable {
        /// A client was let in; who it is where the socket tells.
        case came(process: Int32, peer: Int32?, user: UInt32?)
        /// Its process ended: 0 for well, above 128 the signal.
        case went(process: Int32, status: Int32)
        /// There are as many as there may be.
        case refused
        case notStarted(reason: String)
    }

    /// What the process of a client finds its connection and its tie to the agent at.
    public static let connectionDescriptor: Int32 = 3
    public static let agentDescriptor: Int32 = 4
    /// Its arguments: this word, and `--secret PATH` where both sides have to prove a secret.
    public static let command = "serve-client"
    private static let secretFile = "client-secret"
    private static let backlog: Int32 = 64

    /// `unix:/run/…`, `127.0.0.1:8337`.
    public let name: String
    private let socket: Int32
    private let secret: String?
    private let most: Int
    private let note: @Sendable (Event) -> Void
    /// The end that the agent holds: once it closes, however the agent ends, the clients' processes end as well.
    private let tie: (theirs: Int32, ours: Int32)
    private let state = Mutex((count: 0, isOver: false))

    /// Binds the place.
    ///
    /// - Parameters:
    ///   - folder: the state folder, for the secret of a port.
    ///   - most: how many clients there may be.
    /// - Throws: ``AgentError/socketTaken(path:)``, ``AgentError/portsTaken(address:ports:)``,
    ///   ``AgentError/notListening(address:reason:)``.
    public init(
        _ place: AgentConfiguration.ClientPlace, folder: String, most: Int, note: @escaping @Sendable (Event) -> Void
    ) throws(AgentError) {
        self.most = most
        self.note = note
        var ends: [Int32] = [-1, -1]
        guard healthcard_open_tie(&ends) == 0 else { throw Self.failure(place) }
        tie = (ends[0], ends[1])
        switch place {
        case .socket(let path, let mode, let group):
            socket = try Self.listen(path, mode, group, place)
            name = "unix:\(path)"
            secret = nil
        case .port(let address, let port):
            let bound = try Self.listen(address, port, place)
            socket = bound.socket
            name = "\(address):\(bound.port)"
            secret = try Self.secret(inFolder: folder)
        }
    }

    private static func failure(_ place: AgentConfiguration.ClientPlace) -> AgentError {
        .notListening(address: place.description, reason: String(cString: strerror(errno)))
    }

    // MARK: Places

    private static func listen(
        _ path: String, _ mode: UInt16, _ group: String?, _ place: AgentConfiguration.ClientPlace
    ) throws(AgentError) -> Int32 {
        guard let address = UnixAddress(path) else { throw .notListening(address: path, reason: "a path too long") }
        let made = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw failure(place) }
        // One that nobody answers on was left behind.
        guard address.withPointer({ connect(made, $0, $1) }) != 0 else {
            close(made)
            throw .socketTaken(path: path)
        }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                close(made)
                throw .socketTaken(path: path)
            }
            unlink(path)
        }
        // Nobody gets in before the rights are what they are to be.
        let old = umask(0o177)
        let isBound = address.withPointer { bind(made, $0, $1) == 0 }
        umask(old)
        guard isBound else { throw failure(place) }
        if let group {
            guard let entry = getgrnam(group) else {
                throw .notListening(address: path, reason: "there is no group \(group)")
            }
            guard chown(path, uid_t.max, entry.pointee.gr_gid) == 0 else { throw failure(place) }
        }
        guard chmod(path, mode_t(mode)) == 0, Glibc.listen(made, backlog) == 0 else { throw failure(place) }
        return made
    }

    private static func listen(
        _ address: String, _ port: Int, _ place: AgentConfiguration.ClientPlace
    ) throws(AgentError) -> (socket: Int32, port: Int) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        let isFour = inet_pton(AF_INET, address, &four.sin_addr) == 1
        guard isFour || inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else { throw failure(place) }
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = in_port_t(UInt16(port)).bigEndian
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = four.sin_port
        let made = Glibc.socket(
            isFour ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw failure(place) }
        var on: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        func bound(_ pointer: UnsafeRawPointer, _ size: Int) -> Bool {
            bind(made, pointer.assumingMemoryBound(to: sockaddr.self), socklen_t(size)) == 0
        }
        let isBound =
            isFour ? bound(&four, MemoryLayout<sockaddr_in>.size) : bound(&six, MemoryLayout<sockaddr_in6>.size)
        guard isBound, Glibc.listen(made, backlog) == 0 else {
            let isTaken = errno == EADDRINUSE
            let error = isTaken ? AgentError.portsTaken(address: address, ports: "\(port)") : failure(place)
            close(made)
            throw error
        }
        // Where the system chose the port.
        var told = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &told) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(made, $0, &length) }
        }
        return (made, Int(UInt16(bigEndian: told.sin6_port)))
    }

    /// Where client and agent find what they prove to each other; made at the first start, its owner's alone.
    private static func secret(inFolder folder: String) throws(AgentError) -> String {
        let path = folder + "/" + secretFile
        var status = stat()
        if stat(path, &status) == 0 { return path }
        let text = Hex.encode(try AgentSecret.random(32)).lowercased() + "\n"
        guard DurableFile.replace(path, with: Array(text.utf8)) else { throw .stateNotKept(file: path) }
        return path
    }

    // MARK: Clients

    /// Lets clients in from now on, on a thread of its own.
    public func start() throws(ThreadError) {
        try startThread("clients") { [self] in
            while true {
                let connection = healthcard_accept(socket)
                if state.withLock({ $0.isOver }) { return }
                if connection >= 0 {
                    welcome(connection)
                } else if errno != EINTR, errno != ECONNABORTED {
                    // No descriptors are left, say: it passes.
                    sleepFor(.milliseconds(100))
                }
            }
        }
    }

    /// Lets nobody in any more, and has the clients' processes end once their calls have.
    public func stop() {
        state.withLock { $0.isOver = true }
        shutdown(socket, Int32(SHUT_RDWR))
        close(tie.ours)
        if name.hasPrefix("unix:/") { unlink(String(name.dropFirst(5))) }
    }

    private func welcome(_ connection: Int32) {
        defer { close(connection) }
        let isFree = state.withLock { state in
            guard state.count < most else { return false }
            state.count += 1
            return true
        }
        guard isFree else { return note(.refused) }
        var (peer, user): (pid_t, uid_t) = (0, 0)
        let isKnown = secret == nil && healthcard_peer(connection, &peer, &user) == 0
        guard let process = spawn(connection) else {
            note(.notStarted(reason: String(cString: strerror(errno))))
            return state.withLock { $0.count -= 1 }
        }
        note(.came(process: process, peer: isKnown ? peer : nil, user: isKnown ? user : nil))
        let isAwaited =
            (try? startThread("client \(process)") { [self] in
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                note(.went(process: process, status: signal == 0 ? status >> 8 & 0xFF : 128 + signal))
                state.withLock { $0.count -= 1 }
            }) != nil
        if !isAwaited { state.withLock { $0.count -= 1 } }
    }

    /// This program once more, for one client.
    private func spawn(_ connection: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Out of the way of where they are to be.
        let copies = [connection, tie.theirs].map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        guard copies.allSatisfy({ $0 >= 0 }) else { return nil }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, copies[0], Self.connectionDescriptor)
        posix_spawn_file_actions_adddup2(&actions, copies[1], Self.agentDescriptor)
        healthcard_close_from(&actions, Self.agentDescriptor + 1)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ["healthcard-agent", Self.command] + (secret.map { ["--secret", $0] } ?? [])
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &arguments, environ)
        guard code == 0 else {
            errno = code
            return nil
        }
        return process
    }
}
