import Files
import Glibc

/// A small file that is replaced at once and stays when the power goes: whoever reads finds the old content or the new
/// one, whole. Its owner's alone.
enum DurableFile {
    /// - Returns: false where it could not be written; the old content stays.
    static func replace(_ path: String, with content: [UInt8]) -> Bool {
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        var template = Array((path + ".XXXXXX").utf8CString)
        // mkstemp makes it with rights of the owner alone.
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return false }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let isWritten = write(content, to: descriptor) && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(template, path) == 0 else {
            unlink(template)
            return false
        }
        return fsync(folder) == 0
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
