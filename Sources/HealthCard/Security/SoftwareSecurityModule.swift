import CardProfiles
import ISO7816
import ShangMi

/// Keys and SM4 in this process: for test keys, simulation, and issuers who accept keys in memory.
///
/// Every rule comes from the profile (`Docs/protocol.md §1-§3`). The derived keys of one card are kept until another
/// card comes, so each is derived once.
public final class SoftwareSecurityModule: KeyWrappingModule {
    public let keyVersion: UInt8
    public var releaseAuthority: String? { keys.authority }
    private let rules: CardCryptography
    let keys: KeySet
    let profile: CardProfile
    private let cipher: BlockCipher
    private var card: CardFactors?
    private var cardKeys: [String: SecretBytes] = [:]
    /// The last certificate made. It is the same for every card of a batch, since its signature is deterministic, and
    /// signing costs as much as twenty commands.
    private var certificate: (layout: CertificateLayout, values: [String: String], bytes: [UInt8])?

    /// - Throws: ``SecurityModuleError/cipherNeedsHardware(_:)`` for a profile whose cipher is not SM4.
    public init(profile: CardProfile, keys: KeySet) throws(SecurityModuleError) {
        guard profile.cryptography.cipher == .sm4 else {
            throw .cipherNeedsHardware(profile.cryptography.cipher)
        }
        self.profile = profile
        rules = profile.cryptography
        keyVersion = keys.version
        self.keys = keys
        cipher = BlockCipher()
    }

    /// A module with the published test keys.
    ///
    /// - Throws: also ``SecurityModuleError/noTestKeys(profile:)`` for a profile that is not the test-key edition.
    public static func testKeys(_ profile: CardProfile) throws(SecurityModuleError) -> SoftwareSecurityModule {
        try SoftwareSecurityModule(profile: profile, keys: .test(profile))
    }

