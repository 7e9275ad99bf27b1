import CardProfiles
import ISO7816
import Messages

/// What the card says when it is reset, and what it says of its chip (`Docs/protocol.md §4`, `Docs/card.md §3.6`).
enum AnswerToResetChecks: CheckSource {
    private static let clause = "Docs/protocol.md §4; ISO/IEC 7816-3 §8.2"

    static func checks(_ plan: SuitePlan) -> [Check] { [form, start, historical, tail] + identity + productionData }

    private static let form = Check(
        .answerToReset, "form", .init("every character accounted for, check byte right", "每个字符均有定义，校验字节正确"),
        clause: clause, expected: .init("an answer to reset of ISO/IEC 7816-3", "符合 ISO/IEC 7816-3 的复位应答")
    ) { bench throws(CheckStop) in
        try bench.reset()
        do { _ = try AnswerToReset(bench.answerToReset) } catch {
            throw bench.fail("\(AnyMessage(of: error))", "复位应答有误：\(AnyMessage(of: error))")
        }
        let found = Hex.encode(bench.answerToReset)
        bench.found("\(found)", "\(found)")
    }

    private static let start = Check(
        .answerToReset, "interface-bytes", .init("interface bytes", "接口字节"), clause: clause,
        expected: .init("TS to the last interface byte as the profile has them", "自 TS 至末个接口字节与卡型文件一致")
    ) { bench throws(CheckStop) in
        try bench.reset()
        let wanted = bench.profile.answerToReset.start
        let got = Array(bench.answerToReset.prefix(wanted.count))
        try bench.expect(
            got == wanted, "\(Hex.encode(got)), expected \(Hex.encode(wanted))",
            "\(Hex.encode(got))，应为 \(Hex.encode(wanted))")
    }

    private static let historical = Check(
        .answerToReset, "historical-bytes", .init("number of historical bytes", "历史字节个数"),
        clause: "Docs/protocol.md §4; Docs/card.md §2.5",
        expected: .init("the chip serial and the profile's tail, no more", "芯片序列号加卡型文件规定的尾部，不多不少")
    ) { bench throws(CheckStop) in
        let bytes = try historicalBytes(bench)
        let rule = bench.profile.answerToReset
        let wanted = rule.serialLength + rule.tail.count
        try bench.expect(
            bytes.count == wanted, "\(bytes.count) historical bytes, expected \(wanted)",
            "历史字节 \(bytes.count) 个，应为 \(wanted) 个")
    }

    private static let tail = Check(
        .answerToReset, "tail", .init("historical bytes after the serial", "序列号之后的历史字节"), clause: clause,
        expected: .init("as the profile has them", "与卡型文件一致")
    ) { bench throws(CheckStop) in
        let rule = bench.profile.answerToReset
        let got = Array(try historicalBytes(bench).dropFirst(rule.serialLength))
        try bench.expect(
            got == rule.tail, "\(Hex.encode(got)), expected \(Hex.encode(rule.tail))",
            "\(Hex.encode(got))，应为 \(Hex.encode(rule.tail))")
    }

