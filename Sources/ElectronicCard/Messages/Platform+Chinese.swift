import Messages

extension PlatformError {
    public var chinese: Chinese {
        switch self {
        case .address: .init("平台地址无效", hint: "地址应以 https:// 开头")
        case .unreachable: .init("无法连接平台", hint: "请检查网络和地址后重试")
        case .timeout(let seconds): .init("平台 \(seconds) 秒内没有应答", hint: "请重试；查询可以重复")
        case .certificate: .init("服务器无法证明自己是平台", hint: "请核对地址和本机时钟；私有 CA 的证书用 --ca 指定")
        case .tls: .init("无法与平台建立安全连接", hint: "请核对地址和服务器的 TLS 版本")
        case .cut: .init("平台的应答不完整", hint: "请重试；查询可以重复")
        case .tooLong(let limit): .init("平台的应答超过 \(limit) 字节", hint: "请核对地址")
        case .http(let status): .init("平台返回 HTTP 状态 \(status)", hint: "请核对地址")
        case .malformed: .init("应答不符合此接口格式", hint: "请核对地址和 --dialect，或询问平台运营方")
        case .answerSignature: .init("应答签名错误，未采用", hint: "请核对凭据文件中的密钥；如无误，请告知平台运营方")
        case .answerClock(let seconds): .init("本机与平台的时钟相差 \(seconds.magnitude) 秒", hint: "请校准本机时钟")
        case .answerReplayed: .init("应答属于另一请求，未采用", hint: "请重试；如再次出现，请告知平台运营方")
        case .refused(let refusal, let code): .init("平台拒绝（代码 \(code)）：\(refusal)", hintOf: refusal)
        case .notOffered(let operation): .init("此接口没有 \(operation.rawValue) 操作", hint: "请改用其他接口或接口文件")
        case .credentials(let path, let entry): .init("凭据文件 \(path)：\(entry) 缺失或无效", hint: "请更正该行")
        case .dialect(let path, let reason):
            .init("接口文件 \(path) 无法使用：\(reason)", hint: "请对照 Docs/electronic-card.md 修改")
        case .queue(let path): .init("队列 \(path) 已损坏、属于其他凭据或无法写入", hint: "请使用创建时的凭据，并检查文件夹和磁盘")
        case .queueFull(let path, let limit): .init("队列 \(path) 已满（\(limit) 条）", hint: "请先发送等待中的请求")
        case .noLibrary: .init("缺少 libcurl", hint: "请安装软件包 libcurl4")
        case .cryptography(let error): .init("\(error)", hintOf: error)
        }
    }
}

extension PlatformRefusal {
    public var chinese: Chinese {
        switch self {
        case .signature: .init("签名未通过", hint: "请核对凭据文件中的密钥")
        case .clock: .init("请求时间偏差过大", hint: "请校准本机时钟")
        case .replay: .init("重复的请求", hint: "请重试")
        case .token: .init("令牌无效", hint: "请重试，并核对凭据文件")
        case .notFound: .init("没有此人的电子健康卡", hint: "请先注册，或核对号码和姓名")
        case .codeInvalid: .init("二维码无效", hint: "请持卡人刷新二维码")
        case .codeExpired: .init("二维码已过期", hint: "请持卡人刷新二维码")
        case .notPermitted: .init("本应用无此权限", hint: "请联系平台运营方")
        case .other: .init("原因未知", hint: "请查阅平台手册中的代码")
        }
    }
}

extension CardAttribute {
    public var chinese: Chinese {
        switch self {
        case .temporary: .init("临时卡", hint: "请凭证件注册正式卡，临时卡随后并入")
        case .formal: "正式卡"
        }
    }
}

extension CardStatus {
    public var chinese: Chinese {
        switch self {
        case .normal: "正常"
        case .paused: .init("已停用", hint: "持卡人可在平台恢复")
        case .closed: .init("已注销", hint: "请重新注册")
        }
    }
}

extension CardLink {
    public var chinese: Chinese {
        switch self {
        case .bound: "已绑定手机"
        case .unbound: .init("已与手机解绑，卡仍保留", hint: "持卡人可重新绑定")
        }
    }
}

extension HolderRelation {
    public var chinese: Chinese {
        switch self {
        case .own: "本人的卡"
        case .childOfAdult: .init("成人名下的儿童卡", hint: "须有监护人在场")
        case .newbornOfParent: .init("凭父母证件办理的新生儿卡", hint: "新生儿取得证件号码后请注册")
        case .family: "家庭成员的卡"
        case .ward: .init("由监护人出示的被监护人的卡", hint: "请核对监护人证件")
        }
    }
}
