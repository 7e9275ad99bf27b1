import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Challenges, keys, retry counters, authentication.
    static let authentication: [CardFault] = [
        CardFault(
            "challenge-constant", "protocol §3",
            "every challenge is the same", "随机数恒定",
            foundBy: "keys.BK_MF.replayed"
        ) { behaviour in
            behaviour.challenge = { random, _ in random.map { _ in 0x5A } }
        },
        CardFault(
            "challenge-counts", "protocol §3",
            "challenges count upwards", "随机数为递增计数",
            foundBy: "protection.challenge.bytes"
        ) { behaviour in
            behaviour.challenge = { random, count in random.dropLast().map { _ in 0x5A } + [count] }
        },
        CardFault(
            "challenge-half-zero", "protocol §3",
            "half of each challenge is zero", "随机数后半恒为零",
            foundBy: "protection.challenge.bytes"
        ) { behaviour in
            behaviour.challenge = { random, _ in
                random.prefix(random.count / 2) + [UInt8](repeating: 0, count: random.count - random.count / 2)
            }
        },
        CardFault(
            "challenge-short", "protocol §3",
            "a challenge has four bytes", "随机数只有 4 字节",
            foundBy: "keys.BK_MF.in-DDF1"
        ) { behaviour in
            behaviour.challenge = { random, _ in Array(random.prefix(random.count / 2)) }
        },
        CardFault(
            "challenge-any-length", "protocol §5",
            "GET CHALLENGE takes any Le", "GET CHALLENGE 接受任意 Le",
            foundBy: "robustness.challenge.length"
        ) { behaviour in
            behaviour.omit(.length, of: .getChallenge)
        },
        CardFault(
            "challenge-reusable", "protocol §3",
            "a challenge serves any number of authentications", "随机数可多次用于认证",
            foundBy: "keys.STK_MF.present"
        ) { behaviour in
            behaviour.keepsChallenge = { [right = behaviour.keepsChallenge] in $0 == .plain || right($0) }
        },
        CardFault(
            "challenge-reusable-update", "protocol §3",
            "a challenge serves any number of protected commands", "随机数可多次用于安全报文",
            foundBy: "protection.DF03/EF05.erase.sent-twice"
        ) { behaviour in
            behaviour.keepsChallenge = { [right = behaviour.keepsChallenge] in $0 != .plain || right($0) }
        },
        CardFault(
            "challenge-kept-on-failure", "protocol §3",
            "a failed use leaves the challenge", "使用失败后随机数仍有效",
            foundBy: "keys.BK_MF.challenge-spent"
        ) { behaviour in
            behaviour.keepsChallengeAfterFailure = true
        },
        CardFault(
            "challenge-survives-reset", "protocol §3",
            "a challenge outlives reset", "复位后随机数仍有效",
            foundBy: "keys.BK_MF.challenge-lost"
        ) { behaviour in
            behaviour.afterReset { $0.challenge = $1.challenge }
        },
        CardFault(
            "challenge-not-needed", "protocol §3",
            "without a challenge zeros are taken", "无随机数时按全零计算",
            foundBy: "keys.STK_MF.present"
        ) { behaviour in
            behaviour.seedWithoutChallenge = { [UInt8](repeating: 0, count: $0) }
        },
        CardFault(
            "tries-not-counted", "protocol §3",
            "a failed authentication costs no try", "认证失败不减计数",
            foundBy: "keys.LK_DF01.in-DF03"
        ) { behaviour in
            behaviour.counterAfterFailure = { $0 }
        },
        CardFault(
            "tries-not-restored", "protocol §3",
            "success does not restore the tries", "认证成功不恢复计数",
            foundBy: "keys.BK_MF.counter-restored"
        ) { behaviour in
            behaviour.successRestoresCounter = false
        },
        CardFault(
            "tries-back-at-reset", "protocol §3",
            "reset restores the tries", "复位恢复计数",
            foundBy: "keys.BK_MF.counter-after-reset"
        ) { behaviour in
            behaviour.volatile.insert(.retryCounters)
        },
        CardFault(
            "tries-shared", "protocol §3",
            "keys of a directory share their tries", "同目录密钥共用计数",
            foundBy: "keys.UK1_DDF1.counter-own"
        ) { behaviour in
            behaviour.keysShareCounter = true
        },
        CardFault(
            "tries-two-at-once", "protocol §3",
            "a failure costs two tries", "一次失败减两次计数",
            foundBy: "keys.LK_DF01.in-DF03"
        ) { behaviour in
            behaviour.counterAfterFailure = { $0 > 2 ? $0 - 2 : 0 }
        },
        CardFault(
            "lock-missing", "protocol §3",
            "a key without tries left still serves", "计数用尽后密钥仍可用",
            foundBy: "blocking.UK1_DDF1.locked"
        ) { behaviour in
            behaviour.isLocked = { _ in false }
        },
        CardFault(
            "lock-early", "protocol §3",
            "a key is locked with one try left", "剩一次时即锁定",
            foundBy: "keys.BK_MF.counter"
        ) { behaviour in
            behaviour.isLocked = { $0 <= 1 }
        },
        CardFault(
            "version-ignored", "protocol §2",
            "any key version is taken", "接受任意密钥版本",
            foundBy: "keys.BK_MF.formal-version"
        ) { behaviour in
            behaviour.checksVersion = false
        },
        CardFault(
            "version-costs-try", "protocol §5",
            "a wrong key version costs a try", "密钥版本错误减计数",
            foundBy: "keys.BK_MF.counter-untouched"
        ) { behaviour in
            behaviour.countsWrongVersions = true
        },
        CardFault(
            "usage-ignored", "protocol §5",
            "a key serves for what it is not meant for", "密钥可用于其他用途",
            foundBy: "keys.IRK.other-references"
        ) { behaviour in
            behaviour.checksUsage = false
        },
        CardFault(
            "cryptogram-half-compared", "protocol §3",
            "half of a cryptogram is compared", "认证数据只比较一半",
            foundBy: "keys.UK1_DDF1.counter-own"
        ) { behaviour in
            behaviour.acceptsCryptogram = { [right = behaviour.acceptsCryptogram] in
                right($0, $1) || $0.agrees(with: $1, in: $1.count / 2)
            }
        },
        CardFault(
            "cryptogram-unchecked", "protocol §3",
            "every cryptogram is taken", "不校验认证数据",
            foundBy: "keys.LK_DF01.in-DF03"
        ) { behaviour in
            behaviour.acceptsCryptogram = { _, _ in true }
        },
        CardFault(
            "internal-constant", "protocol §3",
            "INTERNAL AUTHENTICATE answers the same always", "内部认证应答恒定",
            foundBy: "personalization.agreement.test-card"
        ) { behaviour in
            behaviour.internalCryptogram = { $0.map { _ in 0x5A } }
        },
        CardFault(
            "internal-ignores-seed", "protocol §3",
            "INTERNAL AUTHENTICATE ignores the seed", "内部认证忽略种子",
            foundBy: "personalization.agreement.test-card"
        ) { behaviour in
            behaviour.internalSeed = { $0.map { _ in 0 } }
        },
        CardFault(
            "internal-ignores-original", "protocol §3",
            "INTERNAL AUTHENTICATE ignores the original", "内部认证忽略原始数据",
            foundBy: "personalization.agreement.test-card"
        ) { behaviour in
            behaviour.internalOriginal = { $0.map { _ in 0 } }
        },
        CardFault(
            "internal-ignores-version", "protocol §2",
            "INTERNAL AUTHENTICATE takes any key version", "内部认证接受任意密钥版本",
            foundBy: "keys.IRK.other-version"
        ) { behaviour in
            behaviour.checksInternalVersion = false
        },
    ]
}
