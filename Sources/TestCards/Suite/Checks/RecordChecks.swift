import CardProfiles
import ISO7816
import Messages

/// Every record's tag, length, coding, padding and code table, and the items of binary files (`Docs/card.md §1.3`,
/// §1.4, §6; `Docs/protocol.md §5` Values). Whose data it is does not matter here.
enum RecordChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { file in
            switch file.structure.kind {
            case .linearVariableTLV:
                return file.items.flatMap { tagged($0, file) } + [order(file), noNewRecord(file)]
            case .cyclic, .linearFixed:
                return (1...max(1, file.structure.recordCount)).map { plain($0, file) }
            default:
                return file.shape == .photo ? [] : [binary(file)]
            }
        }
    }

    private static func named(_ item: Item, _ file: FileDefinition, _ en: English, _ zh: Chinese) -> CheckText {
        .init(
            "\(file.path) item \(item.number) \(item.name): \(en)",
            "\(file.path) 第 \(item.number) 项 \(item.label)：\(zh)")
    }

    // MARK: Records with tags

    private static func tagged(_ item: Item, _ file: FileDefinition) -> [Check] {
        guard let number = item.record else { return [] }
        let place = "\(file.path).\(item.number)"
        var checks = [
            Check(
                .records, "\(place).tag", named(item, file, "tag of record \(number)", "第 \(number) 条记录的标签"),
                clause: "Docs/card.md §1.3", expected: .init("\(Hex.encode([item.tag]))", "\(Hex.encode([item.tag]))")
            ) { bench throws(CheckStop) in
                let record = try bench.record(number, of: file)
                try bench.expect(
                    record.first == item.tag, "tag \(Hex.encode(record.prefix(1)))",
                    "标签 \(Hex.encode(record.prefix(1)))")
            },
            Check(
                .records, "\(place).length", named(item, file, "length", "长度"), clause: "Docs/card.md §1.3",
                expected: .init(
                    "the length byte and the value are \(item.length)", "长度字节与内容均为 \(item.length) 字节")
            ) { bench throws(CheckStop) in
                let record = try bench.record(number, of: file)
                let said = record.dropFirst().first.map(Int.init) ?? -1
                let has = max(0, record.count - 2)
                try bench.expect(
                    said == item.length && has == item.length, "the length byte says \(said), the value has \(has)",
                    "长度字节为 \(said)，内容为 \(has) 字节")
            },
            Check(
                .records, "\(place).coding", named(item, file, "coding and padding", "编码与填充"),
                clause: "Docs/card.md §1.4; Docs/protocol.md §5 Values, §10",
                expected: .init(
                    "\(item.coding.rawValue) \(item.length), padded with \(Hex.encode([item.emptyByte]))",
                    "\(item.coding.rawValue) \(item.length)，以 \(Hex.encode([item.emptyByte])) 填充")
            ) { bench throws(CheckStop) in
                try judge(Array(try bench.record(number, of: file).dropFirst(2)), item, bench)
            },
            Check(
                .records, "\(place).by-tag", named(item, file, "read by its tag", "按标签读"),
                clause: "Docs/card.md §3.1; Docs/protocol.md §4 READ RECORD",
                expected: .init("the same record as by number", "与按记录号读出的相同")
            ) { bench throws(CheckStop) in
                guard bench.profile.capabilities.readByTag, bench.profile.capabilities.readByNumber else {
                    throw .notApplicable(.init("this card has one of the two ways", "本卡只支持其中一种方式"))
                }
                let record = try bench.record(number, of: file)
                try bench.enter(reading: file)
                let command = try bench.command(
                    .readRecordByTag,
                    [
                        .tag: .number(Int(item.tag)), .sfi: .number(0),
                        .length: .number(bench.expectedLength(record.count)),
                    ])
                let got = try bench.expect(.ok, for: command).data
                try bench.expect(got == record, "another record came", "读出的不是同一条记录")
            },
        ]
        if case .code(let name) = item.format {
            checks.append(
                Check(
                    .records, "\(place).code", named(item, file, "its code", "代码"), clause: "Docs/card.md §6",
                    expected: .init("empty, or a code of the table \(name)", "为空或属于代码表 \(name)")
                ) { bench throws(CheckStop) in
                    let value = try decoded(Array(try bench.record(number, of: file).dropFirst(2)), item, bench)
                    guard case .code(let code)? = value, let table = bench.profile.codeTable(name) else { return }
                    try bench.expect(
                        table[code] != nil || table.isOpen, "\(code) is not in the table \(table.title)",
                        "代码 \(code) 不在“\(table.title)”表中")
                })
        }
        if item.isRequired {
            checks.append(
                Check(
                    .records, "\(place).filled", named(item, file, "is not empty", "不得为空"),
                    clause: "Docs/card.md §1.3", expected: .init("a value", "有内容")
                ) { bench throws(CheckStop) in
                    let value = Array(try bench.record(number, of: file).dropFirst(2))
                    let isFilled = value.contains { $0 != item.emptyByte }
                    try bench.expect(isFilled, "it is empty", "内容为空")
                })
        }
        return checks
    }

    /// Tags in the order of the profile, each once.
    private static func order(_ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).order", .init("\(file.path): order of its records", "\(file.path)：记录顺序"),
            clause: "Docs/card.md §1.3",
            expected: .init("the tags of the profile, in its order, each once", "标签及顺序与卡型文件一致，各一条")
        ) { bench throws(CheckStop) in
            var tags: [UInt8] = []
            for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
                tags.append(try bench.record(number, of: file).first ?? 0)
            }
            let wanted = file.items.map(\.tag)
            try bench.expect(tags == wanted, "\(Hex.encode(tags))", "\(Hex.encode(tags))")
        }
    }

    /// After activation a file gets no new records (`Docs/protocol.md §5` Writing).
    private static func noNewRecord(_ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).no-new-record", .init("\(file.path): a new record", "\(file.path)：追加新记录"),
            clause: "Docs/protocol.md §5 Writing",
            expected: .init("6A83, or 6982 where nobody may write", "6A83；不可写文件应答 6982")
        ) { bench throws(CheckStop) in
            let isWritable = file.update != .never
            try bench.enter(file.directory, with: isWritable ? [file.update] : [])

            try bench.selectFile(file)
            let number = file.structure.recordCount + 1
            let command = try bench.update(record: number, of: file, [0x7E, 0x01, 0x00])
            try bench.expect(isWritable ? .recordNotFound : .securityStatusNotSatisfied, for: command)
        }
    }

    // MARK: Records without tags, and binary files

    private static func plain(_ number: Int, _ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).record-\(number)",
            .init("\(file.path): items of record \(number)", "\(file.path)：第 \(number) 条记录的数据项"),
            clause: "Docs/card.md §1.3, §1.4",
            expected: .init("each item empty, or coded as the profile says", "各数据项为空或编码与卡型文件一致")
        ) { bench throws(CheckStop) in
            let record = try bench.record(number, of: file)
            // A record nobody has written stays as CREATE FILE made it.
            guard record.contains(where: { $0 != file.initialByte }) else { return }
            for item in file.items { try judge(slice(record, item), item, bench) }
        }
    }

    /// The items of a visit that the index calls valid; others may hold anything.
    private static func binary(_ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).items",
            .init("\(file.path): its items where it is valid", "\(file.path)：有效时各数据项"),
            clause: "Docs/card.md §1.5, §1.6",
            expected: .init("each item empty, or coded as the profile says", "各数据项为空或编码与卡型文件一致")
        ) { bench throws(CheckStop) in
            if case .visits(let path, let number) = file.shape, let index = bench.profile.file(path) {
                let flag = try bench.record(number, of: index).first
                guard flag == index.items.first?.flag.yes else {
                    bench.found("the index calls it free", "索引标记为空")
                    return
                }
            }
            let bytes = try bench.bytes(of: file)
            for item in file.items {
                let value = slice(bytes, item)
                guard value.contains(where: { $0 != file.initialByte }) else { continue }
                try judge(value, item, bench)
            }
        }
    }

    private static func slice(_ bytes: [UInt8], _ item: Item) -> [UInt8] {
        Array(bytes.dropFirst(item.offset ?? 0).prefix(item.length))
    }

    // MARK: One value

    private static func decoded(
        _ value: [UInt8], _ item: Item, _ bench: CheckBench
    ) throws(CheckStop) -> ItemValue? {
        do { return try ItemCodec.decode(value, as: item, profile: bench.profile) } catch {
            throw bench.fail("\(item.name): \(error.problem)", "第 \(item.number) 项 \(item.label)：\(error.problem)")
        }
    }

    /// A value that can be read, and that whoever writes by the profile writes in these very bytes.
    private static func judge(_ value: [UInt8], _ item: Item, _ bench: CheckBench) throws(CheckStop) {
        guard let meaning = try decoded(value, item, bench) else {
            let isEmpty = value.allSatisfy { $0 == item.emptyByte } || value == ItemCodec.emptyValue(item)
            try bench.expect(
                isEmpty || item.coding == .cn, "\(item.name) is empty but not padded as an empty item is",
                "第 \(item.number) 项为空但填充不符")
            return
        }
        if case .code(let name) = item.format, case .code(let code) = meaning,
            bench.profile.codeTable(name)?[code] == nil
        {
            // What is no code at all is another check's business; here the digits count.
            return
        }
        let canonical: [UInt8]
        do { canonical = try ItemCodec.encode(meaning, as: item, profile: bench.profile) } catch {
            throw bench.fail("\(item.name): \(error.problem)", "第 \(item.number) 项 \(item.label)：\(error.problem)")
        }
        guard canonical != value else { return }
        let toleratesZero = bench.profile.text.toleratesLeadingZero && item.coding == .cn && item.length == 1
        try bench.expect(
            toleratesZero, "\(item.name) is \(Hex.encode(value)), which would be written \(Hex.encode(canonical))",
            "第 \(item.number) 项为 \(Hex.encode(value))，按规定应写为 \(Hex.encode(canonical))")
        bench.found("a leading zero where the table has none", "一位代码带前导零")
    }
}
