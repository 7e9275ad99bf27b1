import Messages

extension MissingLibrary {
    public var chinese: Chinese {
        .init("系统缺少程序库（\(missing)）", hint: "请安装：`apt install \(library.package)`")
    }
}
