import Messages

extension JSONError {
    public var chinese: Chinese { .init("第 \(line) 行第 \(column) 列：\(problem)", hintOf: problem) }
}

extension JSONError.Problem {
    public var chinese: Chinese {
        switch self {
        case .contentAfterValue: "值之后还有内容"
        case .tooDeep: "嵌套超过 \(Self.deepest) 层"
        case .noName: "此处应是带引号的成员名"
        case .nameTwice: "该对象中已有同名成员"
        case .noColon: "此处应是“:”"
        case .objectNotEnded: "此处应是“,”或“}”"
        case .listNotEnded: "此处应是“,”或“]”"
        case .noValue: "此处应是对象、数组、字符串、true、false 或不带指数的数"
        case .numberTooLarge: "数值超出范围"
        case .notUTF8: "不是 UTF-8"
        case .controlCharacter: "字符串中有控制字符"
        case .stringNotEnded: "字符串没有结尾"
        case .unknownEscape: "转义序列未知"
        case .halfCharacter: "代理对不完整"
        case .notFourDigits: "此处应是 4 位十六进制数字"
        }
    }
}

extension JSONShape {
    public var chinese: Chinese {
        switch self {
        case .object: "对象"
        case .itemObject: "由数据项组成的对象"
        case .objectList: "由对象组成的数组"
        case .list: "数组"
        case .flag: "true 或 false"
        case .wholeNumber: "整数"
        case .text: "字符串"
        case .amount: "写有小数的字符串，如 \"12.50\""
        case .visit(let other): "该类就诊记录，而不是\(other)记录"
        }
    }
}

extension CardChangesError {
    public var chinese: Chinese {
        problems.count == 1 ? problems.first?.chinese ?? "" : "\(clauses: problems)"
    }
}

extension CardChangesError.Problem {
    public var chinese: Chinese {
        switch self {
        case .unknown(let name, let near):
            near.isEmpty
                ? .init("没有数据项“\(name)”", hint: "名称见 Docs/items.md")
                : .init("没有数据项“\(name)”", hint: "相近的有：\(list: near)")
        case .ambiguous(let name, let candidates):
            .init("“\(name)”可能是：\(list: candidates)", hint: "请同时写出数据组")
        case .writtenOnce(let name, let file): "“\(name)”不能更改：\(file) 只在个人化时写入"
        case .visit(let name, let file): "“\(name)”不能单独设置：\(file) 在写就诊记录时整体写入"
        case .listItem(let name, let section): "“\(name)”不能设置：\(section) 是列表，只能追加条目"
        case .unknownList(let name, let lists): .init("没有列表“\(name)”", hint: "可用：\(list: lists)")
        case .notUpdatable(let name, let file): "“\(name)”不能设置：\(file) 中的数据项不是单独的记录"
        case .required(let name): .init("“\(name)”不能为空，每张卡都必须有", hint: "请给出新的值")
        case .givenTwice(let name): .init("“\(name)”给出了两个值", hint: "请只给一个")
        case .emptyEntry(let section): "\(section) 的条目须有值"
        case .entryLacks(let name): .init("“\(name)”为空，而每个条目都必须有", hint: "请给出值")
        case .tooManyEntries(let section, let limit): "\(section) 最多 \(limit) 条，一次给得更多会互相覆盖"
        case .notAPicture: "照片不是 JPEG：没有以 FFD8 开头"
        case .value(let error): error.chinese
        case .malformedJSON(let error): "无法读取 JSON：\(error)"
        case .noObject: "JSON 应是由数据组组成的对象"
        case .unknownSection(let name, let sections): .init("没有数据组“\(name)”", hint: "可用：\(list: sections)")
        case .wrongJSON(let name, let expected): "“\(name)”应为\(expected)"
        }
    }
}

extension VisitKind {
    public var chinese: Chinese {
        switch self {
        case .inpatient: "住院"
        case .outpatient: "门诊"
        default: Chinese(verbatim: rawValue)
        }
    }
}

extension VisitContentError {
    public var chinese: Chinese {
        switch self {
        case .item(let error): error.chinese
        case .contradictions(let contradictions): "\(clauses: contradictions)"
        case .missing(let names): "有 \(names.count) 个必填数据项没有值：\(list: names)"
        case .unknownName(let name): .init("这类就诊记录没有数据项“\(name)”", hint: "名称见 `Docs/items.md`")
        case .madeByWriting(let name): .init("“\(name)”在写就诊记录时生成", hint: "请去掉")
        case .groupTooLong(let name, let count, let limit):
            .init("“\(name)”有 \(count) 条，卡上只能存 \(limit) 条", hint: "程序不会截断，请选出 \(limit) 条")
        case .wrongJSON(let name, let expected): "“\(name)”应为\(expected)"
        case .malformedJSON(let error): "这不是就诊记录的 JSON：\(error)"
        case .text(let offset, let item, let problem):
            .init("第 \(offset) 字节\(item.map { "，第 \($0) 项" } ?? "")：\(problem)", hintOf: problem)
        case .length(let part, let bytes, let expected): "\(part)为 \(bytes) 字节，应为 \(expected) 字节"
        case .outside(let offset, let length, let limit):
            "从偏移 \(offset) 起的 \(length) 字节超出就诊记录的 \(limit) 字节"
        case .style(let offset, let style): "偏移 \(offset) 处不能以 \(style) 形式存放此内容"
        case .profile(let problem): problem.chinese
        }
    }
}

