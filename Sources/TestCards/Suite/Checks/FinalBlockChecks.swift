import CardProfiles
import ISO7816

/// What nothing undoes: keys locked at their last try, an application blocked for good, the card blocked
/// (`Docs/protocol.md §3`, §5 Blocking). The last checks a card sees, in this order.
enum FinalBlockChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let subjects = profile.directories.compactMap { BlockingChecks.Subject($0.name, profile) }
        let locked = profile.keys.filter {
            $0.usage == .externalAuthentication && ![.transport, .cardBlock, .applicationBlock].contains($0.role)
        }
        // The last directory's key to APPLICATION BLOCK is wanted after this, the others' are locked too.
        let locks = subjects.dropLast().map(\.lock)
        return (locked + locks).map { lock($0) } + (subjects.last.map { permanent($0, profile) } ?? [])
            + (profile.key(.cardBlock).map { card($0, profile) } ?? [])
    }

    private static func check(
        _ what: String, _ title: CheckText, _ expected: CheckText, _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .blocking, what, title, clause: BlockingChecks.clause, expected: expected, isDestructive: true, body: body)
    }

    // MARK: Keys

    private static func lock(_ key: KeyDefinition) -> Check {
        let tries = Int(key.tries)
        return check(
            "\(key.name).locked",
            CheckText("\(key.name): wrong cryptograms until there are no tries left", "\(key.name)：错误认证直至锁死"),
            CheckText(
                "63C\(tries - 1) down to 63C0, then 6983 for right and wrong, after a reset too",
                "63C\(tries - 1) 递减至 63C0，此后对错均应答 6983，复位后亦然")
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            for left in stride(from: tries - 1, through: 0, by: -1) {
                try bench.expect(.triesLeft(left), for: try bench.authentication(key, .wrong))
            }
            try bench.expect(.authenticationMethodBlocked, for: try bench.authentication(key))
            try bench.expect(.authenticationMethodBlocked, for: try bench.authentication(key, .wrong))
            // Locked comes before the challenge.
            var none = Authentication()
            none.takesChallenge = false
            for isWarm in [false, true] {
                if isWarm { try bench.warmReset() } else { try bench.reset() }
                try bench.enter(key.directory ?? "")
                try bench.expect(.authenticationMethodBlocked, for: try bench.authentication(key, none))
                try bench.expect(.authenticationMethodBlocked, for: try bench.authentication(key))
            }
        }
    }

    // MARK: An application for good

    private static func permanent(_ subject: BlockingChecks.Subject, _ profile: CardProfile) -> [Check] {
        let status = profile.blocking.permanentStatus
        return [
            check(
                "\(subject.name).permanent",
                CheckText("\(subject.name): APPLICATION BLOCK for good", "\(subject.name)：永久锁定应用"),
                CheckText(
                    "done: SELECT answers \(status) and does not enter, after a reset too",
                    "成功：SELECT 应答 \(status) 且不进入，复位后亦然")
            ) { bench throws(CheckStop) in
                try KeyChecks.stand(bench, subject.lock)
                try bench.prove(subject.lock)
                let mode = Int(profile.blocking.permanentMode)
                try bench.expect(
                    .ok, for: try bench.secured(.blockApplication, [.mode: .number(mode)], in: subject.name))
                // Still there, and nobody can lift it.
                try bench.expect(status, for: try bench.secured(.unblockApplication, [:], in: subject.name))
                try bench.enter(subject.name, expecting: [status])
                try bench.reset()
                try bench.enter(subject.name, expecting: [status])
                try bench.warmReset()
                try bench.enter(subject.name, expecting: [status])
                let file = subject.use.file
                try bench.selectFile(file, expecting: [.fileNotFound, .ok])
                try bench.expectNotIn(subject.name)
            },
            check(
                "\(subject.name).permanent-others",
                CheckText(
                    "the other directories beside \(subject.name), blocked for good", "\(subject.name) 永久锁定后的其他目录"),
                CheckText("they work", "正常")
            ) { bench throws(CheckStop) in
                for other in profile.directories where other.name != subject.name {
                    guard let file = other.files.first else { continue }
                    _ = try bench.factors()
                    try bench.enter(other.name)
                    try bench.selectFile(file)
                    guard file.read == .always else { continue }
                    try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
                }
            },
        ]
    }

    // MARK: The card

    private static func card(_ key: KeyDefinition, _ profile: CardProfile) -> [Check] {
        let place = key.directory ?? ""
        let refused = CheckText("refused with 6982", "应答 6982，拒绝")
        let status = profile.blocking.cardBlockedStatus
        return [
            check(
                "card.without-key", CheckText("CARD BLOCK without a key", "未认证时锁定卡片"), refused
            ) { bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                try bench.expect(
                    .securityStatusNotSatisfied, for: try bench.secured(.blockCard, [:], in: place))
                try bench.reset()
                _ = try bench.challenge()
            },
            check(
                "card.elsewhere", CheckText("CARD BLOCK outside of \(place)", "在 \(place) 以外锁定卡片"), refused
            ) { bench throws(CheckStop) in
                guard let other = profile.directories.first(where: { $0.parent == place }) else { return }
                try KeyChecks.stand(bench, key)
                try bench.prove(key)
                try bench.enter(other.name)
                try bench.expect(
                    .securityStatusNotSatisfied, for: try bench.secured(.blockCard, [:], in: other.name))
                try bench.reset()
                _ = try bench.challenge()
            },
            check(
                "card.wrong-mac", CheckText("CARD BLOCK with a wrong MAC", "锁定卡片：MAC 错误"),
                CheckText("6988, the card works on", "6988，卡片仍可用")
            ) { bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                try bench.prove(key)
                try bench.expect(
                    .incorrectSecureMessagingData, for: try bench.secured(.blockCard, [:], in: place, .wrongMAC))
                try bench.reset()
                _ = try bench.challenge()
            },
            check(
                "card.no-challenge", CheckText("CARD BLOCK without a challenge", "锁定卡片：未取随机数"),
                CheckText("\(profile.blocking.noChallengeStatus)", "\(profile.blocking.noChallengeStatus)")
            ) { bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                try bench.prove(key)
                var how = Securing()
                how.takesChallenge = false
                try bench.expect(
                    profile.blocking.noChallengeStatus, for: try bench.secured(.blockCard, [:], in: place, how))
                try bench.reset()
                _ = try bench.challenge()
            },
            check(
                "card.blocked", CheckText("CARD BLOCK", "锁定卡片"),
                CheckText("done: \(status) to everything, after a reset too", "成功：此后一切命令应答 \(status)，复位后亦然")
            ) { bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                try bench.prove(key)
                try bench.expect(.ok, for: try bench.secured(.blockCard, [:], in: place))
                for resets in 0..<3 {
                    if resets == 1 { try bench.reset() }
                    if resets == 2 { try bench.warmReset() }
                    let commands: [CommandAPDU] = [
                        .select(file: .masterFile), .getChallenge(count: profile.cryptography.challengeLength),
                        .readRecord(1), try bench.command(.getProductionData),
                        try bench.command(.readBinary, [.offset: .number(0), .sfi: .number(0), .length: .number(1)]),
                    ]
                    for command in commands { try bench.expect(status, for: command) }
                }
            },
        ]
    }
}

extension CheckBench {
    /// Fails when a directory that should not have been entered is current: one of its files is found and its keys are
    /// there.
    fileprivate func expectNotIn(_ directory: String) throws(CheckStop) {
        guard let key = profile.externalKeys(in: directory).first else { return }
        let status = try authenticate(key)
        try expect(
            !status.isSuccess, "a key of \(directory) was accepted: it was entered", "仍进入了 \(directory)")
    }
}
