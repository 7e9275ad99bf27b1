import Glibc
import Threads

/// The service's end of a client's connection.
final class ClientConnection: @unchecked Sendable {
    private let socket: Int32
    private let sending = Condition()
    // Guarded by `sending`.
    private var isBroken = false

    /// - Parameter socket: stays open as long as the process lives.
    init(_ socket: Int32) {
        self.socket = socket
        // A client that takes nothing any more is given up.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// How long the rest of a frame that was begun may take, and the whole greeting.
    func limitWaiting(seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// - Returns: false once the client is gone.
    @discardableResult
    func send(_ frame: Frame) -> Bool {
        var bytes = frame.bytes[...]
        return sending.withLock {
            while !isBroken, !bytes.isEmpty {
                let sent = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if sent > 0 {
                    bytes = bytes.dropFirst(sent)
                } else if sent == 0 || errno != EINTR {
                    isBroken = true
                }
            }
            return !isBroken
        }
    }

    /// The next frame; nil at the end, and where the client does not keep to the protocol.
    ///
    /// - Parameter longest: bytes that may follow the length.
    func receive(atMost longest: Int = Frame.longest) -> Frame? {
        guard let head = receive(Frame.headLength) else { return nil }
        var reader = FrameReader(head)
        guard let length = try? reader.number(UInt32.self), let type = try? reader.number(UInt8.self),
            let call = try? reader.number(UInt32.self), let type = FrameType(rawValue: type),
            length >= Frame.headLength - 4, length <= longest, let body = receive(Int(length) - Frame.headLength + 4)
        else { return nil }
        return Frame(type, call: call, body)
    }

    private func receive(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        // No more memory than has come: a length is only said.
        while bytes.count < count {
            let wanted = min(count - bytes.count, 1 << 20)
            let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, got in
                var result: Int
                repeat { result = recv(socket, buffer.baseAddress, wanted, 0) } while result < 0 && errno == EINTR
                got = max(0, result)
            }
            guard !piece.isEmpty else { return nil }
            bytes += piece
        }
        return bytes
    }

    /// Takes no more frames; what is under way is still answered.
    func stopReceiving() { shutdown(socket, Int32(SHUT_RD)) }
}
