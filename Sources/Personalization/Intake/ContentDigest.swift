import ISO7816
import ShangMi

/// SM3 over the files a batch's cards depend on (`Docs/batch.md`): each file's name and hash, then those of the photos.
struct ContentDigest {
    private var files = SM3.Hasher()
    private var photos = SM3.Hasher()
    /// What of the photos was not hashed yet: hashing a few bytes takes as long as hashing a hundred.
    private var waiting: [UInt8] = []
    private static let room = 1 << 15

    /// - Parameter digest: SM3 of the file.
    mutating func add(_ name: String, digest: [UInt8]) {
        files.update(Array("\(Hex.encode(digest)) \(name)\n".utf8))
    }

    /// The photo of a row; no digest for one that is not there.
    mutating func addPhoto(row: Int, digest: [UInt8]) {
        if !digest.isEmpty { waiting.append(contentsOf: Hex.encode(digest).utf8) }
        waiting.append(UInt8(ascii: " "))
        waiting.append(contentsOf: String(row).utf8)
        waiting.append(UInt8(ascii: "\n"))
        guard waiting.count >= Self.room else { return }
        photos.update(waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    /// 64 lowercase hexadecimal digits.
    func finish() -> String {
        var (whole, photos) = (files, photos)
        photos.update(waiting)
        whole.update(Array("\(Hex.encode(photos.finalize())) \(Batch.photosFolder)\n".utf8))
        return Hex.encode(whole.finalize()).lowercased()
    }
}
