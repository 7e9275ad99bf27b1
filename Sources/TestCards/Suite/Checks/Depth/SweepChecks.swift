import CardProfiles
import ISO7816
import Messages

/// Every length and every border in place of samples (`Docs/protocol.md §4`, §5 Reading, Writing, §11 Lengths).
enum SweepChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let binary = profile.files.filter { $0.structure.kind == .transparent && $0.size > 300 && $0.read != .never }
        let records = profile.files.filter { $0.structure.kind != .transparent && $0.read != .never }
        var directories: Set<String> = []
        return binary.flatMap { file -> [Check] in
            // One file of each directory at every length, the others where cards go wrong.
            let isFirst = directories.insert(file.directory).inserted
            let isWritten = profile.key(of: file.update) != nil
            return [readLe(file, isFirst, profile), readOffsets(file), readExtended(file)]
                + (isWritten ? [updateLc(file, isFirst, profile), updateOffsets(file), updateExtended(file)] : [])
        }
            + records.map { recordLe($0) }
            + records.filter { $0.structure.kind == .linearVariableTLV }.map { allRecordsLe($0) }
            + ProtectedUse.samples(profile).map { protectedLc($0) } + commands(profile)
    }

    static func check(
        _ what: String, _ title: CheckText, _ expected: CheckText, _ body: @escaping Check.Body
    ) -> Check {
        HeaderChecks.robustness(
            what, title, expected, clause: "Docs/protocol.md §4, §5 Reading, Writing, §11 Lengths", body)
    }

    private static func title(_ file: FileDefinition, _ en: English, _ zh: Chinese) -> CheckText {
        CheckText("\(file.path): \(en)", "\(file.path)：\(zh)")
    }

    /// Lengths of one byte: all of them, or those at which cards go wrong.
    private static func lengths(_ isEvery: Bool, to most: Int) -> [Int] {
        (isEvery
            ? Array(1...256)
            : [
                1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 126, 127, 128, 129, 191, 192, 193, 253, 254, 255,
                256,
            ])
            .filter { $0 <= most }
    }

    static func read(_ file: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
    }

    // MARK: READ BINARY

    private static func readLe(_ file: FileDefinition, _ isEvery: Bool, _ profile: CardProfile) -> Check {
        let capabilities = profile.capabilities
        let most = min(256, capabilities.maximumBinaryData)
        return check(
            "\(file.path).read.every-le",
            title(
                file, "READ BINARY with \(isEvery ? "every Le" : "Le at all borders")",
                "READ BINARY 的\(isEvery ? "全部 Le" : "各边界 Le")"),
            CheckText("as many bytes as Le says, 00 is \(most)", "返回字节数与 Le 一致，00 为 \(most)")
        ) { bench throws(CheckStop) in
            guard capabilities.expectedLength != .zero else {
                throw .notApplicable(CheckText("this card takes Le 00 alone", "本卡只接受 Le=00"))
            }
            let content = try bench.bytes(of: file)
            try read(file, bench)
            for ne in lengths(isEvery, to: most) {
                var command = try bench.binaryCommand(offset: 0, count: 1)
                command.ne = ne == most && capabilities.expectedLength == .any ? 256 : ne
                let answer = try bench.send(command)
                try bench.require([.ok], answer.status, for: command.header)
                try bench.expect(
                    answer.data == Array(content.prefix(ne)),
                    "Le \(ne) gives \(answer.data.count) bytes\(answer.data.count == ne ? ", and others" : "")",
                    "Le 为 \(ne) 时返回 \(answer.data.count) 字节\(answer.data.count == ne ? "，内容不符" : "")")
            }
        }
    }

    private static func readOffsets(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).read.offset-borders",
            title(file, "READ BINARY over every border of offsets", "READ BINARY 越过各偏移边界"),
            CheckText(
                "the bytes of the whole, by short identifier too; 6B00 from its end to 32767",
                "与整体一致，按短标识符亦然；文件末尾至 32767 应答 6B00")
        ) { bench throws(CheckStop) in
            let content = try bench.bytes(of: file)
            let width = min(16, bench.profile.capabilities.maximumBinaryData)
            try read(file, bench)
            for border in [128, 256, 512, 1_024, 2_048, 4_096] {
                for offset in [border - width / 2, border - 1, border] where offset + width <= content.count {
                    let got = try bench.readBinary(of: file, from: offset, count: width)
                    try bench.expect(
                        got == Array(content[offset..<offset + width]), "other bytes at offset \(offset)",
                        "偏移 \(offset) 处内容不符")
                }
            }
            for offset in [content.count, content.count + 1, 4_095, 4_096, 8_192, 16_384, 32_767]
            where offset >= content.count {
                try bench.expect(.wrongP1P2, for: try bench.binaryCommand(offset: offset, count: 1))
            }
            guard bench.profile.capabilities.shortFileIdentifiers else { return }
            for offset in [0, 1, 126, 127, 128, 129, 200, 254, 255] where offset + width <= content.count {
                let values: [CommandHole: HoleValue] = [
                    .offset: .number(offset), .sfi: .number(Int(file.sfi.rawValue)),
                    .length: .number(bench.expectedLength(width)),
                ]
                let got = try bench.expect(.ok, for: try bench.command(.readBinaryShort, values)).data
                try bench.expect(
                    got.prefix(width) == content[offset..<offset + width],
                    "other bytes by short identifier at offset \(offset)", "按短标识符在偏移 \(offset) 处内容不符")
            }
        }
    }

    private static func needExtended(_ bench: CheckBench) throws(CheckStop) {
        guard bench.profile.capabilities.extendedLength, bench.link.transmissionProtocol != .t0 else {
            throw .notApplicable(CheckText("no extended length here", "此处不支持扩展长度"))
        }
    }

    private static func extendedLengths(_ file: FileDefinition, _ bench: CheckBench) -> [Int] {
        let most = min(file.size, bench.profile.capabilities.maximumExtendedData)
        return [255, 256, 257, 511, 512, 513, 768, 1_024, 1_025, 1_280, 2_048, 3_072, most].filter { $0 <= most }
    }

    private static func readExtended(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).read.extended-borders",
            title(file, "extended READ BINARY with Le xx00 and beside it", "扩展 READ BINARY：Le 为 xx00 及其邻值"),
            CheckText("as many bytes as Le says", "返回字节数与 Le 一致")
        ) { bench throws(CheckStop) in
            try needExtended(bench)
            guard bench.profile.capabilities.expectedLength != .zero else {
                throw .notApplicable(CheckText("this card takes Le 00 alone", "本卡只接受 Le=00"))
            }
            let content = try bench.bytes(of: file)
            try read(file, bench)
            for ne in extendedLengths(file, bench) {
                var command = try bench.binaryCommand(offset: 0, count: 1)
                command.ne = ne
                let answer = try bench.send(command, form: .extended)
                try bench.require([.ok], answer.status, for: command.header)
                try bench.expect(
                    answer.data == Array(content.prefix(ne)), "Le \(ne) gives \(answer.data.count) bytes",
                    "Le 为 \(ne) 时返回 \(answer.data.count) 字节")
            }
        }
    }

    // MARK: UPDATE BINARY

    private static func write(_ data: [UInt8], at offset: Int, _ bench: CheckBench) throws(CheckStop) -> CommandAPDU {
        try bench.command(.updateBinary, [.offset: .number(offset), .sfi: .number(0), .data: .bytes(data)])
    }

    private static func updateLc(_ file: FileDefinition, _ isEvery: Bool, _ profile: CardProfile) -> Check {
        let capabilities = profile.capabilities
        let most = min(255, capabilities.maximumCommandData, capabilities.maximumBinaryData)
        return check(
            "\(file.path).update.every-lc",
            title(
                file, "UPDATE BINARY with \(isEvery ? "every Lc" : "Lc at all borders")",
                "UPDATE BINARY 的\(isEvery ? "全部 Lc" : "各边界 Lc")"),
            CheckText("as many bytes are written as Lc says", "写入字节数与 Lc 一致")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                try bench.approach(file, proving: bench.keysToUse(file))
                var content = try bench.readBinary(of: file, count: min(file.size, most + 1))
                for count in lengths(isEvery, to: most) {
                    let data = (0..<count).map { UInt8(truncatingIfNeeded: count &* 31 &+ $0) }
                    try bench.expect(.ok, for: try write(data, at: 0, bench))
                    content.replaceSubrange(0..<count, with: data)
                    // All of what was written and what follows it, with the next border and at the end.
                    guard !isEvery || count % 8 >= 6 || count % 8 <= 1 || count == most else { continue }
                    let found = try bench.readBinary(of: file, count: content.count)
                    let wrong = zip(found, content).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                    try bench.expect(
                        found == content, "with Lc \(count) it is wrong from offset \(wrong ?? found.count)",
                        "Lc 为 \(count) 时自偏移 \(wrong ?? found.count) 起不符")
                }
            }
        }
    }

    private static func updateOffsets(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).update.offset-borders",
            title(file, "UPDATE BINARY over every border of offsets", "UPDATE BINARY 越过各偏移边界"),
            CheckText("these bytes of the file change and no others", "仅写入处改变")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                var content = try bench.wholeContent(of: file).first ?? []
                try bench.expect(content.count == file.size, "it is not whole", "内容不完整")
                try bench.approach(file, proving: bench.keysToUse(file))
                let width = 16
                for border in [128, 256, 512, 1_024, 2_048, 4_096, file.size + width / 2] {
                    let offset = border - width / 2 - (border > file.size ? width / 2 : 0)
                    guard offset + width <= file.size else { continue }
                    let data = content[offset..<offset + width].map { $0 ^ 0xA5 }
                    content.replaceSubrange(offset..<offset + width, with: data)
                    try bench.expect(.ok, for: try write(data, at: offset, bench))
                }
                try bench.expectSame(
                    try bench.currentContent(of: file), [content], file, CheckText("after these writes", "写入后"))
            }
        }
    }

    private static func updateExtended(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).update.extended-borders",
            title(file, "extended UPDATE BINARY with Lc xx00 and beside it", "扩展 UPDATE BINARY：Lc 为 xx00 及其邻值"),
            CheckText("as many bytes are written as Lc says", "写入字节数与 Lc 一致")
        ) { bench throws(CheckStop) in
            try needExtended(bench)
            try bench.restoring(file) { () throws(CheckStop) in
                var content = try bench.wholeContent(of: file).first ?? []
                try bench.approach(file, proving: bench.keysToUse(file))
                for count in extendedLengths(file, bench) {
                    let data = (0..<count).map { UInt8(truncatingIfNeeded: count / 7 &+ $0 &* 3) }
                    let command = try write(data, at: 0, bench)
                    let answer = try bench.send(command, form: .extended)
                    try bench.require([.ok], answer.status, for: command.header)
                    content.replaceSubrange(0..<min(count, content.count), with: data)
                    try bench.expectSame(
                        try bench.currentContent(of: file), [content], file,
                        CheckText("after Lc \(count)", "Lc 为 \(count) 时"))
                }
            }
        }
    }

    // MARK: READ RECORD

    private static func recordLe(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).read.every-le",
            title(file, "READ RECORD of its longest record with every Le", "以全部 Le 读最长记录"),
            CheckText("the whole record where it fits, 6Cxx with its length where not", "容纳时返回整条，否则应答 6Cxx 及其长度")
        ) { bench throws(CheckStop) in
            guard bench.profile.capabilities.expectedLength == .any, bench.link.transmissionProtocol != .t0 else {
                throw .notApplicable(CheckText("Le has another rule here", "此处 Le 规则不同"))
            }
            let longest = file.items.max { $0.length < $1.length }?.record ?? 1
            let number = file.structure.kind == .linearVariableTLV ? longest : 1
            let record = try bench.record(number, of: file)
            try read(file, bench)
            let capabilities = bench.profile.capabilities
            let short = capabilities.correctsLength ? StatusWord.correctLength(record.count) : .wrongLength
            for ne in 1...256 {
                var command = try bench.recordCommand(number, of: file)
                command.ne = ne
                let answer = try bench.send(command)
                try bench.require([ne < record.count ? short : .ok], answer.status, for: command.header)
                try bench.expect(
                    answer.data == (ne < record.count ? [] : record), "Le \(ne) gives \(answer.data.count) bytes",
                    "Le 为 \(ne) 时返回 \(answer.data.count) 字节")
            }
        }
    }

    /// All records from the first: as many whole ones as fit.
    private static func allRecordsLe(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).read.all-every-le", title(file, "READ RECORD of all with every Le", "以全部 Le 读全部记录"),
            CheckText(
                "the whole records that fit, 6Cxx with the first one's length where none does",
                "返回容纳得下的完整记录，否则应答 6Cxx 及首条长度")
        ) { bench throws(CheckStop) in
            guard bench.profile.capabilities.multiRecordRead, bench.link.transmissionProtocol != .t0 else {
                throw .notApplicable(CheckText("one record at a time here", "此处每次只读一条记录"))
            }
            var records: [[UInt8]] = []
            for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
                records.append(try bench.record(number, of: file))
            }
            guard let first = records.first else { return }
            try read(file, bench)
            for ne in 1...256 {
                var whole: [UInt8] = []
                for record in records {
                    guard whole.count + record.count <= ne else { break }
                    whole += record
                }
                var command = try bench.command(
                    .readRecordsFrom, [.record: .number(1), .sfi: .number(0), .length: .number(256)])
                command.ne = ne
                let answer = try bench.send(command)
                let corrects = bench.profile.capabilities.correctsLength
                let short = corrects ? StatusWord.correctLength(first.count) : .wrongLength
                try bench.require([whole.isEmpty ? short : .ok], answer.status, for: command.header)
                try bench.expect(
                    answer.data == whole, "Le \(ne) gives \(answer.data.count) bytes, not \(whole.count)",
                    "Le 为 \(ne) 时返回 \(answer.data.count) 字节，应为 \(whole.count)")
            }
        }
    }

    // MARK: Protected updates

    /// Without a challenge, so that no MAC is looked at: the length comes first.
    private static func protectedLc(_ use: ProtectedUse) -> Check {
        let name = use.right.name
        return check(
            "\(use.place).every-lc",
            CheckText("\(use.file.path) \(name.en): every Lc", "\(use.file.path) \(name.zh)：全部 Lc"),
            CheckText(
                "6700 where no MAC, or no whole blocks and a MAC, are as long; else no challenge",
                "长度不可能时应答 6700，否则视为未取随机数")
        ) { bench throws(CheckStop) in
            let kept = bench.keepIfReadable(use.file)
            try bench.reset()
            try bench.approach(use.file, proving: [use.key])
            var how = Securing()
            how.takesChallenge = false
            var command = try bench.use(use.right, of: use.file, kept, how)
            let mac = bench.profile.cryptography.mac.length
            let block = bench.profile.cryptography.blockLength
            for count in 1...255 {
                command.data = [UInt8](repeating: 0xA5, count: count)
                let isPossible = use.isEncrypted ? count > mac && (count - mac) % block == 0 : count == mac
                try bench.expect(isPossible ? bench.profile.blocking.noChallengeStatus : .wrongLength, for: command)
            }
        }
    }

    // MARK: Other commands

    private static func commands(_ profile: CardProfile) -> [Check] {
        let length = profile.cryptography.challengeLength
        return [
            check(
                "challenge.every-le", CheckText("GET CHALLENGE with every Le", "GET CHALLENGE 的全部 Le"),
                CheckText("6700 for all but \(length)", "除 \(length) 外均应答 6700")
            ) { bench throws(CheckStop) in
                try needT1(bench)
                for ne in 1...256 where ne != length { try bench.expect(.wrongLength, for: .getChallenge(count: ne)) }
                _ = try bench.challenge()
            },
            check(
                "external.every-lc", CheckText("EXTERNAL AUTHENTICATE with every Lc", "EXTERNAL AUTHENTICATE 的全部 Lc"),
                CheckText("6700 for all but the right one, and no attempt is lost", "除正确长度外均应答 6700，不消耗次数")
            ) { bench throws(CheckStop) in
                let key = try bench.anyExternalKey()
                try KeyChecks.stand(bench, key)
                let right = try bench.authentication(key)
                for count in 1...255 where count != right.data.count {
                    var wrong = right
                    wrong.data = Array((right.data + [UInt8](repeating: 0, count: 255)).prefix(count))
                    try bench.expect(.wrongLength, for: wrong)
                }
                try bench.expect(.triesLeft(Int(key.tries) - 1), for: try bench.authentication(key, .wrong))
                try bench.prove(key)
            },
            check(
                "select.every-le", CheckText("SELECT of the MF and of DDF1 with every Le", "以全部 Le 选择 MF 与一级目录"),
                CheckText("the FCI where it fits, 6Cxx with its length where not", "容纳时返回 FCI，否则应答 6Cxx 及其长度")
            ) { bench throws(CheckStop) in
                try needT1(bench)
                for directory in profile.directories.prefix(2) {
                    try bench.enterMaster()
                    var command = try bench.selection(of: directory)
                    command.p2 = 0
                    command.ne = 256
                    let information = try bench.expect(.ok, for: command).data
                    for ne in 1...255 {
                        command.ne = ne
                        let answer = try bench.send(command)
                        let fits = ne >= information.count
                        try bench.require(
                            [fits ? .ok : .correctLength(information.count)], answer.status, for: command.header)
                        try bench.expect(
                            answer.data == (fits ? information : []), "Le \(ne) gives \(answer.data.count) bytes",
                            "Le 为 \(ne) 时返回 \(answer.data.count) 字节")
                    }
                }
            },
            check(
                "select.every-lc", CheckText("SELECT with every Lc", "SELECT 的全部 Lc"),
                CheckText("6700 where no identifier or name is as long, else 6A82", "无此长度的标识符或名称应答 6700，否则 6A82")
            ) { bench throws(CheckStop) in
                let filler = [UInt8](repeating: 0xF5, count: 255)
                for count in 1...255 {
                    var command = CommandAPDU(
                        cla: 0, ins: InstructionByte.select, p1: 0, p2: 0, data: Array(filler.prefix(count)))
                    try bench.expect(count == 2 ? .fileNotFound : .wrongLength, for: command)
                    guard bench.profile.capabilities.directoryNames else { continue }
                    command.p1 = 4
                    try bench.expect(count <= 16 ? .fileNotFound : .wrongLength, for: command)
                }
            },
            check(
                "data.every-le", CheckText("GET DATA with every Le", "GET DATA 的全部 Le"),
                CheckText("the data where it fits, 6Cxx with its length where not", "容纳时返回数据，否则应答 6Cxx 及其长度")
            ) { bench throws(CheckStop) in
                try needT1(bench)
                let whole = profile.productionData.length
                for ne in 1...256 {
                    var command = try bench.command(.getProductionData)
                    command.ne = ne
                    let answer = try bench.send(command)
                    try bench.require([ne < whole ? .correctLength(whole) : .ok], answer.status, for: command.header)
                    try bench.expect(
                        answer.data.count == (ne < whole ? 0 : whole), "Le \(ne) gives \(answer.data.count) bytes",
                        "Le 为 \(ne) 时返回 \(answer.data.count) 字节")
                }
            },
        ]
    }

    private static func needT1(_ bench: CheckBench) throws(CheckStop) {
        guard bench.link.transmissionProtocol != .t0 else {
            throw .notApplicable(CheckText("over T=0 the link says what Le is", "T=0 链路不体现 Le"))
        }
    }
}