    public func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        let block = try cipher.encrypt(rules.cryptogramInput(original), under: sessionKey(key, card, seed))
        return rules.folded(block)
    }

    public func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        switch protection {
        case .plain:
            return data
        case .mac:
            return data + (try mac(header, data, sessionKey(key, card, seed)))
        case .encryptedMAC:
            let sessionKey = try sessionKey(key, card, seed)
            let ciphertext = try cipher.encrypt(framed(SecretBytes(copying: data)), under: sessionKey)
            return ciphertext + (try mac(header, ciphertext, sessionKey))
        }
    }

    public func wrapKey(
        _ newKey: KeyDefinition, prefix: [UInt8], header: [UInt8], under: KeyDefinition, card: CardFactors,
        seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8] {
        let plain = SecretBytes(
            concatenating: SecretBytes(copying: prefix), try cardKey(newKey, card))
        let sessionKey = try sessionKey(under, card, seed)
        let ciphertext = try cipher.encrypt(framed(plain), under: sessionKey)
        return ciphertext + (try mac(header, ciphertext, sessionKey))
    }

    public func certificate(
        _ layout: CertificateLayout, values: [String: String]
    ) throws(SecurityModuleError) -> [UInt8] {
        if let certificate, certificate.layout == layout, certificate.values == values { return certificate.bytes }
        if let ready = keys.certificates[layout.name] {
            try layout.check(ready, against: values)
            certificate = (layout, values, ready)
            return ready
        }
        guard let signer = keys.signatureKeys[layout.signer] else { throw .keyNotHeld(layout.signer) }
        guard let subject = keys.signatureKeys[layout.subject] else { throw .keyNotHeld(layout.subject) }
        var bytes: [UInt8] = []
        for field in layout.fields {
            let content = try content(of: field, values, subject, before: bytes, signer, layout)
            guard content.count == field.length else {
                throw .wrongLength(.field("\(layout.name).\(field.name)"), bytes: content.count, expected: field.length)
            }
            bytes += content
        }
        certificate = (layout, values, bytes)
        return bytes
    }

    public func securityCode(
        _ rule: SecurityCodeRule, values: [ItemReference: String]
    ) throws(SecurityModuleError) -> String {
        guard let key = keys.values[rule.key] else { throw .keyNotHeld(rule.key) }
        var input: [UInt8] = []
        for part in rule.input {
            // A date may come as it stands in a batch.
            let text = Array((values[part.item] ?? "").utf8)
            let characters = text.count == part.length ? text : text.filter { $0 != 0x2D }
            guard characters.count == part.length, characters.allSatisfy({ $0 < 0x80 }) else {
                throw .missingValue(part.item.description)
            }
            input += characters
        }
        let block = try cipher.mac(SM4.padded(input), under: key)
        let nibbles = block.flatMap { [$0 >> 4, $0 & 0x0F] }
        switch rule.decimalization {
        case .digitsThenLetters:
            let digits = nibbles.filter { $0 < 10 } + nibbles.filter { $0 >= 10 }.map { $0 - 10 }
            return digits.prefix(rule.digits).map(String.init).joined()
        }
    }

    // MARK: Keys

    /// The key as it lies in the card (`Docs/protocol.md §2`).
    private func cardKey(_ key: KeyDefinition, _ card: CardFactors) throws(SecurityModuleError) -> SecretBytes {
        if self.card != card {
            self.card = card
            cardKeys = [:]
        }
        if let known = cardKeys[key.name] { return known }
        guard let national = keys.values[key.name] else { throw .keyNotHeld(key.name) }
        let derived: SecretBytes
        switch key.diversification {
        case .none:
            derived = national
        case .card:
            derived = try diversified(national, card.card, rules.diversification)
        case .provinceThenCard:
            guard let province = card.province else { throw .provinceUnknown(key: key.name) }
            let provincial = try diversified(national, province, rules.diversification)
            derived = try diversified(provincial, card.card, rules.diversification)
        }
        cardKeys[key.name] = derived
        return derived
    }

    private func sessionKey(
        _ key: KeyDefinition, _ card: CardFactors, _ seed: [UInt8]
    ) throws(SecurityModuleError) -> SecretBytes {
        try rules.checkSeed(seed)
        return try diversified(cardKey(key, card), seed, rules.sessionKey)
    }

    private func diversified(
        _ key: SecretBytes, _ factor: [UInt8], _ expansion: FactorExpansion
    ) throws(SecurityModuleError) -> SecretBytes {
        guard factor.count * 2 == rules.blockLength else {
            throw .wrongLength(.factor, bytes: factor.count, expected: rules.blockLength / 2)
        }
        switch expansion {
        case .factorThenComplement: return try cipher.derive(factor + factor.map { ~$0 }, under: key)
        case .factorThenZeros: return try cipher.derive(factor + factor.map { _ in 0 }, under: key)
        }
    }

    // MARK: Secure messaging

    /// `L ‖ data`, padded to whole blocks as the profile says.
    private func framed(_ data: SecretBytes) throws(SecurityModuleError) -> SecretBytes {
        let (before, after) = try rules.frame(count: data.count)
        return SecretBytes(concatenating: SecretBytes(copying: before), data, SecretBytes(copying: after))
    }

    private func mac(
        _ header: [UInt8], _ body: [UInt8], _ sessionKey: SecretBytes
    ) throws(SecurityModuleError) -> [UInt8] {
        rules.truncated(try cipher.mac(rules.macInput(header: header, body: body), under: sessionKey))
    }

    // MARK: Certificates

    private func content(
        of field: CertificateField, _ values: [String: String], _ subject: SM2.PrivateKey, before: [UInt8],
        _ signer: SM2.PrivateKey, _ layout: CertificateLayout
    ) throws(SecurityModuleError) -> [UInt8] {
        switch field.content {
        case .constant(let bytes): return bytes
        case .zeros: return [UInt8](repeating: 0, count: field.length)
        case .digits(let name):
            guard let text = values[name], let digits = [UInt8](digits: text, length: field.length) else {
                throw .missingValue(name)
            }
            return digits
        case .bytes(let name):
            guard let text = values[name], let bytes = Hex.decode(text) else { throw .missingValue(name) }
            return bytes
        case .publicKey: return subject.publicKey.bytes
        case .signature:
            do {
                return try signer.deterministicSign(message: before, userID: Array(layout.userID.utf8))
            } catch {
                throw .cryptography(error)
            }
        }
    }
}

/// SM4 with one key at a time and this module's errors.
private final class BlockCipher {
    private var cipher: SM4?

    func derive(_ block: [UInt8], under key: SecretBytes) throws(SecurityModuleError) -> SecretBytes {
        try with(key) { cipher throws(ShangMiError) in try cipher.deriveECB(block) }
    }
    func encrypt(_ blocks: [UInt8], under key: SecretBytes) throws(SecurityModuleError) -> [UInt8] {
        try with(key) { cipher throws(ShangMiError) in try cipher.encryptECB(blocks) }
    }
    func encrypt(_ blocks: SecretBytes, under key: SecretBytes) throws(SecurityModuleError) -> [UInt8] {
        try with(key) { cipher throws(ShangMiError) in try cipher.encryptECB(blocks) }
    }
    func mac(_ blocks: [UInt8], under key: SecretBytes) throws(SecurityModuleError) -> [UInt8] {
        try with(key) { cipher throws(ShangMiError) in try cipher.cbcMAC(blocks) }
    }

    private func with<Result>(
        _ key: SecretBytes, _ work: (SM4) throws(ShangMiError) -> Result
    ) throws(SecurityModuleError) -> Result {
        do {
            if let cipher {
                try cipher.rekey(key)
                return try work(cipher)
            }
            let cipher = try SM4(key: key)
            self.cipher = cipher
            return try work(cipher)
        } catch {
            throw .cryptography(error)
        }
    }
}
