import Messages

extension UnreadReason {
    public var chinese: Chinese {
        switch self {
        case .card(let finding): finding.chinese
        case .needsKey(let finding): .init("需要密钥：\(finding)", hintOf: finding)
        case .noIndex: "没有索引"
        case .indexUnread(let file): "其索引 \(file) 未读出"
        case .unclearMark(let record): "索引第 \(record) 条记录既不是“是”也不是“否”，无法判断有没有这次就诊"
        case .neverWritten: "索引中列有此记录，但从未写入任何内容"
        case .photoCutShort(let item, let name): "第 \(item) 项 \(name) 不完整：缺少末尾"
        case .notAPhoto(let item, let name): "第 \(item) 项 \(name) 不是 JPEG 图像"
        case .item(let record, let error): "\(record.map { "第 \($0) 条记录，" } ?? "")\(error)"
        }
    }
}

extension UnreadableFile.Code {
    public var chinese: Chinese {
        switch self {
        case .blocked: "未读出：目录已锁定"
        case .refused: "未读出：卡拒绝读取"
        case .needsKey: "未读出：需要密钥或 SAM 卡"
        case .notPermitted: "未读出：此 SAM 卡无权读取"
        case .securityModule: "未读出：SAM 卡出错"
        case .damaged: "数据损坏"
        }
    }
}

extension DocumentText {
    var chinese: Chinese {
        switch self {
        case .picture(let bytes): "JPEG，\(bytes) 字节"
        case .unreadable: "未读出或已损坏"
        case .whole(let code): code.chinese
        case .of(let item, let code): "\(code)：\(item)"
        }
    }
}

extension TraceError {
    public var chinese: Chinese {
        switch self {
        case .malformed(let line, let flaw): .init("跟踪记录第 \(line) 行：\(flaw)", hintOf: flaw)
        case .version(let version):
            .init("跟踪记录为第 \(version) 版，本程序只读第 \(TraceFile.version) 版", hint: "请使用记录它的程序")
        case .redacted: .init("跟踪记录的数据已隐去，只能查看，不能重放", hint: "请用测试卡重新记录，并保留数据")
        case .noChannel(let channel): "跟踪记录中没有\(channel)"
        case .mismatch(let mismatch): mismatch.chinese
        }
    }
}

extension TraceFlaw {
    public var chinese: Chinese {
        switch self {
        case .notAnObject: "不是跟踪记录的 JSON 对象"
        case .noVersion: "首行应有版本号 `trace`"
        case .headerIncomplete: "首行应有 profile、digest、redacted 和 arguments"
        case .noTime: "缺少不小于 0 的时间 `at`"
        case .notOneEvent: "每行应是 connect、command、answer、reset、failure、random、end 之一"
        case .unknownLink: "link 应为 T=0、T=1 或 raw"
        case .unknownFailure: "failure 的值未知"
        case .unknownChannel: "channel 应为 card 或 sam"
        case .notBytes: "字节应写成十六进制数字和字节数 [n]"
        case .tooManyLines(let limit): "超过 \(limit) 行"
        case .empty: "文件为空"
        case .hidesBytes: "有字节被隐去，而跟踪记录称未隐去数据"
        case .afterTheEnd: "end 之后还有内容"
        case .timeRunsBackwards: "时间倒退"
        case .answerWithoutCommand: "有应答而没有命令"
        case .otherChannelFails: "失败的不是发出命令的一方"
        case .commandBeforeAnswer: "上一条命令尚未应答，又有命令"
        case .emptyCommand: "命令没有字节"
        case .eventBeforeAnswer: "命令与应答之间有其他事件"
        }
    }
}

extension TraceMismatch {
    public var chinese: Chinese {
        isAboutData
            ? "第 \(command) 条命令（跟踪记录第 \(line) 行）：\(got) 的数据与记录的不同"
            : "第 \(command) 条命令（跟踪记录第 \(line) 行）：记录的是“\(expected)”，实际是“\(got)”"
    }
}

extension TraceStep {
    public var chinese: Chinese {
        switch self {
        case .end: "结束"
        case .connection(let channel): "连接\(channel)"
        case .reset(let channel): "复位\(channel)"
        case .command(let channel, let name, let bytes): "向\(channel)发送 \(name)，\(bytes) 字节"
        case .answer(let channel): "\(channel)应答"
        case .random(let bytes): "\(bytes) 字节随机数"
        }
    }
}

extension TraceFile.Channel {
    public var chinese: Chinese {
        switch self {
        case .card: "卡"
        case .sam: "SAM 卡"
        }
    }
}

extension ReplayEnd {
    var chinese: Chinese { "跟踪记录到此命令为止，没有它的应答" }
}
