import CardProfiles
import HealthCard
import ISO7816
import Messages

/// What must differ between two cards of a run: serial, factor, keys, challenges; and what must be alike on both interfaces of
/// one (`Docs/protocol.md §2`; `Docs/card.md §2.5`).
enum CardComparisonChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        [
            factor(plan.profile),
            compared(
                "serial", "the serial of the production data and the card factor", "生产数据序列号与分散因子",
                CheckText("no other card of the run has both", "本次检测中其他卡片均不相同")
            ) { own, other in own.productionSerial == other.productionSerial && own.factor == other.factor
            },
            compared(
                "factor", "the card factor of the answer to reset", "复位应答中的分散因子",
                CheckText("no other chip of the run has it", "本次检测中其他芯片均不相同")
            ) { own, other in own.factor == other.factor && own.productionSerial != other.productionSerial
            },
            interfaces(plan.profile),
            compared(
                "session-keys", "the answer to the same internal authentication", "对同一内部认证的应答",
                CheckText("another one on every card", "各卡不同")
            ) { own, other in own.internalAnswer != nil && own.internalAnswer == other.internalAnswer
            }, challenges,
        ]
    }

    private static let clause = "Docs/protocol.md §2; Docs/card.md §2.5"

    private static func compared(
        _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        isWrong: @escaping @Sendable (SeenCard, SeenCard) -> Bool
    ) -> Check {
        Check(.cards, what, CheckText(en, zh), clause: clause, expected: expected) { bench throws(CheckStop) in
            let others = try others(bench)
            try look(bench)
            for (number, other) in others where other.productionSerial != nil {
                try bench.expect(
                    !isWrong(bench.seen, other), "it is as card \(number) of the run has it",
                    "与本次检测的第 \(number) 张卡片不符合要求")
            }
        }
    }

    /// Of one chip in two readers, of its two interfaces; or of one that the run has twice.
    private static func interfaces(_ profile: CardProfile) -> Check {
        Check(
            .cards, "interfaces",
            CheckText("the card factor on both interfaces, contact and contactless", "接触与非接触接口的分散因子"),
            clause: clause,
            expected: CheckText("the same on both: every key hangs on it", "两者相同：全部密钥由其分散")
        ) { bench throws(CheckStop) in
            guard bench.profile.cryptography.cardFactor.isSameOnInterfaces else {
                throw .notApplicable(
                    CheckText("the profile gives each interface its own factor", "卡型文件规定两个接口的分散因子各不相同"))
            }
            if let other = bench.otherInterface {
                try bench.reset()
                let own = try bench.factorBytes()
                let factor: [UInt8]
                do { factor = try HealthCardSession.foundFactor(of: other, bench.profile, tolerant: true) } catch {
                    throw bench.fail(
                        "no factor comes through the other interface: \(AnyMessage(of: error))",
                        "另一接口得不到分散因子：\(AnyMessage(of: error))")
                }
                return try bench.expect(
                    factor == own,
                    "\(Hex.encode(factor)) through the other interface, \(Hex.encode(own)) through this one",
                    "另一接口为 \(Hex.encode(factor))，本接口为 \(Hex.encode(own))")
            }
            let others = try others(bench)
            try look(bench)
            var isThere = false
            for (number, other) in others where other.productionSerial == bench.seen.productionSerial {
                isThere = true
                try bench.expect(
                    other.factor == bench.seen.factor, "it is another one than card \(number) of the run has",
                    "与本次检测的第 \(number) 张卡片不同")
            }
            guard isThere else {
                throw .notApplicable(
                    CheckText("no card of the run is in two readers", "本次检测中没有同时放入两个读卡器的卡片"))
            }
        }
    }

    /// The cards of the run but this one, with their numbers from 1.
    private static func others(_ bench: CheckBench) throws(CheckStop) -> [(number: Int, card: SeenCard)] {
        let others = bench.run.cards.enumerated().filter { $0.element !== bench.seen }
        guard !others.isEmpty else {
            throw .notApplicable(CheckText("one card alone: nothing to compare it with", "只有一张卡片，无从比较"))
        }
        return others.map { ($0.offset + 1, $0.element) }
    }

    /// What this card has, for itself and for those that come after it.
    private static func look(_ bench: CheckBench) throws(CheckStop) {
        guard bench.seen.productionSerial == nil else { return }
        try bench.reset()
        bench.seen.factor = try bench.factorBytes()
        bench.seen.productionSerial = try productionSerial(bench)
        guard let key = bench.profile.key(.internalAuthentication) else { return }
        try bench.enter(key.directory ?? "")
        let rules = bench.profile.cryptography
        let command = try bench.command(
            .internalAuthenticate,
            [
                .reference: .number(Int(key.reference)),
                .seed: .bytes([UInt8](repeating: 0x3C, count: rules.challengeLength)),
                .original: .bytes([UInt8](repeating: 0xC3, count: rules.cryptogram.originalLength)),
                .version: .number(Int(bench.profile.keyVersion)), .length: .number(rules.cryptogram.length),
            ])
        bench.seen.internalAnswer = try bench.expect(.ok, for: command).data
    }

    private static func productionSerial(_ bench: CheckBench) throws(CheckStop) -> [UInt8] {
        let layout = bench.profile.productionData
        guard let field = layout.field(layout.serialField) else {
            throw .notApplicable(CheckText("the profile names no such field", "卡型文件没有此字段"))
        }
        let data = try bench.expect(.ok, for: bench.command(.getProductionData)).data
        return Array(data.dropFirst(field.offset).prefix(field.length))
    }

    private static let challenges = Check(
        .cards, "challenges", CheckText("the challenges of this card and of the others", "本卡与其他卡片的随机数"), clause: clause,
        expected: CheckText("none came from two cards", "没有两张卡片给出相同的随机数")
    ) { bench throws(CheckStop) in
        let others = try others(bench)
        for _ in 0..<64 { _ = try bench.challenge() }
        let own = Set(bench.seen.challenges.map(\.bytes))
        for (number, other) in others {
            let shared = other.challenges.count { own.contains($0.bytes) }
            try bench.expect(
                shared == 0, "\(shared) challenges came from card \(number) too", "有 \(shared) 个随机数与第 \(number) 张卡片相同")
        }
    }

    /// A factor that many cards share is none, whoever they are (`Docs/card.md §2.5`).
    private static func factor(_ profile: CardProfile) -> Check {
        Check(
            .answerToReset, "factor", CheckText("what the card factor is made of", "分散因子的构成"), clause: clause,
            expected: CheckText(
                "the chip's serial: not one byte over and over, and at least half of it as GET DATA gives it",
                "芯片序列号：不得为单一字节重复，且至少一半与 GET DATA 一致")
        ) { bench throws(CheckStop) in
            try bench.reset()
            let factor = try bench.factorBytes()
            try bench.expect(
                Set(factor).count > 1, "\(Hex.encode(factor)) is one byte over and over",
                "\(Hex.encode(factor)) 为单一字节重复")
            let serial = try productionSerial(bench)
            let same = zip(factor, serial).count { $0 == $1 }
            try bench.expect(
                2 * same >= factor.count,
                "\(Hex.encode(factor)) has \(same) of \(factor.count) bytes of the serial \(Hex.encode(serial))",
                "\(Hex.encode(factor)) 只含序列号 \(Hex.encode(serial)) 的 \(same) 个字节（共 \(factor.count) 个）")
        }
    }
}
