import CardProfiles
import Files
import Glibc
import HealthCard

/// Photos in files, for programs that hand over a path instead of a buffer.
enum PhotoPath {
    private static let longestPath = 4095

    /// The path in a caller's argument: UTF-8, or GBK as all text of the interface.
    static func named(_ argument: UnsafeRawPointer) throws(ReturnCode) -> String {
        let all = CallerMemory.readable(argument, atMost: longestPath + 1)
        let bytes = Array(all.prefix { $0 != 0 })
        guard !bytes.isEmpty, bytes.count < all.count else {
            throw .argument.because("the path of the photo is empty or too long")
        }
        if let path = String(validating: bytes, as: UTF8.self) { return path }
        guard let path = try? GBK.decode(bytes) else { throw .argument.because("the path of the photo is not text") }
        return path
    }

    /// Puts a JPEG where the program wants it. A photo that is there is replaced; another file, a link or a device is left
    /// alone.
    static func write(_ picture: [UInt8], to path: String) throws(ReturnCode) {
        guard !picture.isEmpty else { throw .photo.because("the card has no photo") }
        if let call = DistantCall.current {
            if let why = call.write(picture, to: path) { throw .argument.because(why) }
            return
        }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .argument.because("the path of the photo is not a file's")
            }
            let mayBeReplaced = status.st_size == 0 ? true : try isPicture(path)
            guard mayBeReplaced else { throw .argument.because("the file at the photo's path is not a photo") }
        }
        // One that a process left behind is in nobody's way.
        let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 16)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .argument.because("the photo's file cannot be written: \(reason())") }
        var rest = picture[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        let isWritten = rest.isEmpty && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let why = reason()
            unlink(temporary)
            throw .argument.because("the photo's file cannot be written: \(why)")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func isPicture(_ path: String) throws(ReturnCode) -> Bool {
        do {
            return try InputFile(path, atMost: Int.max / 2).read(upTo: 2) == [0xFF, 0xD8]
        } catch {
            throw .argument.because("the file at the photo's path cannot be looked at: \(error.reason)")
        }
    }
}
