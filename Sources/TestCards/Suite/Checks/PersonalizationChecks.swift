import CardProfiles
import HealthCard
import ISO7816
import Messages
import Personalization

/// The content is what the engine was asked for, and what its items say of each other agrees (`Docs/protocol.md §8`,
/// §9; `Docs/items.md`).
enum PersonalizationChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { content($0) } + relations(plan.profile)
    }

    // MARK: Against the image

    private static func content(_ file: FileDefinition) -> [Check] {
        let clause = "Docs/card.md §1.3; Docs/protocol.md §5"
        let expected = CheckText("the bytes of its image", "与卡片映像逐字节一致")
        guard file.structure.kind != .transparent else {
            return [
                Check(
                    .personalization, "\(file.path).content",
                    .init("\(file.path): content", "\(file.path)（\(file.title)）：内容"), clause: clause, expected: expected
                ) { bench throws(CheckStop) in
                    let wanted = try bench.expectedContent(of: file)
                    let got = try bench.bytes(of: file)
                    if let difference = wanted.differences(from: .binary(got)).first {
                        throw bench.fail("\(difference.what)", "内容与映像不符：\(difference.what)")
                    }
                    try bench.expect(
                        got.count == wanted.size, "\(got.count) bytes, expected \(wanted.size)",
                        "\(got.count) 字节，应为 \(wanted.size)")
                }
            ]
        }
        return (1...max(1, file.structure.recordCount)).map { number in
            let item = file.item(record: number)
            let place = item.map { String($0.number) } ?? "record-\(number)"
            return Check(
                .personalization, "\(file.path).\(place).content",
                .init(
                    "\(file.path) record \(number)\(item.map { " " + $0.name } ?? ""): content",
                    "\(file.path) 第 \(number) 条记录\(item.map { " " + $0.label } ?? "")：内容"),
                clause: clause, expected: expected
            ) { bench throws(CheckStop) in
                let records = try bench.expectedContent(of: file).records
                let got = try bench.record(number, of: file)
                guard records.indices.contains(number - 1) else {
                    throw bench.fail("the image has no such record", "映像中没有此记录")
                }
                let wanted = records[number - 1]
                guard got != wanted else { return }
                let first = zip(got, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                let offset = first ?? min(got.count, wanted.count)
                throw bench.fail(
                    "\(Hex.encode(got)) differs from offset \(offset) on, expected \(Hex.encode(wanted))",
                    "\(Hex.encode(got)) 自偏移 \(offset) 起不符，应为 \(Hex.encode(wanted))")
            }
        }
    }

    // MARK: Items among each other

    private static func relations(_ profile: CardProfile) -> [Check] {
        let rules = profile.application
        return [
            agreement(
                "region", .init("the holder lives in the region of test cards", "持卡人属于测试卡专用地区"),
                "Docs/protocol.md §9",
                .init(
                    "an identity number of region \(profile.modes.testRegion)", "证件号码以 \(profile.modes.testRegion) 开头")
            ) { bench throws(CheckStop) in
                let number = try text(rules.idNumber, bench)
                try bench.expect(
                    number.hasPrefix(bench.profile.modes.testRegion), "region \(number.prefix(2))",
                    "地区为 \(number.prefix(2))")
            },
            agreement(
                "check-character", .init("check character of the identity number", "身份证号码校验码"),
                "Docs/card.md §6 GB 11643", .init("right", "正确")
            ) { bench throws(CheckStop) in
                let number = try text(rules.idNumber, bench)
                do { _ = try IDNumber(number) } catch {
                    throw bench.fail("\(AnyMessage(of: error))", "号码有误：\(AnyMessage(of: error))")
                }
            },
            agreement(
                "birth-date", .init("birth date and identity number", "出生日期与身份证号码"), "Docs/card.md §6 GB 11643",
                .init("the same day", "同一天")
            ) { bench throws(CheckStop) in
                let day = try text(rules.birthDate, bench)
                guard let number = try? IDNumber(text(rules.idNumber, bench)) else {
                    throw bench.fail("the identity number is wrong", "身份证号码有误")
                }
                try bench.expect(
                    number.birthDate.description == day, "the number says \(number.birthDate), the item \(day)",
                    "号码为 \(number.birthDate)，数据项为 \(day)")
            },
            agreement(
                "sex", .init("sex and identity number", "性别与身份证号码"), "Docs/card.md §6 GB 11643",
                .init("as the 17th digit says", "与第 17 位一致")
            ) { bench throws(CheckStop) in
                let sex = try text(rules.sex, bench)
                guard let number = try? IDNumber(text(rules.idNumber, bench)) else {
                    throw bench.fail("the identity number is wrong", "身份证号码有误")
                }
                let wanted = number.isMale ? rules.sexOfOddSequence : rules.sexOfEvenSequence
                try bench.expect(sex == wanted, "code \(sex), expected \(wanted)", "代码 \(sex)，应为 \(wanted)")
            },
            agreement(
                "validity", .init("issued before it expires", "发卡时间早于有效期"), "Docs/card.md §1.3",
                .init("issue date before last day", "发卡时间在有效期之前")
            ) { bench throws(CheckStop) in
                guard let issued = CalendarDate(try text(rules.issueDate, bench)),
                    let last = CalendarDate(try text(rules.validUntil, bench))
                else { throw bench.fail("no dates", "不是日期") }
                try bench.expect(
                    issued < last, "issued \(issued), valid until \(last)", "发卡 \(issued)，有效期至 \(last)")
            },
            securityCode(profile), testKey(profile), photo(profile),
        ] + derived(profile)
    }

    private static func agreement(
        _ place: String, _ title: CheckText, _ clause: String, _ expected: CheckText,
        body: @escaping Check.Body
    ) -> Check {
        Check(.personalization, "agreement.\(place)", title, clause: clause, expected: expected, body: body)
    }

    /// An item's text, as a batch would have it.
    static func text(_ reference: ItemReference, _ bench: CheckBench) throws(CheckStop) -> String {
        guard let file = bench.profile.file(of: reference), let item = bench.profile.item(reference),
            let number = item.record
        else { throw .notApplicable(.init("the profile has no item \(reference)", "卡型文件没有 \(reference)")) }
        let record = try bench.record(number, of: file)
        do {
            return try ItemCodec.decode(record.dropFirst(2), as: item, profile: bench.profile)?.text ?? ""
        } catch {
            throw bench.fail("\(reference): \(error.problem)", "\(reference)：\(error.problem)")
        }
    }

    /// Items whose value follows from another one, or from the chip.
    private static func derived(_ profile: CardProfile) -> [Check] {
        profile.files.flatMap { file in
            file.items.compactMap { item -> Check? in
                let reference = ItemReference(section: file.section, item: item.name)
                switch item.source {
                case .item(let other):
                    return agreement(
                        "\(reference)", .init("\(reference) repeats \(other)", "\(item.label)与 \(other) 相同"),
                        "Docs/card.md §1.3", .init("the same text", "内容相同")
                    ) { bench throws(CheckStop) in
                        let (one, two) = (try text(reference, bench), try text(other, bench))
                        try bench.expect(one == two, "\(one) and \(two)", "\(one) 与 \(two)")
                    }
                case .chipSerial(let digits):
                    return agreement(
                        "\(reference)", .init("\(reference) is the end of the chip serial", "\(item.label)为芯片序列号末段"),
                        "Docs/protocol.md §5 Values",
                        .init("its last \(digits) hexadecimal digits", "末 \(digits) 位十六进制数")
                    ) { bench throws(CheckStop) in
                        let wanted = String(Hex.encode(try bench.factorBytes()).suffix(digits))
                        let got = try text(reference, bench)
                        try bench.expect(got == wanted, "\(got), expected \(wanted)", "\(got)，应为 \(wanted)")
                    }
                case .constant(let wanted):
                    return agreement(
                        "\(reference)", .init("\(reference) is the same on every card", "\(item.label)为固定值"),
                        "Docs/protocol.md §5 Values", .init("\(wanted)", "\(wanted)")
                    ) { bench throws(CheckStop) in
                        let got = try text(reference, bench)
                        try bench.expect(got == wanted, "\(got), expected \(wanted)", "\(got)，应为 \(wanted)")
                    }
                default: return nil
                }
            }
        }
    }

    // MARK: What only keys tell

    private static func securityCode(_ profile: CardProfile) -> Check {
        agreement(
            "security-code", .init("the security code", "安全码"), "Docs/protocol.md §8",
            .init("computed again from the card number and the issue date", "由卡号与发卡时间重新计算一致")
        ) { bench throws(CheckStop) in
            let rule = bench.profile.securityCode
            let found = bench.profile.files.lazy.compactMap { file in
                file.items.first { $0.source == .securityCode }.map {
                    ItemReference(section: file.section, item: $0.name)
                }
            }.first
            guard let reference = found else {
                throw .notApplicable(.init("the profile has no security code", "卡型文件没有安全码"))
            }
            var values: [ItemReference: String] = [:]
            for part in rule.input { values[part.item] = try text(part.item, bench) }
            let wanted: String
            do {
                wanted = try SoftwareSecurityModule.testKeys(bench.profile).securityCode(rule, values: values)
            } catch {
                throw .notRun(.init("\(AnyMessage(of: error))", "无法计算：\(AnyMessage(of: error))"))
            }
            let got = try text(reference, bench)
            try bench.expect(got == wanted, "\(got), expected \(wanted)", "\(got)，应为 \(wanted)")
        }
    }

    private static func testKey(_ profile: CardProfile) -> Check {
        agreement(
            "test-card", .init("the card proves the published internal authentication key", "卡片证明持有公布的内部认证测试密钥"),
            "Docs/protocol.md §9", .init("the cryptogram of the test key: it is a test card", "应答为测试密钥的结果，即为测试卡")
        ) { bench throws(CheckStop) in
            guard let key = bench.profile.key(.internalAuthentication), let directory = key.directory else {
                throw .notApplicable(.init("there is no such key", "没有此密钥"))
            }
            try bench.enter(directory)
            let (command, wanted) = try bench.internalAuthentication(key)
            let got = try bench.expect(.ok, for: command).data
            try bench.expect(
                got == wanted, "\(Hex.encode(got)), expected \(Hex.encode(wanted))",
                "\(Hex.encode(got))，应为 \(Hex.encode(wanted))")
        }
    }

    private static func photo(_ profile: CardProfile) -> Check {
        agreement(
            "photo", .init("the photo", "照片"), "Docs/card.md §1.1, §5.4",
            .init(
                "a length that fits the file, then a JPEG that begins and ends as one; or length 0",
                "长度不超过文件，其后为首尾完整的 JPEG；或长度为 0")
        ) { bench throws(CheckStop) in
            guard let file = bench.profile.files.first(where: { $0.shape == .photo }), let item = file.items.first
            else {
                throw .notApplicable(.init("the profile has no photo", "卡型文件没有照片"))
            }
            let bytes = try bench.bytes(of: file)
            let length = bytes.prefix(item.prefixLength).reduce(0) { $0 << 8 | Int($1) }
            try bench.expect(
                length <= item.capacity, "the length is \(length), at most \(item.capacity)",
                "长度为 \(length)，最大 \(item.capacity)")
            let rest = bytes.dropFirst(item.prefixLength)
            guard length > 0 else {
                try bench.expect(
                    rest.allSatisfy { $0 == item.emptyByte }, "bytes follow length 0", "长度为 0 但其后有内容")
                return
            }
            let picture = Array(rest.prefix(length))
            try bench.expect(
                picture.starts(with: [0xFF, 0xD8, 0xFF]), "it does not begin as a JPEG", "开头不是 JPEG")
            try bench.expect(picture.suffix(2) == [0xFF, 0xD9], "the JPEG is cut off", "JPEG 不完整")
            try bench.expect(
                rest.dropFirst(length).allSatisfy { $0 == item.emptyByte }, "bytes follow the picture",
                "照片之后有多余内容")
        }
    }
}
