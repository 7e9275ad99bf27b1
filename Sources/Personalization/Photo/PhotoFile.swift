import CardProfiles
import Foundation
import ShangMi

/// A picture on disk.
struct PhotoFile {
    /// The file as it is.
    let bytes: [UInt8]

    init(path: String) throws(PhotoFlaw) {
        guard let (descriptor, size) = RegularFile.open(path) else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
        }
        defer { close(descriptor) }
        let limit = PhotoFitting.longestFile
        guard size <= limit else { throw .fileTooLong(bytes: size, limit: limit) }
        guard let bytes = RegularFile.read(descriptor, atMost: size) else { throw .unreadable }
        self.bytes = bytes
    }

    /// The photo of the card that the file becomes.
    static func load(path: String, profile: CardProfile) throws(PhotoFlaw) -> [UInt8] {
        try PhotoFitting(profile: profile).fit(try PhotoFile(path: path).bytes)
    }
}
