import CardProfiles
import HealthCard
import ShangMi

/// Which value a key is used with: the card's own, or one that a wrongly derived card would hold.
public enum KeyDerivation: Sendable, Hashable, CaseIterable {
    /// As the profile says.
    case right
    /// The national value, as it is.
    case national
    /// By the province factor alone.
    case provinceOnly
    /// By the card factor alone.
    case cardOnly
    /// Card factor first, province factor second.
    case cardThenProvince
}

/// The published test keys and the card's arithmetic, step by step, so that any step can be done wrongly on purpose
/// (`Docs/protocol.md §2`, §3). Test keys are no secrets.
struct BenchCryptography {
    let rules: CardCryptography
    let keys: KeySet

    /// nil for a profile without published keys or with a cipher that software does not have.
    init?(_ profile: CardProfile) {
        guard profile.cryptography.cipher == .sm4, let keys = try? KeySet.test(profile) else { return nil }
        rules = profile.cryptography
        self.keys = keys
    }

    func sessionKey(
        _ key: KeyDefinition, _ derivation: KeyDerivation, _ factors: CardFactors, seed: [UInt8]
    ) -> SecretBytes? {
        guard let national = keys.values[key.name] else { return nil }
        var steps: [[UInt8]?]
        switch (derivation, key.diversification) {
        case (.right, .provinceThenCard): steps = [factors.province, factors.card]
        case (.right, .card): steps = [factors.card]
        case (.right, .none), (.national, _): steps = []
        case (.provinceOnly, _): steps = [factors.province]
        case (.cardOnly, _): steps = [factors.card]
        case (.cardThenProvince, _): steps = [factors.card, factors.province]
        }
        var value = national
        for factor in steps {
            guard let factor, let next = derived(value, factor, rules.diversification) else { return nil }
            value = next
        }
        return derived(value, seed, rules.sessionKey)
    }

    private func derived(_ key: SecretBytes, _ factor: [UInt8], _ expansion: FactorExpansion) -> SecretBytes? {
        let second = expansion == .factorThenComplement ? factor.map { ~$0 } : factor.map { _ in 0 }
        return try? SM4(key: key).deriveECB(factor + second)
    }

    func cryptogram(_ sessionKey: SecretBytes, original: [UInt8]) -> [UInt8]? {
        guard let input = try? rules.cryptogramInput(original),
            let block = try? SM4(key: sessionKey).encryptECB(input)
        else { return nil }
        return rules.folded(block)
    }

    /// `L ‖ data ‖ 80 00…` (`Docs/protocol.md §3`, Encryption).
    func framed(_ data: [UInt8]) -> [UInt8] {
        guard let (before, after) = try? rules.frame(count: data.count) else { return data }
        return before + data + after
    }

    func encrypted(_ blocks: [UInt8], _ sessionKey: SecretBytes) -> [UInt8]? {
        try? SM4(key: sessionKey).encryptECB(blocks)
    }

    func mac(
        header: [UInt8], body: [UInt8], lc: (@Sendable (Int) -> Int)? = nil,
        blocks: (@Sendable ([UInt8]) -> [UInt8])? = nil, _ sessionKey: SecretBytes
    ) -> [UInt8]? {
        if lc != nil || blocks != nil {
            let count = body.count + rules.mac.length
            let message = header + [UInt8(truncatingIfNeeded: lc?(count) ?? count)] + body
            let padded = message + [0x80]
            let fill = [UInt8](
                repeating: 0, count: (rules.blockLength - padded.count % rules.blockLength) % rules.blockLength)
            return mac(over: blocks?(message) ?? padded + fill, sessionKey)
        }
        guard let input = try? rules.macInput(header: header, body: body) else { return nil }
        return mac(over: input, sessionKey)
    }

    /// Over whole blocks as they are.
    func mac(over blocks: [UInt8], _ sessionKey: SecretBytes) -> [UInt8]? {
        (try? SM4(key: sessionKey).cbcMAC(blocks)).map { rules.truncated($0) }
    }
}
