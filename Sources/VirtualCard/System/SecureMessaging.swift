import CardProfiles
import ShangMi

/// The card's half of authentication and secure messaging (Docs/protocol.md §3). It shares nothing with the reader's
/// half but SM4 itself.
package final class SecureMessaging {
    private let rules: CardCryptography
    private let cipher: SM4

    package init(_ rules: CardCryptography) throws(ShangMiError) {
        self.rules = rules
        cipher = try SM4(key: SecretBytes(count: SM4.blockSize) { _ in })
    }

    /// D(K, f): the factor expanded to a block and encrypted.
    package func derive(_ key: SecretBytes, factor: [UInt8], expansion: FactorExpansion) throws(ShangMiError)
        -> SecretBytes
    {
        try cipher.rekey(key)
        return try cipher.deriveECB(Self.expand(factor, expansion))
    }

    func sessionKey(_ key: [UInt8], seed: [UInt8]) throws(ShangMiError) -> SecretBytes {
        try derive(SecretBytes(copying: key), factor: seed, expansion: rules.sessionKey)
    }

    /// A: the original, zeros to a block, encrypted and folded.
    func cryptogram(_ session: SecretBytes, original: [UInt8]) throws(ShangMiError) -> [UInt8] {
        try cipher.rekey(session)
        let zeros = [UInt8](repeating: 0, count: max(0, SM4.blockSize - original.count))
        let block = try cipher.encryptECB(Array((original + zeros).prefix(SM4.blockSize)))
        switch rules.cryptogram.folding {
        case .leftmost: return Array(block.prefix(rules.cryptogram.length))
        case .xorHalves: return zip(block[..<8], block[8...]).map { $0 ^ $1 }
        }
    }

    /// The MAC over a command's header, Lc and everything before the MAC.
    ///
    /// - Parameter truncation: nil takes the profile's.
    func mac(
        _ session: SecretBytes, over message: [UInt8], truncation: Truncation? = nil
    ) throws(ShangMiError) -> [UInt8] {
        try cipher.rekey(session)
        let isWhole = message.count.isMultiple(of: SM4.blockSize)
        let blocks = rules.mac.padding == .whenUnaligned && isWhole ? message : SM4.padded(message)
        return truncated(try cipher.cbcMAC(blocks), truncation)
    }

    /// As many bytes of a block as a MAC has.
    func truncated(_ block: [UInt8], _ truncation: Truncation? = nil) -> [UInt8] {
        switch truncation ?? rules.mac.truncation {
        case .leftmost: return Array(block.prefix(rules.mac.length))
        case .rightmost: return Array(block.suffix(rules.mac.length))
        }
    }

    /// Whole blocks, one by one.
    func encryptBlocks(_ key: SecretBytes, _ blocks: [UInt8]) throws(ShangMiError) -> [UInt8] {
        try cipher.rekey(key)
        return try cipher.encryptECB(blocks)
    }

    /// The last block of a CBC over whole blocks, or the initial value if there are none.
    func chain(_ key: SecretBytes, _ blocks: [UInt8], from initial: [UInt8]) throws(ShangMiError) -> [UInt8] {
        guard !blocks.isEmpty else { return initial }
        try cipher.rekey(key)
        return try cipher.cbcMAC(blocks, iv: initial)
    }

    /// The data inside the ciphertext; nil when its length or padding is wrong. There is one right padding for each
    /// length: none or more than there should be is wrong too. A faulty card checks less.
    func decrypt(
        _ session: SecretBytes, _ ciphertext: [UInt8], checksPadding: Bool = true, checksLength: Bool = true
    ) throws(ShangMiError) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: SM4.blockSize) else { return nil }
        try cipher.rekey(session)
        let framed = try cipher.decryptECB(ciphertext)
        let length = framed.prefix(rules.encryption.lengthBytes).reduce(0) { $0 << 8 | Int($1) }
        var end = rules.encryption.lengthBytes + length
        if end > framed.count, !checksLength { end = framed.count }
        guard end <= framed.count else { return nil }
        let isWhole = end.isMultiple(of: SM4.blockSize)
        let padded =
            rules.encryption.padding == .whenUnaligned && isWhole
            ? Array(framed[..<end]) : SM4.padded(framed[..<end])
        guard padded == framed || !checksPadding else { return nil }
        return Array(framed[rules.encryption.lengthBytes..<end])
    }

    private static func expand(_ factor: [UInt8], _ expansion: FactorExpansion) -> [UInt8] {
        let second: [UInt8] =
            switch expansion {
            case .factorThenComplement: factor.map { byte in ~byte }
            case .factorThenZeros: factor.map { _ in 0 }
            }
        return Array((factor + second + [UInt8](repeating: 0, count: SM4.blockSize)).prefix(SM4.blockSize))
    }
}
