import Files
import Glibc

/// A picture on disk.
public struct PhotoFile: Sendable {
    /// The file as it is.
    public let bytes: [UInt8]

    /// - Throws: ``PhotoFlaw``: `missing`, `fileTooLong`, `unreadable`.
    public init(path: String) throws(PhotoFlaw) {
        let limit = PhotoFitting.longestFile
        do throws(InputFileError) {
            bytes = try InputFile.contents(of: path, atMost: limit)
        } catch {
            throw switch error.problem {
            case .missing: .missing
            case .tooLong: .fileTooLong(bytes: Self.size(of: path) ?? limit + 1, limit: limit)
            default: .unreadable
            }
        }
    }

    private static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
