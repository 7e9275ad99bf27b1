import CPCSC
import Files
import Glibc
import Messages
import Synchronization
import Threads

/// Ends calls of the PC/SC service that never come back.
///
/// A card that takes a command and never answers, or a driver that hangs, holds the call for ever, and the service cannot
/// be told to give one up: `SCardCancel` wakes waits for readers alone. What can be done is to hang up: the connection of
/// the context to the service is shut down, and the library then returns from the call at once with an error. The context
/// is of no use afterwards, which is right, for the service is still busy with its call.
///
/// One thread looks after all contexts of the process a few times a second while there are calls. When there have been none
/// for a while it sleeps until the next one wakes it. A call costs two stores, a load and a look at the clock.
final class CallWatch: @unchecked Sendable {
    static let shared = CallWatch()

    /// What is watched: one call at a time.
    final class Line: Sendable {
        /// When the call that is on must have come back, in nanoseconds of the monotonic clock; 0 between calls.
        fileprivate let deadline = Atomic<UInt64>(0)
        private let isHungUp = Atomic<Bool>(false)
        private let socket: ServiceSocket?
        let limit: Duration
        /// The limit, worked out before it is asked for at every command.
        private let nanoseconds: UInt64

        init(limit: Duration, socket: ServiceSocket?) {
            self.limit = limit
            nanoseconds = UInt64(max(1, limit / .nanoseconds(1)))
            self.socket = socket
        }

        /// Whether a call has overrun its time.
        var hasFailed: Bool { isHungUp.load(ordering: .acquiring) }

        var canBeHungUp: Bool { socket != nil }

        func begin() {
            // In one order with the watcher's own: either it sees the deadline, or this sees that it sleeps.
            deadline.store(CallWatch.now() &+ nanoseconds, ordering: .sequentiallyConsistent)
            if CallWatch.shared.isAsleep.load(ordering: .sequentiallyConsistent) { CallWatch.shared.wake() }
        }
        func end() { deadline.store(0, ordering: .releasing) }

        /// - Returns: false when the call cannot be made to come back.
        fileprivate func hangUp() -> Bool {
            isHungUp.store(true, ordering: .releasing)
            return socket?.shutDown() ?? false
        }
    }

    /// How often calls are looked at.
    private static let period = Duration.milliseconds(200)
    /// Seconds after which a call that was hung up on should have come back.
    private static let grace: UInt64 = 5_000_000_000
    /// Looks without a call after which nobody looks any more.
    private static let quietLooks = 10

    fileprivate let isAsleep = Atomic<Bool>(false)

    private let condition = Condition()
    // All below guarded by `condition`.
    private var lines: [Line] = []
    /// The process whose thread it is: a child has none.
    private var watcher: pid_t = 0
    private var giveUp: (@Sendable (_ limit: Duration) -> Void)?

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// What is done when a call does not come back after it was hung up on; a program ends then.
    func onGivingUp(_ action: @escaping @Sendable (Duration) -> Void) { condition.withLock { giveUp = action } }

    func add(_ line: Line) {
        condition.withLock {
            lines.append(line)
            guard watcher != getpid() else { return }
            do {
                try startThread("card watch") { [self] in run() }
                watcher = getpid()
            } catch {
                // Nobody would notice that a call does not come back: it is not to begin.
                _ = line.hangUp()
            }
        }
    }

    func remove(_ line: Line) {
        condition.withLock { lines.removeAll { $0 === line } }
    }

    fileprivate func wake() {
        condition.withLock {
            isAsleep.store(false, ordering: .sequentiallyConsistent)
            condition.signal()
        }
    }

    /// Sleeps until a call begins, if there is none on.
    private func sleepWhileQuiet() {
        condition.withLock {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            let isQuiet = lines.allSatisfy { $0.deadline.load(ordering: .sequentiallyConsistent) == 0 }
            if isQuiet {
                while isAsleep.load(ordering: .sequentiallyConsistent) { condition.wait() }
            }
            isAsleep.store(false, ordering: .sequentiallyConsistent)
        }
    }

