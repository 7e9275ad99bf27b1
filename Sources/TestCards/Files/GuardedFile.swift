import Files
import Foundation

/// Why a file of a campaign cannot be written.
struct GuardedFileError: Error, Equatable {
    let path: String
    let problem: CampaignFileProblem
}

/// Files of a campaign: each whole or not at all, for its owner only whatever the umask is, never through a link and never
/// over anything that is not a file.
enum GuardedFile {
    /// Makes a folder and those above it that are missing (0700). One that is there keeps its mode.
    ///
    /// - Throws: when something else is in the way; a link counts as something else, since whoever planted it chooses
    ///   where the files go.
    static func makeFolder(_ path: String) throws(GuardedFileError) {
        let parent = path.parentFolder
        if parent != ".", parent != "/", !isThere(parent) { try makeFolder(parent) }
        // A trailing slash would follow a link.
        var name = path
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        var status = stat()
        guard lstat(name, &status) != 0 else {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw GuardedFileError(path: path, problem: .notAFolder)
            }
            return
        }
        guard mkdir(name, 0o700) == 0, chmod(name, 0o700) == 0 else {
            throw GuardedFileError(path: path, problem: .file(.notMade(SystemReason(errno))))
        }
    }

    /// Puts a file (0600) in the place of the one that is there, if one is.
    ///
    /// - Throws: when a link, a device or a folder is there, or the file cannot be written; what was there stays.
    static func replace(_ path: String, with bytes: [UInt8]) throws(GuardedFileError) {
        try checkReplaceable(path)
        let draft = try draft(of: path, bytes)
        guard rename(draft, path) == 0 else {
            let problem = CampaignFileProblem.file(.notWritten(SystemReason(errno)))
            unlink(draft)
            throw GuardedFileError(path: path, problem: problem)
        }
        syncFolder(of: path)
    }

    /// Makes a file (0600) that must not be there yet.
    static func create(_ path: String, _ bytes: [UInt8]) throws(GuardedFileError) {
        let draft = try draft(of: path, bytes)
        defer { unlink(draft) }
        // Unlike a renaming, a link is never made over something.
        guard link(draft, path) == 0 else {
            let problem: CampaignFileProblem =
                errno == EEXIST ? .existsAlready : .system(SystemReason(errno))
            throw GuardedFileError(path: path, problem: problem)
        }
        syncFolder(of: path)
    }

    /// - Throws: when something other than a file is there.
    static func checkReplaceable(_ path: String) throws(GuardedFileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw GuardedFileError(
                path: path, problem: .notAFile)
        }
    }

    /// A whole file; nil: there is none.
    ///
    /// - Parameter limit: more bytes are nothing that is needed here.
    /// - Throws: also for a device or a pipe, which may have no end.
    static func read(_ path: String, atMost limit: Int) throws(GuardedFileError) -> [UInt8]? {
        do throws(InputFileError) {
            return try InputFile.contents(of: path, atMost: limit)
        } catch {
            if error.problem == .missing { return nil }
            throw GuardedFileError(path: path, problem: .file(.input(error.problem)))
        }
    }

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// The content beside its place, brought to the disk.
    private static func draft(of path: String, _ bytes: [UInt8]) throws(GuardedFileError) -> String {
        let draft = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw GuardedFileError(path: path, problem: .file(.notWritten(SystemReason(errno))))
        }
        // A umask can only have taken rights away.
        let isWritten = fchmod(file, 0o600) == 0 && write(bytes, to: file) && fsync(file) == 0
        let reason = SystemReason(errno)
        close(file)
        guard isWritten else {
            unlink(draft)
            throw GuardedFileError(path: path, problem: .file(.notWritten(reason)))
        }
        return draft
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    static func syncFolder(of path: String) {
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}
