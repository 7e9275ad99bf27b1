import Foundation
import Messages

/// A file that a command writes what it found to.
enum OutputFile {
    private static let beginning = 4096

    /// Opens what the name stands for: a link is followed and a device written to, neither is replaced. A new file is its
    /// owner's alone.
    ///
    /// - Parameters:
    ///   - inputs: what is read; none of it is written over.
    ///   - isForced: whether a file is overwritten whatever is in it; nil where nobody can say so.
    ///   - isOwn: whether a file that begins with this text is one that the command has written before.
    /// - Throws: ``Failure`` when the file cannot be made, is an input, or is of another kind.
    static func open(
        _ path: String, inputs: [String] = [], isForced: Bool? = nil, isOwn: (String) -> Bool
    ) throws -> FileHandle {
        // A name in another character set has lost its bytes before it comes here: another file would be written.
        guard !path.unicodeScalars.contains("\u{FFFD}") else {
            throw Failure(
                .usage,
                OutputText.notUTF8(path: path))
        }
        guard !isOne(of: inputs, path) else {
            throw Failure(
                .usage,
                OutputText.isInput(path: path)
            )
        }
        var status = stat()
        // A pipe that is opened for reading too has always a reader, and nobody who reads it.
        let isRegular = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        let access = isRegular ? O_RDWR | O_CREAT : O_WRONLY
        let descriptor = Glibc.open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            return handle
        }
        var bytes = [UInt8](repeating: 0, count: beginning)
        let count = pread(descriptor, &bytes, beginning, 0)
        guard isForced == true || count >= 0 && isOwn(String(decoding: bytes.prefix(count), as: UTF8.self)) else {
            throw Failure(
                .usage,
                OutputText.otherKind(path: path, canForce: isForced != nil))
        }
        guard ftruncate(descriptor, 0) == 0 else { throw unwritable(path) }
        return handle
    }

    private static func unwritable(_ path: String) -> Failure {
        Failure(.badInput, OutputText.notWritten(path: path))
    }

    /// Whatever names lead there.
    private static func isOne(of inputs: [String], _ path: String) -> Bool {
        var output = stat()
        guard stat(path, &output) == 0 else { return false }
        return inputs.contains { input in
            var status = stat()
            return stat(input, &status) == 0 && status.st_dev == output.st_dev && status.st_ino == output.st_ino
        }
    }
}
