import Files
import Messages

extension ThreadError {
    public var chinese: Chinese {
        .init(
            "无法启动线程（\(SystemReason(number))）", hint: "请关闭其他程序，或调高进程数和内存的上限（ulimit -u、ulimit -v）")
    }
}
