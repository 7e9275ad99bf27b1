import CardProfiles
import ISO7816

/// What is left when the card is pulled out, or its power fails in the middle of writing: the old content or the new,
/// never half of each (`Docs/protocol.md §5`).
enum PowerChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let written = profile.files.filter { profile.key(of: $0.update) != nil }
        return written.map { cut($0) } + written.map { lasts($0) }
            + profile.directories.compactMap { directory in
                directory.files.first { profile.key(of: $0.read) != nil }.map { removed($0) }
            }
            + [attempts(profile)].compactMap { $0 }
            + ProtectedUse.samples(profile).map { resetBeforeUse($0) }
    }

    private static let clause = "Docs/card.md §4; Docs/protocol.md §5 Writing"

    /// Moments at which the power goes, spread over what an update writes.
    private static let moments = 12

    private static func power(_ bench: CheckBench) throws(CheckStop) -> any CardPower {
        guard let power = bench.power else {
            throw .notRun(CheckText("nobody can switch this card's power", "此处无法切断卡片电源"))
        }
        return power
    }

    // MARK: In the middle of an update

    private static func cut(_ file: FileDefinition) -> Check {
        HeaderChecks.robustness(
            "\(file.path).power-cut",
            CheckText("\(file.path): the power cut in the middle of an update", "\(file.path)：更新过程中断电"),
            CheckText("the old content or the new, never half", "内容为旧值或新值，绝不半新半旧"), clause: clause
        ) { bench throws(CheckStop) in
            let power = try power(bench)
            guard power.writtenByteCount != nil else {
                throw .notRun(CheckText("power cannot be cut inside a command here", "此处无法在命令执行中断电"))
            }
            try bench.restoring(file) { () throws(CheckStop) in
                let written = try change(bench, file, power, afterBytes: nil)
                try bench.expect(written > 0, "the update wrote nothing", "更新没有写入")
                var cuts = 0
                for step in 0..<min(written, moments) {
                    let moment = step * written / min(written, moments)
                    if try change(bench, file, power, afterBytes: moment) < written { cuts += 1 }
                }
                bench.found(
                    "power cut at \(cuts) moments of \(written) bytes written", "在写入 \(written) 字节过程中断电 \(cuts) 次")
            }
        }
    }

    /// Changes the file, with the power going after so many bytes, and looks what is left.
    /// - Returns: bytes that were written.
    @discardableResult
    private static func change(
        _ bench: CheckBench, _ file: FileDefinition, _ power: any CardPower, afterBytes moment: Int?
    ) throws(CheckStop) -> Int {
        let before = try bench.look(at: file)
        let (command, after) = try bench.prepareChange(of: file, from: before)
        let start = power.writtenByteCount ?? 0
        var answered = true
        power.cut(afterWrittenBytes: moment)
        do throws(CheckStop) { try bench.expect(.ok, for: command) } catch {
            answered = false
            guard moment != nil else { throw error }
        }
        let written = (power.writtenByteCount ?? 0) - start
        power.cut(afterWrittenBytes: nil)
        if moment != nil { power.restore() }
        let found = try bench.look(at: file)
        try bench.expect(
            found == after || !answered && found == before,
            "half of an update stands, the power gone after \(moment ?? 0) bytes",
            "写到第 \(moment ?? 0) 字节时断电，内容半新半旧")
        return written
    }

    // MARK: Between commands

    /// What any reader can ask: it takes the power away between commands, and needs no switch for that.
    private static func lasts(_ file: FileDefinition) -> Check {
        HeaderChecks.robustness(
            "\(file.path).power-off",
            CheckText("\(file.path): written, power off, read", "\(file.path)：写入后断电再读"),
            CheckText("what was written is there", "写入的内容仍在"), clause: clause
        ) { bench throws(CheckStop) in
            let power = try power(bench)
            try bench.restoring(file) { () throws(CheckStop) in
                let before = try bench.look(at: file)
                let (command, after) = try bench.prepareChange(of: file, from: before)
                try bench.expect(.ok, for: command)
                power.remove()
                power.restore()
                let found = try bench.look(at: file)
                try bench.expect(
                    found == after, "an update that the card confirmed is gone after the power was off",
                    "卡片已确认的更新在断电后丢失")
            }
        }
    }

    private static func removed(_ file: FileDefinition) -> Check {
        HeaderChecks.robustness(
            "\(file.directory).removed",
            CheckText("\(file.directory): the card pulled out and put in again", "\(file.directory)：拔出后重新插入"),
            CheckText("rights are gone, the content is there", "权限丧失，内容不变"), clause: clause
        ) { bench throws(CheckStop) in
            let power = try power(bench)
            let kept = try bench.keep(file)
            let key = bench.profile.key(of: file.read)
            try bench.reset()
            try bench.approach(file, proving: key.map { [$0] } ?? [])
            try bench.expect(.ok, for: try bench.use(.read, of: file, kept))
            power.remove()
            power.restore()
            try bench.reset()
            try bench.enter(file.directory)
            try bench.selectFile(file)
            try bench.expect(.securityStatusNotSatisfied, for: try bench.use(.read, of: file, kept))
            if let key { try bench.prove(key) }
            try bench.expectContent(file, kept)
        }
    }

    /// A try that is lost stays lost when the power goes right after the answer.
    private static func attempts(_ profile: CardProfile) -> Check? {
        guard let key = profile.keys.first(where: { $0.usage == .externalAuthentication && $0.role == .read })
        else { return nil }
        return HeaderChecks.robustness(
            "counter.removed",
            CheckText("\(key.name): the card pulled out after a wrong authentication", "\(key.name)：错误认证后拔出卡片"),
            CheckText("the try is lost all the same", "次数照样减少"), clause: "Docs/protocol.md §3"
        ) { bench throws(CheckStop) in
            let power = try power(bench)
            let tries = Int(key.tries)
            try KeyChecks.stand(bench, key)
            try bench.expect(.triesLeft(tries - 1), for: try bench.authentication(key, .wrong))
            power.remove()
            power.restore()
            try bench.reset()
            try bench.enter(key.directory ?? "")
            try bench.expect(.triesLeft(tries - 2), for: try bench.authentication(key, .wrong))
            try bench.prove(key)
        }
    }

    private static func resetBeforeUse(_ use: ProtectedUse) -> Check {
        HeaderChecks.robustness(
            "\(use.place).reset-before",
            CheckText(
                "\(use.file.path) \(use.right.name.en): everything prepared, then a reset",
                "\(use.file.path) \(use.right.name.zh)：准备就绪后复位"),
            CheckText("no current file (6986), then no right (6982)", "无当前文件（6986），随后无权限（6982）"), clause: clause
        ) { bench throws(CheckStop) in
            let kept = try use.begin(bench)
            let command = try bench.use(use.right, of: use.file, kept)
            try bench.reset()
            try bench.expect(.commandNotAllowed, for: command)
            try bench.enter(use.file.directory)
            try bench.selectFile(use.file)
            try bench.expect(.securityStatusNotSatisfied, for: command)
        }
    }
}
