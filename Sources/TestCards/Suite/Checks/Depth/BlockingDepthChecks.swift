import CardProfiles
import ISO7816
import Messages

/// Counts and blocks through resets, and what does not count: on cards set aside, since a wrong card stays blocked
/// (`Docs/protocol.md §3`, §5 Blocking, §11 Wrong MACs).
enum BlockingDepthChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.directories.compactMap { BlockingChecks.Subject($0.name, plan.profile) }.flatMap { subject in
            PersistenceChecks.Interruption.allCases.flatMap { [wrongMACs(subject, $0), block(subject, $0)] }
                + [unblock(subject), paddingCounts(subject), counters(subject)]
        }
    }

    private static func persistence(
        _ subject: BlockingChecks.Subject, _ what: String, _ title: CheckText, _ expected: CheckText,
        _ body: @escaping Check.Body
    ) -> Check {
        PersistenceChecks.check(
            "\(subject.name).\(what)", title, expected, isDestructive: true, clause: BlockingChecks.clause
        ) { bench throws(CheckStop) in
            try body(bench)
            try BlockingChecks.settle(bench, subject)
        }
    }

    private static func suffix(_ interruption: PersistenceChecks.Interruption) -> String {
        interruption == .powerOff ? "power-off" : "warm"
    }

    private static func wrongMACs(
        _ subject: BlockingChecks.Subject, _ interruption: PersistenceChecks.Interruption
    ) -> Check {
        let name = interruption.name
        return persistence(
            subject, "wrong-macs-\(suffix(interruption))",
            CheckText("\(subject.name): wrong MACs with \(name.en) between", "\(subject.name)：MAC 错误之间\(name.zh)"),
            CheckText("they count all the same", "照样累计")
        ) { bench throws(CheckStop) in
            let kept = try bench.keep(subject.use.file)
            for _ in 0..<bench.profile.blocking.wrongMACs {
                try interruption.happen(bench)
                try bench.approach(subject.use.file, proving: [subject.use.key])
                try BlockingChecks.wrongMAC(bench, subject, kept)
            }
            try bench.reset()
            try BlockingChecks.expectBlocked(bench, subject)
        }
    }

    private static func block(
        _ subject: BlockingChecks.Subject, _ interruption: PersistenceChecks.Interruption
    ) -> Check {
        let name = interruption.name
        return persistence(
            subject, "block-\(suffix(interruption))",
            CheckText("\(subject.name): blocked, then \(name.en)", "\(subject.name)：锁定后\(name.zh)"),
            CheckText("it is still blocked", "仍然锁定")
        ) { bench throws(CheckStop) in
            let kept = try bench.keep(subject.use.file)
            try bench.reset()
            try BlockingChecks.block(bench, subject, kept)
            for _ in 0..<2 {
                try interruption.happen(bench)
                try BlockingChecks.expectBlocked(bench, subject)
            }
        }
    }

    private static func unblock(_ subject: BlockingChecks.Subject) -> Check {
        persistence(
            subject, "unblock",
            CheckText(
                "\(subject.name): unblocked, then power-off and a warm reset", "\(subject.name)：解锁后断电、热复位"),
            CheckText("it is open, and the count of wrong MACs is zero", "保持开放，MAC 错误计数为零")
        ) { bench throws(CheckStop) in
            let kept = try bench.keep(subject.use.file)
            try bench.reset()
            try BlockingChecks.block(bench, subject, kept)
            try BlockingChecks.expectBlocked(bench, subject)
            try BlockingChecks.unblock(bench, subject)
            for interruption in PersistenceChecks.Interruption.allCases {
                try interruption.happen(bench)
                try BlockingChecks.expectOpen(bench, subject)
            }
            try bench.reset()
            try bench.approach(subject.use.file, proving: [subject.use.key])
            for _ in 1..<bench.profile.blocking.wrongMACs { try BlockingChecks.wrongMAC(bench, subject, kept) }
            try bench.reset()
            try BlockingChecks.expectOpen(bench, subject)
        }
    }

    /// Whoever looks at the padding first tells a stranger what is in the ciphertext, and lets him try as often as he likes.
    private static func paddingCounts(_ subject: BlockingChecks.Subject) -> Check {
        BlockingChecks.check(
            subject, "padding-counts", "wrong MACs over wrong padding", "填充与 MAC 均错误",
            CheckText("6988, and each counts: the MAC is looked at first", "6988，且均计数：先检查 MAC")
        ) { bench throws(CheckStop) in
            let use = ProtectedUse.all(bench.profile).first {
                $0.isEncrypted && $0.file.directory == subject.name && $0.file.structure.kind != .cyclic
            }
            guard let use else {
                throw .notApplicable(CheckText("no file here takes ciphertext", "本目录没有密文写入的文件"))
            }
            let kept = try use.begin(bench)
            var how = Securing.wrongMAC
            how.frame = { $0.map { ~$0 } }
            for _ in 0..<bench.profile.blocking.wrongMACs {
                try bench.expect(
                    .incorrectSecureMessagingData, for: try bench.use(use.right, of: use.file, kept, how))
            }
            try bench.reset()
            try BlockingChecks.expectBlocked(bench, subject)
        }
    }

    private static func counters(_ subject: BlockingChecks.Subject) -> Check {
        BlockingChecks.check(
            subject, "unblock.counters", "retry counters after APPLICATION UNBLOCK", "解锁后的密钥计数器",
            CheckText("what was lost stays lost", "已减少的次数保持不变")
        ) { bench throws(CheckStop) in
            let kept = try bench.keep(subject.use.file)
            let keys = bench.profile.externalKeys(in: subject.name).filter { $0 != subject.lock && $0.tries > 3 }
            try bench.reset()
            try bench.approach(subject.use.file, proving: [subject.use.key])
            for _ in 0..<bench.profile.blocking.wrongMACs { try BlockingChecks.wrongMAC(bench, subject, kept) }
            try BlockingChecks.expectBlocked(bench, subject)
            for key in keys {
                try bench.expect(.triesLeft(Int(key.tries) - 1), for: try bench.authentication(key, .wrong))
            }
            try BlockingChecks.unblock(bench, subject)
            for key in keys {
                try bench.expect(.triesLeft(Int(key.tries) - 2), for: try bench.authentication(key, .wrong))
                try bench.prove(key)
            }
        }
    }
}
