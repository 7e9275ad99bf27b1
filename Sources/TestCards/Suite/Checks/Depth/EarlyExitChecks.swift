import CardProfiles
import ISO7816
import Messages

/// Whether a comparison ends at the first wrong byte: a wrong first byte against a wrong last one, in pairs, by medians and a
/// sign test (`Docs/protocol.md §3`). What a reader adds is the same for both.
enum EarlyExitChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let key = profile.keys.first { $0.role == .read && $0.usage == .externalAuthentication && $0.tries > 2 }
        let use = ProtectedUse.samples(profile).first { profile.key(.applicationBlock, in: $0.file.directory) == nil }
        return (key.map { [cryptogram($0, profile)] } ?? []) + (use.map { [mac($0, profile)] } ?? [])
    }

    private static let pairs = 24
    /// Of so many pairs with no difference, as many are of one sign once in ten thousand runs; the medians must agree.
    private static let most = 21
    /// Microseconds.
    private static let least = 1_000

    private static func check(_ what: String, _ title: CheckText, _ body: @escaping Check.Body) -> Check {
        Check(
            .timing, "\(what).early-exit", title, clause: "Docs/protocol.md §3, §9",
            expected: CheckText(
                "a wrong last byte takes no longer than a wrong first one", "末字节错误与首字节错误耗时相同"), body: body)
    }

    private static func cryptogram(_ key: KeyDefinition, _ profile: CardProfile) -> Check {
        let length = profile.cryptography.cryptogram.length
        return check(
            key.name, CheckText("\(key.name): comparison of the cryptogram", "\(key.name)：认证数据的比较")
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            try judge(bench) { isFirst throws(CheckStop) in
                var how = Authentication()
                how.data = { data in
                    var wrong = data
                    let index = isFirst ? 0 : length - 1
                    if wrong.indices.contains(index) { wrong[index] ^= 0xFF }
                    return wrong
                }
                let command = try bench.authentication(key, how)
                let time = try bench.time(command)
                try bench.prove(key)
                return time
            }
        }
    }

    private static func mac(_ use: ProtectedUse, _ profile: CardProfile) -> Check {
        let length = profile.cryptography.mac.length
        return check(
            use.place, CheckText("\(use.file.path): comparison of the MAC", "\(use.file.path)：MAC 的比较")
        ) { bench throws(CheckStop) in
            let kept = try use.begin(bench)
            try judge(bench) { isFirst throws(CheckStop) in
                var how = Securing()
                how.mac = { mac in
                    var wrong = mac
                    let index = isFirst ? 0 : length - 1
                    if wrong.indices.contains(index) { wrong[index] ^= 0xFF }
                    return wrong
                }
                let command = try bench.use(use.right, of: use.file, kept, how)
                return try bench.time(command)
            }
            try bench.expect(.ok, for: try bench.use(use.right, of: use.file, kept))
        }
    }

    private static func judge(
        _ bench: CheckBench, _ measure: (_ isFirst: Bool) throws(CheckStop) -> Int
    ) throws(CheckStop) {
        var first: [Int] = []
        var last: [Int] = []
        for pair in 0..<pairs {
            // Each goes first as often as the other.
            for isFirst in pair % 2 == 0 ? [true, false] : [false, true] {
                let time = try measure(isFirst)
                if isFirst { first.append(time) } else { last.append(time) }
            }
        }
        let longer = zip(first, last).count { $0 < $1 }
        let (early, late) = (first.sorted()[pairs / 2], last.sorted()[pairs / 2])
        let isSlower = longer >= most && late - early >= max(least, early / 10)
        try bench.expect(
            !isSlower,
            "the median is \(late) µs for a wrong last byte, \(early) µs for a wrong first one; longer in \(longer) of \(pairs) pairs",
            "末字节错误的中位数为 \(late) 微秒，首字节错误为 \(early) 微秒；\(pairs) 对中有 \(longer) 对更长")
        bench.found(
            "medians \(early) µs and \(late) µs, longer in \(longer) of \(pairs) pairs",
            "中位数 \(early) 与 \(late) 微秒，\(pairs) 对中有 \(longer) 对更长")
    }
}
