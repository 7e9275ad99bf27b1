import InterfaceCheck
import Messages

/// What a library does otherwise than it should.
struct DeviationText: Message {
    let deviation: InterfaceDeviation

    var english: English {
        "\(deviation.kind.rawValue): \(deviation.function) (\(deviation.program)): \(deviation.detail)"
    }

    var chinese: Chinese {
        "\(deviation.kind.chinese)：\(deviation.function)（\(deviation.program)）：\(deviation.chinese)"
    }
}

extension InterfaceDeviation.Kind {
    fileprivate var chinese: String {
        switch self {
        case .missing: "缺少函数"
        case .died: "进程终止"
        case .silent: "没有返回"
        case .overrun: "越界写入"
        case .code: "返回码"
        case .text: "文字"
        case .content: "内容"
        }
    }
}
