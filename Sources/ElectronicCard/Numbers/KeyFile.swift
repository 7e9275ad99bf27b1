import HealthCard
import ShangMi

/// A file that holds one key of the issuer: 32 hexadecimal digits of either case and at most a line end, its owner's
/// alone.
public enum ElectronicCardKeyFile {
    private static let longest = 64

    /// - Throws: `KeyStoreError` for a file that is not there or that others have rights to,
    ///   ``ElectronicCardError/keyFile(path:)`` for another content.
    public static func read(_ path: String) throws -> SecretBytes {
        let content = try PrivateFile.read(path, atMost: longest, mayBePipe: true)
        guard let key = key(content) else { throw ElectronicCardError.keyFile(path: path) }
        return key
    }

    /// The key of 32 hexadecimal digits, with blanks or a line end behind them; nil for anything else.
    static func key(_ content: SecretBytes) -> SecretBytes? {
        content.withUnsafeBytes { bytes in
            let end = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? 0
            guard end == 32 else { return nil }
            var isKey = true
            let key = SecretBytes(count: 16) { key in
                for index in 0..<16 {
                    let (high, low) = (digit(bytes[2 * index]), digit(bytes[2 * index + 1]))
                    isKey = isKey && high != nil && low != nil
                    key[index] = (high ?? 0) << 4 | (low ?? 0)
                }
            }
            return isKey ? key : nil
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
