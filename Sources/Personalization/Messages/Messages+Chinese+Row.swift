import Messages

extension RowFinding {
    public var chinese: Chinese {
        switch self {
        case .missing: .init("未填写", hint: "请补填")
        case .missingInEntry: .init("未填写，而同一条的其他栏已填写", hint: "请补填，或清空其他栏")
        case .value(let problem): problem.chinese
        case .damaged(let damage): damage.chinese
        case .text(let problem): problem.chinese
        case .notOneOf(let allowed): "应为 \(Chinese(choices: allowed))"
        case .testRegion(let region): .init("属于地区 \(region)，只能用于测试卡", hint: "测试卡请用 mode 为“test”的批次制作")
        case .notTestRegion(let region): .init("不属于地区 \(region)，测试卡只能用该地区", hint: "测试卡请使用虚构人员")
        case .relation(let problem): problem.chinese
        case .duplicate(let earlier): .init("与第 \(earlier) 行重复", hint: "请确认哪一行正确，并搁置另一行")
        }
    }
}

extension GuardianFinding {
    public var chinese: Chinese {
        switch self {
        case .missing(let years):
            .init(years.map { "未填写，不满 \($0) 周岁者必须填写" } ?? "未填写", hint: "请补填")
        case .name(let problem): problem.chinese
        case .number(let problem): problem.chinese
        case .damaged(let damage): damage.chinese
        case .applicant: .init("是申请人本人的号码", hint: "监护人应为他人")
        case .belowAge(let years): .init("在发卡日期不满 \(years) 周岁", hint: "监护人应为成年人")
        case .relation(let title, let codes): "不是“\(title)”中的代码，可用代码：\(list: codes)"
        }
    }
}

extension Verifier {
    public var chinese: Chinese {
        switch self {
        case .police: "公安"
        case .bank: "银行"
        }
    }
}

extension RecordPlace {
    public var chinese: Chinese { "\(file) 第 \(record) 条" }
}

extension VerificationFinding {
    public var chinese: Chinese {
        switch self {
        case .inNoReply(let verifier): .init("不在\(verifier)的任何回盘中", hint: "请将该申请人留到以后的批次")
        case .dot(let place, let verifier, let right):
            .init(
                "与 \(place) 中的姓名只差各部分之间的圆点，那里用了另一个字符",
                hint: "请\(verifier)改用“\(right)”（U+00B7），与卡上一致")
        case .spelling(let place, let verifier):
            .init(
                "与 \(place) 中的姓名只差空白，或字形相同而编码不同的字符",
                hint: "请按\(verifier)的写法填写，或请\(verifier)复核")
        case .otherName(let place, let verifier): .init("与 \(place) 中的姓名不一致", hint: "请\(verifier)复核")
        case .refusedByBank(let place, let reason):
            .init(
                "银行在 \(place) 中未予通过\(reason.map { "：\($0)" } ?? "")", hint: "请与银行核实，或搁置该行")
        case .noSuchNumber(let place):
            .init("公安查无此号（\(place)，YCDM 60）", hint: "请申请人出示身份证，或搁置该行")
        case .otherPoliceName(let place):
            .init("与公安登记的姓名不符（\(place)，YCDM 61）", hint: "请更正姓名或号码，或搁置该行")
        case .policeException(let place, let code):
            .init(
                "是 \(place) 中的异常（\(code.map { "YCDM \($0)" } ?? "没有 YCDM" as Chinese)）", hint: "请与公安核实，或搁置该行")
        }
    }
}

extension ReplyFinding {
    public var chinese: Chinese {
        switch self {
        case .unopened(let problem): .init("无法打开：\(problem)", hint: "请检查文件权限")
        case .unread(let missing): .init("无法读取：\(missing)", hintOf: missing)
        case .otherCharacters(let problem): .init("实际字符集与声明不符：\(problem)", hint: Self.declare)
        case .foreignBytes(let line): .init("第 \(line) 行含有不属于所声明字符集的字节", hint: Self.declare)
        case .notXML(let line): .init("不是回盘的 XML（第 \(line) 行）", hint: Self.again)
        case .stopped(let stop): .init("不是回盘的 XML：\(stop)", hint: Self.again)
        case .notReadToItsEnd(let stop): .init("无法读到末尾：\(stop)", hint: Self.again)
        case .packetNumber: .init("与文件名中的包号不一致", hint: "请向发送方确认哪个正确")
        case .packetType(let expected, let isException):
            .init("应为 \(expected)（\(isException ? "异常回盘" : "正常回盘")）", hint: "请向发送方确认文件类型")
        case .recordCount(let announced, let found):
            .init(
                "\(announced.map { "声明 \($0) 条" } ?? "未声明条数")，实际 \(found) 条", hint: Self.again)
        case .headElement: .init("文件头中有元素重复，或元素名写法有误", hint: Self.again)
        case .tooManyRecords(let records, let limit):
            .init("为 \(records)，每个文件最多 \(limit) 条", hint: "请发送方分成多个文件")
        case .recordNumber: .init("不是该记录在文件中的序号", hint: Self.again)
        case .record(let flaw): .init("\(flaw)", hint: Self.again)
        case .lacks(let idElement, let nameElement): .init("缺少 \(idElement) 或 \(nameElement)", hint: Self.again)
        case .notAnIdentityNumber: .init("不是公民身份号码", hint: Self.again)
        case .repeated(let record, let isSameFile):
            .init("与\(isSameFile ? "" : "前一文件")第 \(record) 条是同一申请人", hint: Self.again)
        case .contradiction(let record, let file, let verifier):
            .init("而 \(file) 第 \(record) 条为正常", hint: "请\(verifier)确认以哪个为准")
        case .unattributed(let hasShape, let verifier):
            .init(
                "未予通过，但无法确定是谁：\(hasShape ? "身份证号无效，且没有行使用此号" : "不是 18 位身份证号")",
                hint: "请\(verifier)说明所指何人，并重新发送文件")
        case .stranger(let verifier):
            .init("此人不在 applications.csv 中", hint: "请补报该申请，或请\(verifier)发送正确的回盘")
        }
    }

    private static let declare: Chinese = "请发送方声明实际使用的字符集"
    private static let again: Chinese = "请发送方重新发送"
}

extension RecordFlaw {
    public var chinese: Chinese {
        switch self {
        case .elementTwice: "有元素重复"
        case .elementMisspelled: "有元素名写法有误"
        case .elementInside: "有元素嵌套在其他元素内"
        case .bothVerifiers: "同时有公安和银行的号码元素"
        case .refusalAmongMatches: "是正常回盘中的未通过记录"
        }
    }
}

extension ReplyStop {
    public var chinese: Chinese {
        switch self {
        case .file(let problem): problem.chinese
        case .notXML: "开头不是 XML"
        case .fourByteCharacters: "每个字符占四字节"
        case .encoding: "编码不是 UTF-8、UTF-16、GBK、GB2312 或 GB18030"
        case .tags(let limit): "标签超过 \(limit) 个"
        case .text(let limit): "两个标签之间超过 \(limit) 字节"
        case .tag(let limit): "有标签超过 \(limit) 字节"
        case .comment(let limit): "注释等超过 \(limit) 字节"
        }
    }
}

extension ReplyCharacters.Problem {
    public var chinese: Chinese {
        switch self {
        case .notUTF8(let isDeclared, let byte):
            "\(isDeclared ? "声明为 UTF-8" : "未声明字符集，即 UTF-8")，但从第 \(byte) 字节起不是 UTF-8，可能是 GBK"
        case .isUTF8: "声明为 GBK 或 GB2312，实际是 UTF-8"
        }
    }
}
