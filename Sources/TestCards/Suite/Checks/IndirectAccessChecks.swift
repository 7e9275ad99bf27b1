import CardProfiles
import ISO7816
import Messages

/// Every other way to a file needs its right as well: short identifiers, all records at once, tags (`Docs/protocol.md
/// §4`, §5 Order of checks).
enum IndirectAccessChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.filter { $0.read != .always }.flatMap { file in
            file.structure.kind == .transparent
                ? [shortBinary(file)] : [shortRecord(file), allRecords(file), byTag(file)]
        } + plan.profile.files.filter { $0.structure.kind == .transparent }.map(shortUpdate)
    }

    private static func check(
        _ file: FileDefinition, _ place: String, _ en: English, _ zh: Chinese,
        command: @escaping @Sendable (CheckBench) throws(CheckStop) -> CommandAPDU
    ) -> Check {
        Check(
            .access, "\(file.path).\(place)",
            .init("\(file.path): \(en) without its right", "\(file.path)（\(file.title)）：无权限\(zh)"),
            clause: "Docs/card.md §1.1; Docs/protocol.md §4, §5 Order of checks", expected: .init("6982", "6982")
        ) { bench throws(CheckStop) in
            try bench.enter(file.directory)
            try bench.expect(.securityStatusNotSatisfied, for: command(bench))
        }
    }

    private static func shortBinary(_ file: FileDefinition) -> Check {
        check(file, "read.by-short-identifier", "READ BINARY by short identifier", "按短标识符读") {
            bench throws(CheckStop) in
            try bench.needShortIdentifiers()
            return try bench.command(
                .readBinaryShort,
                [
                    .offset: .number(0), .sfi: .number(Int(file.sfi.rawValue)),
                    .length: .number(bench.expectedLength(16)),
                ])
        }
    }

    private static func shortUpdate(_ file: FileDefinition) -> Check {
        check(file, "update.by-short-identifier", "UPDATE BINARY by short identifier", "按短标识符写") {
            bench throws(CheckStop) in
            try bench.needShortIdentifiers()
            let before = try bench.bytes(of: file).first ?? 0
            try bench.reset()
            try bench.enter(file.directory)
            return try bench.command(
                .updateBinaryShort,
                [.offset: .number(0), .sfi: .number(Int(file.sfi.rawValue)), .data: .bytes([before])])
        }
    }

    private static func shortRecord(_ file: FileDefinition) -> Check {
        check(file, "read.by-short-identifier", "READ RECORD by short identifier", "按短标识符读") {
            bench throws(CheckStop) in
            try bench.needShortIdentifiers()
            return try bench.recordCommand(1, of: file, sfi: Int(file.sfi.rawValue))
        }
    }

    private static func allRecords(_ file: FileDefinition) -> Check {
        check(file, "read.all-records", "READ RECORD of all records", "读全部记录") { bench throws(CheckStop) in
            guard bench.profile.capabilities.multiRecordRead else {
                throw .notApplicable(.init("this card reads one record at a time", "本卡每次只读一条记录"))
            }
            try bench.selectFile(file)
            return try bench.command(
                .readRecordsFrom, [.record: .number(1), .sfi: .number(0), .length: .number(256)])
        }
    }

    private static func byTag(_ file: FileDefinition) -> Check {
        check(file, "read.by-tag", "READ RECORD by tag", "按标签读") { bench throws(CheckStop) in
            guard bench.profile.capabilities.readByTag, let item = file.items.first, item.record != nil else {
                throw .notApplicable(.init("no record is read by its tag", "不按标签读记录"))
            }
            try bench.selectFile(file)
            return try bench.command(
                .readRecordByTag,
                [
                    .tag: .number(Int(item.tag)), .sfi: .number(0),
                    .length: .number(bench.expectedLength(item.length + 2)),
                ])
        }
    }
}
