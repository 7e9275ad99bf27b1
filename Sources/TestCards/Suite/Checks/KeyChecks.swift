import CardProfiles
import ISO7816
import Messages

/// Every key of external authentication: its value, version, level, counter and place (`Docs/card.md §2.1`,
/// `Docs/protocol.md §2`, §3).
enum KeyChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return profile.directories.flatMap { directory -> [Check] in
            let keys = profile.externalKeys(in: directory.name)
            return keys.flatMap { key in
                value(key, profile) + counter(key) + ownCounter(key, among: keys) + form(key, profile)
                    + place(key, profile)
            } + [unknownReferences(directory.name, profile)] + notForAuthentication(directory.name, profile)
                + present(directory.name, profile)
        }
    }

    private static let clause = "Docs/protocol.md §2, §3, §5 Keys"

    static func check(
        _ key: KeyDefinition, _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .keys, "\(key.name).\(what)", CheckText("\(key.name): \(en)", "\(key.name)：\(zh)"), clause: clause,
            expected: expected
        ) { bench throws(CheckStop) in
            try stand(bench, key)
            try body(bench)
        }
    }

    /// In the key's directory.
    static func stand(_ bench: CheckBench, _ key: KeyDefinition) throws(CheckStop) {
        _ = try bench.factors()
        try bench.enter(key.directory ?? "")
    }

    static func status(_ status: StatusWord) -> CheckText {
        CheckText("refused with \(status)", "应答 \(status)，拒绝")
    }

    // MARK: Value, version, levels

    private static func value(_ key: KeyDefinition, _ profile: CardProfile) -> [Check] {
        let noKey = profile.blocking.noKeyStatus
        let formal = profile.cryptography.formalKeyVersion
        let oneLess = StatusWord.triesLeft(Int(key.tries) - 1)
        let levels: [(KeyDerivation, String, English, Chinese)] = [
            (.national, "national", "the national key itself", "国家根密钥"),
            (.provinceOnly, "province-only", "the provincial key", "省级密钥"),
            (.cardOnly, "card-only", "a key derived by card alone", "仅按卡分散"),
            (.cardThenProvince, "reversed", "a key derived in the wrong order", "分散顺序颠倒"),
        ]
        return [
            check(
                key, "right", "the published test key, derived for this card", "按本卡分散的测试密钥",
                CheckText("accepted", "接受")
            ) { bench throws(CheckStop) in try bench.prove(key) },
            check(key, "formal-version", "the version of formal keys", "正式密钥的版本号", status(noKey)) {
                bench throws(CheckStop) in
                var how = Authentication()
                how.version = formal
                try bench.expect(noKey, for: try bench.authentication(key, how))
            },
            check(key, "other-version", "versions that no key has", "不存在的密钥版本", status(noKey)) {
                bench throws(CheckStop) in
                for version: UInt8 in [0x00, 0x02, 0xFF, profile.keyVersion ^ 0x01, profile.keyVersion ^ 0x80]
                where version != profile.keyVersion {
                    var how = Authentication()
                    how.version = version
                    try bench.expect(noKey, for: try bench.authentication(key, how))
                }
            },
        ]
            + levels.map { derivation, what, en, zh in
                check(key, "level-\(what)", en, zh, status(oneLess)) { bench throws(CheckStop) in
                    var how = Authentication()
                    how.derivation = derivation
                    try bench.expect(oneLess, for: try bench.authentication(key, how))
                    try bench.prove(key)
                }
            }
    }

    // MARK: Counter

    private static func counter(_ key: KeyDefinition) -> [Check] {
        let tries = Int(key.tries)
        // Two tries must be there to lose.
        guard tries > 2 else { return [] }
        let wrong: @Sendable (CheckBench, Int) throws(CheckStop) -> Void = { bench, left throws(CheckStop) in
            try bench.expect(.triesLeft(left), for: try bench.authentication(key, .wrong))
        }
        return [
            check(
                key, "counter", "wrong cryptograms, down to the last try", "连续错误认证直至剩余一次",
                CheckText(
                    "63C\(tries - 1) down to 63C1, then the right key is accepted", "63C\(tries - 1) 递减至 63C1，随后正确密钥被接受"
                )
            ) { bench throws(CheckStop) in
                for left in stride(from: tries - 1, through: 1, by: -1) { try wrong(bench, left) }
                try bench.prove(key)
            },
            check(
                key, "counter-restored", "the counter after a right authentication", "正确认证后的计数器",
                CheckText("back to \(tries) tries", "恢复为 \(tries) 次")
            ) { bench throws(CheckStop) in
                try wrong(bench, tries - 1)
                try wrong(bench, tries - 2)
                try bench.prove(key)
                try wrong(bench, tries - 1)
                try bench.prove(key)
            },
            check(
                key, "counter-after-reset", "the counter after a reset", "复位后的计数器",
                CheckText("what was lost stays lost", "已减少的次数保持不变")
            ) { bench throws(CheckStop) in
                try wrong(bench, tries - 1)
                try bench.reset()
                try bench.enter(key.directory ?? "")
                try wrong(bench, tries - 2)
                try bench.prove(key)
            },
            check(
                key, "counter-untouched", "what costs no try: wrong version, length, no challenge",
                "不消耗次数的错误：版本、长度、无随机数",
                CheckText("the counter is still full", "计数器不变")
            ) { bench throws(CheckStop) in
                var version = Authentication()
                version.version = 0x00
                _ = try bench.authenticate(key, version)
                var length = Authentication.wrong
                length.data = { $0.dropLast() + [] }
                _ = try bench.authenticate(key, length)
                try wrong(bench, tries - 1)
                // Spends the challenge that is left, too.
                try bench.prove(key)
                var none = Authentication.wrong
                none.takesChallenge = false
                _ = try bench.authenticate(key, none)
                try wrong(bench, tries - 1)
                try bench.prove(key)
            },
        ]
    }

    /// That the keys of a directory have a counter each.
    private static func ownCounter(_ key: KeyDefinition, among keys: [KeyDefinition]) -> [Check] {
        guard key.tries > 2, let index = keys.firstIndex(where: { $0.name == key.name }) else { return [] }
        let others = keys[(index + 1)...] + keys[..<index]
        guard let neighbour = others.first(where: { $0.tries > 2 }) else { return [] }
        let left = Int(key.tries) - 1
        return [
            check(
                key, "counter-own", "the counter after a wrong cryptogram for \(neighbour.name)",
                "\(neighbour.name) 认证错误后的计数器",
                CheckText("it lost nothing: a wrong one answers 63C\(left)", "次数不变：错误认证应答 63C\(left)")
            ) { bench throws(CheckStop) in
                try bench.expect(
                    .triesLeft(Int(neighbour.tries) - 1), for: try bench.authentication(neighbour, .wrong))
                try bench.expect(.triesLeft(left), for: try bench.authentication(key, .wrong))
                try bench.prove(key)
                try bench.prove(neighbour)
            }
        ]
    }

    // MARK: Form

    private static func form(_ key: KeyDefinition, _ profile: CardProfile) -> [Check] {
        let noChallenge = profile.blocking.noChallengeStatus
        let oneLess = StatusWord.triesLeft(Int(key.tries) - 1)
        return [
            check(key, "length", "a byte too many and one too few", "数据长一字节、短一字节", status(.wrongLength)) {
                bench throws(CheckStop) in
                var long = Authentication()
                long.data = { $0 + [0] }
                try bench.expect(.wrongLength, for: try bench.authentication(key, long))
                var short = Authentication()
                short.data = { $0.dropFirst() + [] }
                try bench.expect(.wrongLength, for: try bench.authentication(key, short))
            },
            check(key, "no-challenge", "without a challenge", "未取随机数", status(noChallenge)) {
                bench throws(CheckStop) in
                var how = Authentication()
                how.takesChallenge = false
                try bench.expect(noChallenge, for: try bench.authentication(key, how))
            },
            check(
                key, "challenge-lost", "a challenge from before a reset", "复位前取的随机数", status(noChallenge)
            ) { bench throws(CheckStop) in
                let command = try bench.authentication(key)
                try bench.reset()
                try bench.enter(key.directory ?? "")
                try bench.expect(noChallenge, for: command)
            },
            check(key, "sent-twice", "the same authentication twice", "重发同一认证", status(noChallenge)) {
                bench throws(CheckStop) in
                let command = try bench.authentication(key)
                try bench.expect(.ok, for: command)
                try bench.expect(noChallenge, for: command)
            },
            check(
                key, "replayed", "an old authentication under a new challenge", "取新随机数后重放旧认证", status(oneLess)
            ) { bench throws(CheckStop) in
                let command = try bench.authentication(key)
                try bench.expect(.ok, for: command)
                _ = try bench.challenge()
                try bench.expect(oneLess, for: command)
                try bench.prove(key)
            },
            check(
                key, "challenge-spent", "a right authentication after a wrong one, under the same challenge",
                "错误认证后用同一随机数再认证", status(noChallenge)
            ) { bench throws(CheckStop) in
                let right = try bench.authentication(key)
                var wrong = right
                if !wrong.data.isEmpty { wrong.data[0] ^= 1 }
                try bench.expect(oneLess, for: wrong)
                try bench.expect(noChallenge, for: right)
                try bench.prove(key)
            },
            check(
                key, "every-byte", "each byte of the cryptogram changed in turn", "逐字节改动认证数据",
                CheckText("refused each time, 63Cx", "每次都拒绝，应答 63Cx")
            ) { bench throws(CheckStop) in
                for index in 0..<bench.profile.cryptography.cryptogram.length {
                    var how = Authentication()
                    how.data = { data in
                        var wrong = data
                        if wrong.indices.contains(index) { wrong[index] ^= 0x80 }
                        return wrong
                    }
                    try bench.expect(oneLess, for: try bench.authentication(key, how))
                    try bench.prove(key)
                }
            },
        ]
    }

    // MARK: Place

    /// Where the reference stands for nothing, and where for another key.
    private static func place(_ key: KeyDefinition, _ profile: CardProfile) -> [Check] {
        profile.directories.filter { $0.name != key.directory }.compactMap { directory in
            let other = profile.key(reference: key.reference, in: directory.name)
            // The transport key's reference at the MF is looked at where its absence is.
            guard other?.role != .transport else { return nil }
            let isKey = other?.usage == .externalAuthentication
            let status = isKey ? StatusWord.triesLeft(Int(other?.tries ?? 1) - 1) : profile.blocking.noKeyStatus
            return Check(
                .keys, "\(key.name).in-\(directory.name)",
                CheckText(
                    "\(key.name) used in \(directory.name)", "在 \(directory.name) 中使用 \(key.name)"),
                clause: clause, expected: self.status(status)
            ) { bench throws(CheckStop) in
                _ = try bench.factors()
                try bench.enter(directory.name)
                try bench.expect(status, for: try bench.authentication(key))
                if isKey, let other { try bench.prove(other) }
            }
        }
    }

    /// References that no key of the directory has.
    private static func unknownReferences(_ directory: String, _ profile: CardProfile) -> Check {
        let known = Set(profile.keys(in: directory).map(\.reference))
        let asked = (Array(UInt8(0x00)...0x0F) + Array(UInt8(0x80)...0x8F) + [0x7F, 0xFF]).filter {
            !known.contains($0)
        }
        let noKey = profile.blocking.noKeyStatus
        return Check(
            .keys, "\(directory).unknown-references",
            CheckText("\(directory): references that no key has", "\(directory)：不存在的密钥标识"), clause: clause,
            expected: status(noKey)
        ) { bench throws(CheckStop) in
            _ = try bench.factors()
            try bench.enter(directory)
            let key = try bench.anyExternalKey()
            for reference in asked {
                var how = Authentication()
                how.reference = reference
                how.takesChallenge = false
                try bench.expect(noKey, for: try bench.authentication(key, how))
            }
        }
    }

    /// The maintenance key that only CARD BLOCK uses: asked for it without a challenge, the card says whether it is there.
    private static func present(_ directory: String, _ profile: CardProfile) -> [Check] {
        guard let block = profile.key(.cardBlock, in: directory), let key = profile.key(.maintenance, in: directory)
        else { return [] }
        let noChallenge = profile.blocking.noChallengeStatus
        return [
            check(
                key, "present", "CARD BLOCK without a challenge and with a wrong MAC", "未取随机数且 MAC 错误的锁卡命令",
                CheckText(
                    "\(noChallenge): the key is there, nothing is blocked", "\(noChallenge)：密钥存在，卡片不锁定")
            ) { bench throws(CheckStop) in
                try bench.prove(block)
                var how = Securing.wrongMAC
                how.takesChallenge = false
                try bench.expect(noChallenge, for: try bench.secured(.blockCard, [:], in: directory, how))
            }
        ]
    }

    /// Keys of another usage prove nothing.
    private static func notForAuthentication(_ directory: String, _ profile: CardProfile) -> [Check] {
        profile.keys(in: directory).filter { $0.usage == .maintenance || $0.usage == .internalAuthentication }.map {
            key in
            let noKey = profile.blocking.noKeyStatus
            return check(
                key, "external", "external authentication with it", "用它作外部认证", status(noKey)
            ) { bench throws(CheckStop) in try bench.expect(noKey, for: try bench.authentication(key)) }
        }
    }
}

extension CheckBench {
    /// Any key that cryptograms can be made with.
    func anyExternalKey() throws(CheckStop) -> KeyDefinition {
        guard let key = profile.keys.first(where: { $0.usage == .externalAuthentication && $0.role != .transport })
        else { throw .notApplicable(CheckText("the profile has no such key", "卡型文件没有外部认证密钥")) }
        return key
    }
}
