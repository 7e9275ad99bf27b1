import Messages

extension EnteredText.Problem {
    public var chinese: Chinese {
        switch self {
        case .control(let scalar): .init("含有控制字符 U+\(scalar.code)", hint: "请删除")
        case .lost: .init("含有 U+FFFD，表示有字符已丢失", hint: "请重新填写")
        case .garbled: .init("是乱码：读取时用错了字符集", hint: "请从原始资料以 UTF-8 重新导出")
        }
    }
}

extension GBKError {
    public var chinese: Chinese {
        switch self {
        case .notEncodable(let scalar): .init("GBK 中没有“\(scalar)”（U+\(scalar.code)）", hint: "请改用其他字")
        case .invalid(let offset): "偏移 \(offset) 处的字节不是 GBK 字符"
        case .unavailable: .init("C 库没有 GBK 转换器", hint: "请安装含有 gconv 模块的软件包")
        }
    }
}

extension IDNumber.Problem {
    public var chinese: Chinese {
        switch self {
        case .length: "公民身份号码应为 18 位"
        case .characters: "公民身份号码应为 17 位数字加一位数字或大写 X"
        case .birthDate: "公民身份号码中的出生日期不存在"
        case .checkDigit: "公民身份号码的校验码错误（GB 11643）"
        }
    }
}

extension ItemError {
    public var chinese: Chinese { .init("第 \(number) 项 \(item)：\(problem)", hintOf: problem) }
}

extension ItemError.Problem {
    public var chinese: Chinese {
        switch self {
        case .tooLong(let bytes, let limit): .init("需要 \(bytes) 字节，卡上只有 \(limit) 字节", hint: "请缩短；内容不会被截断")
        case .notEncodable(let scalar):
            scalar.value < 0x20 || scalar.value == 0x7F
                ? .init("含有控制字符 U+\(scalar.code)", hint: "请删除")
                : .init("含有 GBK 中没有的字“\(scalar)”（U+\(scalar.code)）", hint: "请改用其他字")
        case .notInTable(let title, let codes): "不是“\(title)”中的代码，可用代码：\(list: codes)"
        case .unknownTable(let name): "卡片描述文件中没有代码表“\(name)”"
        case .form(let title, let problem): .init("应为\(title)，但\(problem)", hintOf: problem)
        case .notDigits: "只能是十进制数字"
        case .wrongDigitCount(let count, let allowed): "为 \(count) 位数字，应为 \(Chinese(range: allowed)) 位"
        case .notANumber: "不是自然数"
        case .notAnAmount(let decimals): .init("不是金额", hint: "请填写数字，小数点后最多 \(decimals) 位")
        case .notADate: .init("不是有效日期，或有两种读法", hint: "请按 YYYY-MM-DD 填写")
        case .notADateTime: .init("不是有效的日期和时间", hint: "请按 YYYY-MM-DDThh:mm:ss 填写")
        case .notAFlag: .init("既不是 true 也不是 false", hint: "请填写 true 或 false")
        case .idNumber(let problem): problem.chinese
        case .notHexadecimal: "只能是十六进制数字，每字节两位"
        case .notBase64: "不是 Base64 编码"
        case .wrongLength(let bytes, let expected): "为 \(bytes) 字节，应为 \(expected) 字节"
        case .wrongKind: "值的类型不符"
        case .invalidText(let offset): "偏移 \(offset) 处的字节不是 GBK 字符"
        case .contentAfterPadding(let offset): "从偏移 \(offset) 起为填充，其后仍有内容"
        case .invalidDigit(let offset): "偏移 \(offset) 处的字节既不是数字也不是填充"
        case .photoLength(let bytes, let limit): "声明长度为 \(bytes) 字节，最多只能存放 \(limit) 字节"
        case .noConverter: GBKError.unavailable.chinese
        }
    }
}

extension ItemForm.Problem {
    public var chinese: Chinese {
        switch self {
        case .spreadsheet(let damage): damage.chinese
        case .fullWidth: .init("含有全角字符", hint: "数字和字母请用半角填写")
        case .character(let scalar): "含有不允许的字符（U+\(scalar.code)）"
        case .separator(let scalar, let right):
            .init("姓名各部分之间用了 U+\(scalar.code)", hint: "请改用“\(right)”（U+\(right.code)）")
        case .digitCount(let count, let allowed): "为 \(count) 位数字，应为 \(Chinese(range: allowed)) 位"
        case .garbled: .init("是乱码：读取时用错了字符集", hint: "请从原始资料以 UTF-8 重新导出")
        case .noLetter: .init("不是姓名：其中没有文字", hint: "请填写姓名")
        }
    }
}

extension SpreadsheetDamage {
    public var chinese: Chinese {
        let how: Chinese =
            switch self {
            case .exponent: "已被电子表格变成科学计数法"
            case .decimals: "已被电子表格变成带小数的数"
            case .rounded: "已被电子表格变成数值，末尾数字成了零"
            case .errorWord: "是电子表格的错误提示"
            case .emptyWord: "是程序表示空单元格的字样"
            case .formula: "是电子表格公式"
            case .zeroLost: "已被电子表格变成数值，开头的零丢失"
            }
        return self == .emptyWord ? .init(how, hint: "请将此栏留空") : .init(how, hint: "请按原始资料重新填写")
    }
}

extension ValueRelationProblem {
    public var chinese: Chinese {
        let correction: Chinese = "请更正有误的一项"
        return switch self {
        case .birthDateOfNumber(let column): .init("与 \(column) 中的出生日期不一致", hint: correction)
        case .sexOfNumber(let column): .init("与 \(column) 第 17 位表示的性别不一致", hint: correction)
        case .numberOfHolder(let code):
            .init("不是持卡人本人的公民身份号码，证件类别为 \(code) 时应为本人号码", hint: "请更正证件类别或号码")
        case .birthAfterIssue, .afterIssue: .init("晚于发卡日期", hint: correction)
        case .beforeBirth: .init("早于出生日期", hint: correction)
        case .inFuture: .init("晚于今天", hint: "请更正，并检查本机时钟")
        case .endsBeforeIssue: .init("早于发卡日期", hint: correction)
        }
    }
}

extension Chinese {
    /// `6`、`2 至 4`。
    init(range: ClosedRange<Int>) {
        self =
            range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) 至 \(range.upperBound)"
    }
}

extension CardFactorDescription {
    public var chinese: Chinese { "\(list: parts)" }
}

extension CardFactorDescription.Part {
    public var chinese: Chinese {
        guard isCode else { return "\(title) \(value)" }
        guard let entry else { return "\(title) \(value)（未知代码）" }
        return "\(title) \(value)（\(entry.label)）"
    }
}
