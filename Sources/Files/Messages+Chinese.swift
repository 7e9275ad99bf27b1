import Messages

extension InputFileError {
    public var chinese: Chinese { .init("\(path)：\(problem)", hintOf: problem) }
}

extension InputFileError.Problem {
    public var chinese: Chinese {
        switch self {
        case .missing: .init("没有此文件", hint: "请检查路径")
        case .nameNotUTF8:
            .init(
                "没有此文件：文件名或上级文件夹名含有非 UTF-8 字节，从 Windows 拷来的名称（GBK）可能如此",
                hint: "请先改名（convmv -r -f gbk -t utf8 --notest），再重试")
        case .notPermitted: .init("当前用户无权读取", hint: "请检查文件权限")
        case .notAFile(let kind): .init("这是\(kind)，不是文件", hint: "请指定普通文件")
        case .tooLong(let limit): .init("超过 \(limit) 字节，此类文件不会这么长", hint: "请检查路径")
        case .silent(let seconds): .init("\(seconds) 秒内没有数据", hint: "请先将内容写入文件，再指定该文件")
        case .slow(let seconds):
            .init("等待 \(seconds) 秒后内容仍未到齐", hint: "请先将内容写入文件，再指定该文件")
        case .exposed:
            .init("所有者以外的用户也有权限，内容可能已泄露", hint: "请执行 chmod 600，并考虑是否更换其中的内容")
        case .system(let code): "无法读取（\(systemReason(code))）"
        }
    }
}

extension InputFileError.Kind {
    public var chinese: Chinese {
        switch self {
        case .folder: "文件夹"
        case .device: "设备"
        case .socket: "套接字"
        case .pipe: "管道"
        case .other: "其他对象"
        }
    }
}
