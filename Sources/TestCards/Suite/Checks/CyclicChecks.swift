import CardProfiles
import ISO7816
import Messages

/// Cyclic files: the newest record has number 1, the oldest goes when one more comes (`Docs/card.md §1.3`, §3.1). The
/// content is put back by as many appended records as the file holds.
enum CyclicChecks: CheckSource {
    private static let clause = "Docs/card.md §1.3, §3.1 cyclic append; Docs/protocol.md §5 Writing"

    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.filter { $0.structure.kind == .cyclic }.flatMap { file in
            [newest(file), pushes(file), rollover(file), count(file), wrongLength(file), byNumber(file), equal(file)]
        }
    }

    private static func sample(_ file: FileDefinition, _ seed: Int) -> [UInt8] {
        // Text that any reader may meet: the items of a record are looked at by nobody here.
        (0..<file.structure.recordSize).map { UInt8(0x41 + (seed + $0) % 26) }
    }

    private static func append(
        _ record: [UInt8], to file: FileDefinition, _ bench: CheckBench
    ) throws(CheckStop) {
        try bench.expect(.ok, for: bench.update(record: 1, of: file, record))
    }

    private static func open(_ file: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        try bench.enter(file.directory, with: [file.read, file.update])
        try bench.selectFile(file)
    }

    private static func records(_ file: FileDefinition, _ bench: CheckBench) throws(CheckStop) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
            let answer = try bench.readRecord(number, of: file)
            try bench.expect(
                answer.status.isSuccess, "record \(number) answered \(answer.status)",
                "第 \(number) 条应答 \(answer.status)")
            records.append(answer.data)
        }
        return records
    }

    private static func check(
        _ file: FileDefinition, _ place: String, _ en: English, _ zh: Chinese, _ expected: CheckText,
        body: @escaping @Sendable (CheckBench, [[UInt8]]) throws(CheckStop) -> Void
    ) -> Check {
        Check(
            .cyclic, "\(file.path).\(place)", .init("\(file.path): \(en)", "\(file.path)（\(file.title)）：\(zh)"),
            clause: clause, expected: expected
        ) { bench throws(CheckStop) in
            let before = try bench.wholeContent(of: file)
            try bench.restoring(file) { () throws(CheckStop) in
                try open(file, bench)
                try body(bench, before)
            }
        }
    }

    private static func newest(_ file: FileDefinition) -> Check {
        check(
            file, "newest-first", "the newest record", "最新记录",
            .init("two records appended: the second is number 1, the first number 2", "追加两条后，后者为 1 号，前者为 2 号")
        ) { bench, _ throws(CheckStop) in
            try append(sample(file, 1), to: file, bench)
            try append(sample(file, 7), to: file, bench)
            let after = try records(file, bench)
            try bench.expect(
                after.first == sample(file, 7), "number 1 is not the newest", "1 号不是最新记录")
            try bench.expect(
                after.dropFirst().first == sample(file, 1), "number 2 is not the one before", "2 号不是前一条")
        }
    }

    private static func pushes(_ file: FileDefinition) -> Check {
        check(
            file, "pushes", "the records that were there", "原有记录",
            .init("one record appended: the others move back by one, the oldest goes", "追加一条后其余后移一位，最旧者被覆盖")
        ) { bench, before throws(CheckStop) in
            try append(sample(file, 3), to: file, bench)
            let after = try records(file, bench)
            let wanted = [sample(file, 3)] + before.dropLast()
            let wrong = zip(after, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            try bench.expect(
                wrong == nil, "record \((wrong ?? 0) + 1) is not what it should be",
                "第 \((wrong ?? 0) + 1) 条不符")
        }
    }

    private static func rollover(_ file: FileDefinition) -> Check {
        check(
            file, "rollover", "more records than there is room for", "超过容量的追加",
            .init("one more than it holds: the newest ones are there, in order", "比容量多追加一条：留下最新的各条且顺序正确")
        ) { bench, before throws(CheckStop) in
            for seed in 0...before.count { try append(sample(file, seed), to: file, bench) }
            let after = try records(file, bench)
            let wanted = (1...before.count).reversed().map { sample(file, $0) }
            try bench.expect(after == wanted, "other records, or another order", "记录或顺序不符")
        }
    }

    private static func count(_ file: FileDefinition) -> Check {
        check(
            file, "count", "number of records after an append", "追加后的记录数",
            .init("\(file.structure.recordCount), and 6A83 behind them", "\(file.structure.recordCount) 条，其后应答 6A83")
        ) { bench, before throws(CheckStop) in
            try append(sample(file, 5), to: file, bench)
            let behind = try bench.recordCommand(before.count + 1, of: file)
            try bench.expect(.recordNotFound, for: behind)
        }
    }

    private static func wrongLength(_ file: FileDefinition) -> Check {
        check(
            file, "wrong-length", "records of another length", "长度不符的记录",
            .init("6A80, nothing appended", "6A80，未追加")
        ) { bench, before throws(CheckStop) in
            for record in [Array(sample(file, 2).dropLast()), sample(file, 2) + [0x41]] {
                try bench.expect(.wrongData, for: bench.update(record: 1, of: file, record))
            }
            try bench.expect(try records(file, bench) == before, "a record was appended", "追加了记录")
        }
    }

    private static func equal(_ file: FileDefinition) -> Check {
        check(
            file, "equal-again", "a record equal to the newest", "与最新记录相同的记录",
            .init("appended all the same: both are there", "照样追加：两条均存在")
        ) { bench, before throws(CheckStop) in
            for _ in 0..<2 { try append(sample(file, 6), to: file, bench) }
            let wanted = [sample(file, 6), sample(file, 6)] + before.dropLast(2)
            try bench.expectSame(
                try records(file, bench), wanted, file, CheckText("after the same record twice", "同一记录追加两次后"))
        }
    }

    private static func byNumber(_ file: FileDefinition) -> Check {
        check(
            file, "by-number", "UPDATE RECORD of one by its number", "按记录号改写",
            .init("6A86: records are only appended", "6A86：只能追加")
        ) { bench, before throws(CheckStop) in
            let command = try bench.secured(
                .updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes(sample(file, 4))],
                in: file.directory)
            try bench.expect(.incorrectP1P2, for: command)
            try bench.expect(try records(file, bench) == before, "the file changed", "文件被改变")
        }
    }
}
