import Messages

extension AgentError {
    public var chinese: Chinese {
        switch self {
        case .foreignHost:
            .init("请求中的主机名不属于本代理服务", hint: "请使用代理服务监听的地址，或在其配置的 hosts 中加入该名称")
        case .foreignOrigin:
            .init("该网页无权使用代理服务", hint: "请让网页申请配对（POST /v1/pairings），再在代理服务自己的页面上确认配对号码")
        case .tokenNeeded:
            .init("此操作需要令牌", hint: "请通过 POST /v1/pairings 申请，并以 Authorization: Bearer 发送")
        case .tokenRefused: .init("令牌在此无效", hint: "令牌已被撤销、已过期，或属于其他来源：请重新配对")
        case .rightMissing(let right): .init("令牌不含权限“\(right)”", hint: "请重新配对并申请该权限")
        case .pageOnly: .init("只有代理服务自己的页面才能执行此操作", hint: "运行 healthcard-agent page 打开该页面")
        case .thisMachineOnly: "只有代理服务所在计算机上的程序才能执行此操作"
        case .wrongPageCode: .init("页面口令不正确", hint: "healthcard-agent page 会给出带有正确口令的链接")
        case .noSuchToken: "没有该令牌"
        case .insecureOrigin: .init("通过明文 http 传来的网页不能配对：网络上的他人可以篡改它", hint: "请以 https 提供该网页")
        case .pairingOff: .init("该网页不得申请配对", hint: "请在代理服务配置的 origins 中加入其来源")
        case .noSuchPairing: .init("没有该配对申请", hint: "申请可能已过期：请重新申请")
        case .wrongNumber(let left):
            .init(
                "号码与程序显示的不一致，剩余次数：\(left)",
                hint: left == 0 ? "请让程序重新申请" : "请输入程序显示的号码")
        case .noSuchPath: .init("该路径下没有内容", hint: "GET /openapi.json 列出所有路径")
        case .methodNotAllowed: .init("该路径不支持此方法", hint: "参见响应头 Allow")
        case .malformedRequest(let flaw): "请求不是本服务可接受的 HTTP：\(flaw)"
        case .badParameter(let name): .init("参数 \(name) 无效", hint: "参见 GET /openapi.json")
        case .badMember(let name): .init("请求 JSON 的成员 \(name) 缺失或无效", hint: "参见 GET /openapi.json")
        case .bodyTooLong(let limit): "请求正文超过 \(limit) 字节"
        case .headTooLong: "请求头过长"
        case .tooSlow: "请求未能按时到达"
        case .notJSON: .init("正文未声明为 JSON", hint: "请发送 Content-Type: application/json")
        case .keyNeeded:
            .init("写操作需要请求头 Idempotency-Key", hint: "请为每次操作发送 8 至 64 个新的字母、数字、- 或 _")
        case .keyReused: .init("该 Idempotency-Key 属于另一个请求", hint: "每次操作请使用新的值")
        case .keyInUse: .init("使用该 Idempotency-Key 的操作仍在进行", hint: "请稍后再试")
        case .doneBefore: .init("该操作在代理服务重启之前已完成；没有重复写入", hint: "请读卡查看其内容")
        case .unfinishedBefore:
            .init(
                "代理服务在该操作进行中被停止；没有重复写入",
                hint: "请读卡：卡内是旧内容或新内容；确认后再用新的 Idempotency-Key 操作")
        case .tooMany(let excess): .init("\(excess)过多", hint: "请稍候再试")
        case .stopping: .init("代理服务正在停止", hint: "请在其启动后再试")
        case .noSuchCard: .init("没有该卡令牌对应的卡", hint: "GET /v1/readers 列出各卡及其令牌")
        case .cardGone:
            .init(
                "该令牌对应的卡已不在读卡器中；没有写入任何内容",
                hint: "请从 GET /v1/readers 或事件中取得当前卡的令牌，并先读卡")
        case .otherCard: .init("读卡器中现在是另一张卡；没有写入任何内容", hint: "请取得当前卡的令牌，并先读卡")
        case .noPhoto: "卡内没有照片"
        case .nothingInDoubt: "该卡没有结果不明的操作"
        case .noSAMReader: .init("安全模块（SAM）卡的读卡器不在", hint: "请检查连接线，以及代理服务配置中的 sam")
        case .wrongSerial: .init("序列号不是该卡的序列号：没有锁定任何内容", hint: "请按检查结果所示给出芯片序列号")
        case .noRandomness: "系统没有提供随机数"
        case .stateUnreadable(let file): .init("无法读取 \(file)，或它不是代理服务的文件", hint: "请从备份恢复，或将其删除")
        case .stateNotKept(let file): .init("无法写入 \(file)：没有执行任何操作", hint: "请检查磁盘和文件夹权限")
        case .portsTaken(let address, let ports):
            .init("\(address) 上的端口 \(ports) 均被其他程序占用", hint: "请停止该程序，或在配置中改用其他端口")
        case .socketTaken(let path): .init("另一个程序正在使用套接字 \(path)", hint: "请停止该程序，或改用其他路径")
        case .notListening(let address, let reason): "代理服务无法监听 \(address)：\(reason)"
        case .certificate(let file): .init("\(file) 不是相互匹配的 PEM 证书和密钥", hint: "请检查 tls 中指定的文件")
        case .internalError: .init("代理服务出现错误", hint: "其日志中有时间和位置；请报告")
        }
    }
}

