import CardProfiles
import ISO7816
import Messages

/// A protected update of a file, and everything needed to try it: what `ProtectionChecks` and `MACChecks` work on.
struct ProtectedUse: Sendable {
    let file: FileDefinition
    let right: FileRight
    /// What proves the right.
    let key: KeyDefinition
    let maintenance: KeyDefinition

    var place: String { "\(file.path).\(right.rawValue)" }
    var isEncrypted: Bool { file.structure.kind != .linearFixed && file.protection == .encryptedMAC }

    static func all(_ profile: CardProfile) -> [ProtectedUse] {
        profile.files.filter(\.isProtected).flatMap { file -> [ProtectedUse] in
            file.rights.filter { $0 != .read }.compactMap { right in
                guard let key = profile.key(of: file.condition(of: right)),
                    let maintenance = profile.key(.maintenance, in: file.directory)
                else { return nil }
                return ProtectedUse(file: file, right: right, key: key, maintenance: maintenance)
            }
        }
    }

    /// The first of each directory, right and structure: what is tried thoroughly.
    static func samples(_ profile: CardProfile) -> [ProtectedUse] {
        var seen: Set<String> = []
        return all(profile).filter {
            seen.insert("\($0.file.directory) \($0.right) \($0.file.structure.kind)").inserted
        }
    }

    /// Reads the content, then stands before the file with the right alone.
    func begin(_ bench: CheckBench) throws(CheckStop) -> KeptContent {
        let kept = try bench.keep(file)
        try bench.reset()
        try bench.approach(file, proving: [key])
        return kept
    }

    /// One wrong command, then a right one, so that a card that counts wrong MACs forgets it; the content is the old.
    func refuse(
        _ bench: CheckBench, _ status: StatusWord, _ command: (KeptContent) throws(CheckStop) -> CommandAPDU
    ) throws(CheckStop) {
        try bench.restoring(file) { () throws(CheckStop) in
            let kept = try begin(bench)
            try bench.expect(status, for: try command(kept))
            try bench.useAndRestore(right, of: file, kept)
            try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
            try bench.expectContent(file, kept)
        }
    }
}

