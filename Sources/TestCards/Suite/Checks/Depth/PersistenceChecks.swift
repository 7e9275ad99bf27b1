import CardProfiles
import Foundation
import ISO7816
import Messages

/// What was written stays: through power-off, through a warm reset, and with the power gone the moment the answer is there
/// (`Docs/protocol.md §5` Writing, §3 Counters). Any reader can ask all of it.
enum PersistenceChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let written = profile.files.filter { profile.key(of: $0.update) != nil }
        let keys = profile.keys.filter { $0.usage == .externalAuthentication && $0.role != .transport && $0.tries > 3 }
        var checks: [Check] = []
        for file in written {
            for interruption in Interruption.allCases { checks.append(lasting(file, interruption)) }
            checks += [afterAnswer(file), equalAgain(file)]
        }
        for key in keys {
            for interruption in Interruption.allCases { checks.append(counter(key, interruption)) }
            checks.append(restored(key))
        }
        for directory in profile.directories where !profile.externalKeys(in: directory.name).isEmpty {
            checks.append(self.keys(directory, profile))
        }
        return checks
    }

    /// What comes between writing and reading.
    enum Interruption: String, CaseIterable, Sendable {
        case powerOff = "power-off"
        case warmReset = "warm-reset"

        var name: CheckText {
            switch self {
            case .powerOff: CheckText("power-off", "断电")
            case .warmReset: CheckText("a warm reset", "热复位")
            }
        }

        func happen(_ bench: CheckBench) throws(CheckStop) {
            switch self {
            case .powerOff: try bench.powerOff()
            case .warmReset: try bench.warmReset()
            }
        }
    }

    static func check(
        _ place: String, _ title: CheckText, _ expected: CheckText, isDestructive: Bool = false,
        clause: String = "Docs/protocol.md §5 Writing; Docs/card.md §4", _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .persistence, place, title, clause: clause, expected: expected, isDestructive: isDestructive, body: body)
    }

    // MARK: Files

    private static func open(_ file: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        try bench.approach(file, proving: bench.keysToUse(file))
    }

    private static func lasting(_ file: FileDefinition, _ interruption: Interruption) -> Check {
        let name = interruption.name
        return check(
            "\(file.path).\(interruption.rawValue)",
            CheckText(
                "\(file.path): written at every kind of place, \(name.en), read", "\(file.path)：多处写入后\(name.zh)再读"),
            CheckText("everything is there, in its order", "内容与顺序均保持")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                var content = try bench.wholeContent(of: file)
                // Once more for what only goes wrong when a file goes on from where it was.
                for _ in 0..<(file.structure.kind == .cyclic ? 2 : 1) {
                    try open(file, bench)
                    content = try bench.changeEverywhere(in: file, from: content)
                    try interruption.happen(bench)
                    try bench.expectSame(
                        try bench.wholeContent(of: file), content, file,
                        CheckText("after \(name.en)", "\(name.zh)后"))
                }
            }
        }
    }

    /// Milliseconds between the answer and the end of the power.
    private static let delays = [0, 2, 10]

    /// No reader takes the power away inside a command. What a card has confirmed is there all the same.
    private static func afterAnswer(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).after-answer",
            CheckText(
                "\(file.path): the power gone 0, 2 and 10 ms after the answer to an update",
                "\(file.path)：更新应答后 0、2、10 毫秒断电"),
            CheckText(
                "what was confirmed is there, whole (the moments inside the command are those of power-cut)",
                "已确认的内容完整存在（命令执行中的断电见 power-cut）")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                for delay in delays {
                    let before = try bench.look(at: file)
                    let (command, after) = try bench.prepareChange(of: file, from: before)
                    try bench.expect(.ok, for: command)
                    if delay > 0 { Thread.sleep(forTimeInterval: Double(delay) / 1000) }
                    try bench.powerOff()
                    try bench.expectSame(
                        try bench.look(at: file), after, file,
                        CheckText("with the power gone \(delay) ms after the answer", "应答后 \(delay) 毫秒断电时"))
                }
            }
        }
    }

    /// A card that compares before it writes must not refuse what is equal.
    private static func equalAgain(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).equal-again",
            CheckText("\(file.path): the same data written twice", "\(file.path)：相同数据写入两次"),
            CheckText("9000 both times, and it is there", "两次均 9000，内容存在")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                let kept = try bench.keep(file)
                try open(file, bench)
                for _ in 0..<2 { try bench.expect(.ok, for: try bench.use(.update, of: file, kept)) }
                // What the command turns or marks is another check's business.
                guard ![.cyclic, .linearFixed].contains(file.structure.kind) else { return }
                let wanted = file.structure.kind == .transparent ? [kept.bytes] : kept.records
                try bench.expectSame(
                    try bench.wholeContent(of: file), wanted, file, CheckText("after it was written twice", "重复写入后"))
            }
        }
    }

    // MARK: Counters and keys

    private static let counterClause = "Docs/protocol.md §3 Counters"

    private static func counter(_ key: KeyDefinition, _ interruption: Interruption) -> Check {
        let tries = Int(key.tries)
        let what = interruption == .powerOff ? "counter-power-off" : "counter-warm"
        return check(
            "\(key.name).\(what)",
            CheckText(
                "\(key.name): attempts lost, then \(interruption.name.en)", "\(key.name)：次数减少后\(interruption.name.zh)"),
            CheckText("what was lost stays lost", "已减少的次数保持不变"), clause: counterClause
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            for left in [tries - 1, tries - 2] {
                try bench.expect(.triesLeft(left), for: try bench.authentication(key, .wrong))
            }
            try interruption.happen(bench)
            try bench.enter(key.directory ?? "")
            try bench.expect(.triesLeft(tries - 3), for: try bench.authentication(key, .wrong))
            try bench.prove(key)
        }
    }

    private static func restored(_ key: KeyDefinition) -> Check {
        let tries = Int(key.tries)
        return check(
            "\(key.name).counter-restored",
            CheckText("\(key.name): the counter restored, then power-off", "\(key.name)：次数恢复后断电"),
            CheckText("all attempts are there: a wrong one answers 63C\(tries - 1)", "次数仍为满：错误认证应答 63C\(tries - 1)"),
            clause: counterClause
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            try bench.expect(.triesLeft(tries - 1), for: try bench.authentication(key, .wrong))
            try bench.prove(key)
            try bench.powerOff()
            try bench.enter(key.directory ?? "")
            try bench.expect(.triesLeft(tries - 1), for: try bench.authentication(key, .wrong))
            try bench.prove(key)
        }
    }

    /// The keys of a directory after activation, power-off and a warm reset.
    private static func keys(_ directory: DirectoryDefinition, _ profile: CardProfile) -> Check {
        let name = directory.name
        return check(
            "\(name).keys",
            CheckText("\(name): every key after power-off and a warm reset", "\(name)：断电与热复位后的全部密钥"),
            CheckText("each is accepted", "均被接受"), clause: "Docs/protocol.md §2, §5 Keys"
        ) { bench throws(CheckStop) in
            _ = try bench.factors()
            for interruption in Interruption.allCases {
                try interruption.happen(bench)
                try bench.enter(name)
                for key in profile.externalKeys(in: name) { try bench.prove(key) }
            }
        }
    }
}
