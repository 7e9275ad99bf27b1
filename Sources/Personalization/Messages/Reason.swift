import Glibc
import Messages

/// What the system calls one of its errors, in its own words where there are no others.
struct SystemReason: Message {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    var english: English { English(verbatim: String(cString: strerror(code))) }

    var chinese: Chinese {
        switch code {
        case ENOENT: "没有此文件或文件夹"
        case EACCES, EPERM: "当前用户无权访问"
        case ELOOP: "链接层数过多"
        case ENOTDIR: "路径中有不是文件夹的部分"
        case EIO: "输入输出错误"
        default: "系统错误 \(code)"
        }
    }
}

/// An error of a lower module, as a part of a message.
public struct Reason: Message, Hashable {
    private let error: any Message
    private let key: String

    /// An error that has no words of its own is said in English.
    public init(_ error: some Error) {
        self.error = (error as? any Message) ?? VerbatimText("\(error)")
        key = "\(error)"
    }

    public var english: English { error.english }
    public var chinese: Chinese { error.chinese }

    public static func == (one: Reason, other: Reason) -> Bool { one.key == other.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
