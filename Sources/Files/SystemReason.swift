import Glibc
import Messages

/// Why the system refused something: `errno` in words. English is the C library's own.
public struct SystemReason: Message, Hashable {
    public let code: Int32

    public init(_ code: Int32) { self.code = code }
}
