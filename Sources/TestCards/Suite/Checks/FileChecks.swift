import CardProfiles
import ISO7816
import Messages

/// Every elementary file: that it is there, what it says of itself, and where it ends (`Docs/card.md §1.1`,
/// `Docs/protocol.md §4`, §5, §11).
enum FileChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { file in
            presence(file) + information(file) + addressing(file)
                + (file.structure.kind == .transparent ? ends(ofBinary: file) : ends(ofRecords: file))
        } + plan.profile.directories.flatMap(strangers)
    }

    private static func named(_ file: FileDefinition, _ en: English, _ zh: Chinese) -> CheckText {
        .init("\(file.path): \(en)", "\(file.path)（\(file.title)）：\(zh)")
    }

    // MARK: There, and nowhere else

    private static func presence(_ file: FileDefinition) -> [Check] {
        [
            Check(
                .files, "\(file.path).exists", named(file, "is there", "存在"), clause: "Docs/card.md §1.1",
                expected: .init("SELECT by identifier answers 9000", "按标识符选择应答 9000")
            ) { bench throws(CheckStop) in
                try bench.enter(file.directory)
                try bench.selectFile(file)
            },
            Check(
                .files, "\(file.path).elsewhere", named(file, "is not reached from other directories", "在其他目录中不可达"),
                clause: "Docs/protocol.md §5 Tree",
                expected: .init("6A82 where no file has this identifier", "无此标识符的目录应答 6A82")
            ) { bench throws(CheckStop) in
                for directory in bench.profile.directories
                where !directory.files.contains(where: { $0.fileIdentifier == file.fileIdentifier }) {
                    try bench.enter(directory.name)
                    try bench.selectFile(file, expecting: [.fileNotFound])
                }
            },
        ]
    }

    private static func strangers(_ directory: DirectoryDefinition) -> [Check] {
        [
            Check(
                .files, "\(directory.name).other-short-identifiers",
                .init(
                    "\(directory.name): short identifiers of no file", "\(directory.name)：未分配的短文件标识符"),
                clause: "Docs/protocol.md §11 Short identifiers", expected: .init("6A82 for each", "均应答 6A82")
            ) { bench throws(CheckStop) in
                try bench.needShortIdentifiers()
                try bench.enter(directory.name)
                let known = Set(directory.files.map(\.sfi.rawValue))
                for sfi in UInt8(1)...30 where !known.contains(sfi) {
                    let values: [CommandHole: HoleValue] = [
                        .record: .number(1), .sfi: .number(Int(sfi)), .length: .number(bench.expectedLength(1)),
                    ]
                    try bench.expect(.fileNotFound, for: bench.command(.readRecord, values))
                }
            }
        ]
    }

    // MARK: File control information

    private static func information(_ file: FileDefinition) -> [Check] {
        let clause = "Docs/protocol.md §4 SELECT, §11 SELECT"
        @Sendable func read(_ bench: CheckBench) throws(CheckStop) -> FileControlInformation {
            try bench.enter(file.directory)
            return try bench.controlInformation(.select(file: file.fileIdentifier, answer: .information))
        }
        return [
            Check(
                .files, "\(file.path).fci-size", named(file, "size in its FCI", "FCI 中的大小"), clause: clause,
                expected: .init("80 says \(file.size) bytes", "80 为 \(file.size) 字节")
            ) { bench throws(CheckStop) in
                let size = try read(bench).size
                try bench.expect(
                    size == file.size, "80 says \(size.map(String.init) ?? "nothing")",
                    "80 为 \(size.map(String.init) ?? "缺失")")
            },
            Check(
                .files, "\(file.path).fci-structure", named(file, "structure in its FCI", "FCI 中的结构"), clause: clause,
                expected: .init(
                    "82 names a file of structure \(file.structure.kind.rawValue), its record size and count",
                    "82 为 \(file.structure.kind.rawValue) 结构及其记录长度、记录数")
            ) { bench throws(CheckStop) in
                let descriptor = try read(bench).descriptor
                let wanted = bench.dialect.codes.descriptors[file.structure.kind]
                try bench.expect(
                    descriptor != nil && descriptor?.rawValue == wanted,
                    "82 begins with \(descriptor.map { Hex.encode([$0.rawValue]) } ?? "nothing")",
                    "82 首字节为 \(descriptor.map { Hex.encode([$0.rawValue]) } ?? "缺失")")
                guard [.linearFixed, .cyclic].contains(file.structure.kind) else { return }
                let size = Int(descriptor?.recordSize ?? 0)
                let count = Int(descriptor?.recordCount ?? 0)
                try bench.expect(
                    size == file.structure.recordSize && count == file.structure.recordCount,
                    "82 says \(count) records of \(size) bytes", "82 为 \(count) 条 \(size) 字节的记录")
            },
            Check(
                .files, "\(file.path).fci-identifier", named(file, "identifier in its FCI", "FCI 中的标识符"),
                clause: clause, expected: .init("83 is \(file.fileIdentifier)", "83 为 \(file.fileIdentifier)")
            ) { bench throws(CheckStop) in
                let got = try read(bench).fileIdentifier
                try bench.expect(
                    got == file.fileIdentifier, "83 is \(got?.description ?? "missing")",
                    "83 为 \(got?.description ?? "缺失")")
            },
        ]
    }

    // MARK: Addressing

    private static func addressing(_ file: FileDefinition) -> [Check] {
        let isBinary = file.structure.kind == .transparent
        return [
            Check(
                .files, "\(file.path).short-identifier", named(file, "its short identifier", "短文件标识符"),
                clause: "Docs/protocol.md §4 Short EF identifiers",
                expected: .init(
                    "reads the same through \(Hex.encode([file.sfi.rawValue])) as after SELECT; 6A86 on a card without",
                    "经短标识符 \(Hex.encode([file.sfi.rawValue])) 读出的内容与选择后相同；不支持者应答 6A86")
            ) { bench throws(CheckStop) in
                try bench.enter(reading: file)
                let count = min(isBinary ? bench.profile.capabilities.maximumBinaryData : 256, 16, file.size)
                let long =
                    isBinary
                    ? try bench.binaryCommand(offset: 0, count: count) : try bench.recordCommand(1, of: file)
                let short =
                    isBinary
                    ? try bench.command(
                        .readBinaryShort,
                        [
                            .offset: .number(0), .sfi: .number(Int(file.sfi.rawValue)),
                            .length: .number(bench.expectedLength(count)),
                        ]) : try bench.recordCommand(1, of: file, sfi: Int(file.sfi.rawValue))
                guard bench.profile.capabilities.shortFileIdentifiers else {
                    try bench.expect(.incorrectP1P2, for: short)
                    return
                }
                let wanted = try bench.expect(.ok, for: long)
                // Another file is made current, so that the short identifier has something to do.
                if let other = bench.profile.directory(file.directory)?.files.first(where: { $0 != file }) {
                    try bench.selectFile(other)
                }
                let got = try bench.expect(.ok, for: short)
                try bench.expect(
                    got.data == wanted.data, "another content came than after SELECT", "内容与选择后读出的不同")
                let again = try bench.expect(.ok, for: long)
                try bench.expect(
                    again.data == wanted.data, "the file did not become current", "该文件未成为当前文件")
            },
            Check(
                .files, "\(file.path).kind", named(file, "commands for another structure", "不适用于其结构的命令"),
                clause: "Docs/protocol.md §5 Order of checks", expected: .init("6981", "6981")
            ) { bench throws(CheckStop) in
                try bench.enter(reading: file)
                guard !isBinary else {
                    try bench.expect(
                        .incompatibleFileStructure,
                        for: bench.command(
                            .readRecord,
                            [.record: .number(1), .sfi: .number(0), .length: .number(bench.expectedLength(1))]))
                    return
                }
                try bench.expect(.incompatibleFileStructure, for: bench.binaryCommand(offset: 0, count: 1))
                try bench.expect(
                    .incompatibleFileStructure,
                    for: bench.command(.updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes([0])]))
            },
        ]
    }

    // MARK: Where it ends

    private static func ends(ofRecords file: FileDefinition) -> [Check] {
        let count = file.structure.recordCount
        return [
            Check(
                .files, "\(file.path).record-count", named(file, "number of records", "记录数"),
                clause: "Docs/card.md §1.1",
                expected: .init("\(count) records, 6A83 beyond the last", "共 \(count) 条，超出应答 6A83")
            ) { bench throws(CheckStop) in
                guard file.structure.kind != .linearVariableTLV || bench.profile.capabilities.readByNumber else {
                    throw .notApplicable(.init("records have no numbers here", "本卡不按记录号读"))
                }
                try bench.enter(reading: file)
                let last = try bench.readRecord(count, of: file)
                try bench.expect(
                    last.status.isSuccess, "record \(count) answered \(last.status)", "第 \(count) 条应答 \(last.status)")
                for number in [count + 1, count + 2, 254] where number > count {
                    try bench.expect(.recordNotFound, for: bench.recordCommand(number, of: file, length: 1))
                }
            },
            Check(
                .files, "\(file.path).record-0", named(file, "record 0", "第 0 条记录"),
                clause: "Docs/protocol.md §11 Records", expected: .init("6A83", "6A83")
            ) { bench throws(CheckStop) in
                guard file.structure.kind != .linearVariableTLV || bench.profile.capabilities.readByNumber else {
                    throw .notApplicable(.init("records have no numbers here", "本卡不按记录号读"))
                }
                try bench.enter(reading: file)
                try bench.expect(.recordNotFound, for: bench.recordCommand(0, of: file, length: 1))
            },
            Check(
                .files, "\(file.path).content-size", named(file, "bytes of all records", "全部记录的字节数"),
                clause: "Docs/card.md §1.1", expected: .init("\(file.size) bytes", "\(file.size) 字节")
            ) { bench throws(CheckStop) in
                var size = 0
                for number in stride(from: 1, through: count, by: 1) {
                    size += try bench.record(number, of: file).count
                }
                try bench.expect(size == file.size, "\(size) bytes", "\(size) 字节")
            },
        ] + (file.structure.kind == .linearVariableTLV ? [allRecords(file), unknownTag(file)] : [shortLength(file)])
    }

    private static func allRecords(_ file: FileDefinition) -> Check {
        Check(
            .files, "\(file.path).all-records", named(file, "all records by one command", "一条命令读全部记录"),
            clause: "Docs/protocol.md §4 READ RECORD",
            expected: .init(
                "P2 05 gives the records one after the other; 6A86 on a card without", "P2=05 依次返回各记录；不支持者应答 6A86")
        ) { bench throws(CheckStop) in
            guard bench.dialect.command(for: .readRecordsFrom) != nil else {
                try bench.enter(reading: file)
                var command = try bench.command(
                    .readRecord, [.record: .number(1), .sfi: .number(0), .length: .number(bench.expectedLength(256))])
                command.p2 |= 5
                try bench.expect(.incorrectP1P2, for: command)
                return
            }
            var whole: [UInt8] = []
            for number in 1...max(1, file.structure.recordCount) {
                let record = try bench.record(number, of: file)
                guard whole.count + record.count <= 256 else { break }
                whole += record
            }
            try bench.enter(reading: file)
            let command = try bench.command(
                .readRecordsFrom, [.record: .number(1), .sfi: .number(0), .length: .number(256)])
            let got = try bench.expect(.ok, for: command).data
            try bench.expect(
                got == whole, "\(got.count) bytes that are not records 1 and following, whole",
                "返回 \(got.count) 字节，不是完整的各条记录")
        }
    }

    private static func unknownTag(_ file: FileDefinition) -> Check {
        Check(
            .files, "\(file.path).unknown-tag", named(file, "a tag that no record has", "不存在的标签"),
            clause: "Docs/protocol.md §4 READ RECORD",
            expected: .init("6A83; 6A86 on a card that does not read by tag", "6A83；不按标签读者应答 6A86")
        ) { bench throws(CheckStop) in
            let known = Set(file.items.map(\.tag))
            let tag = (UInt8(1)...0xFE).first { !known.contains($0) } ?? 0
            try bench.enter(reading: file)
            let command = try bench.command(
                .readRecordByTag,
                [.tag: .number(Int(tag)), .sfi: .number(0), .length: .number(bench.expectedLength(1))])
            try bench.expect(
                bench.profile.capabilities.readByTag ? .recordNotFound : .incorrectP1P2, for: command)
        }
    }

    /// Records of fixed length asked for with too short a Le.
    private static func shortLength(_ file: FileDefinition) -> Check {
        Check(
            .files, "\(file.path).record-length", named(file, "length of each record", "每条记录的长度"),
            clause: "Docs/card.md §1.1",
            expected: .init("\(file.structure.recordSize) bytes each", "每条 \(file.structure.recordSize) 字节")
        ) { bench throws(CheckStop) in
            for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
                let count = try bench.record(number, of: file).count
                try bench.expect(
                    count == file.structure.recordSize, "record \(number) has \(count) bytes",
                    "第 \(number) 条为 \(count) 字节")
            }
        }
    }

    private static func ends(ofBinary file: FileDefinition) -> [Check] {
        [
            Check(
                .files, "\(file.path).size", named(file, "its size", "大小"), clause: "Docs/card.md §1.1",
                expected: .init(
                    "the last of \(file.size) bytes is read, an offset behind it answers 6B00",
                    "可读第 \(file.size) 个字节，其后偏移应答 6B00")
            ) { bench throws(CheckStop) in
                try bench.enter(reading: file)
                let last = try bench.expect(.ok, for: bench.binaryCommand(offset: file.size - 1, count: 1))
                try bench.expect(last.data.count == 1, "\(last.data.count) bytes came", "返回 \(last.data.count) 字节")
                try bench.expect(.wrongP1P2, for: bench.binaryCommand(offset: file.size, count: 1))
                try bench.expect(.wrongP1P2, for: bench.binaryCommand(offset: file.size + 1, count: 1))
            },
            Check(
                .files, "\(file.path).past-end", named(file, "reading over its end", "越过文件末尾读"),
                clause: "Docs/protocol.md §5 Reading",
                expected: .init("what there is, and 6282; 9000 for Le 00", "返回已有内容并应答 6282；Le 为 00 时 9000")
            ) { bench throws(CheckStop) in
                try bench.enter(reading: file)
                let offset = file.size - 2
                if bench.profile.capabilities.expectedLength == .any {
                    let answer = try bench.expect(.endOfFile, for: bench.binaryCommand(offset: offset, count: 10))
                    try bench.expect(
                        answer.data.count == 2, "\(answer.data.count) bytes came", "返回 \(answer.data.count) 字节")
                }
                guard bench.profile.capabilities.expectedLength != .exact else { return }
                let whole = try bench.expect(.ok, for: bench.binaryCommand(offset: offset, count: 256))
                try bench.expect(whole.data.count == 2, "\(whole.data.count) bytes came", "返回 \(whole.data.count) 字节")
            },
            Check(
                .files, "\(file.path).offsets", named(file, "the same bytes in other pieces", "不同分段读取一致"),
                clause: "Docs/protocol.md §5 Reading; ISO/IEC 7816-4 §11.3.3",
                expected: .init("each piece is the same part of the whole", "各分段与整体一致")
            ) { bench throws(CheckStop) in
                let whole = try bench.bytes(of: file)
                try bench.expect(whole.count == file.size, "\(whole.count) bytes", "\(whole.count) 字节")
                try bench.enter(reading: file)
                let piece = min(100, bench.profile.capabilities.maximumBinaryData)
                for start in [1, 255, 256, file.size / 2, file.size - piece] where start + piece <= file.size {
                    let got = try bench.readBinary(of: file, from: start, count: piece)
                    try bench.expect(
                        got == Array(whole[start..<start + piece]), "another content at offset \(start)",
                        "偏移 \(start) 处内容不一致")
                }
            },
        ]
    }
}
