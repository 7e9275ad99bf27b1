import Messages

extension InspectionText {
    var chinese: Chinese {
        switch self {
        case .answerToReset: "复位应答"
        case .chipSerial: "芯片序列号"
        case .lifeCycle: "生命周期"
        case .testCard: "测试卡"
        case .cityCode: "城市代码"
        case .habits: "行为差异"
        case .aboutHabits: "该产品要求的通信方式，* 表示与卡片描述文件不同"
        case .cardBlocked: "卡已锁定"
        case .state(.blank): "空白"
        case .state(.beingMade): "制作中"
        case .state(.activated): "已启用"
        case .authenticity(.testCard): "是，具有公开的测试密钥"
        case .authenticity(.genuine): "否，具有安全模块中的密钥"
        case .authenticity(.notProved(let status?)): "未能证明，卡返回 \(status)"
        case .authenticity(.notProved(nil)): "否，用另一密钥应答"
        case .unknown: "无法判断"
        case .flaw(let flaw): "警告：\(flaw)"
        case .malformed(let error): "格式有误：\(error)"
        case .bytes(let count): "\(count) 字节"
        case .chip: "芯片"
        case .noFactor(let finding): "无（\(finding)）"
        case .uselessFactor(let finding): "警告：\(finding)"
        case .otherApplications: "其他应用"
        case .aboutOtherApplications: "芯片上居民健康卡以外的应用，只按名称识别，不读其数据"
        case .noOtherApplications: "没有卡片描述文件所列的其他应用"
        case .applicationVersion(let version): "版本 \(version)"
        }
    }
}

extension OtherApplication.State {
    public var chinese: Chinese {
        switch self {
        case .present: "存在"
        case .blocked(let status): "已锁定（\(status)）"
        case .unknown(let status): "无法判断（\(status)）"
        }
    }
}

extension CardInspection.Presence {
    public var chinese: Chinese {
        switch self {
        case .present: "存在"
        case .temporarilyBlocked: "临时锁定"
        case .permanentlyBlocked: "永久锁定"
        case .absent(let status): "不存在（\(status)）"
        case .unknown: "未知"
        }
    }
}

extension TraceText {
    var chinese: Chinese {
        switch self {
        case .heading(let profile, let digest, let date, let isRedacted):
            "卡片描述文件 \(profile) \(digest)\(date.map { "，记录于 \($0)" } ?? "")\(isRedacted ? "，数据已隐去" : "")"
        case .bytes(let text): "\(text)"
        case .reset(let bytes): "复位：\(bytes)"
        case .random(let bytes): "随机数 \(bytes)"
        case .exitStatus(let status): "退出码 \(status)"
        case .total(let channel, let commands, let sent, let received, let milliseconds):
            "\(channel)：命令 \(commands) 条，发送 \(sent) 字节，接收 \(received) 字节，\(milliseconds) ms"
        }
    }
}
