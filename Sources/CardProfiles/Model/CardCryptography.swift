/// A block cipher of 16-byte blocks and keys.
public enum CardCipher: String, Sendable, Hashable, CaseIterable {
    case sm4
    /// Unpublished, in hardware only: a SAM or HSM works for software.
    case sm1
}

/// How a 16-byte block is made of an 8-byte factor or seed, before it is encrypted.
public enum FactorExpansion: String, Sendable, Hashable, CaseIterable {
    /// `f ‖ ~f`.
    case factorThenComplement
    /// `f ‖ 00…`.
    case factorThenZeros
}

/// When `80 00…` is added before encryption or a MAC.
public enum PaddingRule: String, Sendable, Hashable, CaseIterable {
    case always
    case whenUnaligned
}

/// Which bytes of a block are kept.
public enum Truncation: String, Sendable, Hashable, CaseIterable {
    case leftmost
    case rightmost
}

/// How a block becomes a cryptogram.
public enum CryptogramFolding: String, Sendable, Hashable, CaseIterable {
    /// Left half xor right half.
    case xorHalves
    case leftmost
}

/// Everything about cipher, keys and secure messaging that is not settled by the standard
/// (Docs/protocol.md §1-§3); code takes each value from here.
public struct CardCryptography: Sendable, Hashable {
    public let cipher: CardCipher
    /// The byte of WRITE KEY that names each cipher.
    public let algorithms: [CardCipher: UInt8]
    /// Bytes of a key.
    public let keyLength: Int
    /// Bytes of a block.
    public let blockLength: Int
    public let diversification: FactorExpansion
    public let sessionKey: FactorExpansion
    /// Key version byte of formal keys.
    public let formalKeyVersion: UInt8
    /// Key version byte of published test keys.
    public let testKeyVersion: UInt8
    /// Bytes of a challenge, which is the session seed.
    public let challengeLength: Int
    /// Which historical bytes of the answer to reset are the card factor.
    public let cardFactor: CardFactorRule
    public let provinceFactor: ItemFactorRule
    public let cryptogram: CryptogramRule
    public let encryption: EncryptionRule
    public let mac: MACRule

    /// The algorithm byte of the cipher in use.
    public var algorithm: UInt8? { algorithms[cipher] }

    /// Bytes of a command's body for so many bytes of plain data: what Lc becomes.
    public func bodyLength(of count: Int, under protection: Protection) -> Int {
        switch protection {
        case .plain: return count
        case .mac: return count + mac.length
        case .encryptedMAC:
            let framed = count + encryption.lengthBytes
            let blocks = framed / blockLength
            let isAligned = framed % blockLength == 0
            let padded = isAligned && encryption.padding == .whenUnaligned ? blocks : blocks + 1
            return padded * blockLength + mac.length
        }
    }
}

/// A factor of an item: ASCII of its first `digits` digits, then `suffix`.
public struct ItemFactorRule: Sendable, Hashable {
    public let item: ItemReference
    public let digits: Int
    public let suffix: String

    /// nil for a value with fewer digits.
    public func factor(of value: String) -> [UInt8]? {
        value.utf8.count >= digits ? Array((value.prefix(digits) + suffix).utf8) : nil
    }
}

/// `A`: the original, zeros to a block, encrypted under the session key and folded to `length` bytes.
public struct CryptogramRule: Sendable, Hashable {
    public let originalLength: Int
    public let length: Int
    public let folding: CryptogramFolding
}

/// Encrypted data: a length of `lengthBytes`, the data, padding; ECB.
public struct EncryptionRule: Sendable, Hashable {
    public let lengthBytes: Int
    public let padding: PaddingRule
}

/// CBC-MAC with a zero initial vector over header, Lc and body.
public struct MACRule: Sendable, Hashable {
    public let length: Int
    public let truncation: Truncation
    public let padding: PaddingRule
}