    private func run() {
        // Signals are the business of the program's own threads.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        var hopeless: [ObjectIdentifier: UInt64] = [:]
        var quiet = 0
        while true {
            let (late, isQuiet) = condition.withLock {
                let now = Self.now()
                let deadlines = lines.map { ($0, $0.deadline.load(ordering: .acquiring)) }
                return (deadlines.filter { $0.1 != 0 && $0.1 < now }.map(\.0), deadlines.allSatisfy { $0.1 == 0 })
            }
            quiet = isQuiet ? quiet + 1 : 0
            guard quiet <= Self.quietLooks else {
                sleepWhileQuiet()
                quiet = 0
                continue
            }
            hopeless = hopeless.filter { entry in late.contains { ObjectIdentifier($0) == entry.key } }
            for line in late {
                let name = ObjectIdentifier(line)
                if let since = hopeless[name] {
                    guard Self.now() > since + Self.grace else { continue }
                    condition.withLock { giveUp }?(line.limit)
                } else {
                    let isDown = line.hangUp()
                    hopeless[name] = isDown ? Self.now() : 0
                }
            }
            sleepFor(Self.period)
        }
    }
}

/// The socket by which the library speaks to the service for one context. The library does not tell it: it is the one that
/// is there after the context was made and was not before.
struct ServiceSocket: Sendable {
    private let descriptor: CInt
    private let inode: UInt64

    /// Runs `body`, which makes a context, and finds its socket; nil where it is not to be told from others.
    static func opened<Failure: Error>(by body: () throws(Failure) -> Void) throws(Failure) -> ServiceSocket? {
        try finding.withLock { _ throws(Failure) in
            let before = all()
            try body()
            let new = all().filter { !before.keys.contains($0.key) || before[$0.key] != $0.value }
            guard let only = new.first, new.count == 1 else { return nil }
            return ServiceSocket(descriptor: only.key, inode: only.value)
        }
    }

    /// Runs a call for which the library opens a connection of its own: SCardCancel does, and it would be taken for that
    /// of a context that is made at the same time.
    static func besides(_ call: () -> Void) { finding.withLock { _ in call() } }

    private static let finding = Mutex(())

    /// False when the descriptor is another's by now.
    func shutDown() -> Bool {
        guard Self.inode(of: descriptor) == inode else { return false }
        return shutdown(descriptor, CInt(SHUT_RDWR)) == 0
    }

    /// Every connection of this process to the service: descriptor and inode.
    private static func all() -> [CInt: UInt64] {
        var found: [CInt: UInt64] = [:]
        guard let folder = opendir("/proc/self/fd") else { return found }
        defer { closedir(folder) }
        // A record is as long as its name: what is copied whole is not all there.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return found }
        while let entry = readdir(folder) {
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            guard let descriptor = CInt(String(cString: name)), let inode = inode(of: descriptor) else { continue }
            found[descriptor] = inode
        }
        return found
    }

    /// Nil for what is no connection to the service.
    private static func inode(of descriptor: CInt) -> UInt64? {
        var peer = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
        }
        guard result == 0, peer.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let path = withUnsafeBytes(of: peer.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let named = ProcessEnvironment.value(of: "PCSCLITE_CSOCK_NAME")
        guard path.hasSuffix("/pcscd.comm") || path == named else { return nil }
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}

/// How long a call to a card, or to a reader, may take.
public enum CommandLimit {
    /// Cards answer within a second, or ask for more time; making a key may take ten.
    public static let standard = Duration.seconds(30)

    /// What `HEALTHCARD_COMMAND_LIMIT` says, else ``standard``.
    public static let inForce = (try? named()) ?? standard

    /// The limit that `HEALTHCARD_COMMAND_LIMIT` gives in seconds, 1 to 3600; nil without it.
    /// - Throws: `CommandLimitError` for anything else.
    public static func named(
        environment: [String: String] = ProcessEnvironment.all
    ) throws(CommandLimitError) -> Duration? {
        guard let text = environment["HEALTHCARD_COMMAND_LIMIT"], !text.isEmpty else { return nil }
        guard let limit = seconds(text) else { throw CommandLimitError() }
        return limit
    }

    /// Nil for what is not a number of seconds from 1 to 3600.
    public static func seconds(_ text: String) -> Duration? {
        guard let seconds = Double(text), seconds >= 1, seconds <= 3600 else { return nil }
        return .seconds(seconds)
    }

    /// Runs `action` when a call neither comes back in time nor can be hung up on: a program has to end then, for the
    /// thread that made the call is lost.
    public static func onGivingUp(_ action: @escaping @Sendable (_ limit: Duration) -> Void) {
        CallWatch.shared.onGivingUp(action)
    }
}

/// `HEALTHCARD_COMMAND_LIMIT` is not a number of seconds.
public struct CommandLimitError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case notSeconds
    }

    public static let domain = "commandLimit"
    public var code: Code { .notSeconds }
    public var kind: ErrorKind { .usage }
}
