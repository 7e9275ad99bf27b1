import CTurboJPEG
import SystemLibraries

/// libjpeg-turbo, for the pictures of people.
enum PhotoCodec {
    /// Before anything is encoded; ``decode(_:_:atLeast:)`` does it by itself.
    static func load() throws(PhotoFlaw) {
        do { try SystemLibrary.jpeg.load() } catch { throw .library(error) }
    }

    /// Decodes the picture, scaled down by the decoder as far as its shorter side keeps `pixels`.
    ///
    /// - Throws: `.damaged` for anything the decoder complains of: a cut-off file is a warning to it.
    static func decode(_ jpeg: [UInt8], _ header: JPEGHeader, atLeast pixels: Int) throws(PhotoFlaw) -> Picture {
        try load()
        guard let decoder = tjInitDecompress() else { throw .unreadable }
        defer { tjDestroy(decoder) }
        var (width, height, subsampling, colours): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
        guard
            tjDecompressHeader3(decoder, jpeg, UInt(jpeg.count), &width, &height, &subsampling, &colours) == 0,
            Int(width) == header.width, Int(height) == header.height
        else { throw .damaged }
        guard colours == TJCS_YCbCr.rawValue || colours == TJCS_RGB.rawValue else {
            throw colours == TJCS_GRAY.rawValue ? .grey : .printColours
        }
        let eighths = eighths(shorterSide: min(header.width, header.height), pixels)
        let scaledWidth = (header.width * eighths + 7) / 8
        let scaledHeight = (header.height * eighths + 7) / 8
        var isWhole = false
        let flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT
        let bytes = [UInt8](unsafeUninitializedCapacity: scaledWidth * scaledHeight * 3) { buffer, count in
            // What a decoder leaves untouched when it stops must not be whatever was there.
            buffer.initialize(repeating: 0)
            count = buffer.count
            isWhole =
                tjDecompress2(
                    decoder, jpeg, UInt(jpeg.count), buffer.baseAddress, CInt(scaledWidth), 0, CInt(scaledHeight),
                    CInt(TJPF_RGB.rawValue), CInt(flags)) == 0
        }
        guard isWhole else { throw .damaged }
        return Picture(width: scaledWidth, height: scaledHeight, pixels: bytes)
    }

    /// Scales of n/8 with a power of two are those every decoder has and that are quick.
    private static func eighths(shorterSide: Int, _ pixels: Int) -> Int {
        [1, 2, 4].first { shorterSide * $0 / 8 >= pixels } ?? 8
    }

    /// - Returns: nil when the picture has more than `capacity` bytes at this quality.
    static func encode(_ picture: Picture, quality: Int, halvesColour: Bool, capacity: Int) -> [UInt8]? {
        guard picture.pixels.count == picture.width * picture.height * 3, capacity > 0 else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = encode_baseline_jpeg(
                picture.pixels, CInt(picture.width), CInt(picture.height), CInt(quality), halvesColour ? 1 : 0,
                buffer.baseAddress, buffer.count)
        }
        return bytes.isEmpty ? nil : bytes
    }
}