    private static let identity: [Check] = [
        Check(
            .answerToReset, "repeats", .init("the same after every reset", "每次复位应答相同"), clause: clause,
            expected: .init("five resets, one answer", "复位五次，应答一致")
        ) { bench throws(CheckStop) in
            let first = try bench.reset()
            for _ in 0..<4 {
                let next = try bench.reset()
                try bench.expect(next == first, "it changed to \(Hex.encode(next))", "变为 \(Hex.encode(next))")
            }
        },
        Check(
            .answerToReset, "serial", .init("the chip's own serial number", "芯片序列号"),
            clause: "Docs/card.md §2.5; Docs/protocol.md §2",
            expected: .init("the first historical bytes are the card factor of the image", "历史字节开头为映像中的卡片分散因子")
        ) { bench throws(CheckStop) in
            let bytes = try historicalBytes(bench)
            let got = Array(bytes.prefix(bench.profile.answerToReset.serialLength))
            try bench.expect(
                got.contains { $0 != 0 } && got.contains { $0 != 0xFF }, "the serial is empty", "序列号为空")
            guard let wanted = bench.image?.chipSerial else { return }
            try bench.expect(
                got == wanted, "\(Hex.encode(got)), expected \(Hex.encode(wanted))",
                "\(Hex.encode(got))，应为 \(Hex.encode(wanted))")
        },
        Check(
            .answerToReset, "master-file", .init("after a reset the MF is current", "复位后当前目录为 MF"),
            clause: "Docs/card.md §1.1",
            expected: .init("what lies in the MF can be selected, what lies deeper cannot", "可选择 MF 下的目录，不可直接选择更深的目录")
        ) { bench throws(CheckStop) in
            guard bench.profile.capabilities.directoryIdentifiers else {
                throw .notApplicable(.init("directories have no identifiers here", "本卡目录不用标识符选择"))
            }
            for directory in bench.profile.directories {
                guard let parent = directory.parent else { continue }
                try bench.reset()
                let isChild = bench.profile.directory(parent)?.parent == nil
                try bench.expect(isChild ? .ok : .fileNotFound, for: bench.selection(of: directory))
            }
        },
    ]

    private static let productionData: [Check] = [
        Check(
            .answerToReset, "production-data", .init("chip production data", "芯片生产数据"),
            clause: "Docs/protocol.md §4 GET DATA",
            expected: .init("as many bytes as the profile says, zeros after the last field", "长度与卡型文件一致，末字段后为 0")
        ) { bench throws(CheckStop) in
            let layout = bench.profile.productionData
            let data = try bench.expect(.ok, for: bench.command(.getProductionData)).data
            try bench.expect(
                data.count == layout.length, "\(data.count) bytes, expected \(layout.length)",
                "\(data.count) 字节，应为 \(layout.length)")
            let end = layout.fields.map { $0.offset + $0.length }.max() ?? 0
            try bench.expect(
                data.dropFirst(end).allSatisfy { $0 == 0 }, "not zeros after offset \(end)", "偏移 \(end) 之后不为 0")
        },
        Check(
            .answerToReset, "production-serial", .init("serial number in the production data", "生产数据中的序列号"),
            clause: "Docs/protocol.md §4 GET DATA",
            expected: .init("the one of the answer to reset", "与复位应答中的一致")
        ) { bench throws(CheckStop) in
            let layout = bench.profile.productionData
            guard let field = layout.field(layout.serialField) else {
                throw .notApplicable(.init("the profile names no such field", "卡型文件没有此字段"))
            }
            let serial = Array(try historicalBytes(bench).prefix(bench.profile.answerToReset.serialLength))
            let data = try bench.expect(.ok, for: bench.command(.getProductionData)).data
            let got = Array(data.dropFirst(field.offset).prefix(field.length))
            try bench.expect(
                got == serial, "\(Hex.encode(got)), expected \(Hex.encode(serial))",
                "\(Hex.encode(got))，应为 \(Hex.encode(serial))")
        },
        Check(
            .answerToReset, "other-data-object", .init("GET DATA of an object there is not", "取不存在的数据对象"),
            clause: "Docs/protocol.md §11 GET DATA",
            expected: .init("6A88", "6A88")
        ) { bench throws(CheckStop) in
            var command = try bench.command(.getProductionData)
            command.p2 ^= 1
            try bench.expect(.referencedDataNotFound, for: command)
        },
    ]

    private static func historicalBytes(_ bench: CheckBench) throws(CheckStop) -> [UInt8] {
        try bench.reset()
        do { return try AnswerToReset(bench.answerToReset).historicalBytes } catch {
            throw bench.fail("the answer to reset is malformed: \(error)", "复位应答有误：\(error)")
        }
    }
}
