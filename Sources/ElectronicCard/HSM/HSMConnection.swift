import Glibc

/// A connection to an HSM: each command and each answer behind two bytes of length, big-endian.
final class HSMConnection {
    private let host: String
    private let port: UInt16
    private let seconds: Int
    private var descriptor: Int32 = -1

    init(host: String, port: UInt16, seconds: Int) {
        self.host = host
        self.port = port
        self.seconds = min(max(1, seconds), 60)
    }

    deinit { disconnect() }

    private func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Sends a command and takes its answer. After any error the connection is given up: what comes late would be taken
    /// for the answer to another command.
    func exchange(_ command: [UInt8]) throws(HSMError) -> [UInt8] {
        guard command.count <= 0xFFFF else { throw .malformed }
        do throws(HSMError) {
            if descriptor < 0 { descriptor = try connected() }
            let deadline = Self.now + seconds * 1000
            try send([UInt8(command.count >> 8), UInt8(command.count & 0xFF)] + command, deadline)
            let head = try receive(2, deadline)
            return try receive(Int(head[0]) << 8 | Int(head[1]), deadline)
        } catch {
            disconnect()
            throw error
        }
    }

    private func connected() throws(HSMError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0 else { throw .address }
        defer { freeaddrinfo(found) }
        var failure = HSMError.address
        var next = found
        while let address = next?.pointee {
            do throws(HSMError) { return try connected(to: address) } catch { failure = error }
            next = address.ai_next
        }
        throw failure
    }

    private func connected(to address: addrinfo) throws(HSMError) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let made = socket(address.ai_family, address.ai_socktype | flags, address.ai_protocol)
        guard made >= 0 else { throw .unreachable(errno) }
        do throws(HSMError) {
            if connect(made, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw .unreachable(errno) }
                try wait(made, POLLOUT, Self.now + seconds * 1000)
                var code: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                guard getsockopt(made, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code == 0 else {
                    throw .unreachable(code)
                }
            }
        } catch {
            close(made)
            throw error
        }
        return made
    }

    private func send(_ bytes: [UInt8], _ deadline: Int) throws(HSMError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(descriptor, POLLOUT, deadline)
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    private func receive(_ count: Int, _ deadline: Int) throws(HSMError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress.map { $0 + have }, count - have, 0)
            }
            if got > 0 {
                have += got
            } else if got == 0 {
                throw .closed
            } else if errno == EAGAIN {
                try wait(descriptor, POLLIN, deadline)
            } else if errno != EINTR {
                throw .closed
            }
        }
        return bytes
    }

    private func wait(_ descriptor: Int32, _ event: Int32, _ deadline: Int) throws(HSMError) {
        while true {
            let left = deadline - Self.now
            guard left > 0 else { throw .timeout(seconds: seconds) }
            var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let ready = poll(&entry, 1, Int32(left))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .closed }
        }
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
