import Glibc
import ShangMi

/// Files that are their owner's alone: key stores, components, credentials.
public enum PrivateFile {
    /// The content, in memory that wipes itself.
    ///
    /// - Parameters:
    ///   - limit: more bytes are nothing that is wanted here.
    ///   - mayBeShared: whether group and others may have rights to it, since something else guards it.
    /// - Throws: ``KeyStoreError/file(path:problem:)``, ``KeyStoreError/exposed(path:)``.
    public static func read(
        _ path: String, atMost limit: Int, mayBeShared: Bool = false
    ) throws(KeyStoreError) -> SecretBytes {
        // A pipe that nobody writes to must not hold anybody up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, problem: "is not a file") }
        guard mayBeShared || status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
        guard let size = Int(exactly: status.st_size), size <= limit else {
            throw .file(path: path, problem: "is longer than \(limit) bytes")
        }
        return try SecretBytes(count: size) { buffer throws(KeyStoreError) in
            var done = 0
            while done < size {
                let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, size - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure(path, "cannot be read to its end") }
                done += count
            }
        }
    }

    /// Makes a file that must not be there yet, for its owner alone, and waits until the disk has it.
    ///
    /// - Throws: ``KeyStoreError/exists(path:)``, ``KeyStoreError/file(path:problem:)``; nothing is left of it then.
    public static func create(_ path: String, _ content: SecretBytes) throws(KeyStoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists(path: path) : failure(path, "cannot be made") }
        let isWritten = content.withUnsafeBytes { write($0, to: descriptor) } && fsync(descriptor) == 0
        let error = failure(path, "cannot be written")
        close(descriptor)
        guard isWritten, synchronize(folderOf: path) else {
            unlink(path)
            throw error
        }
    }

    /// Puts a content in the place of another at once: whoever reads, and whatever ends the process or the machine,
    /// finds the old one or the new one whole.
    ///
    /// - Parameter expected: what must be there still; nil for nothing.
    /// - Throws: ``KeyStoreError/exists(path:)``, ``KeyStoreError/changedMeanwhile(path:)``,
    ///   ``KeyStoreError/file(path:problem:)``; the old content stays.
    static func replace(_ path: String, expecting expected: [UInt8]?, with content: [UInt8]) throws(KeyStoreError) {
        // What the name stands for is replaced, not a link to it.
        let path = target(of: path)
        let folder = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(path, "its folder cannot be opened") }
        defer { close(folder) }
        // One writer at a time looks and writes.
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure(path, "its folder cannot be locked") }
        }
        if let expected {
            let found = try read(path, atMost: KeyStoreFile.longestFile)
            guard found.withUnsafeBytes({ $0.elementsEqual(expected) }) else { throw .changedMeanwhile(path: path) }
        } else {
            guard access(path, F_OK) != 0 else { throw .exists(path: path) }
        }
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path, "no file can be made beside it") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let isWritten = content.withUnsafeBytes { write($0, to: descriptor) } && fsync(descriptor) == 0
        let error = failure(path, "cannot be written")
        close(descriptor)
        guard isWritten, rename(template, path) == 0 else {
            unlink(template)
            throw error
        }
        guard fsync(folder) == 0 else { throw failure(path, "was written, but its folder cannot be synchronized") }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: 0x2F) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func synchronize(folderOf path: String) -> Bool {
        let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func failure(_ path: String, _ what: String) -> KeyStoreError {
        .file(path: path, problem: "\(what): \(String(cString: strerror(errno)))")
    }
}
