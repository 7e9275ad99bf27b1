import CardProfiles
import ISO7816

/// APPLICATION BLOCK and UNBLOCK, which take a right, a challenge and a MAC (`Docs/protocol.md §3`, §5 Blocking).
extension BlockingChecks {
    static func onPurpose(_ subject: Subject, _ profile: CardProfile) -> [Check] {
        blocking(subject, profile) + unblocking(subject, profile)
    }

    /// In the directory, the block key not yet proven.
    private static func stand(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        _ = try bench.factors()
        try bench.enter(subject.name)
    }

    private static func blockCommand(
        _ bench: CheckBench, _ subject: Subject, _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        let mode = Int(bench.profile.blocking.temporaryMode)
        return try bench.secured(.blockApplication, [.mode: .number(mode)], in: subject.name, how)
    }

    private static func blocking(_ subject: Subject, _ profile: CardProfile) -> [Check] {
        let temporary = profile.blocking.temporaryStatus
        let refused = CheckText("refused with 6982", "应答 6982，拒绝")
        let others = profile.externalKeys(in: subject.name).filter { $0.name != subject.lock.name }
        return [
            check(
                subject, "block.right", "APPLICATION BLOCK for a time", "临时锁定应用",
                CheckText("done: SELECT answers \(temporary)", "成功：SELECT 应答 \(temporary)")
            ) { bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.prove(subject.lock)
                try bench.expect(.ok, for: try blockCommand(bench, subject))
                try expectBlocked(bench, subject)
            },
            check(subject, "block.without-key", "APPLICATION BLOCK without a key", "未认证时锁定应用", refused) {
                bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.expect(.securityStatusNotSatisfied, for: try blockCommand(bench, subject))
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(subject, "block.wrong-key", "APPLICATION BLOCK with every other key", "用其他密钥锁定应用", refused) {
                bench throws(CheckStop) in
                try stand(bench, subject)
                for key in others { try bench.prove(key) }
                try bench.expect(.securityStatusNotSatisfied, for: try blockCommand(bench, subject))
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(
                subject, "block.wrong-mac", "APPLICATION BLOCK with a wrong MAC", "锁定应用：MAC 错误",
                CheckText("6988, nothing blocked", "6988，不锁定")
            ) { bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.prove(subject.lock)
                try bench.expect(
                    .incorrectSecureMessagingData, for: try blockCommand(bench, subject, .wrongMAC))
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(
                subject, "block.no-challenge", "APPLICATION BLOCK without a challenge", "锁定应用：未取随机数",
                CheckText("\(profile.blocking.noChallengeStatus)", "\(profile.blocking.noChallengeStatus)")
            ) { bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.prove(subject.lock)
                var how = Securing()
                how.takesChallenge = false
                try bench.expect(
                    profile.blocking.noChallengeStatus, for: try blockCommand(bench, subject, how))
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(
                subject, "block.no-mac", "APPLICATION BLOCK without a MAC", "锁定应用：不带 MAC",
                CheckText("6700, nothing blocked", "6700，不锁定")
            ) { bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.prove(subject.lock)
                var how = Securing()
                how.data = { _ in [] }
                try bench.expect(.wrongLength, for: try blockCommand(bench, subject, how))
                try bench.reset()
                try expectOpen(bench, subject)
            },
        ]
    }

    /// Blocked by wrong MACs and in the directory.
    private static func standBlocked(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        let kept = try bench.keep(subject.use.file)
        try bench.reset()
        try block(bench, subject, kept)
        try bench.reset()
        try expectBlocked(bench, subject)
    }

    private static func unblockCommand(
        _ bench: CheckBench, _ subject: Subject, _ how: Securing = .right
    ) throws(CheckStop) -> CommandAPDU {
        try bench.secured(.unblockApplication, [:], in: subject.name, how)
    }

    private static func unblocking(_ subject: Subject, _ profile: CardProfile) -> [Check] {
        let others = profile.externalKeys(in: subject.name).filter { $0.name != subject.lock.name }
        let stays = CheckText("6982, and the directory stays blocked", "6982，目录仍锁定")
        return [
            check(
                subject, "unblock.right", "APPLICATION UNBLOCK", "解锁应用",
                CheckText("done: the directory works and counts anew", "成功：目录恢复，计数清零")
            ) { bench throws(CheckStop) in
                try standBlocked(bench, subject)
                try unblock(bench, subject)
                try bench.reset()
                try expectOpen(bench, subject)
                // One less than the limit must not block again.
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try bench.approach(subject.use.file, proving: [subject.use.key])
                for _ in 1..<profile.blocking.wrongMACs { try wrongMAC(bench, subject, kept) }
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(subject, "unblock.without-key", "APPLICATION UNBLOCK without a key", "未认证时解锁应用", stays) {
                bench throws(CheckStop) in
                try standBlocked(bench, subject)
                try bench.expect(.securityStatusNotSatisfied, for: try unblockCommand(bench, subject))
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(subject, "unblock.wrong-key", "APPLICATION UNBLOCK with every other key", "用其他密钥解锁应用", stays) {
                bench throws(CheckStop) in
                try standBlocked(bench, subject)
                for key in others { try bench.prove(key) }
                try bench.expect(.securityStatusNotSatisfied, for: try unblockCommand(bench, subject))
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "unblock.wrong-mac", "APPLICATION UNBLOCK with a wrong MAC", "解锁应用：MAC 错误",
                CheckText("6988, and the directory stays blocked", "6988，目录仍锁定")
            ) { bench throws(CheckStop) in
                try standBlocked(bench, subject)
                try bench.prove(subject.lock)
                try bench.expect(
                    .incorrectSecureMessagingData, for: try unblockCommand(bench, subject, .wrongMAC))
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "unblock.no-mac", "APPLICATION UNBLOCK without a MAC", "解锁应用：不带 MAC",
                CheckText("6700, and the directory stays blocked", "6700，目录仍锁定")
            ) { bench throws(CheckStop) in
                try standBlocked(bench, subject)
                try bench.prove(subject.lock)
                var how = Securing()
                how.data = { _ in [] }
                try bench.expect(.wrongLength, for: try unblockCommand(bench, subject, how))
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "unblock.no-challenge", "APPLICATION UNBLOCK without a challenge", "解锁应用：未取随机数",
                CheckText(
                    "\(profile.blocking.noChallengeStatus), and the directory stays blocked",
                    "\(profile.blocking.noChallengeStatus)，目录仍锁定")
            ) { bench throws(CheckStop) in
                try standBlocked(bench, subject)
                try bench.prove(subject.lock)
                var how = Securing()
                how.takesChallenge = false
                try bench.expect(
                    profile.blocking.noChallengeStatus, for: try unblockCommand(bench, subject, how))
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "unblock.nothing", "APPLICATION UNBLOCK where nothing is blocked", "未锁定时解锁应用",
                CheckText("\(profile.blocking.blockedStatus)", "\(profile.blocking.blockedStatus)")
            ) { bench throws(CheckStop) in
                try stand(bench, subject)
                try bench.prove(subject.lock)
                try bench.expect(profile.blocking.blockedStatus, for: try unblockCommand(bench, subject))
            },
        ]
    }
}
