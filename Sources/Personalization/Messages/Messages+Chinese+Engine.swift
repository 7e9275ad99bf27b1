import ISO7816
import Messages

extension ChipAdvice {
    public var chinese: Chinese {
        switch state {
        case .untouched: "未写入任何内容，芯片仍可使用"
        case .halfMade: "芯片可能只写了一部分，请勿发放"
        case .doubtful: "芯片可能已制成，也可能未制成，查明前请勿发放"
        }
    }
}

extension PersonalizationError {
    public var chinese: Chinese {
        switch self {
        case .batch(let error): error.chinese
        case .noRelease:
            .init(
                "该批次为正式批次，但没有准许制作正式卡的放行书",
                hint: "请提供其测试卡的放行书，或用 mode 为“test”的批次制作测试卡")
        case .release(let refusal): refusal.chinese
        case .wrongKeys(let expected, let found):
            .init(
                "安全模块中的密钥版本为 \([found].hex)，该批次需要 \([expected].hex)", hint: "请使用与批次类型相符的安全模块")
        case .profile(let flaw): .init("\(flaw)", hint: "请更正卡片描述文件")
        case .unusableCard(let card): card.chinese
        case .transportKeyRefused(let tries, let state):
            .init(
                "传输密钥与此芯片不符；\(tries.map { "还剩 \($0) 次，之后将锁定" } ?? Self.untold)；未再尝试",
                hint: "请查明芯片出厂时的传输密钥；\(state.advice)")
        case .refused(let position, let status, let state):
            .init("对\(position)，卡返回 \(status)", hint: "\(state.advice)")
        case .interrupted(let position, let error, let state):
            .init("\(error)，在\(position)处", hint: "\(error.hint(in: .chinese).map { "\($0)；" } ?? "")\(state.advice)")
        case .unreadable(let position, let error, let state):
            .init("\(error)，在\(position)处", hint: "\(error.hint(in: .chinese).map { "\($0)；" } ?? "")\(state.advice)")
        case .readBackDiffers(let differences, let state):
            .init(
                """
                卡上内容与写入的不一致：\(clauses: Array(differences.prefix(8)))\
                \(differences.count > 8 ? "，另有 \(differences.count - 8) 处" : "")
                """, hint: "\(state.advice)")
        case .securityModule(let error, let state): .init("\(error)", hint: "\(state.advice)")
        }
    }

    private static let untold: Chinese = "卡未返回剩余次数"
}

extension UnusableCard {
    public var chinese: Chinese { .init("\(what)；未写入任何内容", hint: hint) }

    private var hint: Chinese {
        switch self {
        case .emptyFactor: "请将整盒芯片另行存放并退回芯片厂商：这些芯片无法区分"
        case .hiddenFactor: "请改用接触式制卡，或换用其他读卡器"
        default: "请放入空白芯片"
        }
    }

    private var what: Chinese {
        switch self {
        case .emptyFactor(let byte): "芯片序列号的各字节均为 \(Hex.encode([byte]))，不用于分散密钥"
        case .hiddenFactor(let finding): "\(finding)"
        case .noSerial: "复位应答中没有芯片序列号，不是此卡片描述文件的芯片"
        case .beingMade: "芯片已写了一部分，请另行存放"
        case .activated: "芯片已是制成的卡"
        case .blocked: "卡已永久锁定"
        case .notBlank: "芯片不是空白的，已是卡，制成与否不明"
        case .unknown(let status): "卡未表明自己是空白的\(status.map { "（返回 \($0)）" } ?? "")"
        }
    }
}

extension PlanPosition {
    public var chinese: Chinese { "第 \(index) 条命令（\(title)）" }
}

extension CardImage.Difference {
    public var chinese: Chinese { "\(path)\(record.map { " 第 \($0) 条记录" } ?? "")：\(what)" }
}

