import Messages

extension ECardText {
    var chinese: Chinese {
        switch self {
        case .onePersonOrTwo: "请指定一个人，或两个以作比较：--number 与 --name、--card、--batch 与 --id、--compare"
        case .onePerson: "请只指定一个人：--number 与 --name、--card，或 --batch 与 --id"
        case .personOrCode:
            Chinese("请指定一个人或一个码", hint: "请用 --number 与 --name、--card、--batch 与 --id，或 --code")
        case .batchWithID: "--batch 须与 --id 同用"
        case .numberWithName: "--number 须与 --name 同用，--type 可省略"
        case .typeForm: "--type 应为两位数字，例如 01"
        case .compareForm: "--compare 应为 64 位十六进制数"
        case .notSamePerson: "无法确定为同一人"
        case .validForForm: "--valid-for 应为 1 至 31622400 秒"
        case .issued(let codes, let people, let folder, let until):
            "已为 \(people) 名测试人员生成 \(codes) 个码，位于 \(folder)；动态码有效期至 \(until)（北京时间）"
        case .tooLate: "--at 过晚"
        case .folderInUse(let path): Chinese("\(path) 中有其他内容", hint: "请另指定文件夹")
        case .folderNotMade(let path): "无法创建 \(path)"
        case .oneKeySource: "密钥文件、--keys test、--hsm 只能选一种"
        case .hsmForm: "--hsm 的格式为 主机:端口"
        case .notACard(let error):
            Chinese("--card 不是读卡得到的 JSON（第 \(error.line) 行）", hint: "请使用 healthcard read --json 的输出")
        case .personNotRead: Chinese("卡的号码和姓名未全部读出", hint: "请重新读卡，并包含 holder 数据组")
        case .timeoutForm: "--timeout 应为 1 至 120 秒"
        case .sendWithQueue: "--send 须与 --queue 同用"
        case .guardianTogether: "--guardian-number 须与 --guardian-name 同用"
        case .queued(let error): Chinese("\(error)；请求已存入队列", hint: "之后用 --send 发送")
        case .otherPerson: "平台应答的不是此人"
        case .operationForm(let known): "--operation 可为 \(known)"
        case .someRefused: "部分请求被拒绝"
        case .textOrWatch: "请给出文本，或用 --watch 逐行读取标准输入"
        case .notACode: "不是电子健康卡的码"
        case .clockOutOfRange: "本机时钟超出范围"
        case .timeForm: "时间的格式为 2026-10-08T09:00:00（北京时间），可加 Z 或 +08:00"
        case .windowForm: "--window 应为 1 至 31622400 秒，--tolerance 应为 0 至 3600 秒"
        case .inputOnce: "标准输入只能用于一处"
        case .rootKeyNeedsPerson:
            Chinese("根密钥用于验证是否为本人：请指定是谁", hint: "请用 --number 与 --name、--card，或 --batch 与 --id")
        case .nothingAsked: Chinese("未指定要验证什么", hint: "请给出 --protection-key 文件，或 --root-key 文件和本人信息")
        case .notVerified(let reason): "未通过验证：\(reason)"
        case .shortID: "ID 为 48 位，其算法未公开，无法验证"
        case .noValidity: "静态码没有有效期，无可验证"
        case .askPlatform: "请向平台查询"
        case .verifyPerson: "请用根密钥和本人信息验证，或向平台查询"
        }
    }
}

extension ECardLabel {
    var chinese: Chinese {
        switch self {
        case .mainIndex(let digits): "主索引  \(digits)"
        case .factor(let digits): "分散因子  \(digits)"
        case .otherIndex(let digits): "另一主索引  \(digits)"
        case .samePerson: "同一人"
        case .otherPerson: "不是同一人"
        case .changed(let what): "已规范：\(list: what)"
        case .unknownPrefix(let prefix): "前缀“\(prefix)”含义未知，其后像是一个码：不作为码处理"
        case .identityNumber(let number): "公民身份号码 \(number)"
        case .mayBePayment: "付款码也可能是同样的数字"
        case .payment(let service): "付款码：\(service)"
        case .unknown(let reason): "无法识别：\(reason)"
        case .fixed: "电子健康卡静态码"
        case .dynamic: "电子健康卡动态码"
        case .temporary: "电子健康卡临时卡"
        case .validity(let digits): "有效期（密文）  \(digits)"
        case .paymentField(let text): "支付字段  \(text)"
        case .issuerField(let text): "发行机构字段  \(text)"
        case .lineEnd: "去掉换行"
        case .blanks: "去掉首尾空白"
        case .colons: "全角冒号改为半角"
        case .letters: "小写字母改为大写"
        case .validUntil(let time): "有效期至 \(time)（北京时间）"
        case .publishedKeys: "使用的是公开的测试密钥，对真实的卡不具证明力"
        case .accepted: "平台已验证此码"
        case .id(let digits): "ID  \(digits)"
        case .platformIndex(let digits): "主索引  \(digits)"
        case .code(let text): "码  \(text)"
        case .card(let text): "实体卡  \(text)"
        case .state(let state):
            .init(verbatim: state.chinese.hint.map { "\(state.chinese.what)：\($0)" } ?? state.chinese.what)
        case .nothing: "平台没有返回内容"
        case .done: "完成"
        case .refused: "被拒绝"
        }
    }
}
