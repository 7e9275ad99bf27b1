import CardProfiles
import ShangMi

/// The published test keys worked by hand (Docs/protocol.md §2, §3), so that a check can make every mistake a terminal
/// could make. It shares nothing with the library's security module but SM4: what both got wrong would not be found.
final class TestKeyring {
    private let rules: CardCryptography
    private let publication: TestKeyPublication
    private let cipher: SM4
    /// The version byte of the test keys.
    let version: UInt8

    /// - Throws: `notRun` for a profile without published keys, and for a cipher that software has not.
    init(_ profile: CardProfile) throws(CheckStop) {
        rules = profile.cryptography
        version = profile.cryptography.testKeyVersion
        guard let publication = profile.testKeys else {
            throw .notRun(
                .init("the profile publishes no test keys: use its test-key edition", "规范未公布测试密钥：请用测试密钥版"))
        }
        self.publication = publication
        guard rules.cipher == .sm4, rules.blockLength == SM4.blockSize, rules.keyLength == SM4.blockSize else {
            throw .notRun(
                .init(
                    "software has no \(rules.cipher.rawValue): it needs hardware", "软件没有 \(rules.cipher.rawValue)：需要硬件")
            )
        }
        do { cipher = try SM4(key: SecretBytes(copying: [UInt8](repeating: 0, count: SM4.blockSize))) } catch {
            throw .notRun(.init("libcrypto has no SM4: \(error)", "libcrypto 没有 SM4：\(error)"))
        }
    }

    /// How a card's key comes from the published one; all but `all` are mistakes.
    enum Levels {
        case all, national, provinceOnly, cardOnly
    }

    /// The key as it lies in the card.
    func cardKey(
        _ key: KeyDefinition, card: [UInt8], province: [UInt8], levels: Levels = .all
    ) throws(CheckStop) -> SecretBytes {
        let text = Array(publication.text(of: key.name).utf8)
        var value = SecretBytes(copying: SM3.hash(text).prefix(rules.keyLength))
        let byProvince = key.diversification == .provinceThenCard
        switch levels {
        case .national: break
        case .provinceOnly: value = try derive(value, province, rules.diversification)
        case .cardOnly: value = try derive(value, card, rules.diversification)
        case .all:
            if byProvince { value = try derive(value, province, rules.diversification) }
            if key.diversification != .none { value = try derive(value, card, rules.diversification) }
        }
        return value
    }

    /// `SK = D(DK, seed)`.
    func sessionKey(_ cardKey: SecretBytes, seed: [UInt8]) throws(CheckStop) -> SecretBytes {
        try derive(cardKey, seed, rules.sessionKey)
    }

    func cryptogram(_ session: SecretBytes, original: [UInt8]) throws(CheckStop) -> [UInt8] {
        let block = try encrypted(block(original), session)
        switch rules.cryptogram.folding {
        case .leftmost: return Array(block.prefix(rules.cryptogram.length))
        case .xorHalves:
            let half = rules.blockLength / 2
            return Array(zip(block.prefix(half), block.dropFirst(half)).map { $0 ^ $1 }.prefix(rules.cryptogram.length))
        }
    }

    /// All bytes of the last block of the MAC's chain; `macBytes` takes those that count.
    func fullMAC(_ session: SecretBytes, over message: [UInt8]) throws(CheckStop) -> [UInt8] {
        let isWhole = message.count.isMultiple(of: rules.blockLength) && !message.isEmpty
        let blocks = rules.mac.padding == .whenUnaligned && isWhole ? message : SM4.padded(message)
        return try reported { () throws(ShangMiError) -> [UInt8] in
            try cipher.rekey(session)
            return try cipher.cbcMAC(blocks)
        }
    }

    func mac(_ session: SecretBytes, over message: [UInt8]) throws(CheckStop) -> [UInt8] {
        let block = try fullMAC(session, over: message)
        return rules.mac.truncation == .leftmost
            ? Array(block.prefix(rules.mac.length)) : Array(block.suffix(rules.mac.length))
    }

    /// `L ‖ data ‖ 80 00…`: what is encrypted.
    func framed(_ data: [UInt8]) -> [UInt8] {
        let width = rules.encryption.lengthBytes
        let length = (0..<width).reversed().map { UInt8(truncatingIfNeeded: data.count >> (8 * $0)) }
        let whole = length + data
        let isWhole = whole.count.isMultiple(of: rules.blockLength)
        return rules.encryption.padding == .whenUnaligned && isWhole ? whole : SM4.padded(whole)
    }

    /// Whole blocks as they are, each encrypted by itself.
    func encrypted(_ blocks: [UInt8], _ session: SecretBytes) throws(CheckStop) -> [UInt8] {
        try reported { () throws(ShangMiError) -> [UInt8] in
            try cipher.rekey(session)
            return try cipher.encryptECB(blocks)
        }
    }

    private func derive(
        _ key: SecretBytes, _ factor: [UInt8], _ expansion: FactorExpansion
    ) throws(CheckStop) -> SecretBytes {
        let second: [UInt8] =
            expansion == .factorThenComplement ? factor.map { byte in ~byte } : factor.map { _ in 0 }
        let input = block(factor + second)
        return try reported { () throws(ShangMiError) -> SecretBytes in
            try cipher.rekey(key)
            return try cipher.deriveECB(input)
        }
    }

    /// One block: what is short is filled with zeros, what is long is cut.
    private func block(_ bytes: [UInt8]) -> [UInt8] {
        Array((bytes + [UInt8](repeating: 0, count: rules.blockLength)).prefix(rules.blockLength))
    }

    private func reported<Result>(_ work: () throws(ShangMiError) -> Result) throws(CheckStop) -> Result {
        do { return try work() } catch {
            throw .notRun(.init("libcrypto failed: \(error)", "libcrypto 失败：\(error)"))
        }
    }
}
