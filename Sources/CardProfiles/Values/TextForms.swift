import ISO7816

extension Collection where Element == UInt8 {
    /// Two lowercase digits a byte.
    var hexadecimal: String { Hex.encode(self).lowercased() }

    /// Base64 (RFC 4648 §4) with padding, on one line.
    package var base64: String {
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        var (value, held) = (UInt32(0), 0)
        func letter(_ shift: UInt32) { text.append(Base64.letters[Int(value >> shift & 0x3F)]) }
        for byte in self {
            value = value << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            letter(18)
            letter(12)
            letter(6)
            letter(0)
            (value, held) = (0, 0)
        }
        if held > 0 {
            value <<= UInt32(8 * (3 - held))
            letter(18)
            letter(12)
            if held == 2 { letter(6) }
            text.append(contentsOf: repeatElement(Base64.padding, count: 3 - held))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Array where Element == UInt8 {
    /// Bytes of hexadecimal digits of either case without separators; nil for anything else.
    init?(hexadecimal text: String) {
        guard let bytes = Hex.decode(text), bytes.count * 2 == text.utf8.count else { return nil }
        self = bytes
    }

    /// Bytes of Base64 with its padding, on one line; nil for anything else.
    init?(base64 text: String) {
        var text = Array(text.utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).count { $0 == Base64.padding }
        guard padding != 1 || text.last == Base64.padding else { return nil }
        text.removeLast(padding)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var (value, held) = (UInt32(0), 0)
        for letter in text {
            let digit = Base64.values[Int(letter)]
            guard digit < 64 else { return nil }
            value = value << 6 | UInt32(digit)
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(held)))
        }
        self = bytes
    }
}

extension UInt8 {
    /// The value of an ASCII decimal digit.
    var decimalDigit: UInt8? { (0x30...0x39).contains(self) ? self - 0x30 : nil }
}

private enum Base64 {
    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let padding = UInt8(ascii: "=")
    /// By letter; 255 for what is none.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
