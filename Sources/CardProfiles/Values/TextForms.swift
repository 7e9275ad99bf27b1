import ISO7816

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Collection where Element == UInt8 {
    /// Two lowercase digits a byte.
    var hexadecimal: String { Hex.encode(self).lowercased() }

    /// Base64 with padding, on one line.
    var base64: String { Data(self).base64EncodedString() }
}

extension Array where Element == UInt8 {
    /// Bytes of hexadecimal digits of either case without separators; nil for anything else.
    init?(hexadecimal text: String) {
        guard let bytes = Hex.decode(text), bytes.count * 2 == text.utf8.count else { return nil }
        self = bytes
    }

    init?(base64 text: String) {
        guard let data = Data(base64Encoded: text) else { return nil }
        self = Array(data)
    }
}

extension UInt8 {
    /// The value of an ASCII decimal digit.
    var decimalDigit: UInt8? { (0x30...0x39).contains(self) ? self - 0x30 : nil }
}
