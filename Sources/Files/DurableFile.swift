import Glibc

/// A small file that is there as a whole, or as it was, also when the power goes. Its owner's alone.
package enum DurableFile {
    /// Written aside, brought to the disk, renamed.
    ///
    /// - Parameters:
    ///   - isLasting: false for what may be lost when the power goes: it is as it was, or new, or not there.
    ///   - aside: the folder, on the same disk, of what is written aside; nil: the file's own. What a killed process leaves
    ///     behind lies there.
    /// - Returns: false where it could not be written, with the reason in `errno`; the old content stays, unless only the
    ///   folder could not be brought to the disk.
    package static func replace(
        _ path: String, with content: [UInt8], isLasting: Bool = true, aside: String? = nil
    ) -> Bool {
        let name = path.utf8.lastIndex(of: 0x2F).map { String(path[path.utf8.index(after: $0)...]) } ?? path
        let draft = "\(aside.map { $0 + "/" + name } ?? path).\(getpid())"
        unlink(draft)
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let isWritten = write(content, to: file) && (!isLasting || fsync(file) == 0)
        let reason = errno
        close(file)
        guard isWritten, rename(draft, path) == 0 else {
            let last = isWritten ? errno : reason
            unlink(draft)
            errno = last
            return false
        }
        guard isLasting else { return true }
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }

    private static func write(_ content: [UInt8], to file: Int32) -> Bool {
        content.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
    }
}
