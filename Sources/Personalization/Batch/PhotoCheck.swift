import CTurboJPEG
import Foundation

/// Why a picture cannot go onto a card.
public enum PhotoFlaw: Error, Sendable, Hashable {
    case missing
    case unreadable
    /// More bytes than the photo item holds.
    case tooLong(bytes: Int, limit: Int)
    /// Not a JPEG, or one that cannot be decoded to its last line.
    case notJPEG

    var remedy: String {
        switch self {
        case .missing: "add the picture; only the police reply can excuse it (YCDM 62)"
        case .unreadable: "check its permissions"
        case .tooLong: "fit it to the limit"
        case .notJPEG: "save the picture as a JPEG again"
        }
    }
}

extension PhotoFlaw: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing: "is missing"
        case .unreadable: "cannot be read"
        case .tooLong(let bytes, let limit): "has \(bytes) bytes, the card holds \(limit)"
        case .notJPEG: "is no JPEG that can be decoded"
        }
    }
}

/// Looks whether a file is a photo a card can carry (`Docs/card.md §5.4`, item 385): a JPEG that a decoder takes
/// without complaint, not longer than the item. Fitting a larger picture is another step's work.
enum PhotoCheck {
    /// Pixels a photo of at most 3072 bytes can sensibly have; more is a decompression bomb.
    static let mostPixels = 4_000_000

    /// The bytes of the file, once they have passed.
    static func load(path: String, limit: Int) throws(PhotoFlaw) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing }
        guard let file = FileHandle(forReadingAtPath: path) else { throw .unreadable }
        defer { try? file.close() }
        let bytes: [UInt8]
        let size: Int
        do {
            // One byte more than allowed is enough to know, however long the file is.
            bytes = try file.read(upToCount: limit + 1).map { [UInt8]($0) } ?? []
            size = bytes.count > limit ? Int(clamping: try file.seekToEnd()) : bytes.count
        } catch {
            throw .unreadable
        }
        // A file that is no JPEG is that first of all, however long it is.
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { throw .notJPEG }
        guard bytes.count <= limit else { throw .tooLong(bytes: size, limit: limit) }
        guard isDecodable(bytes) else { throw .notJPEG }
        return bytes
    }

    /// True when libjpeg-turbo decodes the picture whole and without a warning (a cut-off file is a warning).
    static func isDecodable(_ jpeg: [UInt8]) -> Bool {
        guard jpeg.starts(with: [0xFF, 0xD8, 0xFF]), let decoder = tjInitDecompress() else { return false }
        defer { tjDestroy(decoder) }
        var width: CInt = 0
        var height: CInt = 0
        var subsampling: CInt = 0
        var colours: CInt = 0
        return jpeg.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress,
                tjDecompressHeader3(decoder, start, UInt(source.count), &width, &height, &subsampling, &colours) == 0,
                width > 0, height > 0, Int(width) * Int(height) <= mostPixels
            else { return false }
            let count = Int(width) * Int(height) * 3
            return withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { pixels in
                guard let target = pixels.baseAddress else { return false }
                return tjDecompress2(
                    decoder, start, UInt(source.count), target.assumingMemoryBound(to: UInt8.self), width, 0, height,
                    CInt(TJPF_RGB.rawValue), CInt(TJFLAG_STOPONWARNING)) == 0
            }
        }
    }
}