extension CardImage.Difference.Kind {
    public var chinese: Chinese {
        switch self {
        case .otherChip: "属于另一芯片"
        case .otherKeys: "密钥不同"
        case .keysOfOtherKind: "密钥的版本或省份不同"
        case .otherMode: "密钥属于另一类型（正式或测试）"
        case .missing: "不存在"
        case .unexpected: "不应存在"
        case .structure: "文件结构不同"
        case .otherPerson: "内容不是为该申请人写入的"
        case .length(let count, let expected): "为 \(count) 字节，应为 \(expected) 字节"
        case .bytes(let count, let first): "有 \(count) 字节不同，第一处在偏移 \(first)"
        case .unreadable(let reason): "无法读取（\(reason)）"
        }
    }
}

extension ProfileFlaw {
    public var chinese: Chinese {
        switch self {
        case .noDialect(let name): "没有制卡命令集“\(name)”"
        case .noMasterOrTransportKey: "卡片描述文件中没有 MF 或传输密钥"
        case .noDirectoryOfBlankChips: "卡片描述文件中没有可据以判断空白芯片的目录"
        case .noFileOfBlankChips: "卡片描述文件中没有可据以判断空白芯片的文件"
        case .noItem(let name): "没有数据项 \(name)"
        case .noKey(let name): "没有密钥 \(name)"
        case .noKeyOfRole(let role, let directory): "\(directory) 中没有用途为 \(role) 的密钥"
        case .noAlgorithm: "该算法没有算法标识字节"
        case .fewDigits(let item, let digits): "\(item) 不足 \(digits) 位数字"
        case .noItemForRecord(let record, let file): "\(file) 第 \(record) 条记录没有对应的数据项"
        case .itemTooLong(let item): "第 \(item) 项过长，记录放不下"
        case .itemOutsideRecord(let item): "第 \(item) 项不在其记录范围内"
        case .itemOutsideFile(let item): "第 \(item) 项不在其文件范围内"
        case .fewRecords(let file): "\(file) 的记录数不足"
        case .refersToItself(let item): "\(item) 引用了自身"
        case .noValueForSecurityCode(let item): "安全码要用到 \(item)，但它没有值"
        case .noCertificate(let item): "第 \(item) 项要用证书，但卡片描述文件没有这一长度的证书格式"
        case .certificateSource(let source): "证书要用到 \(source)，但批次没有"
        case .notInImage(let directory): "卡内容中没有目录 \(directory)"
        case .fileNotInImage(let file): "卡内容中没有文件 \(file)"
        case .noCommand(let command, let dialect, let structure):
            "制卡命令集 \(dialect) 没有命令“\(command)”\(structure.map { "（用于 \($0) 结构的文件）" } ?? "")"
        case .unusableCommand(let command, let dialect, let reason): "制卡命令集 \(dialect) 的命令“\(command)”：\(reason)"
        case .keyInClear(let command): "命令“\(command)”会以明文发送密钥"
        case .noCode(let file, let dialect): "制卡命令集 \(dialect) 没有 \(file) 的文件类型或权限代码"
        case .fileNotEmpty(let file, let dialect): "制卡命令集 \(dialect) 不写 \(file)，但它不为空"
        case .noWayToWrite(let file, let dialect): "制卡命令集 \(dialect) 无法写 \(file)"
        case .recordsAfterActivation(let file): "\(file) 不能等到激活后再写：已启用的卡不能新增记录"
        case .notReadBack(let reason): "无法读回卡内容：\(reason)"
        case .transportKeyNotProven(let dialect): "制卡命令集 \(dialect) 不认证传输密钥"
        case .neverReadsBack(let dialect): "制卡命令集 \(dialect) 不读回比对"
        case .tooLong(let bytes): "\(bytes) 字节的命令超出 APDU 长度"
        case .stepLacksData(let step): "\(step) 缺少数据"
        case .stepLacksProtection(let step): "\(step) 缺少数据或保护方式"
        case .stepLacksKeyPlace(let step): "\(step) 没有单独放密钥的位置"
        case .stepHasOtherHoles(let step): "\(step) 有认证数据和原文以外的空位"
        case .stepLacksHeader(let step): "\(step) 没有四字节的命令头"
        }
    }
}
