/// What the segments of a JPEG before its picture say (ISO/IEC 10918-1 Annex B).
struct JPEGHeader: Equatable {
    let width: Int
    let height: Int
    let components: Int
    /// SOF0: eight bits, one pass, Huffman; every reader of a card can show it.
    let isBaseline: Bool
    /// 1 to 8 as EXIF counts; 1 where none is given.
    let orientation: Int

    /// - Returns: nil for what is no JPEG or ends before it says its size.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        var orientation = 1
        var index = 2
        while index + 4 <= bytes.count {
            guard bytes[index] == 0xFF else { return nil }
            let marker = bytes[index + 1]
            // Fill bytes may stand before a marker.
            if marker == 0xFF {
                index += 1
                continue
            }
            let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
            let content = index + 4
            guard length >= 2, index + 2 + length <= bytes.count else { return nil }
            switch marker {
            case 0xC4, 0xC8, 0xCC: break
            case 0xC0...0xCF:
                guard length >= 8 else { return nil }
                height = Int(bytes[content + 1]) << 8 | Int(bytes[content + 2])
                width = Int(bytes[content + 3]) << 8 | Int(bytes[content + 4])
                components = Int(bytes[content + 5])
                isBaseline = marker == 0xC0
                self.orientation = orientation
                guard width > 0, height > 0 else { return nil }
                return
            case 0xE1:
                orientation = Self.orientation(bytes[content..<index + 2 + length]) ?? orientation
            case 0xD9, 0xDA: return nil
            default: break
            }
            index += 2 + length
        }
        return nil
    }

    /// The picture without what is noted beside it: comments and application segments, but for JFIF's (APP0) and the one
    /// that says how the colours are coded (Adobe's, APP14), and without what lies behind its end. What cannot be followed
    /// stays as it is.
    static func withoutNotes(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return bytes }
        var kept: [UInt8] = [0xFF, 0xD8]
        var index = 2
        while index + 4 <= bytes.count, bytes[index] == 0xFF {
            let marker = bytes[index + 1]
            if marker == 0xFF {
                index += 1
                continue
            }
            let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
            guard marker != 0xDA, length >= 2, index + 2 + length <= bytes.count else { break }
            switch marker {
            case 0xE1...0xED, 0xEF, 0xFE: break
            default: kept += bytes[index..<index + 2 + length]
            }
            index += 2 + length
        }
        return kept + bytes[index..<end(bytes, from: index)]
    }

    /// Where the picture ends, behind its EOI: what a program has hung on it is no part of it. The whole length where no
    /// EOI is found.
    private static func end(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while index + 1 < bytes.count {
            guard bytes[index] == 0xFF else {
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case 0xD9: return index + 2
            case 0xFF: index += 1
            // A byte FF of the picture, TEM and the restart markers have no length (ISO/IEC 10918-1 §B.1.1).
            case 0x00, 0x01, 0xD0...0xD7: index += 2
            default:
                guard index + 4 <= bytes.count else { return bytes.count }
                let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
                guard length >= 2 else { return bytes.count }
                index += 2 + length
            }
        }
        return bytes.count
    }

    /// The orientation in an APP1 segment (EXIF 2.32 §4.6): tag 0112 of the first directory.
    private static func orientation(_ segment: ArraySlice<UInt8>) -> Int? {
        let exif: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
        guard segment.starts(with: exif) else { return nil }
        let tiff = Array(segment.dropFirst(exif.count))
        guard tiff.count >= 8 else { return nil }
        let isLittle = tiff[0] == 0x49
        func number(_ offset: Int, _ count: Int) -> Int? {
            guard offset >= 0, offset + count <= tiff.count else { return nil }
            let bytes = tiff[offset..<offset + count]
            return (isLittle ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = number(4, 4), let entries = number(directory, 2) else { return nil }
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let tag = number(offset, 2) else { return nil }
            guard tag == 0x0112 else { continue }
            guard let value = number(offset + 8, 2), (1...8).contains(value) else { return nil }
            return value
        }
        return nil
    }
}
