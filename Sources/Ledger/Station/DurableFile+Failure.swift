import Files
import Glibc
import Messages

extension DurableFile {
    /// What `errno` says of a file that could not be written.
    static func failure(_ path: String) -> LedgerError {
        let reason = errno
        let text = AnyMessage(
            "\(path) cannot be written: \(SystemReason(reason))", "无法写入 \(path)：\(SystemReason(reason))")
        return switch reason {
        case ENOSPC, EDQUOT: .full(text)
        case EMFILE, ENFILE, EINTR, EIO: .unavailable(text)
        default: .misconfigured(text)
        }
    }
}
