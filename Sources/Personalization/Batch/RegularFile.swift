import Glibc

/// Opening what a batch folder holds: a regular file, never a folder, a device, or a pipe that would be waited for.
enum RegularFile {
    /// Opens a file for reading; whoever does closes it.
    ///
    /// - Returns: nil when it cannot be opened or is something else; `errno` says why it could not be opened.
    static func open(_ path: String) -> (descriptor: CInt, size: Int)? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            errno = EINVAL
            return nil
        }
        return (descriptor, Int(status.st_size))
    }

    /// The bytes from the descriptor's place on, at most `limit`; nil when it cannot be read.
    static func read(_ descriptor: CInt, atMost limit: Int) -> [UInt8]? {
        var isRead = true
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < limit, let start = buffer.baseAddress {
                let got = Glibc.read(descriptor, start + count, limit - count)
                if got < 0 { isRead = false }
                guard got > 0 else { break }
                count += got
            }
        }
        return isRead ? bytes : nil
    }
}
