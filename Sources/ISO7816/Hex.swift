/// Hexadecimal text without Foundation.
public enum Hex {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Upper-case hexadecimal, two digits a byte, with `separator` between bytes.
    public static func encode(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
        var text: [UInt8] = []
        for byte in bytes {
            if !text.isEmpty { text.append(contentsOf: separator.utf8) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of hexadecimal text in either case. Blanks, tabs, line ends, `:` and `-` between bytes are passed over;
    /// nil for anything else, for an odd number of digits, and for a separator inside a byte.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for unit in text.utf8 {
            switch unit {
            case 0x20, 0x09, 0x0A, 0x0D, 0x3A, 0x2D:
                guard high == nil else { return nil }
                continue
            default: break
            }
            guard let nibble = nibble(unit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return high == nil ? bytes : nil
    }

    private static func nibble(_ unit: UInt8) -> UInt8? {
        switch unit {
        case 0x30...0x39: unit - 0x30
        case 0x41...0x46: unit - 0x37
        case 0x61...0x66: unit - 0x57
        default: nil
        }
    }
}
