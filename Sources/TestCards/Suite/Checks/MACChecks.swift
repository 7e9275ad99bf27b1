import CardProfiles
import ISO7816
import Messages

/// Every mistake that can be made with a MAC, the key it is made with and the padding under it, on one file of each kind
/// in each directory (`Docs/protocol.md §3`).
enum MACChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        ProtectedUse.samples(plan.profile).flatMap { use in
            wrongBytes(use, plan.profile) + wrongMessages(use) + wrongKeys(use, plan.profile)
                + (use.isEncrypted ? wrongPadding(use, plan.profile) : []) + [chained(use, plan.profile)]
        }
    }

    private static let clause = "Docs/protocol.md §3"

    private static func check(
        _ use: ProtectedUse, _ what: String, _ en: English, _ zh: Chinese, _ how: Securing,
        _ status: StatusWord = .incorrectSecureMessagingData
    ) -> Check {
        let name = use.right.name
        return Check(
            .protection, "\(use.place).\(what)",
            CheckText("\(use.file.path) \(name.en): \(en)", "\(use.file.path) \(name.zh)：\(zh)"), clause: clause,
            expected: CheckText("refused with \(status), nothing written", "应答 \(status)，内容不变")
        ) { bench throws(CheckStop) in
            try use.refuse(bench, status) { kept throws(CheckStop) in
                try bench.use(use.right, of: use.file, kept, how)
            }
        }
    }

    private static func securing(_ change: (inout Securing) -> Void) -> Securing {
        var how = Securing()
        change(&how)
        return how
    }

    // MARK: The MAC itself

    private static func wrongBytes(_ use: ProtectedUse, _ profile: CardProfile) -> [Check] {
        let count = profile.cryptography.mac.length
        let flipped = (0..<count).map { index in
            check(
                use, "mac-byte-\(index + 1)", "byte \(index + 1) of the MAC changed", "MAC 第 \(index + 1) 字节被改",
                securing { how in
                    how.mac = { mac in
                        var wrong = mac
                        if wrong.indices.contains(index) { wrong[index] ^= 0x01 }
                        return wrong
                    }
                })
        }
        return flipped + [
            check(
                use, "mac-zeros", "a MAC of zeros", "MAC 全零",
                securing { how in how.mac = { [UInt8](repeating: 0, count: $0.count) } }),
            check(
                use, "mac-short", "a MAC one byte short", "MAC 少一字节",
                securing { how in how.mac = { Array($0.dropLast()) } }, .wrongLength),
        ]
    }

    private static func wrongMessages(_ use: ProtectedUse) -> [Check] {
        var checks = [
            check(
                use, "mac-other-command", "a MAC over another instruction", "对另一命令计算的 MAC",
                securing { how in how.macHeader = { [$0[0], $0[1] ^ 0x10, $0[2], $0[3]] } }),
            check(
                use, "mac-other-place", "a MAC over another P1", "对另一 P1 计算的 MAC",
                securing { how in how.macHeader = { [$0[0], $0[1], $0[2] ^ 0x01, $0[3]] } }),
            check(
                use, "mac-other-p2", "a MAC over another P2", "对另一 P2 计算的 MAC",
                securing { how in how.macHeader = { [$0[0], $0[1], $0[2], $0[3] ^ 0x08] } }),
            check(
                use, "mac-plain-class", "a MAC over class 00", "对 CLA=00 计算的 MAC",
                securing { how in how.macHeader = { [0, $0[1], $0[2], $0[3]] } }),
            check(
                use, "mac-other-length", "a MAC over another Lc", "对另一 Lc 计算的 MAC",
                securing { how in how.macBody = { $0 + [0] } }),
        ]
        if use.isEncrypted {
            checks.append(
                check(
                    use, "mac-other-body", "the ciphertext changed after the MAC", "MAC 计算后密文被改",
                    securing { how in how.data = { [$0[0] ^ 0x01] + $0.dropFirst() } }))
        }
        return checks
    }

    // MARK: The key

    private static func wrongKeys(_ use: ProtectedUse, _ profile: CardProfile) -> [Check] {
        let others = profile.keys.filter { $0.role == .maintenance && $0.name != use.maintenance.name }
        let derivations: [(KeyDerivation, String, String, String)] = [
            (.national, "national", "the national key", "国家根密钥"),
            (.provinceOnly, "province-only", "the provincial key", "省级密钥"),
            (.cardOnly, "card-only", "a key derived by card alone", "仅按卡分散的密钥"),
            (.cardThenProvince, "reversed", "a key derived in the wrong order", "分散顺序颠倒的密钥"),
        ]
        return others.map { other in
            check(
                use, "under-\(other.name)", "under \(other.name)", "用 \(other.name) 计算",
                securing { how in how.with = other })
        } + [
            check(
                use, "under-\(use.key.name)", "under \(use.key.name)", "用 \(use.key.name) 计算",
                securing { how in how.with = use.key })
        ]
            + derivations.map { derivation, what, en, zh in
                check(use, "under-\(what)", "under \(en)", "用\(zh)计算", securing { how in how.derivation = derivation })
            } + [
                check(
                    use, "other-seed", "under the session of another challenge", "用另一随机数的过程密钥计算",
                    securing { how in how.seed = [UInt8](repeating: 0x5A, count: profile.cryptography.challengeLength) }
                )
            ]
    }

    // MARK: Length and padding inside the ciphertext

    private static func wrongPadding(_ use: ProtectedUse, _ profile: CardProfile) -> [Check] {
        let width = profile.cryptography.encryption.lengthBytes
        let block = profile.cryptography.blockLength
        let record = use.file.item(record: 1).map { $0.length + 2 } ?? use.file.structure.recordSize
        let isPadded = (width + record) % block != 0 || profile.cryptography.encryption.padding == .always
        func spoiled(_ what: String, _ en: English, _ zh: Chinese, _ frame: @escaping @Sendable ([UInt8]) -> [UInt8])
            -> Check
        {
            check(use, what, en, zh, securing { how in how.frame = frame })
        }
        let checks = [
            spoiled("length-long", "a length byte beyond the ciphertext", "长度字节超出密文") { framed in
                [UInt8](repeating: 0xFF, count: width) + framed.dropFirst(width)
            },
            spoiled("length-one-more", "a length byte one too large", "长度字节多一") { framed in
                var wrong = framed
                if width > 0 { wrong[width - 1] &+= 1 }
                return wrong
            },
            spoiled("length-one-less", "a length byte one too small", "长度字节少一") { framed in
                var wrong = framed
                if width > 0 { wrong[width - 1] &-= 1 }
                return wrong
            },
            spoiled("padding-extra", "a block of padding too many", "多出一块填充") { framed in
                framed + [UInt8](repeating: 0, count: block)
            },
        ]
        guard isPadded else { return checks }
        return checks + [
            spoiled("padding-last", "padding that does not end in 00", "填充末字节不是 00") { framed in
                var wrong = framed
                if let last = wrong.indices.last { wrong[last] ^= 0x01 }
                return wrong
            },
            spoiled("padding-first", "padding that does not begin with 80", "填充不以 80 开始") { framed in
                var wrong = framed
                let start = width + record
                if wrong.indices.contains(start) { wrong[start] = 0 }
                return wrong
            },
        ]
    }

    // MARK: Chaining

    private static func chained(_ use: ProtectedUse, _ profile: CardProfile) -> Check {
        let name = use.right.name
        let isKnown = profile.capabilities.commandChaining
        return Check(
            .protection, "\(use.place).chained",
            CheckText("\(use.file.path) \(name.en): in two links", "\(use.file.path) \(name.zh)：分两段发送"),
            clause: "Docs/protocol.md §5 Chaining",
            expected: isKnown
                ? CheckText("done: the MAC is over the class without the chaining bit", "成功：MAC 不含链接位")
                : CheckText("6884: no chaining", "6884：不支持命令链")
        ) { bench throws(CheckStop) in
            let kept = try use.begin(bench)
            let whole = try bench.use(use.right, of: use.file, kept)
            var first = whole
            first.cla |= 0x10
            first.data = Array(whole.data.prefix(whole.data.count / 2))
            guard isKnown else {
                try bench.expect(.commandChainingNotSupported, for: first)
                return
            }
            var last = whole
            last.data = Array(whole.data.dropFirst(first.data.count))
            try bench.expect(.ok, for: first)
            try bench.expect(.ok, for: last)
            if use.file.structure.kind == .cyclic {
                for record in kept.records.dropLast().reversed() {
                    try bench.expect(.ok, for: try bench.update(record: 0, of: use.file, record))
                }
            } else {
                try bench.useAndRestore(use.right, of: use.file, kept)
            }
        }
    }
}
