import CardProfiles
import ISO7816

/// Internal authentication: whether the card proves that it belongs to the system (`Docs/card.md §3.2`,
/// `Docs/protocol.md §3`).
enum InternalKeyChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.keys.filter { $0.usage == .internalAuthentication }.flatMap {
            proof($0) + refusals($0, plan.profile)
        }
    }

    private static func proof(_ key: KeyDefinition) -> [Check] {
        [
            KeyChecks.check(
                key, "proof", "the card's cryptogram", "卡片的认证数据",
                CheckText("as the test key of this card makes it", "与本卡测试密钥的计算结果一致")
            ) { bench throws(CheckStop) in try prove(bench, key) },
            KeyChecks.check(
                key, "proof-again", "several cryptograms over random data", "对随机数据多次认证",
                CheckText("every one is right, no two are equal", "每次都正确，且互不相同")
            ) { bench throws(CheckStop) in
                var seen: Set<[UInt8]> = []
                for _ in 0..<8 { seen.insert(try prove(bench, key)) }
                try bench.expect(seen.count == 8, "cryptograms repeat", "认证数据重复")
            },
            KeyChecks.check(
                key, "level", "the level of the key", "密钥的分散级别",
                CheckText("not the national, nor a provincial or wrongly derived key", "不是国家、省级或分散错误的密钥")
            ) { bench throws(CheckStop) in
                for derivation in KeyDerivation.allCases where derivation != .right {
                    let (command, wrong) = try bench.internalAuthentication(key, derivation)
                    let answer = try bench.expect(.ok, for: command)
                    try bench.expect(
                        answer.data != wrong, "the card answers as with the key \(String(describing: derivation))",
                        "卡片的密钥分散级别错误（\(String(describing: derivation))）")
                }
            },
            KeyChecks.check(
                key, "leaves-challenge", "what it does to a challenge", "对随机数的影响",
                CheckText("nothing: it needs none and spends none", "不需要也不消耗随机数")
            ) { bench throws(CheckStop) in
                guard let other = bench.profile.externalKeys(in: key.directory ?? "").first else {
                    throw .notApplicable(CheckText("no other key beside it", "同目录没有其他密钥"))
                }
                let waiting = try bench.authentication(other)
                try prove(bench, key)
                try bench.expect(.ok, for: waiting)
            },
        ]
    }

    @discardableResult
    private static func prove(_ bench: CheckBench, _ key: KeyDefinition) throws(CheckStop) -> [UInt8] {
        let (command, expected) = try bench.internalAuthentication(key)
        let answer = try bench.expect(.ok, for: command)
        try bench.expect(
            answer.data == expected, "the cryptogram is not that of \(key.name)", "认证数据与 \(key.name) 不符")
        return answer.data
    }

    private static func refusals(_ key: KeyDefinition, _ profile: CardProfile) -> [Check] {
        let noKey = profile.blocking.noKeyStatus
        return [
            KeyChecks.check(
                key, "other-version", "the version of formal keys, and others", "正式密钥及其他版本号", KeyChecks.status(noKey)
            ) { bench throws(CheckStop) in
                for version: UInt8 in [profile.cryptography.formalKeyVersion, 0x00, 0xFF]
                where version != profile.keyVersion {
                    let (command, _) = try bench.internalAuthentication(key, version: version)
                    try bench.expect(noKey, for: command)
                }
            },
            KeyChecks.check(
                key, "other-references", "internal authentication with other keys", "用其他密钥作内部认证",
                KeyChecks.status(noKey)
            ) { bench throws(CheckStop) in
                let (command, _) = try bench.internalAuthentication(key)
                for reference in UInt8(0x00)...0x0F where reference != key.reference {
                    var other = command
                    other.p2 = reference
                    try bench.expect(noKey, for: other)
                }
            },
            KeyChecks.check(
                key, "length", "a byte too many and one too few", "数据长一字节、短一字节", KeyChecks.status(.wrongLength)
            ) { bench throws(CheckStop) in
                let (command, _) = try bench.internalAuthentication(key)
                for data in [command.data + [0], Array(command.data.dropLast())] {
                    var wrong = command
                    wrong.data = data
                    try bench.expect(.wrongLength, for: wrong)
                }
            },
        ]
            + profile.directories.filter { $0.name != key.directory }
            .filter { profile.key(reference: key.reference, in: $0.name) == nil }
            .map { directory in
                Check(
                    .keys, "\(key.name).in-\(directory.name)",
                    CheckText("\(key.name) used in \(directory.name)", "在 \(directory.name) 中使用 \(key.name)"),
                    clause: "Docs/protocol.md §5 Keys", expected: KeyChecks.status(noKey)
                ) { bench throws(CheckStop) in
                    _ = try bench.factors()
                    try bench.enter(directory.name)
                    let (command, _) = try bench.internalAuthentication(key)
                    try bench.expect(noKey, for: command)
                }
            }
    }
}
