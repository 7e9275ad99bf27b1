import Files
import Glibc

/// A TCP connection to the virtual reader driver: messages of two bytes length and a body, both ways.
struct StreamSocket: ~Copyable {
    let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 4_096)
    private var start = 0
    private var end = 0

    enum Received {
        case message([UInt8])
        /// Nothing came for a while.
        case nothing
        case closed
    }

    /// - Parameter patience: milliseconds after which `receive` gives up for the moment.
    /// - Throws: `link` with the reason of the system.
    init(host: String, port: UInt16, patience: Int) throws(VirtualCardError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, String(port), &hints, &list)
        guard failure == 0 else {
            throw .link(.unknownHost(host, String(cString: gai_strerror(failure))))
        }
        defer { freeaddrinfo(list) }
        var reason: Int32 = 0
        var next = list
        while let address = next?.pointee {
            let candidate = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if candidate >= 0, connect(candidate, address.ai_addr, address.ai_addrlen) == 0 {
                descriptor = candidate
                set(IPPROTO_TCP, TCP_NODELAY, 1)
                var timeout = timeval(tv_sec: patience / 1_000, tv_usec: patience % 1_000 * 1_000)
                setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
                return
            }
            reason = errno
            if candidate >= 0 { close(candidate) }
            next = address.ai_next
        }
        throw .link(.nobodyListens(host: host, port: port, SystemReason(reason)))
    }

    deinit { close(descriptor) }

    private func set(_ level: Int, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, Int32(level), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next message. vpcd sends length and body apart: without an acknowledgement at once the second waits 40 ms
    /// for the first one's, and the option holds for one read alone.
    mutating func receive() -> Received {
        while true {
            if let message = takeMessage() { return .message(message) }
            makeRoom()
            set(Int(IPPROTO_TCP), TCP_QUICKACK, 1)
            let target = end
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { recv(descriptor, $0 + target, bytes.count - target, 0) } ?? 0
            }
            if count > 0 {
                end += count
            } else if count == 0 {
                return .closed
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return .nothing
            } else if errno != EINTR {
                return .closed
            }
        }
    }

    /// Length and body in one write; false when the connection is gone.
    func send(_ message: [UInt8]) -> Bool {
        guard let length = UInt16(exactly: message.count) else { return false }
        let bytes = [UInt8(length >> 8), UInt8(length & 0xFF)] + message
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map {
                    Glibc.send(descriptor, $0 + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                    ?? -1
            }
            if count > 0 { sent += count } else if errno != EINTR && errno != EAGAIN { return false }
        }
        return true
    }

    private mutating func takeMessage() -> [UInt8]? {
        guard end - start >= 2 else { return nil }
        let length = Int(buffer[start]) << 8 | Int(buffer[start + 1])
        guard end - start >= 2 + length else { return nil }
        let message = Array(buffer[start + 2..<start + 2 + length])
        start += 2 + length
        if start == end { (start, end) = (0, 0) }
        return message
    }

    private mutating func makeRoom() {
        if start > 0 {
            buffer.replaceSubrange(0..<end - start, with: buffer[start..<end])
            (start, end) = (0, end - start)
        }
        if end == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
    }
}
