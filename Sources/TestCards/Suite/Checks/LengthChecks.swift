import CardProfiles
import ISO7816
import Messages

/// Lc and Le that do not fit, short, extended and chained (`Docs/protocol.md §4`, §5 Reading, Chaining).
enum LengthChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return forms(profile) + extended(profile) + chaining(profile)
            + profile.files.filter { $0.structure.kind != .transparent }.flatMap { recordLengths($0, profile) }
            + profile.files.filter { $0.structure.kind == .transparent }.flatMap { binaryLengths($0, profile) }
            + [dataLength(profile)]
    }

    private static func check(
        _ what: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        clause: String = "Docs/protocol.md §5 Order of checks, Reading", _ body: @escaping Check.Body
    ) -> Check {
        HeaderChecks.robustness(what, CheckText(en, zh), expected, clause: clause, body)
    }

    private static let wrong = CheckText("6700", "6700")

    // MARK: The form of a command

    private static func forms(_ profile: CardProfile) -> [Check] {
        let select: [UInt8] = [0x00, InstructionByte.select, 0x00, 0x00]
        let master = FileIdentifier.masterFile.bytes
        let forms: [(String, English, Chinese, [[UInt8]])] = [
            (
                // One byte alone means something else to drivers: vpcd takes it for the reader's power switch.
                "header-short", "commands of 2 and 3 bytes", "2、3 字节的命令",
                [[0x00, 0xA4], [0x00, 0xA4, 0x00]]
            ),
            (
                "data-missing", "Lc with less data than it says", "数据少于 Lc",
                [select + [0x02, 0x3F], select + [0xFF] + master]
            ),
            (
                "data-left", "Lc with more data than it says", "数据多于 Lc 与 Le",
                [select + [0x02] + master + [0x00, 0x00], select + [0x01] + master + [0x00, 0x00]]
            ),
            (
                "extended-broken", "extended lengths that do not fit", "不完整的扩展长度",
                [select + [0x00, 0x00], select + [0x00, 0x00, 0x02, 0x3F], select + [0x00, 0x00, 0x00, 0x3F]]
            ),
            (
                "oversized", "a command of 300 bytes in short form", "300 字节的短格式命令",
                [select + [UInt8](repeating: 0xFF, count: 300)]
            ),
        ]
        return forms.map { what, en, zh, commands in
            check(
                "form.\(what)", en, zh, wrong, clause: "Docs/protocol.md §5 Order of checks; ISO/IEC 7816-4:2013 §5.1"
            ) {
                bench throws(CheckStop) in
                guard bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(CheckText("a T=0 link carries no such command", "T=0 链路无法传送此类命令"))
                }
                for command in commands {
                    let answer = try bench.sendBytes(command)
                    let padded = command + [0, 0, 0, 0]
                    let header = CommandHeader(cla: padded[0], ins: padded[1], p1: padded[2], p2: padded[3])
                    try bench.require([.wrongLength], answer.status, for: header)
                }
                // It goes on as if nothing had been.
                _ = try bench.challenge()
            }
        } + [
            check("form.no-le", "READ without Le", "READ 不带 Le", wrong) { bench throws(CheckStop) in
                guard bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(CheckText("a T=0 link shows no Le", "T=0 链路看不出 Le"))
                }
                guard let file = profile.files.first(where: { $0.structure.kind != .transparent }) else { return }
                try before(bench, file)
                var command = try bench.use(.read, of: file, KeptContent())
                command.ne = nil
                try bench.expect(.wrongLength, for: command)
                var challenge = try bench.command(
                    .getChallenge, [.length: .number(profile.cryptography.challengeLength)])
                challenge.ne = nil
                try bench.expect(.wrongLength, for: challenge)
            },
            check("form.data-and-read", "READ with data", "READ 带数据", wrong) { bench throws(CheckStop) in
                guard let file = profile.files.first(where: { $0.structure.kind != .transparent }) else { return }
                try before(bench, file)
                var command = try bench.use(.read, of: file, KeptContent())
                command.data = [0]
                try bench.expect(.wrongLength, for: command)
            },
        ]
    }

    // MARK: Le

    static func before(_ bench: CheckBench, _ file: FileDefinition) throws(CheckStop) {
        try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
    }

    /// What a wrong Le is to be answered where the right one is known.
    private static func correction(_ right: Int, _ profile: CardProfile) -> StatusWord {
        profile.capabilities.correctsLength ? .correctLength(right) : .wrongLength
    }

    private static func recordLengths(_ file: FileDefinition, _ profile: CardProfile) -> [Check] {
        let length = file.item(record: 1).map { $0.length + 2 } ?? file.structure.recordSize
        let rule = profile.capabilities.expectedLength
        guard length > 1 || rule != .any else { return [] }
        let lengths: [Int] =
            switch rule {
            case .any: Array(Set([1, length / 2, length - 1])).filter { $0 > 0 && $0 < length }.sorted()
            case .exact: Array(Set([length - 1, length + 1, 256])).filter { $0 > 0 }.sorted()
            case .zero: [1, length]
            }
        let status = rule == .zero ? StatusWord.wrongLength : correction(length, profile)
        return [
            check(
                "\(file.path).read.le",
                "READ RECORD of \(file.path) with Le \(lengths.map { String($0) }.joined(separator: ", "))",
                "READ RECORD \(file.path)：Le 为 \(lengths.map { String($0) }.joined(separator: "、"))",
                CheckText("\(status)", "\(status)")
            ) { bench throws(CheckStop) in
                guard rule != .zero || bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(CheckText("over T=0 this card takes any Le", "T=0 下本卡接受任意 Le"))
                }
                try before(bench, file)
                for ne in lengths {
                    var command = try bench.recordCommand(1, of: file)
                    command.ne = ne
                    let answer = try bench.sendUncorrected(command)
                    try bench.require([status], answer.status, for: command.header)
                    try bench.expect(answer.data.isEmpty, "data came with \(answer.status)", "出错时仍返回了数据")
                }
                try bench.expect(.ok, for: try bench.recordCommand(1, of: file))
            }
        ]
    }

    private static func binaryLengths(_ file: FileDefinition, _ profile: CardProfile) -> [Check] {
        guard profile.capabilities.expectedLength == .any, file.size > 8 else { return [] }
        return [
            check(
                "\(file.path).read.past-end", "READ BINARY of \(file.path) past its end",
                "READ BINARY \(file.path)：越过末尾",
                CheckText("the bytes there are with 6282; with Le 00 9000", "返回剩余字节与 6282；Le=00 时为 9000")
            ) { bench throws(CheckStop) in
                try before(bench, file)
                var command = try bench.binaryCommand(offset: file.size - 4, count: 8)
                let short = try bench.sendUncorrected(command)
                try bench.require([.endOfFile], short.status, for: command.header)
                try bench.expect(short.data.count == 4, "\(short.data.count) bytes came", "返回 \(short.data.count) 字节")
                command.ne = 256
                let all = try bench.send(command)
                try bench.require([.ok], all.status, for: command.header)
                try bench.expect(all.data == short.data, "Le 00 gives other bytes", "Le=00 返回的字节不同")
            }
        ]
    }

    private static func dataLength(_ profile: CardProfile) -> Check {
        let length = profile.productionData.length
        return check(
            "data.le", "GET DATA with a smaller Le", "GET DATA：Le 偏小",
            CheckText("\(StatusWord.correctLength(length))", "\(StatusWord.correctLength(length))"),
            clause: "Docs/protocol.md §4 GET DATA"
        ) { bench throws(CheckStop) in
            var command = try bench.command(.getProductionData)
            for ne in [1, length - 1] {
                command.ne = ne
                let answer = try bench.sendUncorrected(command)
                try bench.require([.correctLength(length)], answer.status, for: command.header)
            }
            command.ne = length
            let answer = try bench.expect(.ok, for: command)
            try bench.expect(
                answer.data.count == length, "\(answer.data.count) bytes came", "返回 \(answer.data.count) 字节")
        }
    }

    // MARK: Extended length

    private static func extended(_ profile: CardProfile) -> [Check] {
        let isKnown = profile.capabilities.extendedLength
        let clause = "Docs/protocol.md §4 Extended length"
        let length = profile.cryptography.challengeLength
        var checks = [
            check(
                "extended.challenge", "GET CHALLENGE in extended form", "扩展格式的 GET CHALLENGE",
                isKnown ? CheckText("a challenge", "返回随机数") : wrong, clause: clause
            ) { bench throws(CheckStop) in
                try needT1(bench)
                let command = try bench.command(.getChallenge, [.length: .number(length)])
                let answer = try bench.send(command, form: .extended)
                try bench.require([isKnown ? .ok : .wrongLength], answer.status, for: command.header)
                if isKnown { try bench.expect(answer.data.count == length, "it is short", "随机数长度不对") }
            },
            check(
                "extended.select", "SELECT in extended form", "扩展格式的 SELECT",
                isKnown ? CheckText("done", "成功") : wrong, clause: clause
            ) { bench throws(CheckStop) in
                try needT1(bench)
                let command = CommandAPDU.select(file: .masterFile)
                let answer = try bench.send(command, form: .extended)
                try bench.require([isKnown ? .ok : .wrongLength], answer.status, for: command.header)
            },
        ]
        guard isKnown else { return checks }
        checks += profile.files.filter { $0.structure.kind == .transparent }.map { file in
            check(
                "\(file.path).read.extended", "READ BINARY of \(file.path) with one extended command",
                "一条扩展命令读 \(file.path)", CheckText("the same bytes as piece by piece", "与分段读取一致"), clause: clause
            ) { bench throws(CheckStop) in
                try needT1(bench)
                let pieces = try bench.bytes(of: file)
                try before(bench, file)
                var command = try bench.binaryCommand(offset: 0, count: 1)
                command.ne = file.size
                let answer = try bench.expect(.ok, for: command)
                try bench.expect(answer.data == pieces, "other bytes come", "读出的内容不同")
            }
        }
        checks += profile.files.filter { $0.structure.kind == .transparent && profile.key(of: $0.update) != nil }
            .prefix(1).map { file in
                check(
                    "\(file.path).update.extended", "UPDATE BINARY of \(file.path) with more than 255 bytes at once",
                    "一条扩展命令更新 \(file.path)", CheckText("written", "写入成功"), clause: clause
                ) { bench throws(CheckStop) in
                    try needT1(bench)
                    guard let key = profile.key(of: file.update) else { return }
                    try bench.restoring(file) { () throws(CheckStop) in
                        let before = try bench.bytes(of: file)
                        try bench.approach(file, proving: [key])
                        let data = Array(before.prefix(min(file.size, 300))).map { ~$0 }
                        let command = try bench.command(
                            .updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes(data)])
                        try bench.expect(.ok, for: command)
                        try self.before(bench, file)
                        let now = try bench.readBinary(of: file, count: data.count)
                        try bench.expect(now == data, "other bytes were written", "写入的内容不同")
                    }
                }
            }
        return checks
    }

    private static func needT1(_ bench: CheckBench) throws(CheckStop) {
        guard bench.link.transmissionProtocol != .t0 else {
            throw .notApplicable(CheckText("a T=0 link carries no extended length", "T=0 链路不传送扩展长度"))
        }
    }

    // MARK: Chaining

    private static func chaining(_ profile: CardProfile) -> [Check] {
        let clause = "Docs/protocol.md §4, §5 Chaining"
        let master = FileIdentifier.masterFile.bytes
        let link = CommandAPDU(cla: 0x10, ins: InstructionByte.select, p1: 0, p2: 0, data: Array(master.prefix(1)))
        let last = CommandAPDU(cla: 0x00, ins: InstructionByte.select, p1: 0, p2: 0, data: Array(master.dropFirst()))
        guard profile.capabilities.commandChaining else {
            return [
                check(
                    "chain.unknown", "a command with the chaining bit", "带链接位的命令", CheckText("6884", "6884"),
                    clause: clause
                ) { bench throws(CheckStop) in
                    try bench.expect(.commandChainingNotSupported, for: link)
                    try bench.expect(.wrongLength, for: last)
                }
            ]
        }
        return [
            check("chain.two", "SELECT in two links", "SELECT 分两段", CheckText("done", "成功"), clause: clause) {
                bench throws(CheckStop) in
                try bench.expect(.ok, for: link)
                try bench.expect(.ok, for: last)
            },
            check(
                "chain.empty-link", "SELECT in three links, one of them empty", "SELECT 分三段，其中一段为空",
                CheckText("done", "成功"), clause: clause
            ) { bench throws(CheckStop) in
                try needT1(bench)
                try bench.expect(.ok, for: link)
                var empty = link
                empty.data = []
                try bench.expect(.ok, for: empty)
                try bench.expect(.ok, for: last)
            },
            check(
                "chain.broken", "a chain broken by another command", "命令链被其他命令打断",
                CheckText("6883, and the next command is served", "6883，随后的命令正常"), clause: clause
            ) { bench throws(CheckStop) in
                try bench.expect(.ok, for: link)
                let challenge = try bench.command(
                    .getChallenge, [.length: .number(profile.cryptography.challengeLength)])
                try bench.expect(.lastCommandOfChainExpected, for: challenge)
                try bench.expect(.ok, for: challenge)
            },
            check(
                "chain.other-parameters", "a chain whose last link has other parameters", "末段参数不同的命令链",
                CheckText("6883", "6883"), clause: clause
            ) { bench throws(CheckStop) in
                try bench.expect(.ok, for: link)
                var other = last
                other.p2 = 0x0C
                try bench.expect(.lastCommandOfChainExpected, for: other)
            },
            check(
                "chain.le", "Le on a link", "中间段带 Le", CheckText("6700, and the chain is over", "6700，命令链结束"),
                clause: clause
            ) { bench throws(CheckStop) in
                try needT1(bench)
                var wrong = link
                wrong.ne = 256
                try bench.expect(.wrongLength, for: wrong)
                try bench.expect(.wrongLength, for: last)
            },
            check(
                "chain.reset", "a chain that a reset cuts off", "命令链被复位打断", CheckText("forgotten", "不再保留"),
                clause: clause
            ) { bench throws(CheckStop) in
                try bench.expect(.ok, for: link)
                try bench.reset()
                try bench.expect(.wrongLength, for: last)
            },
        ]
    }
}
