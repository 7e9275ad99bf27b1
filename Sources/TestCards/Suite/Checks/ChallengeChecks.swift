import CardProfiles
import ISO7816

/// The challenges everything rests on (`Docs/protocol.md §2`, §5 Order of checks).
enum ChallengeChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let count = max(2, plan.options.challenges)
        let length = plan.profile.cryptography.challengeLength
        return [
            check(
                "unique", CheckText("\(count) challenges", "\(count) 个随机数"),
                CheckText("no two are equal", "互不相同")
            ) { bench throws(CheckStop) in
                let seen = try challenges(bench, count)
                try bench.expect(Set(seen).count == count, "challenges repeat", "随机数重复")
            },
            check(
                "after-reset", CheckText("the first challenge after each of 8 resets", "8 次复位后的首个随机数"),
                CheckText("no two are equal", "互不相同")
            ) { bench throws(CheckStop) in
                var seen: Set<[UInt8]> = []
                for _ in 0..<8 {
                    try bench.reset()
                    seen.insert(try bench.challenge())
                }
                try bench.expect(seen.count == 8, "the card begins with the same challenges", "复位后随机数重复")
            },
            check(
                "bytes", CheckText("each byte of \(count) challenges", "\(count) 个随机数的每个字节"),
                CheckText("every byte takes many values", "每个字节取值分散")
            ) { bench throws(CheckStop) in
                let seen = try challenges(bench, count)
                // Of 64 right ones 56 values are to be expected, and fewer than half as many never come.
                for index in 0..<length {
                    let values = Set(seen.map { $0[index] }).count
                    try bench.expect(
                        values > min(count, 64) / 3, "byte \(index + 1) has \(values) values in \(count) challenges",
                        "第 \(index + 1) 字节在 \(count) 个随机数中只有 \(values) 种取值")
                }
            },
            check(
                "bits", CheckText("each bit of \(count) challenges", "\(count) 个随机数的每一位"),
                CheckText("about half are 1", "约一半为 1")
            ) { bench throws(CheckStop) in
                let seen = try challenges(bench, count)
                // Six standard deviations: once in a hundred million right cards.
                let allowed = 6 * (Double(count) / 4).squareRoot()
                for bit in 0..<8 * length {
                    let ones = seen.count { $0[bit / 8] >> UInt8(bit % 8) & 1 == 1 }
                    try bench.expect(
                        abs(Double(ones) - Double(count) / 2) <= allowed,
                        "bit \(bit) is 1 in \(ones) of \(count) challenges", "第 \(bit) 位在 \(count) 个随机数中有 \(ones) 次为 1")
                }
            },
            check(
                "newest-counts", CheckText("an authentication by the challenge before the last", "用上一个随机数认证"),
                CheckText("refused with 63Cx: the newest alone counts", "应答 63Cx：只认最新的随机数")
            ) { bench throws(CheckStop) in
                let key = try stand(bench)
                let old = try bench.challenge()
                var how = Authentication()
                how.seed = old
                let status = try bench.authenticate(key, how)
                try bench.expect(status.triesLeft != nil, "it was answered \(status)", "应答 \(status)")
                try bench.prove(key)
            },
            check(
                "left-by-refusals", CheckText("a challenge after commands that were refused or read", "其他命令之后的随机数"),
                CheckText("still good: only what asks for it spends it", "仍有效：仅由使用它的命令消耗")
            ) { bench throws(CheckStop) in
                let key = try stand(bench)
                let command = try bench.authentication(key)
                _ = try bench.send(try bench.command(.getProductionData, [.length: .number(256)]))
                var wrong = command
                wrong.data.removeLast()
                try bench.expect(.wrongLength, for: wrong)
                try bench.expect(.ok, for: command)
            },
        ]
    }

    private static func check(
        _ what: String, _ title: CheckText, _ expected: CheckText, _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .protection, "challenge.\(what)", title, clause: "Docs/protocol.md §2, §5 Order of checks",
            expected: expected, body: body)
    }

    private static func challenges(_ bench: CheckBench, _ count: Int) throws(CheckStop) -> [[UInt8]] {
        var seen: [[UInt8]] = []
        for _ in 0..<count { seen.append(try bench.challenge()) }
        return seen
    }

    private static func stand(_ bench: CheckBench) throws(CheckStop) -> KeyDefinition {
        let key = try bench.anyExternalKey()
        try KeyChecks.stand(bench, key)
        return key
    }
}