extension VisitPart {
    public var chinese: Chinese {
        switch self {
        case .whole: "就诊记录"
        case .data: "就诊记录的数据"
        }
    }
}

extension VisitProfileProblem {
    public var chinese: Chinese {
        switch self {
        case .otherProfile: "生成就诊记录与读卡所用的卡片描述文件不同"
        case .noVisits(let kind, let profile): "卡片描述文件 \(profile) 没有\(kind)记录"
        case .otherLayout(let kind): "卡片描述文件中\(kind)记录的结构不是数据、签名、证书"
        case .noFlag(let index): "卡片描述文件中索引 \(index) 没有标志"
        case .longItem(let number, let name): "第 \(number) 项 \(name) 不能写成这种形式"
        case .notJSON(let type): "\(type) 无法写成 JSON"
        case .otherItems(let kind, let type):
            .init("卡片描述文件中\(kind)记录的数据项与 \(type) 不一致", hint: "请使用 VisitContent")
        }
    }
}

extension VisitTextProblem {
    public var chinese: Chinese {
        switch self {
        case .cutShort(let wanted, let left): "后面应有 \(wanted) 字节，只有 \(left) 字节"
        case .notThreeDigits: "此处应是 3 位十进制数字"
        case .unknownItem: "这类就诊记录没有此编号的数据项"
        case .repeated: "该数据项前面已给出"
        case .madeByWriting: .init("该数据项在写就诊记录时生成", hint: "请去掉")
        case .notGBK: "值不是 GBK 文本"
        case .notDigits(0): "值只能是十进制数字"
        case .notDigits(let decimals): "值只能是十进制数字，末 \(decimals) 位为小数，不写小数点"
        case .notHexadecimal(let bytes): "值应为 \(bytes * 2) 位十六进制数字"
        case .wrongCount(let count, let expected): "给出了 \(count) 项，应为 \(expected) 项"
        case .separatorInValue: .init("值中含有分隔数据项的竖线", hint: "请改用其他字符")
        case .value(let problem): problem.chinese
        }
    }
}

extension VisitError {
    public var chinese: Chinese {
        switch problem {
        case .card, .securityModule: .init("\(problem)；\(effect)", hintOf: problem)
        // Nothing was begun.
        default: problem.chinese
        }
    }
}

extension VisitError.Problem {
    public var chinese: Chinese {
        switch self {
        case .content(let error): error.chinese
        case .noFreeRecord(let kind, let count): .init("卡上 \(count) 条\(kind)记录均已使用", hint: "请先核销其中一条")
        case .noSuchRecord(let kind, let record, let count): "卡上\(kind)记录为第 1 至 \(count) 条，没有第 \(record) 条"
        case .notValid(let kind, let record): "第 \(record) 条\(kind)记录没有内容：从未写入，或已核销"
        case .notTrusted(let verification):
            "第 \(verification.record) 条\(verification.kind)记录不可信：\(clauses: verification.problems)"
        case .signing(let problem): .init("无法为就诊记录签名：\(problem)", hintOf: problem)
        case .securityModule(let error): .init("就诊记录未签名：\(error)", hintOf: error)
        case .otherCard: "这不是写入该就诊记录的那张卡"
        case .card(let error): error.chinese
        }
    }
}

extension SigningProblem {
    public var chinese: Chinese {
        switch self {
        case .noSigner(let module): .init("\(module)不能签名", hint: "请使用安全模块（SAM）")
        case .certificate(let module, let problem): "\(module)的证书不可用：\(problem)"
        case .notValid(let module, let problem): "\(module)不能为此就诊记录签名：\(problem)"
        case .otherKey(let module): "签名与\(module)证书中的密钥不符"
        }
    }
}

extension VisitEffect {
    public var chinese: Chinese {
        switch self {
        case .none: "卡上所列就诊记录未变"
        case .done: "卡上所列就诊记录已更改"
        case .inDoubt(let pending): "无法确定第 \(pending.record) 条\(pending.kind)记录是否已更改，请重新插卡查看"
        }
    }
}

extension Certificate.Problem {
    public var chinese: Chinese {
        switch self {
        case .empty: "没有证书"
        case .length(let bytes, let expected): "长 \(bytes) 字节，应为 \(expected) 字节"
        case .constant(let field): "字段 \(field) 的值不是此类证书应有的值"
        case .publicKey: "公钥不是曲线上的点"
        case .date(let field): "字段 \(field) 不是日期"
        case .layout(let name): "卡片描述文件的证书格式 \(name) 缺少公钥或签名"
        }
    }
}

extension VisitVerification.Problem {
    public var chinese: Chinese {
        switch self {
        case .unsigned: "没有签名"
        case .malformedCertificate(let problem): "证书不可用：\(problem)"
        case .wrongSignature: "签名错误：SAM 卡签名之后，数据或签名被改动"
        case .unknownRoot: "证书不是由此处信任的根签发的"
        case .noRoot: .init("未指明信任哪个根，因此没有验证证书", hint: "请给出根的公钥")
        case .notYetValid(let from): "证书自 \(from) 起才有效"
        case .expired(let on): "证书已于 \(on) 到期"
        case .noDate: "没有日期，无法判断证书是否有效"
        case .testRootOnFormalCard: "证书由公布的测试根签发，而这不是测试卡"
        }
    }
}
