import CardProfiles
import ISO7816
import Messages

/// A reset that leaves the power on (ISO/IEC 7816-3:2006 §6.2.3): the same answer, and as little is left as after any other
/// (`Docs/protocol.md §3`, §4, §5 Chaining).
enum WarmResetChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        [answer, factor, directory(plan.profile), file(plan.profile), challenge, chain(plan.profile)]
    }

    private static func check(
        _ what: String, _ title: CheckText, _ expected: CheckText, _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .answerToReset, "warm-reset.\(what)", title,
            clause: "Docs/protocol.md §3, §4, §5; ISO/IEC 7816-3:2006 §6.2.3", expected: expected, body: body)
    }

    private static let answer = check(
        "answer", CheckText("the answer to a warm reset", "热复位应答"),
        CheckText("that of a cold one, each time", "与冷复位应答相同")
    ) { bench throws(CheckStop) in
        let cold = try bench.reset()
        for _ in 0..<3 {
            let warm = try bench.warmReset()
            try bench.expect(
                warm == cold, "it is \(Hex.encode(warm)), after power-on \(Hex.encode(cold))",
                "热复位为 \(Hex.encode(warm))，上电为 \(Hex.encode(cold))")
        }
        let again = try bench.reset()
        try bench.expect(
            again == cold, "after the next power-on it is \(Hex.encode(again))", "再次上电为 \(Hex.encode(again))")
    }

    private static let factor = check(
        "factor", CheckText("the card factor in the answer to a warm reset", "热复位应答中的分散因子"),
        CheckText("that of the answer to a cold one", "与冷复位应答中的相同")
    ) { bench throws(CheckStop) in
        try bench.reset()
        let cold = try bench.factorBytes()
        try bench.warmReset()
        let warm = try bench.factorBytes()
        try bench.expect(
            warm == cold, "it is \(Hex.encode(warm)), after power-on \(Hex.encode(cold))",
            "热复位为 \(Hex.encode(warm))，上电为 \(Hex.encode(cold))")
    }

    private static func directory(_ profile: CardProfile) -> Check {
        check(
            "directory", CheckText("the current directory after a warm reset", "热复位后的当前目录"),
            CheckText("the MF: files of the directory before are not found", "MF：不能选择先前目录的文件")
        ) { bench throws(CheckStop) in
            for directory in profile.directories where directory.parent != nil {
                guard let file = directory.files.first else { continue }
                try bench.enter(directory.name)
                try bench.warmReset()
                try bench.selectFile(file, expecting: [.fileNotFound])
            }
        }
    }

    private static func file(_ profile: CardProfile) -> Check {
        check(
            "file", CheckText("the current file after a warm reset", "热复位后的当前文件"),
            CheckText("none: 6986", "没有当前文件：6986")
        ) { bench throws(CheckStop) in
            for file in profile.files where file.read == .always && file.structure.kind != .transparent {
                try bench.enter(file.directory)
                try bench.selectFile(file)
                let command = try bench.recordCommand(1, of: file)
                try bench.expect(.ok, for: command)
                try bench.warmReset()
                try bench.expect(.commandNotAllowed, for: command)
            }
        }
    }

    private static let challenge = check(
        "challenge", CheckText("a challenge from before a warm reset", "热复位前取的随机数"),
        CheckText("gone: the authentication made with it has none", "已失效：用它的认证视为未取随机数")
    ) { bench throws(CheckStop) in
        let key = try bench.anyExternalKey()
        try KeyChecks.stand(bench, key)
        let command = try bench.authentication(key)
        try bench.warmReset()
        try bench.enter(key.directory ?? "")
        try bench.expect(bench.profile.blocking.noChallengeStatus, for: command)
        try bench.prove(key)
    }

    private static func chain(_ profile: CardProfile) -> Check {
        check(
            "chain", CheckText("a chain that a warm reset cuts off", "命令链被热复位打断"),
            CheckText("forgotten", "不再保留")
        ) { bench throws(CheckStop) in
            guard profile.capabilities.commandChaining else {
                throw .notApplicable(CheckText("this card knows no chaining", "本卡不支持命令链"))
            }
            let master = FileIdentifier.masterFile.bytes
            let link = CommandAPDU(
                cla: 0x10, ins: InstructionByte.select, p1: 0, p2: 0, data: Array(master.prefix(1)))
            let last = CommandAPDU(
                cla: 0x00, ins: InstructionByte.select, p1: 0, p2: 0, data: Array(master.dropFirst()))
            try bench.expect(.ok, for: link)
            try bench.warmReset()
            try bench.expect(.wrongLength, for: last)
        }
    }
}
