import ISO7816
import ShangMi

/// What a SAM remembers without power: its PIN and the tries left.
final class SAMMemory {
    private static let triesAddress = 0
    private static let lengthAddress = 1
    private static let pinAddress = 2
    private static let longestPIN = 8

    let bytes: NonVolatileMemory

    /// - Parameter pin: packed, 2-8 bytes.
    init(pin: [UInt8], triesLeft: UInt8) {
        let rest = [UInt8](repeating: 0, count: max(0, Self.longestPIN - pin.count))
        bytes = NonVolatileMemory(bytes: [triesLeft, UInt8(truncatingIfNeeded: pin.count)] + pin + rest)
    }

    var triesLeft: Int { Int(bytes[Self.triesAddress]) }
    /// Packed.
    var pin: SecretBytes {
        SecretBytes(copying: bytes[Self.pinAddress..<Self.pinAddress + Int(bytes[Self.lengthAddress])])
    }

    /// The PIN in ASCII; nil for bytes that are none.
    var digits: [UInt8]? { pin.withUnsafeBytes { PackedPIN.digits(Array($0)) } }

    func stage(triesLeft: Int) { bytes.stage([UInt8(clamping: triesLeft)], at: Self.triesAddress) }
    func stage(pin: [UInt8]) {
        bytes.stage([UInt8(truncatingIfNeeded: pin.count)] + pin, at: Self.lengthAddress)
    }
}

/// A PIN on its way: digits two a byte, an odd one out followed by F (Docs/protocol.md §6, §11).
enum PackedPIN {
    static let lengths = 1...8

    /// - Parameter digits: ASCII.
    static func pack(_ digits: [UInt8]) -> [UInt8] {
        stride(from: 0, to: digits.count, by: 2).map { index in
            digits[index] << 4 | (index + 1 < digits.count ? digits[index + 1] & 0x0F : 0x0F)
        }
    }

    /// nil for what is no PIN.
    static func digits(_ packed: [UInt8]) -> [UInt8]? {
        guard lengths.contains(packed.count) else { return nil }
        var nibbles = packed.flatMap { [$0 >> 4, $0 & 0x0F] }
        if nibbles.last == 0x0F { nibbles.removeLast() }
        guard nibbles.count >= 4, nibbles.allSatisfy({ $0 < 10 }) else { return nil }
        return nibbles.map { $0 | 0x30 }
    }
}
