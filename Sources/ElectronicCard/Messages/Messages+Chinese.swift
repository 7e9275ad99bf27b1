import Messages

extension ElectronicCardError {
    public var chinese: Chinese {
        switch self {
        case .number(let problem): .init("证件号码：\(problem)", hintOf: problem)
        case .identityNumber(let problem): .init("证件号码：\(problem)", hint: "请对照证件重新输入")
        case .name(let problem): .init("姓名：\(problem)", hintOf: problem)
        case .keyNotHeld(.root): .init("缺少根密钥", hint: "请用 --root-key 指定文件；测试卡可用 --keys test")
        case .keyNotHeld(.protection): .init("缺少保护密钥", hint: "请用 --protection-key 指定文件；测试卡可用 --keys test")
        case .keyFile(let path): .init("\(path) 中没有密钥", hint: "文件内容应为 32 位十六进制数")
        case .cryptography(let error): .init("\(error)", hintOf: error)
        case .device(let error): .init("密码机：\(error)", hintOf: error)
        case .notForTests(let refusal): .init("未生成任何码：\(refusal)", hintOf: refusal)
        case .picture(let reason): .init("无法绘制二维码（\(reason)）", hint: "请检查 /tmp 是否可写、空间是否充足")
        case .library(let missing): .init("无法绘制二维码：\(missing)", hintOf: missing)
        case .clockMemory(let path): .init("\(path) 不是时钟记录文件，或无法写入", hint: "请另指定文件；文件不存在时会自动创建")
        }
    }
}

extension ElectronicCardError.NumberProblem {
    public var chinese: Chinese {
        switch self {
        case .length: .init("为空或超过 30 个字符", hint: "请只填写证件号码")
        case .characters: .init("含有空格或 ASCII 以外的字符", hint: "请用半角字符填写，不加空格")
        }
    }
}

extension ElectronicCardError.NameProblem {
    public var chinese: Chinese {
        switch self {
        case .length(let limit): .init("为空或超过 \(limit) 字节", hint: "请只填写姓名")
        case .character(let problem): .init("\(problem)", hintOf: problem)
        }
    }
}

extension ElectronicCardError.IssueRefusal {
    public var chinese: Chinese {
        switch self {
        case .productionBatch: .init("这是正式批次，真实人员的电子健康卡由平台发放", hint: "请使用测试批次（mode 为 test）")
        case .realPerson(let row): .init("第 \(row) 行不是测试地区的人员，真实人员的电子健康卡由平台发放", hint: "请使用 99 地区的虚构人员")
        }
    }
}

extension HSMError {
    public var chinese: Chinese {
        switch self {
        case .unreachable(let code): .init("无法连接（errno \(code)）", hint: "请检查地址、端口和网线")
        case .address: .init("找不到该地址", hint: "请检查主机名")
        case .timeout(let seconds): .init("\(seconds) 秒内没有应答", hint: "请检查设备后重试")
        case .closed: .init("应答不完整，连接已断开", hint: "请检查设备后重试")
        case .refused(let code): .init("拒绝执行，代码 \(code)", hint: "请查阅设备手册，并核对密钥号")
        case .malformed: .init("应答与命令不符", hint: "请核对设备版本")
        }
    }
}

extension Standing {
    public var chinese: Chinese {
        switch self {
        case .recognized: .init("仅识别出格式，未作任何验证", hint: "请用保护密钥验证有效期，或用根密钥和本人信息验证，或向平台查询")
        case .validityVerified: "在有效期内；未验证是否为本人"
        case .personVerified: "已验证为本人的电子健康卡"
        case .expired: .init("已过有效期", hint: "请持卡人刷新二维码")
        case .notYetPossible: .init("有效期过远：此码系伪造，或本机时钟偏慢", hint: "请核对本机时钟后重新扫码")
        case .validityUnreadable: .init("有效期不是用此保护密钥加密的", hint: "请核对密钥文件；如密钥无误，则此码不真")
        case .otherPerson: .init("在此根密钥下不是此人的码", hint: "请对照证件核对号码和姓名；生僻字的写法可能不同")
        case .clockSetBack: .init("本机时钟被拨回，无法判断有效期", hint: "请校准时钟后重新扫码")
        }
    }
}

extension PaymentService {
    public var chinese: Chinese {
        switch self {
        case .weChat: "微信支付"
        case .alipay: "支付宝"
        case .unionPay: "银联"
        }
    }
}

extension UnknownReason {
    public var chinese: Chinese {
        switch self {
        case .empty: .init("没有内容", hint: "请重新扫码")
        case .tooLong: .init("超过 \(Recognition.longestText) 字节", hint: "请一次只扫一个码")
        case .notUTF8: .init("不是 UTF-8 编码", hint: "请将扫码枪设为 UTF-8 或 ASCII")
        case .controlCharacter: .init("中间有控制字符", hint: "请重新扫码，每行一个码")
        case .fullWidth: .init("含有全角字母或数字", hint: "请关闭输入法后重新扫码")
        case .otherCharacters: .init("含有 ASCII 以外的字符", hint: "请扫描电子健康卡的二维码")
        case .blankInside: .init("中间有空格", hint: "请重新扫码，不要手动输入")
        case .notHexadecimal: .init("含有十六进制数字以外的字符", hint: "请重新扫码")
        case .idLength: .init("电子健康卡 ID 不是 48 位或 64 位", hint: "内容不完整，请重新扫码")
        case .noKind: .init("只有 ID，没有类型；也可能是主索引", hint: "请扫码，不要输入号码")
        case .unknownKind: .init("类型不是 0、1 或 9", hint: "请向平台询问此类型的含义")
        case .noValidity: .init("动态码缺少有效期", hint: "内容不完整，请重新扫码")
        case .validity: .init("此处不应有这样的有效期", hint: "请重新扫码")
        case .field: .init("支付字段或发行机构字段格式不符", hint: "请重新扫码")
        case .tooManyFields: .init("字段过多", hint: "请一次只扫一个码")
        case .identityNumber: .init("18 位数字，但不是有效的公民身份号码", hint: "请重新读取或输入号码")
        case .digits: .init("未知类型的数字", hint: "请扫描电子健康卡的二维码")
        case .text: .init("其他类型的文本", hint: "请扫描电子健康卡的二维码")
        }
    }
}

extension IdentityDifference {
    public var chinese: Chinese {
        switch self {
        case .documentType: "证件类型不同"
        case .number: .init("证件号码不同", hint: "不是同一人，或有一方号码有误")
        case .name(let difference): .init("姓名不同：\(difference)", hintOf: difference)
        case .mainIndex: .init("主索引不同，没有其他信息可比较", hint: "请核对双方的号码和姓名")
        }
    }
}

extension NameDifference {
    public var chinese: Chinese {
        switch self {
        case .separator: .init("间隔号不同", hint: "请按身份证上的间隔号书写")
        case .spelling: .init("空格或全半角不同", hint: "请按身份证上的写法书写")
        case .rareCharacters(let places): .init("生僻字写法不同（第 \(list: places) 字）", hint: "请对照身份证核对姓名；很可能是同一人")
        case .characters(let places):
            .init(places.isEmpty ? "字数不同" : "有字不同（第 \(list: places) 字）", hint: "请对照身份证核对")
        }
    }
}
