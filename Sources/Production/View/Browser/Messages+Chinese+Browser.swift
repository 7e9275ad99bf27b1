import Messages

extension LineViewError {
    public var chinese: Chinese {
        switch self {
        case .addressTaken(let address): .init("\(address) 已被其他程序占用", hint: "请为 --view 换一个端口")
        case .notListening(let address, let reason):
            .init("无法在 \(address) 上显示生产线：\(reason)", hint: "请使用本机的地址")
        case .noRandomness: "系统没有提供随机数"
        case .notStarted(let reason): "无法显示生产线：不能启动线程：\(reason)"
        }
    }
}

extension ViewRefusal {
    var chinese: Chinese {
        switch self {
        case .malformed: "请求不是可接受的 HTTP"
        case .wrongToken: .init("操作员口令不正确", hint: "请输入生产线终端上显示的口令")
        case .notYours: .init("此页面不能执行该操作", hint: "请在生产线的终端上暂停或停止")
        case .nothingHere: "该路径下没有内容"
        case .method: "该路径不支持此方法"
        case .tooSlow: "请求未能按时到达"
        case .over: .init("生产线没有运行", hint: "请查看其终端")
        case .tooLong: "请求过长"
        case .foreignHost: .init("这不是生产线显示页的地址", hint: "请使用终端上显示的地址")
        case .tooManyTokens: .init("口令错误次数过多", hint: "请等一分钟，或使用终端")
        case .tooMany: .init("打开生产线显示页的浏览器过多", hint: "请关闭一些")
        }
    }
}
