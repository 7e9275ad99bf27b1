import Messages
import PCSC

extension ReaderFileError {
    public var chinese: Chinese {
        let place = line == 0 ? path : "\(path):\(line)"
        switch problem {
        case .missing: return .init("\(place)：文件不存在", hint: "请更正或取消 HEALTHCARD_READERS_FILE")
        case .unreadable(let error): return error.chinese
        case .notText: return .init("\(place)：文件不是 UTF-8 编码", hint: "请另存为 UTF-8 文本")
        case .noSection: return .init("\(place)：设置项之前没有读卡器名称", hint: "请以 [读卡器名称] 一行开头")
        case .notASetting: return .init("\(place)：既不是 [读卡器名称]，也不是“设置项 = 值”", hint: "注释行请以 # 开头")
        case .badName: return .init("\(place)：读卡器名称应为 1 至 100 字节，且不含控制字符", hint: "请另取名称")
        case .nameTwice(let name): return .init("\(place)：已有名为“\(name)”的读卡器", hint: "每个读卡器请使用不同的名称")
        case .tooMany(let most): return .init("\(place)：读卡器超过 \(most) 个", hint: "请删除不使用的读卡器")
        case .unknownSetting(let name):
            return .init("\(place)：没有设置项“\(name)”", hint: "可用的设置项：family、library、port、baud、slot")
        case .settingTwice(let name): return .init("\(place)：设置项“\(name)”重复", hint: "请删除其中一行")
        case .lacking(let name): return .init("\(place)：该读卡器缺少“\(name)”", hint: "请添加一行 \(name) = …")
        case .badFamily(let word): return .init("\(place)：没有“\(word)”这一类读卡器", hint: "可用的类别：decard、huada")
        case .badLibrary: return .init("\(place)：程序库不是绝对路径", hint: "写法如 /usr/lib/libdcrf32.so")
        case .badPort(.decard): return .init("\(place)：端口不是 0 至 32767 之间的数", hint: "100 表示第一个 USB 读卡器")
        case .badPort(.huada):
            return .init("\(place)：端口应为 1 至 32 个字符，且不含空格", hint: "写法如 AUTO、USB1 或 COM1")
        case .badBaud: return .init("\(place)：波特率应为 300 至 4000000", hint: "通常为 115200")
        case .badSlot: return .init("\(place)：卡槽应为 0 至 255", hint: "写法如 12 或 0x0C")
        }
    }
}

extension ReaderLibraryError {
    public var chinese: Chinese {
        switch self {
        case .notLoaded(let library, let reason):
            .init(
                "无法加载读卡器程序库 \(library)：\(reason)", hint: "请安装读卡器厂商提供的程序库，并更正 readers.conf 中的路径")
        case .functionMissing(let library, let function):
            .init(
                "读卡器程序库 \(library) 中没有函数 \(function)", hint: "请更正 readers.conf 中的 family，或向厂商索取新版程序库")
        case .exposed(let library):
            .init(
                "其他用户可以修改读卡器程序库 \(library)", hint: "请将其属主改为 root 或本用户，并取消他人的写权限：`chmod o-w`")
        case .notOpened(let reader, let function, let code):
            .init(
                "无法打开读卡器“\(reader)”（\(function)：\(code)）",
                hint: "请连接读卡器，检查 readers.conf 中的 port，并结束正在使用它的其他程序")
        case .gone(let reader, let function, let code):
            .init("读卡器“\(reader)”没有应答（\(function)：\(code)）", hint: "请重新插拔读卡器")
        case .failed(let function, let code):
            .init("与卡的数据交换失败（\(function)：\(code)）", hint: "请重新插卡")
        }
    }
}

extension ShortAnswer {
    var chinese: Chinese {
        .init("\(library)：卡应答 \(byteCount) 字节，不足两字节的状态字", hint: "请清洁触点后重试")
    }
}
