import Files
import Glibc
import ShangMi

/// Files that are their owner's alone: key stores, components, credentials.
public enum PrivateFile {
    /// Who else may have rights to a file.
    public enum Access: Sendable {
        /// Nobody.
        case ownerAlone
        /// The group of the installed program, which nobody else is in, may read what root owns (`Docs/keys.md §7`).
        case installation
        /// Anybody: something else guards it.
        case guarded
    }

    /// The content, in memory that wipes itself.
    ///
    /// - Parameters:
    ///   - limit: more bytes are nothing that is wanted here.
    ///   - access: who else may have rights to it.
    ///   - mayBePipe: whether a pipe that the shell hands over is taken, `<(pass show sam)`.
    /// - Throws: ``KeyStoreError/file(path:problem:)``, ``KeyStoreError/exposed(path:)``.
    public static func read(
        _ path: String, atMost limit: Int, access: Access = .ownerAlone, mayBePipe: Bool = false
    ) throws(KeyStoreError) -> SecretBytes {
        func opened() -> Result<InputFile, InputFileError> {
            Result { () throws(InputFileError) in
                try InputFile(path, atMost: limit, mayBePipe ? .fileOrPipe : .file)
            }
        }
        do throws(InputFileError) {
            let file = try (access == .installation ? InstalledGroup.lend(opened) : opened()).get()
            var status = stat()
            guard fstat(file.descriptor, &status) == 0 else { throw InputFileError(path, .system(errno)) }
            guard
                access == .guarded || status.st_mode & 0o077 == 0 || access == .installation && isInstalled(status)
            else { throw InputFileError(path, .exposed) }
            // Of a pipe, and of a file that has grown, not more than the limit.
            var count = 0
            let whole = try SecretBytes(count: file.isPipe ? limit : file.size + 1) { buffer throws(InputFileError) in
                while count < buffer.count {
                    let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    if got == 0 { break }
                    count += got
                }
            }
            return whole.withUnsafeBytes { SecretBytes(copying: $0.prefix(count)) }
        } catch {
            throw error.problem == .exposed ? .exposed(path: path) : .file(path: path, problem: .input(error.problem))
        }
    }

    /// Makes a file that must not be there yet, for its owner alone, and waits until the disk has it.
    ///
    /// - Throws: ``KeyStoreError/exists(path:)``, ``KeyStoreError/file(path:problem:)``; nothing is left of it then.
    public static func create(_ path: String, _ content: SecretBytes) throws(KeyStoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists(path: path) : failure(path, FileProblem.notMade) }
        let isWritten = content.withUnsafeBytes { write($0, to: descriptor) } && fsync(descriptor) == 0
        let error = failure(path, FileProblem.notWritten)
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
        guard folder >= 0 else { throw failure(path, FileProblem.folderNotOpened) }
        defer { close(folder) }
        // One writer at a time looks and writes.
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure(path, FileProblem.folderNotLocked) }
        }
        if let expected {
            let found = try read(path, atMost: KeyStoreFile.longestFile, access: .installation)
            guard found.withUnsafeBytes({ $0.elementsEqual(expected) }) else { throw .changedMeanwhile(path: path) }
        } else {
            guard access(path, F_OK) != 0 else { throw .exists(path: path) }
        }
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path, FileProblem.notMadeNextToIt) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        if let group = sharedGroup(path, folder) {
            guard fchown(descriptor, uid_t.max, group) == 0, fchmod(descriptor, 0o640) == 0 else {
                let error = failure(path, FileProblem.notGivenToGroup)
                close(descriptor)
                unlink(template)
                throw error
            }
        }
        let isWritten = content.withUnsafeBytes { write($0, to: descriptor) } && fsync(descriptor) == 0
        let error = failure(path, FileProblem.notWritten)
        close(descriptor)
        guard isWritten, rename(template, path) == 0 else {
            unlink(template)
            throw error
        }
        guard fsync(folder) == 0 else { throw failure(path, FileProblem.folderNotSynchronized) }
    }

    /// Whether it is root's, and the installation's group may read it and nobody else.
    private static func isInstalled(_ status: stat) -> Bool {
        status.st_uid == 0 && status.st_mode & 0o037 == 0 && status.st_gid == InstalledGroup.identifier
    }

    /// The group that reads what is written: as the file that is replaced has it, else the one whose folder it is.
    private static func sharedGroup(_ path: String, _ folder: Int32) -> gid_t? {
        guard let group = InstalledGroup.identifier, getuid() == 0 else { return nil }
        var status = stat()
        if stat(path, &status) == 0 { return isInstalled(status) && status.st_mode & 0o040 != 0 ? group : nil }
        guard fstat(folder, &status) == 0, status.st_uid == 0, status.st_gid == group, status.st_mode & 0o027 == 0
        else {
            return nil
        }
        return group
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

    private static func failure(
        _ path: String, _ problem: (SystemReason) -> FileProblem, _ error: Int32 = errno
    ) -> KeyStoreError {
        .file(path: path, problem: problem(SystemReason(error)))
    }
}
