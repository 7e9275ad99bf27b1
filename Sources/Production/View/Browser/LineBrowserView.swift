import Dispatch
import Files
import Foundation
import Glibc
import Ledger
import ShangMi
import Synchronization
import Threads

/// Shows a line to browsers, and takes what the operator says there: a small server of HTTP/1.1 with one thread, for pages
/// and one stream of events. It is bounded in everything, and a line goes on whatever becomes of it.
public final class LineBrowserView: Sendable {
    static let mostConnections = 64
    static let mostStreams = 24
    /// Between two looks at the line.
    static let period = Duration.milliseconds(250)
    private static let keepAlive = Duration.seconds(15)
    private static let farewell = Duration.seconds(2)

    /// What the terminal shows once; nil where the line takes nothing from browsers.
    public let token: String?
    public let address: ViewAddress
    private let gate: ViewGate
    private let batch: String
    private let listener: CInt
    private let story = Mutex(LineStory())
    private let line = Mutex<Line?>(nil)
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    private struct Line {
        let status: @Sendable () -> LineStatus
        let obey: @Sendable (ViewCommand) -> Void
    }

    /// `http://127.0.0.1:8330/`
    public var url: String { "http://\(address)/" }

    /// Listens, and serves from now on; the line is shown once it is there.
    ///
    /// - Parameters:
    ///   - takesCommands: whether there is an operator who can be shown the token. An address that the network can reach
    ///     takes none in any case: others there could listen to the token.
    /// - Throws: ``LineViewError``.
    public init(address: ViewAddress, batch: String, takesCommands: Bool) throws(LineViewError) {
        (listener, self.address) = try Self.listen(address)
        self.batch = batch
        do {
            token = takesCommands && address.isThisMachine ? try ViewGate.newToken() : nil
        } catch {
            close(listener)
            throw .noRandomness
        }
        gate = ViewGate(address: self.address, token: token)
        do {
            // The thread has the listener, and closes it.
            try startThread("line view") { [self] in serve() }
        } catch {
            close(listener)
            throw .notStarted(SystemReason(error.number))
        }
    }

    /// - Parameter obey: called on the view's thread.
    public func follow(
        _ status: @escaping @Sendable () -> LineStatus, obey: @escaping @Sendable (ViewCommand) -> Void
    ) {
        line.withLock { $0 = Line(status: status, obey: obey) }
    }

    /// Called by the line, from any of its threads.
    public func take(_ event: LineEvent) { story.withLock { $0.take(event) } }

    /// What the operator is to do, or that it was done; from any of the line's threads.
    public func ask(_ lane: LaneName, _ request: OperatorHandling.Request) { story.withLock { $0.ask(request, lane) } }

    /// Sends the last picture, and ends.
    public func finish() {
        guard !isEnding.exchange(true, ordering: .relaxed) else { return }
        _ = ended.wait(timeout: .now() + Self.farewell / .seconds(1))
    }

    // MARK: Listening

    private static func listen(_ address: ViewAddress) throws(LineViewError) -> (CInt, ViewAddress) {
        let name = "\(address)"
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let listener = socket(family, type, 0)
        guard listener >= 0 else { throw .notListening(name, SystemReason(errno)) }
        var yes: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        let isBound = withSocketAddress(address) { bind(listener, $0, $1) == 0 }
        guard isBound, Glibc.listen(listener, 64) == 0, let port = port(of: listener) else {
            let reason = errno
            close(listener)
            if reason == EADDRINUSE { throw .addressTaken(name) }
            throw .notListening(name, SystemReason(reason))
        }
        var bound = address
        bound.port = port
        return (listener, bound)
    }

