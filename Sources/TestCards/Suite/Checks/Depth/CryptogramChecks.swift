import CardProfiles
import ISO7816
import Messages

/// Every bit of a cryptogram counts, and no value that a stranger can guess is one (`Docs/protocol.md §3`).
enum CryptogramChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let keys = profile.keys.filter { $0.usage == .externalAuthentication && $0.role != .transport && $0.tries > 2 }
        // The same comparison serves every key of a card: two keys of each directory are enough for every bit.
        let thorough = profile.directories.flatMap { profile.externalKeys(in: $0.name).filter(keys.contains).prefix(2) }
        let readers = keys.filter { $0.role == .read && !thorough.contains($0) }
        return (thorough + readers).map { everyBit($0, profile) } + keys.map { guesses($0, profile) }
    }

    private static func everyBit(_ key: KeyDefinition, _ profile: CardProfile) -> Check {
        let oneLess = StatusWord.triesLeft(Int(key.tries) - 1)
        let bits = 8 * profile.cryptography.cryptogram.length
        return KeyChecks.check(
            key, "every-bit", "each of the \(bits) bits of the cryptogram turned over", "逐位翻转认证数据的 \(bits) 位",
            CheckText("refused each time, \(oneLess)", "每次都拒绝，应答 \(oneLess)")
        ) { bench throws(CheckStop) in
            for bit in 0..<bits {
                var how = Authentication()
                how.data = { data in
                    var wrong = data
                    if wrong.indices.contains(bit / 8) { wrong[bit / 8] ^= 1 << UInt8(bit % 8) }
                    return wrong
                }
                try bench.expect(oneLess, for: try bench.authentication(key, how))
                try bench.prove(key)
            }
        }
    }

    private static func guesses(_ key: KeyDefinition, _ profile: CardProfile) -> Check {
        let oneLess = StatusWord.triesLeft(Int(key.tries) - 1)
        let rule = profile.cryptography.cryptogram
        let length = rule.length
        let guesses: [@Sendable (_ challenge: [UInt8], _ original: [UInt8]) -> [UInt8]] = [
            { _, _ in [UInt8](repeating: 0, count: length) },
            { _, _ in [UInt8](repeating: 0xFF, count: length) },
            { challenge, _ in challenge },
            { _, original in original },
            { challenge, original in zip(challenge, original).map { $0 ^ $1 } },
        ]
        return KeyChecks.check(
            key, "guesses", "cryptograms that need no key: 00, FF, the challenge, the original, both combined",
            "无需密钥即可构造的认证数据：全 00、全 FF、随机数、原始信息及其组合",
            CheckText("refused each time, \(oneLess)", "每次都拒绝，应答 \(oneLess)")
        ) { bench throws(CheckStop) in
            for guess in guesses {
                var how = Authentication()
                let challenge = try bench.challenge()
                how.takesChallenge = false
                how.data = { data in
                    let original = Array(data.dropFirst(length).prefix(rule.originalLength))
                    let value = guess(challenge, original)
                    return value.count == length ? value + data.dropFirst(length) : data
                }
                // Of a challenge that the card did not give: only what `data` puts in its place counts.
                how.seed = challenge.map { ~$0 }
                try bench.expect(oneLess, for: try bench.authentication(key, how))
                try bench.prove(key)
            }
        }
    }
}
