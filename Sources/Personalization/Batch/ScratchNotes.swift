import Files
import Glibc
import Synchronization

/// What is noted of replies and rows while a batch is looked through: a file without a name (mode 0600, in SQLite's
/// temporary folder) that is written from its beginning to its end and read at any place.
///
/// One thread writes; once ``flush()`` was called for the last time, any thread may read.
final class ScratchNotes: @unchecked Sendable {
    /// Bytes that wait to be written.
    private static let room = 1 << 16
    /// A note begins at a multiple of this.
    static let unit = 8

    // The pages of a file that nobody has written to yet cost nothing.
    private var descriptor: CInt = -1
    private var waiting: [UInt8] = []
    private var written = 0

    init() { waiting.reserveCapacity(Self.room + 4096) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes a note.
    ///
    /// - Parameter body: appends its bytes.
    /// - Returns: where it is, in ``unit``s; the first is 1, so that 0 is none.
    func append(_ body: (inout [UInt8]) -> Void) throws(BatchError) -> UInt32 {
        if waiting.count >= Self.room { try flush() }
        let place = (written + waiting.count) / Self.unit + 1
        guard let place = UInt32(exactly: place) else { throw Self.failure(ENOSPC) }
        body(&waiting)
        let rest = waiting.count % Self.unit
        if rest > 0 { waiting.append(contentsOf: repeatElement(0, count: Self.unit - rest)) }
        return place
    }

    /// Writes what waits: notes can be read.
    func flush() throws(BatchError) {
        guard !waiting.isEmpty else { return }
        if descriptor < 0 { descriptor = try Self.open() }
        var done = 0
        while done < waiting.count {
            let count = waiting.withUnsafeBytes {
                $0.baseAddress.map { pwrite(descriptor, $0 + done, waiting.count - done, off_t(written + done)) } ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(count < 0 ? errno : ENOSPC) }
            done += count
        }
        written += done
        waiting.removeAll(keepingCapacity: true)
    }

    /// Bytes of a note, counted from its beginning; zeros behind the end of the file.
    ///
    /// - Parameter place: as ``append(_:)`` gave it.
    func read(_ place: UInt32, from start: Int = 0, count: Int) throws(BatchError) -> [UInt8] {
        let from = (Int(place) - 1) * Self.unit + start
        guard place > 0, count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        // What was not written yet is still in memory.
        let inFile = max(0, min(count, written - from))
        while done < inFile {
            let got = bytes.withUnsafeMutableBytes {
                $0.baseAddress.map { pread(descriptor, $0 + done, inFile - done, off_t(from + done)) } ?? 0
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Self.failure(got < 0 ? errno : EIO) }
            done += got
        }
        while done < count {
            let index = from + done - written
            guard waiting.indices.contains(index) else { break }
            bytes[done] = waiting[index]
            done += 1
        }
        return bytes
    }

    // MARK: The file

    private static var folders: [String] {
        ["SQLITE_TMPDIR", "TMPDIR"].compactMap(ProcessEnvironment.value) + ["/var/tmp", "/usr/tmp", "/tmp"]
    }

    private static func open() throws(BatchError) -> CInt {
        for folder in folders where access(folder, W_OK | X_OK) == 0 {
            var name = Array("\(folder)/healthcard-XXXXXX".utf8CString)
            let descriptor = mkstemp(&name)
            guard descriptor >= 0 else { continue }
            // No program that is started meanwhile gets it.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(name)
            return descriptor
        }
        throw failure(ENOENT)
    }

    /// SQLite's code for the same failure.
    private static func failure(_ code: CInt) -> BatchError {
        let code =
            switch code {
            case ENOSPC, EDQUOT, EFBIG: 13
            case ENOENT: 14
            default: 10
            }
        return BatchError([BatchProblem(.file(.noRoomForNotes(code)), .temporaryFolder)])
    }
}
