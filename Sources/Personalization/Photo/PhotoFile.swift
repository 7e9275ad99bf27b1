import CardProfiles
import Foundation
import ShangMi

/// A picture on disk.
struct PhotoFile {
    /// The file as it is.
    let bytes: [UInt8]

    init(path: String) throws(PhotoFlaw) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .missing }
        guard !isFolder.boolValue, let file = FileHandle(forReadingAtPath: path) else { throw .unreadable }
        defer { try? file.close() }
        let limit = PhotoFitting.longestFile
        let size: Int
        do {
            size = Int(clamping: try file.seekToEnd())
            guard size <= limit else { throw PhotoFlaw.fileTooLong(bytes: size, limit: limit) }
            try file.seek(toOffset: 0)
            bytes = try file.read(upToCount: limit).map { [UInt8]($0) } ?? []
        } catch let flaw as PhotoFlaw {
            throw flaw
        } catch {
            throw .unreadable
        }
    }

    /// The photo of the card that the file becomes.
    static func load(path: String, profile: CardProfile) throws(PhotoFlaw) -> [UInt8] {
        try PhotoFitting(profile: profile).fit(try PhotoFile(path: path).bytes)
    }
}
