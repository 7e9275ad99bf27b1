import CardProfiles
import ISO7816
import Messages

/// The index of visits and the files it speaks of (`Docs/card.md §3.2` flows 5 and 6, §1.1, §1.2).
enum VisitChecks: CheckSource {
    private static let clause = "Docs/card.md §1.1, §1.2, §3.1, §3.2; Docs/protocol.md §11 Records"

    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return profile.files.filter { $0.shape == .index }.flatMap { index in
            (1...max(1, index.structure.recordCount)).flatMap {
                [value($0, index), turn($0, index), unsecured($0, index)]
            }
                + [oneOfAll(index), twice(index), outside(index), otherCommand(index)]
        }
            + profile.files.filter { if case .visits = $0.shape { true } else { false } }.flatMap { file in
                [roundTrip(file), edges(file), overEnd(file)]
            }
    }

    private static func named(_ file: FileDefinition, _ en: English, _ zh: Chinese) -> CheckText {
        .init("\(file.path): \(en)", "\(file.path)（\(file.title)）：\(zh)")
    }

    // MARK: The index

    private static func value(_ number: Int, _ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).\(number).value",
            named(index, "value of record \(number)", "第 \(number) 条的值"), clause: "Docs/card.md §1.1 index byte",
            expected: .init("valid or free, nothing else", "只能为有效或空闲")
        ) { bench throws(CheckStop) in
            let flag = index.items.first?.flag
            let byte = try bench.record(number, of: index).first
            try bench.expect(
                byte != nil && (byte == flag?.yes || byte == flag?.no), "it is \(Hex.encode(byte.map { [$0] } ?? []))",
                "值为 \(Hex.encode(byte.map { [$0] } ?? []))")
        }
    }

    private static func flags(_ index: FileDefinition, _ bench: CheckBench) throws(CheckStop) -> [UInt8] {
        var flags: [UInt8] = []
        for number in stride(from: 1, through: index.structure.recordCount, by: 1) {
            flags.append(try bench.expect(.ok, for: bench.recordCommand(number, of: index)).data.first ?? 0)
        }
        return flags
    }

    private static func open(_ index: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        try bench.enter(index.directory, with: [index.read, index.update, index.erase])
        try bench.selectFile(index)
    }

    private static func turn(_ number: Int, _ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).\(number).set-and-free",
            named(index, "record \(number) valid, then free", "第 \(number) 条置有效再置空闲"), clause: clause,
            expected: .init(
                "WRITE RECORD makes it valid, ERASE RECORD free; the others stay",
                "WRITE RECORD 置有效，ERASE RECORD 置空闲，其余不变")
        ) { bench throws(CheckStop) in
            guard let flag = index.items.first?.flag else { return }
            try bench.restoring(index) { () throws(CheckStop) in
                try open(index, bench)
                for isValid in [true, false] {
                    var wanted = try flags(index, bench)
                    wanted[number - 1] = isValid ? flag.yes : flag.no
                    try bench.expect(.ok, for: bench.mark(number, of: index, valid: isValid))
                    let got = try flags(index, bench)
                    try bench.expect(
                        got == wanted, "the index is \(Hex.encode(got)), expected \(Hex.encode(wanted))",
                        "索引为 \(Hex.encode(got))，应为 \(Hex.encode(wanted))")
                }
            }
        }
    }

    /// The older build's commands without a MAC (`Docs/card.md §3.1`), and with a wrong one.
    private static func unsecured(_ number: Int, _ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).\(number).unsecured",
            named(index, "record \(number) without a MAC, and with a wrong one", "第 \(number) 条无 MAC 或 MAC 错误"),
            clause: "Docs/card.md §1.2, §3.1; Docs/protocol.md §5 Order of checks",
            expected: .init("6700 without, 6988 with a wrong one, nothing changes", "无 MAC 应答 6700，MAC 错误应答 6988，索引不变")
        ) { bench throws(CheckStop) in
            try bench.restoring(index) { () throws(CheckStop) in
                try open(index, bench)
                let before = try flags(index, bench)
                let isFree = before[number - 1] == index.items.first?.flag.no
                let bare = try bench.command(
                    isFree ? .setIndex : .eraseIndex, [.record: .number(number), .sfi: .number(0)])
                try bench.expect(.wrongLength, for: bare)
                try bench.expect(
                    .incorrectSecureMessagingData, for: bench.mark(number, of: index, valid: isFree, .wrongMAC))
                try bench.expect(try flags(index, bench) == before, "the index changed", "索引被改变")
                // A right MAC takes the wrong one off the count.
                try bench.expect(.ok, for: bench.mark(number, of: index, valid: !isFree))
            }
        }
    }

    /// With every record valid, freeing one shows that it is one; and the other way round.
    private static func oneOfAll(_ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).one-of-all", named(index, "one record among all", "全部记录中的一条"), clause: clause,
            expected: .init(
                "all valid and one freed, all free and one made valid: that one alone changes",
                "全部有效时释放一条、全部空闲时置有效一条：仅该条改变")
        ) { bench throws(CheckStop) in
            guard let flag = index.items.first?.flag else { return }
            let count = index.structure.recordCount
            try bench.restoring(index) { () throws(CheckStop) in
                for isValid in [true, false] {
                    for number in [1, (count + 1) / 2, count] {
                        try open(index, bench)
                        for other in 1...count {
                            try bench.expect(.ok, for: bench.mark(other, of: index, valid: isValid))
                        }
                        try bench.expect(.ok, for: bench.mark(number, of: index, valid: !isValid))
                        var wanted = [UInt8](repeating: isValid ? flag.yes : flag.no, count: count)
                        wanted[number - 1] = isValid ? flag.no : flag.yes
                        let got = try flags(index, bench)
                        try bench.expect(
                            got == wanted, "the index is \(Hex.encode(got)), expected \(Hex.encode(wanted))",
                            "索引为 \(Hex.encode(got))，应为 \(Hex.encode(wanted))")
                    }
                }
            }
        }
    }

    private static func twice(_ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).twice", named(index, "the same mark twice", "重复置同一标记"), clause: clause,
            expected: .init("9000 both times, the mark stays", "两次均 9000，标记保持")
        ) { bench throws(CheckStop) in
            guard let flag = index.items.first?.flag else { return }
            try bench.restoring(index) { () throws(CheckStop) in
                try open(index, bench)
                for isValid in [true, false] {
                    for _ in 0..<2 { try bench.expect(.ok, for: bench.mark(1, of: index, valid: isValid)) }
                    let got = try flags(index, bench).first
                    try bench.expect(
                        got == (isValid ? flag.yes : flag.no), "it is \(Hex.encode([got ?? 0]))",
                        "值为 \(Hex.encode([got ?? 0]))")
                }
            }
        }
    }

    private static func outside(_ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).outside", named(index, "records there are not", "不存在的记录"),
            clause: "Docs/protocol.md §5 Order of checks",
            expected: .init("6A83 for 0 and beyond the last", "0 号与超出末条均应答 6A83")
        ) { bench throws(CheckStop) in
            for number in [0, index.structure.recordCount + 1, 254] {
                try open(index, bench)
                for isValid in [true, false] {
                    try bench.expect(.recordNotFound, for: bench.mark(number, of: index, valid: isValid))
                }
            }
        }
    }

    private static func otherCommand(_ index: FileDefinition) -> Check {
        Check(
            .visits, "\(index.path).update-record", named(index, "UPDATE RECORD of the index", "以 UPDATE RECORD 改索引"),
            clause: "Docs/protocol.md §11 Records", expected: .init("6981, protected and plain", "带保护与明文均应答 6981")
        ) { bench throws(CheckStop) in
            let values: [CommandHole: HoleValue] = [
                .record: .number(1), .sfi: .number(0), .data: .bytes([index.items.first?.flag.yes ?? 0]),
            ]
            try bench.restoring(index) { () throws(CheckStop) in
                try open(index, bench)
                try bench.expect(
                    .incompatibleFileStructure, for: bench.secured(.updateRecord, values, in: index.directory))
                var plain = try bench.command(.updateRecord, values)
                plain.cla = 0x00
                try bench.expect(.incompatibleFileStructure, for: plain)
            }
        }
    }

    // MARK: The files

    private static func openFile(_ file: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        try bench.enter(file.directory, with: [file.read, file.update])
        try bench.selectFile(file)
    }

    private static func roundTrip(_ file: FileDefinition) -> Check {
        Check(
            .visits, "\(file.path).write-and-read",
            named(file, "a whole record written and read back", "整条写入并读回"), clause: "Docs/card.md §1.5, §1.6, §3.2",
            expected: .init("\(file.size) bytes, as written", "\(file.size) 字节，与写入一致")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                try openFile(file, bench)
                // Every byte value, and no two blocks alike.
                let written = (0..<file.size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }
                try bench.writeBinary(written, at: 0)
                let got = try bench.readBinary(of: file, count: file.size)
                let wrong = zip(got, written).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                try bench.expect(
                    got.count == written.count && wrong == nil, "wrong from offset \(wrong ?? got.count)",
                    "自偏移 \(wrong ?? got.count) 起不符")
            }
        }
    }

    private static func edges(_ file: FileDefinition) -> Check {
        Check(
            .visits, "\(file.path).edges", named(file, "its first and last byte", "首字节与末字节"),
            clause: "Docs/protocol.md §5 Writing",
            expected: .init("each written alone, the byte beside it unchanged", "可单独写入，相邻字节不变")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                try openFile(file, bench)
                for (offset, neighbour) in [(0, 1), (file.size - 1, file.size - 2)] {
                    let before = try bench.readBinary(of: file, from: neighbour, count: 1)
                    let old = try bench.readBinary(of: file, from: offset, count: 1)
                    let new = old.map { $0 ^ 0x5A }
                    try bench.writeBinary(new, at: offset)
                    try bench.expect(
                        try bench.readBinary(of: file, from: offset, count: 1) == new,
                        "offset \(offset) was not written", "偏移 \(offset) 未写入")
                    try bench.expect(
                        try bench.readBinary(of: file, from: neighbour, count: 1) == before,
                        "offset \(neighbour) changed", "偏移 \(neighbour) 被改变")
                }
            }
        }
    }

    private static func overEnd(_ file: FileDefinition) -> Check {
        Check(
            .visits, "\(file.path).over-end", named(file, "a write over its end", "越过末尾写"),
            clause: "Docs/protocol.md §5 Writing",
            expected: .init("6A84, nothing written; behind the end 6B00", "6A84，未写入；末尾之后 6B00")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                try openFile(file, bench)
                let before = try bench.readBinary(of: file, from: file.size - 2, count: 2)
                func update(_ offset: Int, _ data: [UInt8]) throws(CheckStop) -> CommandAPDU {
                    try bench.command(
                        .updateBinary, [.offset: .number(offset), .sfi: .number(0), .data: .bytes(data)])
                }
                let flipped = before.map { $0 ^ 0xFF }
                try bench.expect(.notEnoughMemory, for: update(file.size - 2, flipped + [0]))
                try bench.expect(.wrongP1P2, for: update(file.size, [0]))
                let after = try bench.readBinary(of: file, from: file.size - 2, count: 2)
                try bench.expect(after == before, "the last bytes were written", "末尾字节被写入")
            }
        }
    }
}
