import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, from Debian's package: in a folder of its own, on a free port, with checksums
/// and with fsync. It ends when this process does, however that comes about.
public final class PostgreSQLServer: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The one that suites share; made when it is first asked for.
    public static func shared() throws -> PostgreSQLServer { try sharedServer.get() }
    private static let sharedServer = Result { try PostgreSQLServer() }

    public let folder: String
    public let port: Int
    private let running = Mutex<Running?>(nil)
    private static let programs = "/usr/lib/postgresql/15/bin/"

    private struct Running: @unchecked Sendable {
        let watcher: Child
        /// The server goes on as long as this end is open.
        let life: Pipe
        let server: pid_t
    }

    public init() throws {
        folder = "/tmp/healthcard-pg-" + UUID().uuidString.prefix(8)
        port = try Self.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if geteuid() == 0 { try Self.run(["/bin/chown", "postgres", folder], asServer: false) }
        try Self.run([
            Self.programs + "initdb", "-k", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "-N", "-D",
            folder + "/data",
        ])
        try start()
    }

    deinit {
        kill(signal: SIGQUIT)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts it, again after ``kill(signal:)``, and waits until it answers.
    public func start() throws {
        let life = Pipe()
        // Or the server would keep its own life going.
        _ = fcntl(life.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let script = """
            exec 3<&0
            "$@" </dev/null >>"$0" 2>&1 3<&- &
            server=$!
            cat <&3 >/dev/null
            kill -QUIT $server 2>/dev/null
            wait $server
            """
        let watcher = try Child(
            ["/bin/sh", "-c", script, folder + "/log"]
                + Self.asServer([
                    Self.programs + "postgres", "-D", folder + "/data", "-p", String(port), "-h", "127.0.0.1", "-k",
                    folder, "-c", "max_connections=100", "-c", "shared_buffers=32MB",
                ]), input: life.fileHandleForReading.fileDescriptor, log: "/dev/null")
        for _ in 0..<600 {
            if (try? Self.run(
                [Self.programs + "pg_isready", "-q", "-h", "127.0.0.1", "-p", String(port)], asServer: false)) != nil,
                let server = processID()
            {
                running.withLock { $0 = Running(watcher: watcher, life: life, server: server) }
                return
            }
            usleep(100_000)
        }
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw Failure(description: "PostgreSQL does not answer on port \(port): \(log.suffix(2000))")
    }

    /// Ends the server by its id: SIGKILL as when the machine loses power, SIGQUIT at once but in order.
    public func kill(signal: CInt) {
        guard
            let ended = running.withLock({ running in
                defer { running = nil }
                return running
            })
        else { return }
        _ = Foundation.kill(ended.server, signal)
        try? ended.life.fileHandleForWriting.close()
        ended.watcher.wait()
        // Its children see that it is gone, each by itself; the next server wants them gone.
        for _ in 0..<100 where Self.isAnyoneIn(folder + "/data") { usleep(50_000) }
    }

    /// - Returns: the URL of a new database.
    public func makeDatabase() throws -> String {
        let name = "d" + UUID().uuidString.lowercased().filter(\.isHexDigit)
        try Self.run(
            [
                Self.programs + "createdb", "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", name,
            ], asServer: false)
        return "postgres://postgres@127.0.0.1:\(port)/\(name)"
    }

    /// A database one role owns and another is to write to; both may do nothing else on the server.
    public struct Shared: Sendable {
        /// The URLs of the two, and of the server's superuser.
        public let owner: String
        public let station: String
        public let superuser: String
        public let stationRole: String
        public let name: String
    }

    /// - Returns: a new one; what is in it the owner makes.
    public func makeSharedDatabase() throws -> Shared {
        let superuser = try makeDatabase()
        let name = String(superuser.split(separator: "/").last ?? "")
        try sql(
            "CREATE ROLE owner_\(name) LOGIN; CREATE ROLE station_\(name) LOGIN; "
                + "ALTER DATABASE \(name) OWNER TO owner_\(name)", superuser)
        func url(_ role: String) -> String { "postgres://\(role)_\(name)@127.0.0.1:\(port)/\(name)" }
        return Shared(
            owner: url("owner"), station: url("station"), superuser: superuser, stationRole: "station_\(name)",
            name: name)
    }

    /// Runs statements with `psql`.
    ///
    /// - Throws: ``Failure`` with what the server said.
    public func sql(_ statements: String, _ url: String) throws {
        try Self.run(
            [Self.programs + "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements], asServer: false)
    }

    /// Runs a file with `psql`, with its variables.
    public func sql(file: String, variables: [String: String] = [:], _ url: String) throws {
        let variables = variables.flatMap { ["-v", "\($0.key)=\($0.value)"] }
        try Self.run(
            [Self.programs + "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"] + variables + ["-d", url, "-f", file],
            asServer: false)
    }

    private func processID() -> pid_t? {
        let file = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    private static func isAnyoneIn(_ folder: String) -> Bool {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.contains { process in
            guard Int(process) != nil else { return false }
            return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) == folder
        }
    }

    /// The server refuses to run as root.
    private static func asServer(_ command: [String]) -> [String] {
        geteuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command : command
    }

    private static func run(_ command: [String], asServer: Bool = true) throws {
        let command = asServer ? self.asServer(command) : command
        let log = NSTemporaryDirectory() + "postgresql-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: log) }
        _ = FileManager.default.createFile(atPath: log, contents: nil, attributes: [.posixPermissions: 0o666])
        guard try Child(command, log: log).wait() == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Failure(description: "\(command[0]): \(text)")
        }
    }

    private static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
