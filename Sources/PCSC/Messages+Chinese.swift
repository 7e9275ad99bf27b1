import Messages

extension PCSCError {
    public var chinese: Chinese { .init("\(function)：\(name)（\(hexadecimal)）：\(meaning)", hintOf: meaning) }
}

extension MissingAnswer {
    var chinese: Chinese {
        .init("SCardTransmit：卡应答 \(byteCount) 字节，不足两字节的状态字", hint: "请清洁触点后重试")
    }
}

extension CommandLimitError {
    public var chinese: Chinese {
        .init(
            "HEALTHCARD_COMMAND_LIMIT 不是 1 至 3600 之间的秒数", hint: "请设为单条命令允许的秒数，或取消该变量")
    }
}

extension ReaderChoiceError {
    public var chinese: Chinese {
        switch self {
        case .noReaders: .init("未连接读卡器", hint: "请连接读卡器，并检查是否已安装驱动程序")
        case .noMatch(let choice, let readers): "没有与“\(choice)”相符的读卡器；现有：\(Self.lines(readers))"
        case .ambiguous(let choice, let matches):
            .init("有多个读卡器与“\(choice)”相符：\(Self.lines(matches))", hint: "请给出更完整的名称")
        case .choiceNeeded(let readers):
            .init("已连接多个读卡器：\(Self.lines(readers))", hint: "请用 --reader 或 HEALTHCARD_READER 选择")
        }
    }
}

extension PCSCMeaning {
    var chinese: Chinese {
        switch number {
        case 0xA010_000A: .init("卡或读卡器收到命令后没有应答", hint: "请取出卡后重新插入；如仍无效，请重新插拔读卡器")
        case 0xA010_001D:
            .init(
                "系统缺少 PC/SC 程序库（libpcsclite.so.1）",
                hint: "请连同其服务一起安装：`apt install pcscd libpcsclite1`，或 `dnf install pcsc-lite`")
        case 0x8010_0001: .init("pcscd 内部出错", hint: "请查看其日志并重新启动")
        case 0x8010_0002: "等待已取消"
        case 0x8010_0003: .init("连接已断开，pcscd 可能已退出", hint: "请重新连接")
        case 0x8010_0004: .init("pcscd 不接受某个参数", hint: "请检查读卡器名称和长度")
        case 0x8010_0005: .init("缺少启动信息", hint: "请重新安装 pcscd")
        case 0x8010_0006: .init("内存不足", hint: "请关闭其他程序")
        case 0x8010_0007: .init("pcscd 内部计时器超时", hint: "请重新插拔读卡器")
        case 0x8010_0008: .init("应答超过 APDU 的最大长度", hint: "请检查卡和驱动程序")
        case 0x8010_0009: .init("没有该名称的读卡器", hint: "请用 `healthcard readers` 查看")
        case 0x8010_000A: .init("在规定时间内没有动静", hint: "请插入卡，或延长等待时间")
        case 0x8010_000B: .init("卡正被其他程序占用", hint: "请结束该程序，或稍候")
        case 0x8010_000C: .init("读卡器中没有卡", hint: "请插入卡")
        case 0x8010_000D: "pcscd 不认识该卡名"
        case 0x8010_000E: .init("读卡器无法弹出卡或断电", hint: "请手动取出卡")
        case 0x8010_000F: .init("卡不支持所要求的传输协议", hint: "请同时允许 T=0 和 T=1")
        case 0x8010_0010: .init("读卡器或卡尚未就绪", hint: "请重试")
        case 0x8010_0011: "某个参数对 pcscd 无意义"
        case 0x8010_0012: "系统正在关机"
        case 0x8010_0013: .init("与 pcscd 的通信中断", hint: "请检查 pcscd 是否仍在运行，以及是否允许本用户访问（polkit）")
        case 0x8010_0014: .init("pcscd 因未知原因出错", hint: "请查看其日志")
        case 0x8010_0015: .init("复位应答无效", hint: "请清洁卡的触点")
        case 0x8010_0016: .init("没有可结束的事务，或与卡的通信失败", hint: "请重新插卡")
        case 0x8010_0017: .init("读卡器已断开", hint: "请重新插上")
        case 0x8010_0018: .init("pcscd 正在退出", hint: "请重新启动")
        case 0x8010_0019: .init("驱动程序的缓冲区太小", hint: "请更新驱动程序")
        case 0x8010_001A: .init("读卡器驱动程序功能不足", hint: "请更新驱动程序")
        case 0x8010_001B: .init("两个读卡器同名", hint: "请在 reader.conf 中分别命名")
        case 0x8010_001C: .init("该读卡器不支持此卡", hint: "请换一个读卡器")
        case 0x8010_001D: .init("pcscd 未运行", hint: "请启动（`systemctl start pcscd` 或 `pcscd`）")
        case 0x8010_001E: .init("pcscd 已停止", hint: "请重新启动")
        case 0x8010_001F: "读卡器或卡不支持此操作（亦可能是 SCARD_E_UNEXPECTED）"
        case 0x8010_0020: "没有为该卡注册的提供程序"
        case 0x8010_0021: "不支持这种对象创建顺序"
        case 0x8010_0022: "读卡器或卡不支持此操作"
        case 0x8010_0023: "卡中没有该目录"
        case 0x8010_0024: "卡中没有该文件"
        case 0x8010_0025: "这不是卡中的目录"
        case 0x8010_0026: "这不是卡中的文件"
        case 0x8010_0027: .init("访问被拒绝", hint: "可能需要将本用户加入 pcscd 的用户组，或增加策略规则")
        case 0x8010_0028: "卡的存储空间已满"
        case 0x8010_0029: "无法设置文件位置"
        case 0x8010_002A: "PIN 错误"
        case 0x8010_002B: .init("下层返回了 pcscd 无法识别的结果", hint: "请查看其日志")
        case 0x8010_002C: "没有该证书"
        case 0x8010_002D: "无法取得该证书"
        case 0x8010_002E: .init("没有读卡器", hint: "请连接读卡器，并检查其驱动程序")
        case 0x8010_002F: .init("传输中丢失数据", hint: "请清洁触点后重试")
        case 0x8010_0030: "没有该密钥容器"
        case 0x8010_0031: .init("pcscd 太忙", hint: "请重试")
        case 0x8010_0065: .init("读卡器无法与此卡通信", hint: "请检查卡的类型和插入方向")
        case 0x8010_0066: .init("卡对复位没有应答", hint: "请翻转或清洁卡，或换一张卡")
        case 0x8010_0067: .init("卡未上电", hint: "请重新连接")
        case 0x8010_0068: .init("其他程序复位了卡，安全状态已丢失", hint: "请重新开始")
        case 0x8010_0069: .init("卡已取出", hint: "请重新插卡")
        case 0x8010_006A: .init("pcscd 断开了连接：它已退出，或其策略（polkit）不允许本用户访问", hint: "请检查 pcscd 是否在运行")
        case 0x8010_006B: "PIN 错误"
        case 0x8010_006C: "PIN 已锁定"
        case 0x8010_006D: "已到文件末尾"
        case 0x8010_006E: "用户已取消"
        case 0x8010_006F: "未提供 PIN"
        default: .init("pcscd 返回未知代码", hint: "请查看其日志")
        }
    }
}