/// What a protected update must have, file by file (`Docs/protocol.md §3`, §5 Writing).
enum ProtectionChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        ProtectedUse.all(plan.profile).flatMap { use in
            freshness(use, plan.profile.blocking.noChallengeStatus) + (use.isEncrypted ? content(use) : index(use))
        } + plan.profile.files.filter { !$0.isProtected && $0.update != .never }.map { plainAlone($0) }
    }

    private static let clause = "Docs/protocol.md §3, §5 Order of checks, Writing; Docs/card.md §1.2"

    private static func check(
        _ use: ProtectedUse, _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        _ body: @escaping Check.Body
    ) -> Check {
        let name = use.right.name
        return Check(
            .protection, "\(use.place).\(what)",
            CheckText("\(use.file.path) \(name.en): \(en)", "\(use.file.path) \(name.zh)：\(zh)"), clause: clause,
            expected: expected, body: body)
    }

    private static func status(_ status: StatusWord) -> CheckText {
        CheckText("refused with \(status)", "应答 \(status)，拒绝")
    }

    // MARK: Challenges

    private static func freshness(_ use: ProtectedUse, _ noChallenge: StatusWord) -> [Check] {
        [
            check(use, "no-challenge", "without a challenge", "未取随机数", status(noChallenge)) {
                bench throws(CheckStop) in
                var how = Securing()
                how.takesChallenge = false
                let wrong = how
                try use.refuse(bench, noChallenge) { kept throws(CheckStop) in
                    try bench.use(use.right, of: use.file, kept, wrong)
                }
            },
            check(use, "sent-twice", "the same command twice", "重发同一命令", status(noChallenge)) {
                bench throws(CheckStop) in
                let kept = try use.begin(bench)
                let command = try bench.use(use.right, of: use.file, kept)
                try bench.expect(.ok, for: command)
                try bench.expect(noChallenge, for: command)
                try putBack(bench, use, kept)
            },
            check(
                use, "replayed", "an old command under a new challenge", "取新随机数后重放旧命令",
                status(.incorrectSecureMessagingData)
            ) { bench throws(CheckStop) in
                let kept = try use.begin(bench)
                let command = try bench.use(use.right, of: use.file, kept)
                try bench.expect(.ok, for: command)
                _ = try bench.challenge()
                try bench.expect(.incorrectSecureMessagingData, for: command)
                try putBack(bench, use, kept)
            },
            check(
                use, "challenge-spent", "a right command after a wrong MAC, under the same challenge",
                "MAC 错误后用同一随机数再发正确命令", status(noChallenge)
            ) { bench throws(CheckStop) in
                let kept = try use.begin(bench)
                let right = try bench.use(use.right, of: use.file, kept)
                var wrong = right
                if let last = wrong.data.indices.last { wrong.data[last] ^= 1 }
                try bench.expect(.incorrectSecureMessagingData, for: wrong)
                try bench.expect(noChallenge, for: right)
                try bench.useAndRestore(use.right, of: use.file, kept)
            },
        ]
    }

    /// After one use of the right and a wrong MAC: the content and the count are the old ones again.
    private static func putBack(_ bench: CheckBench, _ use: ProtectedUse, _ kept: KeptContent) throws(CheckStop) {
        guard use.file.structure.kind == .cyclic else {
            return try bench.useAndRestore(use.right, of: use.file, kept)
        }
        // One of the records went round already.
        for record in kept.records.dropLast().reversed() {
            try bench.expect(.ok, for: try bench.update(record: 0, of: use.file, record))
        }
    }

    // MARK: Ciphertext and MAC

    private static func content(_ use: ProtectedUse) -> [Check] {
        var checks = [
            check(
                use, "plain", "in plain", "明文写入", status(.securityStatusNotSatisfied)
            ) { bench throws(CheckStop) in
                try use.refuse(bench, .securityStatusNotSatisfied) { kept throws(CheckStop) in
                    var command = try bench.use(use.right, of: use.file, kept)
                    command.cla = 0
                    command.data = use.file.structure.kind == .cyclic ? kept.records.last ?? [] : kept.records[0]
                    return command
                }
            },
            check(
                use, "mac-alone", "in clear with a right MAC", "明文加正确 MAC", status(.incorrectSecureMessagingData)
            ) { bench throws(CheckStop) in
                // Of a length that ciphertext could have.
                let length = bench.profile.cryptography.blockLength
                let kept = try use.begin(bench)
                // Under another challenge again: now and then clear data decrypt to something that looks whole.
                for _ in 0..<2 {
                    var plain = try bench.use(use.right, of: use.file, kept)
                    let record = use.file.structure.kind == .cyclic ? kept.records.last ?? [] : kept.records[0]
                    let padding = (length - record.count % length) % length
                    plain.data = record + [UInt8](repeating: 0, count: padding)
                    let command = try bench.secured(plain, .mac, use.maintenance)
                    let answer = try bench.send(command)
                    try bench.require([.incorrectSecureMessagingData, .wrongData], answer.status, for: command.header)
                    try bench.useAndRestore(use.right, of: use.file, kept)
                }
            },
            check(use, "length", "ciphertext that is no whole block", "密文不是整块", status(.wrongLength)) {
                bench throws(CheckStop) in
                try use.refuse(bench, .wrongLength) { kept throws(CheckStop) in
                    var how = Securing()
                    how.data = { Array($0.dropFirst()) }
                    return try bench.use(use.right, of: use.file, kept, how)
                }
            },
        ]
        if use.file.structure.kind == .cyclic {
            checks.append(
                wrongContent(use, "short-record", "a record of another size", "记录长度不符") { $0.dropLast() + [] })
        } else {
            checks += [
                wrongContent(use, "other-tag", "another tag in the record", "记录标签改变") {
                    [$0[0] ^ 0x40] + $0.dropFirst()
                },
                wrongContent(use, "other-length", "another length in the record", "记录长度改变") {
                    [$0[0], $0[1] &+ 1] + $0.dropFirst(2) + [0]
                },
                check(
                    use, "new-record", "a record that is not there", "写入不存在的记录", status(.recordNotFound)
                ) { bench throws(CheckStop) in
                    try use.refuse(bench, .recordNotFound) { kept throws(CheckStop) in
                        let next = use.file.structure.recordCount + 1
                        return try bench.update(record: next, of: use.file, kept.records[0])
                    }
                },
            ]
        }
        return checks
    }

    private static func wrongContent(
        _ use: ProtectedUse, _ what: String, _ en: English, _ zh: Chinese,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> Check {
        check(use, what, en, zh, status(.wrongData)) { bench throws(CheckStop) in
            try use.refuse(bench, .wrongData) { kept throws(CheckStop) in
                let isCyclic = use.file.structure.kind == .cyclic
                let record = (isCyclic ? kept.records.last : kept.records.first) ?? []
                try bench.expect(record.count >= 2, "record 1 has no tag and length", "第 1 条记录没有标签和长度")
                return try bench.update(record: isCyclic ? 0 : 1, of: use.file, change(record))
            }
        }
    }

    // MARK: MAC alone

    private static func index(_ use: ProtectedUse) -> [Check] {
        [
            check(use, "no-mac", "without a MAC", "不带 MAC", status(.wrongLength)) { bench throws(CheckStop) in
                try use.refuse(bench, .wrongLength) { kept throws(CheckStop) in
                    var how = Securing()
                    how.data = { _ in [] }
                    return try bench.use(use.right, of: use.file, kept, how)
                }
            },
            check(use, "long-mac", "with a byte after the MAC", "MAC 后多一字节", status(.wrongLength)) {
                bench throws(CheckStop) in
                try use.refuse(bench, .wrongLength) { kept throws(CheckStop) in
                    var how = Securing()
                    how.data = { $0 + [0] }
                    return try bench.use(use.right, of: use.file, kept, how)
                }
            },
            check(use, "plain-class", "under class 00", "以 CLA=00 发送", status(.classNotSupported)) {
                bench throws(CheckStop) in
                try use.refuse(bench, .classNotSupported) { kept throws(CheckStop) in
                    var command = try bench.use(use.right, of: use.file, kept)
                    command.cla = 0
                    return command
                }
            },
        ]
    }

    // MARK: Plain files

    private static func plainAlone(_ file: FileDefinition) -> Check {
        Check(
            .protection, "\(file.path).update.plain-alone",
            CheckText("\(file.path) update: with ciphertext and MAC", "\(file.path) 更新：密文加 MAC"),
            clause: "Docs/protocol.md §5 Order of checks; Docs/card.md §1.2",
            expected: CheckText("6E00: UPDATE BINARY travels in plain", "6E00：UPDATE BINARY 只用明文")
        ) { bench throws(CheckStop) in
            let kept = bench.keepIfReadable(file)
            try bench.reset()
            try bench.approach(file, proving: bench.profile.key(of: file.update).map { [$0] } ?? [])
            var command = try bench.use(.update, of: file, kept)
            command.cla |= 0x04
            let key = try bench.key(.maintenance, in: file.directory)
            try bench.expect(.classNotSupported, for: try bench.secured(command, .encryptedMAC, key))
        }
    }
}
