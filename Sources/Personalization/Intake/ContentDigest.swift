import ISO7816
import ShangMi

/// SM3 over the files a batch's cards depend on (`Docs/batch.md`): each file's name and hash, then those of the photos.
struct ContentDigest {
    private var files = SM3.Hasher()
    private var photos = SM3.Hasher()

    /// - Parameter digest: SM3 of the file.
    mutating func add(_ name: String, digest: [UInt8]) {
        files.update(Array("\(Hex.encode(digest)) \(name)\n".utf8))
    }

    /// The photo of a row; no digest for one that is not there.
    mutating func addPhoto(row: Int, digest: [UInt8]) {
        photos.update(Array("\(Hex.encode(digest)) \(row)\n".utf8))
    }

    /// 64 lowercase hexadecimal digits.
    func finish() -> String {
        var whole = files
        whole.update(Array("\(Hex.encode(photos.finalize())) \(Batch.photosFolder)\n".utf8))
        return Hex.encode(whole.finalize()).lowercased()
    }
}
