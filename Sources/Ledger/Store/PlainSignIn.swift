import CPostgreSQL
import Glibc

/// Stands between libpq and a server without TLS until it has let us in, and reads what the server asks for.
///
/// libpq answers whatever it is asked for: a server, or whoever has taken its place, gets the password in clear when it asks
/// so. Before version 16 libpq cannot be told not to. So its socket is replaced by one end of a pair; what comes from the
/// server is handed on message by message, and a demand for the password in clear is not. When the server has let us in
/// libpq gets the socket itself.
final class PlainSignIn {
    /// What `R` messages may ask for: nothing more (0), an MD5 of the password (5), SCRAM and its steps (10-12), and the
    /// steps of Kerberos (7, 8) and its like on Windows (9).
    private static let harmless: Set<UInt32> = [0, 5, 7, 8, 9, 10, 11, 12]
    /// Bytes of the longest message before the server has let us in.
    private static let longestMessage = 1 << 16

    /// The connection to the server.
    private let server: CInt
    /// Our end of the pair; libpq's has the number it knows its socket by.
    private let ours: CInt
    private let descriptor: CInt
    private var received: [UInt8] = []
    private var isIn = false
    /// The server asked for the password in clear, or for something nobody knows.
    private(set) var isRefused = false

    /// Nil when there are no descriptors left.
    init?(replacing descriptor: CInt) {
        var pair: [CInt] = [-1, -1]
        guard
            socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair)
                == 0
        else { return nil }
        let server = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard server >= 0, Self.put(pair[1], at: descriptor) else {
            if server >= 0 { close(server) }
            close(pair[0])
            close(pair[1])
            return nil
        }
        close(pair[1])
        (self.server, self.ours, self.descriptor) = (server, pair[0], descriptor)
    }

    private static func put(_ socket: CInt, at descriptor: CInt) -> Bool {
        dup2(socket, descriptor) >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    }

    deinit {
        close(server)
        close(ours)
    }

    /// Gives libpq the socket itself.
    /// - Returns: false when something was on its way to libpq still.
    func finish() -> Bool {
        var byte: UInt8 = 0
        guard received.isEmpty, recv(descriptor, &byte, 1, CInt(MSG_PEEK | MSG_DONTWAIT)) < 0 else {
            return false
        }
        return Self.put(server, at: descriptor)
    }

    /// Carries bytes both ways until there is something for libpq to read, or the time is over.
    ///
    /// - Parameter milliseconds: to wait.
    /// - Returns: false when there is nothing more to come: refused, closed, or too late.
    func carry(milliseconds: CInt) -> Bool {
        guard send(from: ours, to: server) else { return false }
        if handOver() { return true }
        var entries = [
            pollfd(fd: server, events: Int16(POLLIN), revents: 0), pollfd(fd: ours, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&entries, 2, milliseconds) > 0 else { return false }
        if entries[1].revents != 0 { guard send(from: ours, to: server) else { return false } }
        guard entries[0].revents != 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(server, &buffer, buffer.count)
        if count > 0 {
            received += buffer[..<count]
            return handOver() || (!isRefused && received.count <= Self.longestMessage)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return true }
        // The end of the server is the end for libpq too.
        shutdown(ours, CInt(SHUT_WR))
        return false
    }

    /// Hands the next whole message on; once the server has let us in, all there is.
    /// - Returns: whether libpq has something to read.
    private func handOver() -> Bool {
        guard !isRefused, !received.isEmpty else { return false }
        if isIn {
            defer { received = [] }
            return write(received)
        }
        guard received.count >= 5 else { return false }
        let length = Int(number(at: 1))
        guard length >= 4, length <= Self.longestMessage else {
            isRefused = true
            return false
        }
        guard received.count >= 1 + length else { return false }
        if received[0] == UInt8(ascii: "R") {
            let kind = length >= 8 ? number(at: 5) : 3
            guard Self.harmless.contains(kind) else {
                isRefused = true
                return false
            }
            isIn = kind == 0
        }
        let message = Array(received[..<(1 + length)])
        received.removeFirst(1 + length)
        return write(message)
    }

    private func number(at index: Int) -> UInt32 { received[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    private func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { Glibc.send(ours, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) } == bytes.count
    }

    private func send(from: CInt, to: CInt) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes {
                    Glibc.send(to, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                if sent > 0 {
                    rest = rest.dropFirst(sent)
                } else if errno == EAGAIN {
                    var entry = pollfd(fd: to, events: Int16(POLLOUT), revents: 0)
                    guard poll(&entry, 1, 5000) > 0 else { return false }
                } else if errno != EINTR {
                    return false
                }
            }
        }
    }
}