extension RequestFlaw {
    public var chinese: Chinese {
        switch self {
        case .syntax: "无法解析"
        case .version: "此处只使用 HTTP/1.1"
        case .target: "路径中含有此处路径不会有的字符或部分"
        case .host: "必须且只能有一个 Host"
        case .length: "长度必须且只能给出一次"
        case .headerValue: "某个请求头的值不被允许"
        case .query: "无法解析查询参数"
        case .json: "正文不是 JSON"
        case .upgrade: "该路径不支持 WebSocket，或不支持这种子协议"
        }
    }
}

extension Excess {
    public var chinese: Chinese {
        switch self {
        case .requests: "请求"
        case .connections: "连接"
        case .streams: "打开的事件流"
        case .acts: "等待读卡器的操作"
        case .pairings: "配对申请"
        case .tokens: "令牌"
        }
    }
}

extension AccessRight {
    public var chinese: Chinese {
        switch self {
        case .readHolder: "读取持卡人信息"
        case .readClinical: "读取临床信息"
        case .write: "更新卡内容"
        case .visits: "就诊记录"
        case .block: "应用锁定与解锁"
        case .collect: "采集申请"
        }
    }
}

extension ConfigurationProblem {
    public var chinese: Chinese { "\(file):\(line)：\(flaw)" }
}

extension ConfigurationProblem.Flaw {
    public var chinese: Chinese {
        switch self {
        case .notYAML(let reason): "不是有效的 YAML：\(reason)"
        case .unknownKey(let key, let known): "未知的键 \(key)；可用的键：\(list: known)"
        case .notAMap(let key): "\(key) 必须是键值对"
        case .notAList(let key): "\(key) 必须是列表"
        case .notText(let key): "\(key) 必须是文本"
        case .notANumber(let key, let range): "\(key) 必须是 \(range) 之间的数字"
        case .notAFlag(let key): "\(key) 必须是 true 或 false"
        case .notOneOf(let key, let choices): "\(key) 必须是以下之一：\(list: choices)"
        case .notAnOrigin(let text): "\(text) 不是来源：请写成 https://HOST 或 https://HOST:PORT，不带路径"
        case .notAHost(let text): "\(text) 不是主机名：请用小写，不带端口"
        case .notAnAddress(let text): "\(text) 不是 IP 地址"
        case .notPorts(let text): "\(text) 不是端口，也不是 8327-8336 这样的端口范围"
        case .needsTLS(let address): "可以从网络访问 \(address)：请为其配置 tls"
        case .missing(let key): "缺少 \(key)"
        case .both(let one, let other): "请给出 \(one) 或 \(other)，不要同时给出"
        case .notAbsolute(let key): "\(key) 必须是绝对路径"
        case .notAKey(let key): "\(key) 必须是 128 个十六进制数字"
        case .empty(let key): "\(key) 为空"
        }
    }
}

extension ConfigurationError {
    public var chinese: Chinese {
        switch self {
        case .file(let error): .init("\(error)", hintOf: error)
        case .problems(let problems): "\(clauses: problems)"
        }
    }
}
