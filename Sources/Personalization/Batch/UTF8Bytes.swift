/// UTF-8 where it lies in memory.
enum UTF8Bytes {
    /// Whether bytes are UTF-8 (Unicode 15, table 3-7).
    static func areValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                continue
            }
            let length = length(byte, bytes, index)
            if length == 0 { return false }
            index += length
        }
        return true
    }

    /// Bytes of the character at an index, which is not ASCII; 0 for none.
    private static func length(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
        func follows(_ place: Int, _ lowest: UInt8 = 0x80, _ highest: UInt8 = 0xBF) -> Bool {
            index + place < bytes.count && bytes[index + place] >= lowest && bytes[index + place] <= highest
        }
        switch byte {
        case 0xC2...0xDF: return follows(1) ? 2 : 0
        case 0xE0: return follows(1, 0xA0) && follows(2) ? 3 : 0
        case 0xED: return follows(1, 0x80, 0x9F) && follows(2) ? 3 : 0
        case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
        case 0xF0: return follows(1, 0x90) && follows(2) && follows(3) ? 4 : 0
        case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
        case 0xF4: return follows(1, 0x80, 0x8F) && follows(2) && follows(3) ? 4 : 0
        default: return 0
        }
    }
}
