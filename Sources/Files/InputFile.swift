import Glibc

/// A file that is read as input, opened so that nothing behind its name can hold the program or fill its memory.
///
/// All inputs are opened here. A name may lead to a folder, a device without end, a pipe that nobody writes to, or a file
/// that grows while it is read: only regular files are taken (and pipes where the caller says so), never more bytes than
/// the caller has stated, never longer waited for than ``patience``, and never drop by drop. Opening has no effect on what is opened: what is
/// no file is looked at before it is opened, nothing becomes the controlling terminal, and no descriptor is inherited.
///
/// What a network file system that has died does to a process cannot be bounded from within it.
public final class InputFile {
    /// What may be read besides regular files.
    public enum Kind: Sendable, Hashable {
        case file
        /// Also a pipe that the caller of the program has handed over open: `/dev/stdin`, `/dev/fd/63` of a process
        /// substitution. A pipe that merely lies in a folder is not one.
        case fileOrPipe
    }

    /// Who may have rights to the file.
    public enum Privacy: Sendable, Hashable {
        case any
        /// Its owner alone: mode bits 0077 are refused.
        case ownerOnly
    }

    /// Seconds for which nothing may come.
    public static let patience = 8
    /// Bytes that have to come in a second, ``patience`` aside: what drips is not waited for to its end.
    private static let slowest = 4_096

    public let path: String
    public let descriptor: CInt
    /// Bytes, as the file was when it was opened; 0 for a pipe, and for files of the system that tell no length.
    public let size: Int
    public let isPipe: Bool
    private let limit: Int
    /// Bytes read so far.
    private var count = 0
    /// Seconds spent in waiting.
    private var waited = 0.0

    /// - Parameter limit: how many bytes may be read in all.
    public init(
        _ path: String, atMost limit: Int, _ kind: Kind = .file, _ privacy: Privacy = .any
    ) throws(InputFileError) {
        self.path = path
        self.limit = limit
        guard !path.isEmpty, !path.utf8.contains(0) else { throw InputFileError(path, .missing) }
        let takesPipe = kind == .fileOrPipe && Self.isHandedOver(path)
        // Some devices act on being opened: what is there is looked at first, and again once it is open.
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.error(path) }
        try Self.check(status, path, takesPipe: takesPipe)
        let descriptor = try Self.open(path)
        do throws(InputFileError) {
            guard fstat(descriptor, &status) == 0 else { throw Self.error(path) }
            try Self.check(status, path, takesPipe: takesPipe)
            guard privacy == .any || status.st_mode & 0o077 == 0 else { throw InputFileError(path, .exposed) }
            guard Int(status.st_size) <= limit else { throw InputFileError(path, .tooLong(limit: limit)) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        isPipe = status.st_mode & S_IFMT == S_IFIFO
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    // MARK: Reading

    /// The next bytes, at most as many as the buffer holds; 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputFileError) -> Int {
        // One byte more than allowed is asked for, so that a file that has grown is noticed.
        let wanted = min(buffer.count, limit - count + 1)
        guard wanted > 0, let start = buffer.baseAddress else { return 0 }
        while true {
            let got = Glibc.read(descriptor, start, wanted)
            if got >= 0 {
                count += got
                guard count <= limit else { throw InputFileError(path, .tooLong(limit: limit)) }
                return got
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait()
            default: throw Self.error(path)
            }
        }
    }

    /// The next bytes, at most `most`; empty at the end.
    public func read(upTo most: Int) throws(InputFileError) -> [UInt8] {
        var failure: InputFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, most)) { buffer, count in
            do throws(InputFileError) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// All that is left.
    public func readToEnd() throws(InputFileError) -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(max(0, size - count))
        while true {
            let piece = try read(upTo: min(max(size - count + 1, 4096), 1 << 20))
            if piece.isEmpty { return all }
            all += piece
        }
    }

    /// Goes on reading at another byte, counted from 0; what was skipped counts as read.
    public func seek(to offset: Int) throws(InputFileError) {
        guard offset >= 0, lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else { throw Self.error(path) }
        count = offset
    }

    private func wait() throws(InputFileError) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let start = ContinuousClock.now
        let ready = poll(&entry, 1, CInt(Self.patience * 1000))
        if ready == 0 { throw InputFileError(path, .silent(seconds: Self.patience)) }
        waited += (ContinuousClock.now - start) / .seconds(1)
        guard waited <= Double(Self.patience) + Double(count) / Double(Self.slowest) else {
            throw InputFileError(path, .slow(seconds: Int(waited)))
        }
    }

    // MARK: Whole files

    /// A whole file.
    ///
    /// - Parameter limit: in bytes.
    public static func contents(
        of path: String, atMost limit: Int, _ kind: Kind = .file, _ privacy: Privacy = .any
    ) throws(InputFileError) -> [UInt8] {
        try InputFile(path, atMost: limit, kind, privacy).readToEnd()
    }

    /// As ``contents(of:atMost:_:_:)``; nil where there is nothing of that name. A link to nothing is something: what it
    /// leads to may be on a disk that is not mounted.
    public static func contentsIfThere(
        of path: String, atMost limit: Int
    ) throws(InputFileError) -> [UInt8]? {
        do throws(InputFileError) {
            return try contents(of: path, atMost: limit)
        } catch {
            guard error.problem == .missing, !path.utf8.contains(0), !leadsNowhere(path) else { throw error }
            return nil
        }
    }

    /// Whether the path, or a folder on its way, is a link whose target is not there.
    private static func leadsNowhere(_ path: String) -> Bool {
        var rest = Substring(path)
        while rest.utf8.last == 0x2F { rest.removeLast() }
        while !rest.isEmpty {
            var status = stat()
            let part = String(rest)
            if lstat(part, &status) == 0 { return stat(part, &status) != 0 }
            guard let slash = rest.utf8.lastIndex(of: 0x2F) else { return false }
            rest = rest[..<slash]
            while rest.utf8.last == 0x2F { rest.removeLast() }
        }
        return false
    }

    /// A descriptor that is open already, to its end: standard input. Whoever types or computes it has the time it takes.
    public static func contents(
        ofDescriptor descriptor: CInt, named name: String, atMost limit: Int
    ) throws(InputFileError) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if got > 0 {
                all += buffer[..<got]
                guard all.count <= limit else { throw InputFileError(name, .tooLong(limit: limit)) }
            } else if got == 0 {
                return all
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                throw error(name)
            }
        }
    }

    // MARK: Opening

    private static func isHandedOver(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    private static func open(_ path: String) throws(InputFileError) -> CInt {
        // Another program may hold a lease on the file; the system then asks it to let go.
        for attempt in 0...20 {
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            if descriptor >= 0 { return descriptor }
            guard errno == EINTR || (errno == EAGAIN && attempt < 20) else { break }
            usleep(100_000)
        }
        throw error(path)
    }

    private static func check(_ status: stat, _ path: String, takesPipe: Bool) throws(InputFileError) {
        let kind: InputFileError.Kind
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFIFO:
            if takesPipe { return }
            kind = .pipe
        case S_IFDIR: kind = .folder
        case S_IFCHR, S_IFBLK: kind = .device
        case S_IFSOCK: kind = .socket
        default: kind = .other
        }
        throw InputFileError(path, .notAFile(kind))
    }

    private static func error(_ path: String) -> InputFileError {
        let code = errno
        return switch code {
        case ENOENT, ENOTDIR: InputFileError(path, .missing)
        case EACCES, EPERM: InputFileError(path, .notPermitted)
        case EAGAIN: InputFileError(path, .silent(seconds: 2))
        default: InputFileError(path, .system(code))
        }
    }
}
