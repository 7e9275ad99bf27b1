import CardProfiles
import ISO7816
import Messages

/// Nothing but success of the key itself fills its retry counter, and no failure is counted for another key. No check goes
/// below two attempts left (`Docs/protocol.md §3` Counters).
enum RefillChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let keys = profile.keys.filter { $0.usage == .externalAuthentication && $0.role != .transport && $0.tries > 3 }
        return keys.flatMap { key in events(key, profile).map { check(key, $0) } } + [eachItsOwn(keys, profile)]
    }

    /// What happens between two failures.
    private struct Event: Sendable {
        let what: String
        let name: CheckText
        /// What has to be known before an attempt is lost.
        var prepare: Check.Body = { _ in }
        let happen: Check.Body
        /// What gives back what happened to other keys.
        var restore: Check.Body = { _ in }

        init(_ what: String, _ en: English, _ zh: Chinese, _ happen: @escaping Check.Body) {
            self.what = what
            name = CheckText(en, zh)
            self.happen = happen
        }
    }

    private static func check(_ key: KeyDefinition, _ event: Event) -> Check {
        let tries = Int(key.tries)
        return KeyChecks.check(
            key, "not-refilled.\(event.what)", "an attempt lost, then \(event.name.en)", "次数减少后\(event.name.zh)",
            CheckText(
                "what was lost stays lost: the next wrong one answers 63C\(tries - 2)",
                "已减少的次数保持：再次错误应答 63C\(tries - 2)")
        ) { bench throws(CheckStop) in
            try event.prepare(bench)
            try KeyChecks.stand(bench, key)
            try bench.expect(.triesLeft(tries - 1), for: try bench.authentication(key, .wrong))
            try event.happen(bench)
            try bench.expect(.triesLeft(tries - 2), for: try bench.authentication(key, .wrong))
            try bench.prove(key)
            try event.restore(bench)
        }
    }

    private static func events(_ key: KeyDefinition, _ profile: CardProfile) -> [Event] {
        let home = key.directory ?? ""
        guard let directory = profile.directory(home) else { return [] }
        var events = [
            Event("selecting-again", "its directory selected again", "重新选择所在目录") { bench throws(CheckStop) in
                try bench.enter(home)
            },
            Event("refused-select", "a SELECT that is refused", "选择失败") { bench throws(CheckStop) in
                try bench.expect(.fileNotFound, for: .select(file: bench.unusedIdentifier()))
            },
            Event("wrong-version", "a key version that there is not", "不存在的密钥版本") { bench throws(CheckStop) in
                var how = Authentication()
                how.version = 0x00
                try bench.expect(profile.blocking.noKeyStatus, for: try bench.authentication(key, how))
            },
            Event("challenges", "ten challenges", "取十个随机数") { bench throws(CheckStop) in
                for _ in 0..<10 { _ = try bench.challenge() }
            },
        ]
        if let bytes = directory.dfName, let name = DedicatedFileName(bytes), profile.capabilities.directoryNames {
            events.append(
                Event("by-name", "its directory selected by name", "按名称选择所在目录") { bench throws(CheckStop) in
                    try bench.expect(.ok, for: .select(name: name))
                })
        }
        if let other = profile.externalKeys(in: home).first(where: { $0 != key }) {
            events.append(
                Event("other-key", "success of \(other.name)", "\(other.name) 认证成功") { bench throws(CheckStop) in
                    try bench.prove(other)
                })
        }
        if let other = profile.externalKeys(in: home).first(where: { $0 != key && $0.tries > 3 }) {
            var event =
                Event("other-failure", "a failure of \(other.name)", "\(other.name) 认证失败") { bench throws(CheckStop) in
                    try bench.expect(
                        .triesLeft(Int(other.tries) - 1), for: try bench.authentication(other, .wrong))
                }
            event.restore = { bench throws(CheckStop) in try bench.prove(other) }
            events.append(event)
        }
        for place in profile.directories where place.name != home {
            guard let other = profile.externalKeys(in: place.name).first else { continue }
            events.append(
                Event("elsewhere", "success of \(other.name) in \(place.name)", "在 \(place.name) 用 \(other.name) 认证成功")
                {
                    bench throws(CheckStop) in
                    try bench.enter(place.name)
                    try bench.prove(other)
                    try bench.enter(home)
                })
            break
        }
        if let other = profile.keys(in: home).first(where: { $0.usage == .internalAuthentication }) {
            events.append(
                Event("internal", "INTERNAL AUTHENTICATE", "内部认证") { bench throws(CheckStop) in
                    let (command, _) = try bench.internalAuthentication(other)
                    try bench.expect(.ok, for: command)
                })
        }
        let use = ProtectedUse.all(profile).first {
            $0.file.directory == home && $0.key != key && $0.file.structure.kind == .linearVariableTLV
        }
        if let use {
            var event = Event("update", "an update of \(use.file.path) with a right MAC", "以正确 MAC 更新 \(use.file.path)")
            {
                bench throws(CheckStop) in
                let kept = try bench.keep(use.file)
                try bench.approach(use.file, proving: [use.key])
                try bench.expect(.ok, for: try bench.use(use.right, of: use.file, kept))
            }
            // Reading takes a key that may be this one: the content is known by then.
            event.prepare = { bench throws(CheckStop) in _ = try bench.keep(use.file) }
            events.append(event)
        }
        return events
    }

    /// Two rounds of failures over all keys of the card: whatever is counted together shows in the second.
    private static func eachItsOwn(_ keys: [KeyDefinition], _ profile: CardProfile) -> Check {
        Check(
            .keys, "counters.each-its-own",
            CheckText("two wrong cryptograms for every key of the card", "全卡每个密钥各错误认证两次"),
            clause: "Docs/protocol.md §3 Counters",
            expected: CheckText("each key counts its own failures: one less, then two less", "各密钥单独计数：先少一次，再少一次")
        ) { bench throws(CheckStop) in
            _ = try bench.factors()
            for round in 1...2 {
                for directory in profile.directories {
                    let own = keys.filter { $0.directory == directory.name }
                    guard !own.isEmpty else { continue }
                    try bench.enter(directory.name)
                    for key in own {
                        try bench.expect(
                            .triesLeft(Int(key.tries) - round), for: try bench.authentication(key, .wrong))
                    }
                }
            }
            try restore(keys, bench)
        }
    }

    private static func restore(_ keys: [KeyDefinition], _ bench: CheckBench) throws(CheckStop) {
        for key in keys {
            try bench.enter(key.directory ?? "")
            try bench.prove(key)
        }
    }
}
