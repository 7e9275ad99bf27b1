import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What went wrong around a test, not in it.
struct SupportError: Error, CustomStringConvertible {
    let description: String
}

/// A chip that answers each command by a closure, in a slot of Debian's virtual readers.
///
/// The link: 16-bit big-endian length, then the body; the one-byte bodies 00, 01 and 02 switch off, on and reset and
/// have no answer, 04 asks for the answer to reset.
final class SlotCard: Sendable {
    private let descriptor: Int32
    private let ended = DispatchSemaphore(value: 0)
    private let removed = Atomic(false)
    let commands = Mutex<[[UInt8]]>([])
    /// 0 power off, 1 on, 2 reset.
    let orders = Mutex<[UInt8]>([])

    /// More than the 33 bytes of the longest answer to reset. (On an empty body Debian's driver waits for ever.)
    static let mute = [UInt8](repeating: 0x3B, count: 40)

    /// - Parameters:
    ///   - answerToReset: `mute` for a card that does not give a proper one.
    ///   - answer: nil for a card that is taken out instead of answering.
    init(
        port: UInt16, answerToReset: [UInt8] = [0x3B, 0x80, 0x01, 0x81],
        answer: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in [0x90, 0x00] }
    ) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError(description: "no socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(descriptor)
            throw SupportError(description: "nothing listens at port \(port)")
        }
        self.descriptor = descriptor
        let thread = Thread { [self] in
            serve(answerToReset, answer)
            ended.signal()
        }
        thread.start()
    }

    /// Takes the card out, as pcscd sees it after a moment.
    func remove() {
        guard removed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        shutdown(descriptor, Int32(SHUT_RDWR))
        ended.wait()
        close(descriptor)
    }

    private func serve(_ answerToReset: [UInt8], _ answer: ([UInt8]) -> [UInt8]?) {
        while let length = read(2), let body = read(Int(length[0]) << 8 | Int(length[1])) {
            switch body {
            case [0], [1], [2]: orders.withLock { $0 += body }
            case [4]: write(answerToReset)
            default:
                commands.withLock { $0.append(body) }
                guard let response = answer(body) else {
                    shutdown(descriptor, Int32(SHUT_RDWR))
                    return
                }
                write(response)
            }
        }
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            // Without it the kernel holds back its acknowledgement and the driver its next packet for 40 ms.
            var yes: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &yes, socklen_t(MemoryLayout<Int32>.size))
            let received = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            guard received > 0 else { return nil }
            filled += received
        }
        return bytes
    }

    private func write(_ body: [UInt8]) {
        let packet = [UInt8(truncatingIfNeeded: body.count >> 8), UInt8(truncatingIfNeeded: body.count)] + body
        _ = packet.withUnsafeBytes { send(descriptor, $0.baseAddress, packet.count, Int32(MSG_NOSIGNAL)) }
    }
}
