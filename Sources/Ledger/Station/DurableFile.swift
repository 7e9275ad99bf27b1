import Files
import Foundation
import Messages

/// Files that are there as a whole, or as they were.
enum DurableFile {
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

    /// Written aside, brought to the disk, renamed; readable by its owner alone. False leaves the reason in `errno`.
    static func replace(_ path: String, with data: Data) -> Bool {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let isWritten = data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = write(file, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return fsync(file) == 0
        }
        let reason = errno
        close(file)
        guard isWritten, rename(draft, path) == 0 else {
            let last = isWritten ? errno : reason
            unlink(draft)
            errno = last
            return false
        }
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
