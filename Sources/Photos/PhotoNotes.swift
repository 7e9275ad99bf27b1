/// What a camera notes beside a picture: place, time, device, a second picture.
public enum PhotoNotes {
    /// The picture without them, for keeping. How the camera was held stays, so that the picture stands upright. What is no
    /// JPEG is given back as it is.
    public static func removed(from jpeg: [UInt8]) -> [UInt8] {
        guard let header = JPEGHeader(jpeg) else { return jpeg }
        let plain = JPEGHeader.withoutNotes(jpeg)
        guard header.orientation != 1, plain.starts(with: [0xFF, 0xD8]) else { return plain }
        return plain[..<2] + orientation(header.orientation) + plain[2...]
    }

    /// An APP1 segment with tag 0112 alone (EXIF 2.32 §4.6).
    private static func orientation(_ value: Int) -> [UInt8] {
        let exif: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
        let tiff: [UInt8] = [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8]
        let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(truncatingIfNeeded: value), 0, 0]
        let content = exif + tiff + [0, 1] + entry + [0, 0, 0, 0]
        let length = content.count + 2
        return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }
}
