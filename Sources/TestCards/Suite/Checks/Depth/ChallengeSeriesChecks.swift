import CardProfiles
import ISO7816
import Messages

/// All challenges of a run together: no repeat, no period, no bias, nothing that leads from one to the next, nothing that
/// begins anew with a reset (`Docs/protocol.md §2`, §3).
enum ChallengeSeriesChecks: CheckSource {
    /// Challenges that each of these checks takes itself, beside those the run has seen.
    private static let count = 256
    /// Of these the statistics are made: the newest.
    private static let most = 4_096

    static func checks(_ plan: SuitePlan) -> [Check] {
        [
            noRepeat, afterResets("after-power-off", CheckText("power-off", "断电")) { $0.powerOff },
            afterResets("after-warm-reset", CheckText("a warm reset", "热复位")) { bench in
                { () throws(CheckStop) in _ = try bench.warmReset() }
            }, bias, correlation, differences,
        ]
    }

    private static func check(
        _ what: String, _ title: CheckText, _ expected: CheckText, _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .protection, "challenge.\(what)", title, clause: "Docs/protocol.md §2, §3", expected: expected, body: body)
    }

    private static func take(_ count: Int, _ bench: CheckBench) throws(CheckStop) -> [[UInt8]] {
        for _ in 0..<count { _ = try bench.challenge() }
        return bench.seen.challenges.suffix(most).map(\.bytes)
    }

    // MARK: Repeats

    private static func expectDistinct(_ bench: CheckBench) throws(CheckStop) {
        var places: [[UInt8]: Int] = [:]
        for (index, challenge) in bench.seen.challenges.enumerated() {
            if let before = places.updateValue(index, forKey: challenge.bytes) {
                let resets = challenge.reset - bench.seen.challenges[before].reset
                throw bench.fail(
                    "\(Hex.encode(challenge.bytes)) came twice, \(index - before) challenges and \(resets) resets apart",
                    "\(Hex.encode(challenge.bytes)) 出现两次，相隔 \(index - before) 个随机数、\(resets) 次复位")
            }
        }
        let total = bench.seen.challenges.count
        bench.found("\(total) challenges of this run, all different", "本次检测的 \(total) 个随机数互不相同")
    }

    private static let noRepeat = check(
        "no-repeat", CheckText("every challenge of the run so far, and \(count) more", "本次检测至今的全部随机数及另外 \(count) 个"),
        CheckText("no two are equal", "互不相同")
    ) { bench throws(CheckStop) in
        _ = try take(count, bench)
        try expectDistinct(bench)
    }

    private static func afterResets(
        _ what: String, _ name: CheckText,
        _ reset: @escaping @Sendable (CheckBench) -> () throws(CheckStop) -> Void
    ) -> Check {
        check(
            what, CheckText("four challenges after each of 8 times \(name.en)", "8 次\(name.zh)后各取四个随机数"),
            CheckText("none came before in this run", "本次检测中均未出现过")
        ) { bench throws(CheckStop) in
            for _ in 0..<8 {
                try reset(bench)()
                for _ in 0..<4 { _ = try bench.challenge() }
            }
            try expectDistinct(bench)
        }
    }

    // MARK: Statistics

    /// A normal deviate that a right card exceeds once in 500 million trials.
    private static let limit = 6.1

    /// The value of chi-square that is exceeded as seldom (Wilson and Hilferty).
    private static func chiSquareLimit(_ freedom: Double) -> Double {
        let width = 2 / (9 * freedom)
        let root = 1 - width + limit * width.squareRoot()
        return freedom * root * root * root
    }

    private static let bias = check(
        "bias", CheckText("bits and bytes of the run's challenges by chi-square", "随机数各位与各字节的卡方检验"),
        CheckText("as often 1 as 0, every byte value alike (level 2·10⁻⁹)", "0、1 各半，字节取值均匀（显著性水平 2·10⁻⁹）")
    ) { bench throws(CheckStop) in
        let seen = try take(count, bench)
        let total = Double(seen.count)
        let length = bench.profile.cryptography.challengeLength
        for bit in 0..<8 * length {
            let ones = Double(seen.count { $0[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1 })
            let square = (2 * ones - total) * (2 * ones - total) / total
            try bench.expect(
                square <= limit * limit, "bit \(bit + 1) is 1 in \(Int(ones)) of \(seen.count) challenges",
                "第 \(bit + 1) 位在 \(seen.count) 个随机数中有 \(Int(ones)) 次为 1")
        }
        var counts = [Double](repeating: 0, count: 256)
        for challenge in seen { for byte in challenge { counts[Int(byte)] += 1 } }
        let expected = total * Double(length) / 256
        let square = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        try bench.expect(
            square <= chiSquareLimit(255), "byte values are uneven: chi-square \(Int(square)) for 255",
            "字节取值不均匀：自由度 255 的卡方值为 \(Int(square))")
        bench.found(
            "\(seen.count) challenges, chi-square of bytes \(Int(square))", "\(seen.count) 个随机数，字节卡方值 \(Int(square))")
    }

    private static let correlation = check(
        "correlation",
        CheckText("bits of a challenge against each other and against the one before", "随机数各位之间及与前一个的相关性"),
        CheckText("none follows from another", "互不相关")
    ) { bench throws(CheckStop) in
        let seen = try take(count, bench)
        let bits = 8 * min(8, bench.profile.cryptography.challengeLength)
        let words = seen.map { $0.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        // Some two thousand pairs: a wider limit, as seldom exceeded by all of them together.
        let allowed = 7.2 * Double(words.count).squareRoot() / 2
        for distance in 1..<bits {
            var agreements = [Int](repeating: 0, count: bits)
            for word in words {
                let equal = ~(word ^ (word >> UInt64(distance)))
                for bit in 0..<bits - distance where equal >> UInt64(bit) & 1 == 1 { agreements[bit] += 1 }
            }
            for bit in 0..<bits - distance {
                try bench.expect(
                    abs(Double(agreements[bit]) - Double(words.count) / 2) <= allowed,
                    "bits \(bits - bit) and \(bits - bit - distance) agree in \(agreements[bit]) of \(words.count) challenges",
                    "第 \(bits - bit) 位与第 \(bits - bit - distance) 位在 \(words.count) 个随机数中有 \(agreements[bit]) 次相同")
            }
        }
        for bit in 0..<bits {
            let agreements = zip(words, words.dropFirst()).count { ~($0 ^ $1) >> UInt64(bit) & 1 == 1 }
            try bench.expect(
                abs(Double(agreements) - Double(words.count - 1) / 2) <= allowed,
                "bit \(bits - bit) is that of the challenge before in \(agreements) of \(words.count - 1)",
                "第 \(bits - bit) 位在 \(words.count - 1) 次中有 \(agreements) 次与前一个相同")
        }
    }

    private static let differences = check(
        "differences", CheckText("what leads from one challenge to the next", "相邻随机数之差"),
        CheckText("never the same step twice, added or combined, from either end", "加法与异或之差均不重复（两种字节序）")
    ) { bench throws(CheckStop) in
        let seen = try take(count, bench).suffix(count)
        let forward = seen.map { $0.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        let backward = seen.map { $0.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        let bytes = min(8, bench.profile.cryptography.challengeLength)
        // Of shorter challenges a step may well come twice.
        guard bytes >= 6 else {
            throw .notApplicable(CheckText("the challenges are too short for it", "随机数太短，无法判断"))
        }
        for (words, step) in [
            (forward, { $1 &- $0 }), (backward, { $1 &- $0 }), (forward, { $0 ^ $1 }),
        ] as [([UInt64], (UInt64, UInt64) -> UInt64)] {
            let steps = zip(words, words.dropFirst()).map(step)
            try bench.expect(
                Set(steps).count == steps.count, "the same step leads from one to the next several times",
                "相邻随机数之差重复出现")
        }
    }
}
