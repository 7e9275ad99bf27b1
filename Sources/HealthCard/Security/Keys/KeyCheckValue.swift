import CardProfiles
import ISO7816
import ShangMi

/// Tells two keys apart without telling either: the first 3 bytes of a block of zeros under the key (`Docs/keys.md §3`).
public struct KeyCheckValue: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a check value.
    public static let byteCount = 3

    public let bytes: [UInt8]

    /// - Parameter key: as many bytes as the cipher's keys have.
    /// - Throws: ``SecurityModuleError/cipherNeedsHardware(_:)`` for another cipher than SM4,
    ///   ``SecurityModuleError/cryptography(_:)``.
    public init(of key: SecretBytes, cipher: CardCipher) throws(SecurityModuleError) {
        guard cipher == .sm4 else { throw .cipherNeedsHardware(cipher) }
        do {
            let block = try SM4(key: key).encryptECB([UInt8](repeating: 0, count: SM4.blockSize))
            bytes = Array(block.prefix(Self.byteCount))
        } catch {
            throw .cryptography(error)
        }
    }

    /// Six hexadecimal digits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.byteCount * 2, let bytes = Hex.decode(text), bytes.count == Self.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    /// Six digits, capital letters.
    public var description: String { Hex.encode(bytes) }
}
