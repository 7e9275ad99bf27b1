import CardProfiles
import ISO7816
import Messages

/// Values that fill their field to the last byte, end in 00, FF, blanks or a character of GBK, or have a 00 within: a card
/// keeps bytes, not texts (`Docs/card.md §1.4`; `Docs/protocol.md §5` Values, §10).
enum EdgeValueChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return profile.files.filter { profile.key(of: $0.update) != nil && $0.structure.kind != .linearFixed }.map {
            kept($0)
        }
            + profile.files.filter { $0.structure.kind == .linearVariableTLV }.flatMap { file in
                file.items.filter { $0.coding == .ans && $0.record != nil }.map { blanks($0, file) }
            }
    }

    /// Values of so many bytes, each with its own end.
    private static func values(_ count: Int) -> [(name: CheckText, bytes: [UInt8])] {
        guard count > 0 else { return [] }
        func filled(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: count) }
        /// The end of `filled`, as far as it fits.
        func ending(_ filled: [UInt8], _ end: [UInt8]) -> [UInt8] {
            Array(filled.dropLast(min(count, end.count))) + end.suffix(count)
        }
        let letters = (0..<count).map { UInt8(0x41 + $0 % 26) }
        let characters = (0..<count).map { ($0 + count) % 2 == 0 ? UInt8(0xC4) : 0xE3 }
        return [
            (CheckText("letters to the last byte", "字母填满至末字节"), letters),
            (CheckText("GBK to the last byte", "汉字填满至末字节"), characters),
            (CheckText("a last byte of 00", "末字节为 00"), ending(letters, [0])),
            (CheckText("a 00 within", "中间有 00"), ending(letters, [0, 0x42, 0x43])),
            (CheckText("FF to the last byte", "FF 填满至末字节"), filled(0xFF)),
            (CheckText("blanks at the end", "末尾为空格"), ending(letters, [0x20, 0x20])),
            (CheckText("80 and 00 at the end", "末尾为 80 00"), ending(letters, [0x80, 0])),
            (CheckText("zeros", "全零"), filled(0)),
        ]
    }

    private static func kept(_ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).edge-values",
            CheckText("\(file.path): values that fill a field and end in every way", "\(file.path)：填满字段及各种结尾的值"),
            clause: "Docs/card.md §1.4; Docs/protocol.md §5 Writing, Values, §10",
            expected: CheckText("each is read byte for byte as it was written", "逐字节读出与写入一致")
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                let before = try bench.wholeContent(of: file)
                try bench.approach(file, proving: bench.keysToUse(file))
                switch file.structure.kind {
                case .transparent:
                    let count = min(48, file.size)
                    for value in values(count) {
                        try bench.writeBinary(value.bytes, at: file.size - count)
                        let found = try bench.readBinary(of: file, from: file.size - count, count: count)
                        try expect(
                            found == value.bytes, value.name, "the end of \(file.path)", "\(file.path) 末尾", bench)
                    }
                case .cyclic:
                    for value in values(file.structure.recordSize) {
                        try bench.expect(.ok, for: try bench.update(record: 1, of: file, value.bytes))
                        let found = try bench.readRecord(1, of: file).data
                        try expect(found == value.bytes, value.name, "record 1", "第 1 条记录", bench)
                    }
                default:
                    for (index, record) in before.enumerated() where record.count > 2 {
                        // Records of one byte have fewer ends than a text.
                        for value in values(record.count - 2) {
                            let new = Array(record.prefix(2)) + value.bytes
                            try bench.expect(.ok, for: try bench.update(record: index + 1, of: file, new))
                            let found = try bench.readRecord(index + 1, of: file).data
                            try expect(
                                found == new, value.name, "record \(index + 1)", "第 \(index + 1) 条记录", bench)
                        }
                    }
                }
            }
        }
    }

    private static func expect(
        _ isSame: Bool, _ name: CheckText, _ en: English, _ zh: Chinese, _ bench: CheckBench
    ) throws(CheckStop) {
        try bench.expect(isSame, "\(en) does not keep \(name.en)", "\(zh)未能保存：\(name.zh)")
    }

    // MARK: As they were delivered

    private static func blanks(_ item: Item, _ file: FileDefinition) -> Check {
        Check(
            .records, "\(file.path).\(item.number).no-blanks",
            CheckText(
                "\(file.path) item \(item.number) \(item.name): blanks before or behind the text",
                "\(file.path) 第 \(item.number) 项 \(item.label)：文本前后的空格"),
            clause: "Docs/card.md §1.4; Docs/protocol.md §5 Values",
            expected: CheckText(
                "none: padding is \(Hex.encode([item.emptyByte]))", "没有：填充为 \(Hex.encode([item.emptyByte]))")
        ) { bench throws(CheckStop) in
            let value = Array(try bench.record(item.record ?? 1, of: file).dropFirst(2))
            let text = value.reversed().drop { $0 == item.emptyByte }
            try bench.expect(text.first != 0x20, "a blank is behind the text", "文本后有空格")
            try bench.expect(value.first != 0x20, "a blank is before the text", "文本前有空格")
        }
    }
}
