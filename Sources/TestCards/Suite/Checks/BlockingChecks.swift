import CardProfiles
import ISO7816
import Messages

/// Wrong MACs in a row, and what is blocked by them or on purpose (`Docs/protocol.md §3`, §5 Blocking). What cannot be
/// undone on a card that is wrong comes last, on cards set aside.
enum BlockingChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let subjects = profile.directories.compactMap { Subject($0.name, profile) }
        return unblocked(profile) + subjects.flatMap { byMACs($0, profile) }
            + subjects.flatMap { onPurpose($0, profile) }
    }

    static let clause = "Docs/protocol.md §3, §5 Blocking; Docs/card.md §3.2"

    /// A directory that can be blocked.
    struct Subject: Sendable {
        let name: String
        /// The key to APPLICATION BLOCK.
        let lock: KeyDefinition
        let maintenance: KeyDefinition
        /// An update with a MAC.
        let use: ProtectedUse

        init?(_ name: String, _ profile: CardProfile) {
            guard let lock = profile.key(.applicationBlock, in: name),
                let maintenance = profile.key(.maintenance, in: name),
                let use = ProtectedUse.all(profile).first(where: { $0.file.directory == name })
            else { return nil }
            self.name = name
            self.lock = lock
            self.maintenance = maintenance
            self.use = use
        }
    }

    static func check(
        _ subject: Subject, _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .blocking, "\(subject.name).\(what)",
            CheckText("\(subject.name): \(en)", "\(subject.name)：\(zh)"), clause: clause, expected: expected,
            isDestructive: true
        ) { bench throws(CheckStop) in
            try body(bench)
            try settle(bench, subject)
        }
    }

    // MARK: Steps

    /// A wrong MAC, which is answered 6988 whatever comes of it.
    static func wrongMAC(_ bench: CheckBench, _ subject: Subject, _ kept: KeptContent) throws(CheckStop) {
        let use = subject.use
        try bench.expect(.incorrectSecureMessagingData, for: try bench.use(use.right, of: use.file, kept, .wrongMAC))
    }

    /// As many wrong MACs in a row as block the directory.
    static func block(_ bench: CheckBench, _ subject: Subject, _ kept: KeptContent) throws(CheckStop) {
        try bench.approach(subject.use.file, proving: [subject.use.key])
        for _ in 0..<bench.profile.blocking.wrongMACs { try wrongMAC(bench, subject, kept) }
    }

    static func expectBlocked(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        try bench.enter(subject.name, expecting: [bench.profile.blocking.temporaryStatus])
    }

    static func expectOpen(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        try bench.enter(subject.name)
        let read = bench.profile.key(of: subject.use.file.read)
        if let read { try bench.prove(read) }
        try bench.selectFile(subject.use.file)
        try bench.expect(.ok, for: try bench.use(.read, of: subject.use.file, KeptContent()))
    }

    /// A command of the directory under its maintenance key, after its block key was proven.
    static func unblock(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        try bench.prove(subject.lock)
        try bench.expect(.ok, for: try bench.secured(.unblockApplication, [:], in: subject.name))
    }

    /// Whatever came before: the next check finds the directory open and its count at zero.
    static func settle(_ bench: CheckBench, _ subject: Subject) throws(CheckStop) {
        try bench.reset()
        _ = try bench.factors()
        let answer = try bench.enter(subject.name, expecting: [.ok, bench.profile.blocking.temporaryStatus])
        if answer.status != .ok { try unblock(bench, subject) }
        try bench.reset()
        let kept = try bench.keep(subject.use.file)
        try bench.reset()
        try bench.approach(subject.use.file, proving: [subject.use.key])
        try bench.useAndRestore(subject.use.right, of: subject.use.file, kept)
    }

    // MARK: By wrong MACs

    private static func byMACs(_ subject: Subject, _ profile: CardProfile) -> [Check] {
        let limit = profile.blocking.wrongMACs
        let blocked = profile.blocking.blockedStatus
        return [
            check(
                subject, "wrong-macs", "\(limit) wrong MACs in a row", "连续 \(limit) 次 MAC 错误",
                CheckText(
                    "6988 each time, then SELECT answers \(profile.blocking.temporaryStatus)",
                    "每次 6988，随后 SELECT 应答 \(profile.blocking.temporaryStatus)")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try block(bench, subject, kept)
                try expectBlocked(bench, subject)
            },
            check(
                subject, "one-less", "\(limit - 1) wrong MACs in a row", "连续 \(limit - 1) 次 MAC 错误",
                CheckText("nothing is blocked", "不锁定")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try bench.approach(subject.use.file, proving: [subject.use.key])
                for _ in 1..<limit { try wrongMAC(bench, subject, kept) }
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(
                subject, "right-between", "a right MAC between wrong ones", "错误 MAC 之间有一次正确",
                CheckText("the count begins anew", "计数清零")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try bench.approach(subject.use.file, proving: [subject.use.key])
                for _ in 0..<2 {
                    for _ in 1..<limit { try wrongMAC(bench, subject, kept) }
                    try bench.useAndRestore(subject.use.right, of: subject.use.file, kept)
                }
                try bench.reset()
                try expectOpen(bench, subject)
            },
            check(
                subject, "count-after-reset", "wrong MACs with resets between", "复位之间的 MAC 错误",
                CheckText("they count all the same", "照样累计")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                for _ in 0..<limit {
                    try bench.reset()
                    try bench.approach(subject.use.file, proving: [subject.use.key])
                    try wrongMAC(bench, subject, kept)
                }
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "blocked.reset", "the block after a reset", "复位后的锁定状态",
                CheckText("it is still there", "仍然锁定")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try block(bench, subject, kept)
                try bench.reset()
                try expectBlocked(bench, subject)
                try bench.reset()
                try expectBlocked(bench, subject)
            },
            check(
                subject, "blocked.refused", "reading and writing in a blocked directory", "锁定目录中的读写",
                CheckText("\(blocked)", "\(blocked)")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try block(bench, subject, kept)
                try expectBlocked(bench, subject)
                for file in bench.profile.directory(subject.name)?.files ?? [] {
                    try bench.selectFile(file)
                    try bench.expect(blocked, for: try bench.use(.read, of: file, KeptContent()))
                }
                try bench.selectFile(subject.use.file)
                try bench.prove(subject.use.key)
                try bench.expect(blocked, for: try bench.use(subject.use.right, of: subject.use.file, kept))
                let seed = [UInt8](repeating: 0, count: bench.profile.cryptography.challengeLength)
                let original = [UInt8](repeating: 0, count: bench.profile.cryptography.cryptogram.originalLength)
                try bench.expect(
                    blocked,
                    for: try bench.command(
                        .internalAuthenticate,
                        [
                            .reference: .number(0), .seed: .bytes(seed), .original: .bytes(original),
                            .version: .number(Int(profile.keyVersion)),
                            .length: .number(profile.cryptography.cryptogram.length),
                        ]))
            },
            check(
                subject, "blocked.served", "what still works in a blocked directory", "锁定目录中仍可用的命令",
                CheckText(
                    "SELECT, GET CHALLENGE, GET DATA, external authentication", "SELECT、GET CHALLENGE、GET DATA、外部认证")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try block(bench, subject, kept)
                try expectBlocked(bench, subject)
                _ = try bench.challenge()
                try bench.expect(.ok, for: try bench.command(.getProductionData))
                try bench.prove(subject.lock)
                try bench.prove(subject.use.key)
                try bench.selectFile(subject.use.file)
            },
            check(
                subject, "blocked.others", "the other directories while it is blocked", "本目录锁定时的其他目录",
                CheckText("they work", "正常")
            ) { bench throws(CheckStop) in
                let kept = try bench.keep(subject.use.file)
                try bench.reset()
                try block(bench, subject, kept)
                for other in bench.profile.directories where other.name != subject.name {
                    guard let file = other.files.first else { continue }
                    try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
                    try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
                }
            },
        ]
    }

    // MARK: Where nothing blocks

    /// Directories without a key to APPLICATION BLOCK.
    private static func unblocked(_ profile: CardProfile) -> [Check] {
        let limit = profile.blocking.wrongMACs
        var seen: Set<String> = []
        return ProtectedUse.all(profile).filter {
            profile.key(.applicationBlock, in: $0.file.directory) == nil && seen.insert($0.file.directory).inserted
        }.map { use in
            Check(
                .blocking, "\(use.file.directory).never",
                CheckText(
                    "\(use.file.directory): \(limit + 2) wrong MACs in a row",
                    "\(use.file.directory)：连续 \(limit + 2) 次 MAC 错误"),
                clause: clause, expected: CheckText("6988 each time and nothing more", "每次 6988，不锁定")
            ) { bench throws(CheckStop) in
                let kept = try use.begin(bench)
                for _ in 0..<limit + 2 {
                    let wrong = try bench.use(use.right, of: use.file, kept, .wrongMAC)
                    try bench.expect(.incorrectSecureMessagingData, for: wrong)
                }
                try bench.useAndRestore(use.right, of: use.file, kept)
                try bench.enter(use.file.directory)
            }
        }
    }
}