    private static func withSocketAddress(
        _ address: ViewAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        let bytes = address.bytes ?? []
        let port = in_port_t(UInt16(truncatingIfNeeded: address.port)).bigEndian
        if address.isIPv6 {
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port
            withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: bytes.prefix($0.count)) }
            return withUnsafePointer(to: &six) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port
        withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: bytes.prefix($0.count)) }
        return withUnsafePointer(to: &four) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The port lies at the same place for both kinds of addresses.
    private static func port(of listener: CInt) -> Int? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        return result == 0 ? Int(UInt16(bigEndian: address.sin6_port)) : nil
    }

    // MARK: Serving

    /// The view's thread: it waits for browsers, and looks at the line now and then.
    private func serve() {
        var connections: [ViewConnection] = []
        var (looked, told) = (ContinuousClock.now - Self.period, ContinuousClock.now)
        var picture: [UInt8] = []
        while true {
            let isLast = isEnding.load(ordering: .relaxed)
            var now = ContinuousClock.now
            if isLast || now - looked >= Self.period {
                picture = look(at: now)
                looked = now
                let isQuiet = now - told >= Self.keepAlive
                for connection in connections where connection.state == .streaming {
                    if connection.shown != picture {
                        connection.shown = picture
                        connection.send(ViewAnswers.event(picture), now: now)
                    } else if isQuiet {
                        connection.send(ViewAnswers.stillThere, now: now)
                    }
                }
                if isQuiet { told = now }
            }
            if isLast { break }
            wait(connections, until: looked + Self.period)
            now = .now
            accept(&connections, now)
            for connection in connections { tend(connection, picture, connections, now) }
            connections.removeAll { $0.state == .closed }
        }
        close(listener)
        sayGoodbye(connections)
        ended.signal()
    }

    private func look(at now: ContinuousClock.Instant) -> [UInt8] {
        let status = line.withLock { $0?.status }?()
        let picture = story.withLock { story in
            if let status { story.note(made: status.made, at: now) }
            return story.picture(status, batch: batch, takesCommands: gate.takesCommands)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(picture)).map(Array.init) ?? []
    }

    private func wait(_ connections: [ViewConnection], until end: ContinuousClock.Instant) {
        var entries = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        entries += connections.map {
            pollfd(fd: $0.descriptor, events: Int16($0.wantsToWrite ? POLLIN | POLLOUT : POLLIN), revents: 0)
        }
        let milliseconds = Int32(max(1, min(1_000, (end - .now) / .milliseconds(1))))
        poll(&entries, nfds_t(entries.count), milliseconds)
    }

    private func accept(_ connections: inout [ViewConnection], _ now: ContinuousClock.Instant) {
        for _ in 0..<16 {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            // Programs that the line starts, a feeder's, have no part in it.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let connection = ViewConnection(descriptor, now: now)
            // Whoever has no room is told, and not kept.
            if connections.count >= Self.mostConnections { connection.answer(ViewAnswers.refusal(503), now: now) }
            if connections.count < Self.mostConnections + 16 { connections.append(connection) }
        }
    }

    private func tend(
        _ connection: ViewConnection, _ picture: [UInt8], _ all: [ViewConnection], _ now: ContinuousClock.Instant
    ) {
        if connection.wantsToWrite { connection.flush(now) }
        switch connection.receive() {
        case .more: break
        case .refused(let status): connection.answer(ViewAnswers.refusal(status), now: now)
        case .request(let request): answer(request, connection, picture, all, now)
        }
        connection.expire(now)
    }

    private func answer(
        _ request: ViewRequest, _ connection: ViewConnection, _ picture: [UInt8], _ all: [ViewConnection],
        _ now: ContinuousClock.Instant
    ) {
        switch gate.answer(request, now: now) {
        case .refused(let status): connection.answer(ViewAnswers.refusal(status), now: now)
        case .file(let page): connection.answer(ViewAnswers.whole(200, type: page.type, page.content), now: now)
        case .picture: connection.answer(ViewAnswers.picture(picture), now: now)
        case .stream:
            guard all.count(where: { $0.state == .streaming }) < Self.mostStreams else {
                return connection.answer(ViewAnswers.refusal(503), now: now)
            }
            connection.shown = picture
            connection.stream(ViewAnswers.stream + ViewAnswers.event(picture), now: now)
        case .command(let command):
            guard let line = line.withLock({ $0 }), line.status().phase != .ended else {
                return connection.answer(ViewAnswers.refusal(409), now: now)
            }
            line.obey(command)
            connection.answer(ViewAnswers.done, now: now)
        }
    }

    /// What is on its way arrives, as far as browsers take it in a moment.
    private func sayGoodbye(_ connections: [ViewConnection]) {
        let end = ContinuousClock.now + .milliseconds(500)
        while ContinuousClock.now < end, connections.contains(where: { $0.wantsToWrite && $0.state != .closed }) {
            for connection in connections { connection.flush(.now) }
            usleep(10_000)
        }
    }
}
